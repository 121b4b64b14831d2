"""Membranes, nuclei and stained cells as a microscope might show them, drawn in code: what they show is known exactly.

The same seed and size give the same picture, here and in the browser, whose twin is `docs/assets/demo/microscopy.js`;
both are compared on `tests/fixtures/segment.json`. Everything random is a hash of a place, so that no pixel depends on
the order in which pixels are drawn. Lengths are in pixels.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
REACH = 2  # sites of a lattice in each direction that may be the nearest


class Drawing(NamedTuple):
    """Grey uint8 (H, W), and what is an object of it: numbered int (H, W), 0 where there is none."""

    pixels: NDArray[np.uint8]
    objects: Numbers


def membranes(seed: int, height: int, width: int) -> Drawing:
    """Dark membranes between bright cells, and dark organelles inside them, as in an electron micrograph."""
    x, y = _grid(height, width)
    bend = 26.0
    sx = x + bend * (noise(x, y, 45, seed + 1) - 0.5)
    sy = y + bend * (noise(x, y, 45, seed + 2) - 0.5)
    _, px, py, tone = _nearest(sx, sy, 46, seed + 3)
    edge = np.full(x.shape, np.inf)  # distance to the nearest cell's border with any other
    for qx, qy, _ in _sites(sx, sy, 46, seed + 3):
        apart = np.hypot(qx - px, qy - py)
        behind = (sx - qx) ** 2 + (sy - qy) ** 2 - (sx - px) ** 2 - (sy - py) ** 2
        edge = np.minimum(edge, np.where(apart > 0, behind / np.maximum(2 * apart, 1e-9), np.inf))
    grey = 168 + 24 * (tone - 0.5) + 34 * (noise(x, y, 9, seed + 4) - 0.5) + 44 * (noise(x, y, 3, seed + 5) - 0.5)
    spot, _, _, kind = _nearest(x, y, 34, seed + 6)
    inside = _ramp((5 + 5 * kind - spot) / 2) * _ramp((edge - 5) / 2) * (kind > 0.5)
    grey -= inside * (62 + 50 * (noise(x, y, 4, seed + 7) - 0.5))
    thick = 2.2 + 1.6 * noise(x, y, 30, seed + 8)
    grey -= (grey - 58) * _fall((edge / thick) ** 2)
    interior = edge > 2.5
    return Drawing(_finished(grey, x, y, 26, seed + 9), label(interior, connectivity=1))


def nuclei(seed: int, height: int, width: int) -> Drawing:
    """Bright nuclei on dark, some of which touch, as under a fluorescence microscope."""
    x, y = _grid(height, width)
    depth, number, tone = _ellipses(x, y, 27, 0.62, seed)
    glow = 26 * _fall(np.maximum(-depth, 0) / 7)
    grey = 10 + 12 * noise(x, y, 60, seed + 5) + glow
    grey += _ramp(depth / 2.5 + 0.4) * (90 + 110 * tone) * (0.8 + 0.4 * noise(x, y, 5, seed + 6))
    return Drawing(_finished(grey, x, y, 14, seed + 7), number)


def stained(seed: int, height: int, width: int) -> Drawing:
    """Dark nuclei in bright cells, as stained tissue looks in bright light; the nuclei are the objects."""
    x, y = _grid(height, width)
    depth, number, tone = _ellipses(x, y, 32, 0.7, seed)
    grey = 232 - 14 * noise(x, y, 40, seed + 5) - 34 * _ramp((depth + 9) / 3) * (0.6 + 0.8 * noise(x, y, 6, seed + 8))
    grey -= _ramp(depth / 2.5 + 0.4) * (55 + 50 * tone) * (0.75 + 0.5 * noise(x, y, 5, seed + 6))
    return Drawing(_finished(grey, x, y, 18, seed + 7), number)


DRAWINGS: dict[str, Callable[[int, int, int], Drawing]] = {"membranes": membranes, "nuclei": nuclei, "stained": stained}


def chance(i: Floats, j: Floats, seed: int) -> Floats:
    """A number in 0..1 for each place of a lattice, by a hash of 32 bits."""
    a, b = (part.astype(np.int64).astype(np.uint32) for part in (i, j))
    mixed: Any = a * np.uint32(374761393) + b * np.uint32(668265263) + np.uint32(seed * 2246822519 % 2**32)
    mixed = (mixed ^ (mixed >> 13)) * np.uint32(1274126177)
    return np.asarray((mixed ^ (mixed >> 16)) / 2**32)


def noise(x: Floats, y: Floats, size: float, seed: int) -> Floats:
    """Smooth noise in 0..1 with details of that size: chances at the corners of squares, blended in between."""
    i, j = np.floor(x / size), np.floor(y / size)
    u, v = (_smooth(part) for part in (x / size - i, y / size - j))
    top = chance(i, j, seed) * (1 - u) + chance(i + 1, j, seed) * u
    bottom = chance(i, j + 1, seed) * (1 - u) + chance(i + 1, j + 1, seed) * u
    return top * (1 - v) + bottom * v


def _smooth(part: Floats) -> Floats:
    return part * part * (3 - 2 * part)


def _fall(value: Floats) -> Floats:
    """From 1 to 0, soon and smoothly."""
    return np.maximum(0, 1 - value / 4) ** 4


def _ramp(value: Floats) -> Floats:
    """From 0 to 1, an edge one wide that is as soft as an antialiased one."""
    return np.clip(value, 0, 1)


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    y, x = np.meshgrid(np.arange(height, dtype=np.float64), np.arange(width, dtype=np.float64), indexing="ij")
    return x, y


def _sites(x: Floats, y: Floats, spacing: float, seed: int) -> Iterator[tuple[Floats, Floats, Floats]]:
    """The sites of a jittered lattice around each place: where they are, and a chance that belongs to each."""
    for down in range(-REACH, REACH + 1):
        for across in range(-REACH, REACH + 1):
            i, j = np.floor(x / spacing) + across, np.floor(y / spacing) + down
            px = (i + 0.1 + 0.8 * chance(i, j, seed)) * spacing
            py = (j + 0.1 + 0.8 * chance(i, j, seed + 100)) * spacing
            yield px, py, chance(i, j, seed + 200)


def _nearest(x: Floats, y: Floats, spacing: float, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """The distance to the nearest site, where it is, and its chance."""
    best = np.full((4, *x.shape), np.inf)
    for px, py, own in _sites(x, y, spacing, seed):
        distance = np.hypot(x - px, y - py)
        best = np.where(distance < best[0], np.stack([distance, px, py, own]), best)
    return best[0], best[1], best[2], best[3]


def _ellipses(x: Floats, y: Floats, spacing: float, share: float, seed: int) -> tuple[Floats, Numbers, Floats]:
    """Bent ellipses at a share of a lattice's sites: depth below the nearest outline, number of the object, its chance.

    Places outside of all have a negative depth and the number 0.
    """
    bent = 1 + 0.35 * (noise(x, y, 11, seed + 3) - 0.5)
    best = np.full((4, *x.shape), -np.inf)
    for px, py, own in _sites(x, y, spacing, seed):
        long = spacing * (0.3 + 0.18 * own)
        short, turn = long * (0.68 + 0.3 * (own * 7 % 1)), np.pi * (own * 13 % 1)
        u = ((x - px) * np.cos(turn) + (y - py) * np.sin(turn)) / long
        v = ((y - py) * np.cos(turn) - (x - px) * np.sin(turn)) / short
        depth = np.where(own * 29 % 1 < share, (1 - np.hypot(u, v) * bent) * short, -np.inf)
        best = np.where(depth > best[0], np.stack([depth, px, py, own]), best)
    depth, px, py, own = best
    number = np.where(depth > 0, np.floor(py / spacing) * 4096 + np.floor(px / spacing) + 1e6, 0).astype(np.int64)
    return depth, np.unique(number, return_inverse=True)[1].reshape(x.shape), own


def _finished(grey: Floats, x: Floats, y: Floats, grain: float, seed: int) -> NDArray[np.uint8]:
    return np.clip(np.floor(grey + grain * (chance(x, y, seed) - 0.5) + 0.5), 0, 255).astype(np.uint8)
