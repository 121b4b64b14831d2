"""Data packs: where they are found, what they hold, and how they are fetched from their canonical source."""

import gzip
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.data.fetch import DAMAGE, PACKS

ROOT = Path(__file__).parents[2]

IMAGES, LABELS = 2051, 2049  # the magic numbers of the IDX files


class PackNotFound(LookupError):
    """The pack is in none of the places where packs are looked for."""


class DataError(ValueError):
    """A file of a pack is missing or damaged; the text says which, and the remedy."""


class Mnist(NamedTuple):
    """Handwritten digits: ink uint8 (count, 28, 28, 1), 0 on paper and 255 in full ink; labels int64 (count,)."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def places(pack: str) -> list[Path]:
    """The folders where the pack may lie, in the order of search."""
    own = os.environ.get("PAPERS_DATA")
    folders = [ROOT / "data", ROOT.parent / "shared" / "data"]
    return [folder / pack for folder in ([Path(own).expanduser()] if own else []) + folders]


def find(pack: str) -> Path:
    """The folder of the pack: in $PAPERS_DATA, else data/, else ../shared/data. Raises PackNotFound."""
    for folder in places(pack):
        if folder.is_dir():
            return folder
    remedy = f"get it with: python -m models.data fetch {pack}" if pack in PACKS else f"put its files into data/{pack}"
    raise PackNotFound(
        f"data pack {pack} not found: looked for a folder {pack} in $PAPERS_DATA, data/ and ../shared/data; {remedy}"
    )


def mnist(folder: Path | None = None) -> Mnist:
    """The digits of the pack, or of the four files in `folder`. Raises PackNotFound or DataError."""
    folder = folder or find("mnist")
    arrays = []
    for part in ("train", "t10k"):
        images = _idx(folder / f"{part}-images-idx3-ubyte.gz", IMAGES, 16).reshape(-1, 28, 28, 1)
        labels = _idx(folder / f"{part}-labels-idx1-ubyte.gz", LABELS, 8).astype(np.int64)
        if len(images) != len(labels):
            raise DataError(f"{folder}: {len(images)} {part} images but {len(labels)} labels; fetch the pack again")
        arrays += [images, labels]
    return Mnist(*arrays)


def _idx(file: Path, magic: int, header: int) -> np.ndarray:
    """The bytes of one gzipped IDX file after its header, whose magic number and sizes must fit."""
    remedy = "fetch the pack again with: python -m models.data fetch mnist"
    if not file.is_file():
        raise DataError(f"{file} is missing; {remedy}")
    try:
        content = gzip.decompress(file.read_bytes())
    except DAMAGE as error:
        raise DataError(f"{file} is damaged ({error}); {remedy}") from error
    numbers = np.frombuffer(content[:header], ">u4")
    sizes = (28, 28) if magic == IMAGES else ()
    right = len(content) >= header and numbers[0] == magic and tuple(numbers[2:]) == sizes
    if not right or len(content) - header != np.prod(numbers[1:], dtype=np.int64):
        raise DataError(f"{file} does not hold what its name says; {remedy}")
    return np.frombuffer(content, np.uint8, offset=header).copy()
