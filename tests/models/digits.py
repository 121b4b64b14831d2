"""Digits drawn in code, so that training is tested without a data pack."""

import gzip
from pathlib import Path

import numpy as np

from models.data import Mnist
from models.registry import build


def draw(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bitmaps of LeNet-5's codes, doubled, shifted at random: ink uint8 (count, 28, 28, 1), labels int64 (count,)."""
    random = np.random.default_rng(seed)
    codes = build("lenet5", weights=False).rbf.prototypes.numpy().reshape(10, 12, 7)
    images, labels = np.zeros((count, 28, 28, 1), np.uint8), random.integers(0, 10, count)
    for image, label in zip(images, labels, strict=True):
        top, left = random.integers(0, 5), random.integers(3, 12)
        image[top : top + 24, left : left + 14, 0] = np.kron(codes[label] > 0, np.full((2, 2), 255))
    return images, labels


def drawn(train: int = 256, test: int = 100) -> Mnist:
    return Mnist(*draw(train, 1), *draw(test, 2))


def write(digits: Mnist, folder: Path) -> None:
    """The four IDX files of a pack."""
    folder.mkdir(parents=True, exist_ok=True)
    for part, images, labels in (("train", *digits[:2]), ("t10k", *digits[2:])):
        header = np.array([2051, len(images), 28, 28], ">u4").tobytes()
        (folder / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + images.tobytes()))
        header = np.array([2049, len(labels)], ">u4").tobytes()
        (folder / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(header + labels.astype(np.uint8).tobytes()))
