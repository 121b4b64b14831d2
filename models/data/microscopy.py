"""The packs isbi2012_em (neurons under the electron microscope) and dsb2018 (nuclei under the light microscope)."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image

from models.data import DAMAGE, DataError, find

SHORT = 144  # pixels of a nuclei picture's short side: the training pictures' own, the test pictures are brought to it
LEAST = 4  # pixels of a nucleus that counts
TAILS = (0.5, 99.5)  # percentiles that become black and white


class Slices(NamedTuple):
    """Electron micrographs: grey uint8 (count, 512, 512, 1); labels bool (count, 512, 512), False on membranes."""

    images: np.ndarray
    interior: np.ndarray


class Nuclei(NamedTuple):
    """One picture: grey uint8 (H, W, 1), nuclei bright on dark; objects int32 (H, W), 0 where there is no nucleus."""

    pixels: np.ndarray
    objects: np.ndarray


def membranes(folder: Path | None = None) -> Slices:
    """All slices of the pack in their order. Raises PackNotFound or DataError."""
    with _pack("isbi2012_em", "isbi2012_em.zip", folder) as pack:
        names = sorted(name.removeprefix("images/")[:-4] for name in pack.namelist() if name.startswith("images/"))
        images = np.stack([np.asarray(_picture(pack, f"images/{name}.jpg").convert("L")) for name in names])
        interior = np.stack([np.asarray(_picture(pack, f"labels/{name}.png").convert("1")) for name in names])
        if images.shape != interior.shape:
            raise ValueError(f"pictures are {images.shape}, labels {interior.shape}")
    return Slices(images[..., None], interior)


def nuclei(split: str, folder: Path | None = None) -> list[Nuclei]:
    """The pictures of a split: "train" and "val" of the training file, "test" is all of the other file.

    Raises PackNotFound or DataError.
    """
    file = "dsb2018_stage1test.zip" if split == "test" else "dsb2018_train.zip"
    with _pack("dsb2018", file, folder) as pack:
        entries = json.loads(pack.read("annotations.json"))["images"]
        return [_nuclei(pack, entry) for entry in entries if split in ("test", entry["split"])]


def _nuclei(pack: zipfile.ZipFile, entry: dict[str, str]) -> Nuclei:
    image, objects = _picture(pack, entry["file_name"]), _picture(pack, entry["instance_file"])
    if image.size != objects.size:
        raise ValueError(f"{entry['file_name']} and {entry['instance_file']} differ in size")
    scale = SHORT / min(image.size)
    size = round(image.width * scale), round(image.height * scale)
    grey = np.asarray(image.convert("L").resize(size, Image.Resampling.LANCZOS))
    numbers = np.asarray(objects.resize(size, Image.Resampling.NEAREST)).astype(np.int32)
    return Nuclei(stretched(grey)[..., None], numbers)


def stretched(grey: np.ndarray) -> np.ndarray:
    """Grey of any size with its contrast stretched to 0..255, and inverted where most of the picture is bright.

    Many fluorescence pictures are nearly black; in bright-field pictures of stained tissue nuclei are the dark part.
    """
    low, high = np.percentile(grey, TAILS)
    level = np.clip((grey - low) / max(high - low, 1), 0, 1)
    return np.round(255 * (1 - level if np.median(level) > 0.5 else level)).astype(np.uint8)


def counted(objects: np.ndarray) -> int:
    """Objects numbered from 1 on 0 that have at least LEAST pixels."""
    return int((np.bincount(objects.ravel())[1:] >= LEAST).sum())


@contextmanager
def _pack(name: str, file: str, folder: Path | None) -> Iterator[zipfile.ZipFile]:
    """The opened file of a pack; what is wrong with it or its contents becomes a DataError."""
    place = (folder or find(name)) / file
    try:
        with zipfile.ZipFile(place) as pack:
            yield pack
    except DAMAGE as error:
        raise DataError(f"{place} is missing or damaged ({error}); put the pack {name} there anew") from error


def _picture(pack: zipfile.ZipFile, name: str) -> Image.Image:
    return Image.open(io.BytesIO(pack.read(name)))
