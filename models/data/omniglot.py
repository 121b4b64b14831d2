"""The pack omniglot: handwritten characters of fifty alphabets, each drawn once by twenty people."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from models.data import DAMAGE, DataError, find

DRAWERS, SIDE = 20, 105


class Characters(NamedTuple):
    """Ink uint8 (characters, 20, 105, 105, 1), 0 on paper and 255 in ink; the alphabet of each, int64 (characters,)."""

    images: np.ndarray
    alphabets: np.ndarray


def omniglot(folder: Path | None = None) -> tuple[Characters, Characters]:
    """Background set (30 alphabets) and evaluation set (20 others). Raises PackNotFound or DataError."""
    folder = folder or find("omniglot")
    return _split(folder / "images_background.npz"), _split(folder / "images_evaluation.npz")


def _split(file: Path) -> Characters:
    try:
        with np.load(file, allow_pickle=False) as pack:
            order = np.lexsort((pack["drawer"], pack["character"]))
            ink = np.unpackbits(pack["images_packed"][order], axis=2)[:, :, :SIDE] * np.uint8(255)
            character, alphabet = (pack[name][order].reshape(-1, DRAWERS) for name in ("character", "alphabet"))
        if (character != character[:, :1]).any():
            raise ValueError(f"not every character has {DRAWERS} drawings")
        return Characters(ink.reshape(-1, DRAWERS, SIDE, SIDE, 1), alphabet[:, 0].astype(np.int64))
    except DAMAGE as error:
        raise DataError(f"{file} is missing or damaged ({error}); put the pack omniglot there anew") from error
