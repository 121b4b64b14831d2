"""The pack cifar10: small colour photographs of ten classes."""

import csv
import io
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from models.data import DAMAGE, DataError, find

TILE, ACROSS = 32, 10  # pixels of a photograph's side; photographs in a row of a mosaic
CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


class Photographs(NamedTuple):
    """RGB uint8 (count, 32, 32, 3), and labels int64 (count,) that count through CLASSES."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def cifar10(folder: Path | None = None) -> Photographs:
    """All photographs of the pack, sorted by class. Raises PackNotFound or DataError."""
    folder = folder or find("cifar10")
    return Photographs(*_split(folder / "train.zip"), *_split(folder / "test.zip"))


def _split(file: Path) -> tuple[np.ndarray, np.ndarray]:
    try:
        with zipfile.ZipFile(file) as pack:
            rows = list(csv.DictReader(io.StringIO(pack.read("index.csv").decode())))
            mosaics = [_tiles(pack.read(name)) for name in dict.fromkeys(row["tile_file"] for row in rows)]
    except DAMAGE as error:
        raise DataError(f"{file} is missing or damaged ({error}); put the pack cifar10 there anew") from error
    images, labels = np.concatenate(mosaics), np.array([int(row["label"]) for row in rows])
    if len(images) != len(labels):
        raise DataError(f"{file} has {len(images)} pictures but {len(labels)} labels; put the pack cifar10 there anew")
    return images, labels


def _tiles(content: bytes) -> np.ndarray:
    """The photographs of one mosaic, row by row."""
    mosaic = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    return mosaic.reshape(ACROSS, TILE, ACROSS, TILE, 3).swapaxes(1, 2).reshape(-1, TILE, TILE, 3)
