"""What a reader gives -> the pixels that a graph takes: resized pictures, and ink as MNIST would have centred it.

The browser's twin is `docs/assets/demo/pixels.js`. Both compute in float64 and are compared on
`tests/fixtures/pixels.json`, which is written by `python -m export.pixels tests/fixtures/pixels.json`.

Rounding is `floor(x + 0.5)` everywhere.
"""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

SIDE = 28  # of an MNIST picture
BOX = 20  # its digits fill a box of this side
PAD = 280  # side of the pad on which strokes are drawn
# The larger side of nine drawings of Omniglot in ten lies between these fractions of the picture's side.
LEAST, MOST = 0.4, 0.84


def resize(array: ArrayLike, height: int, width: int) -> Floats:
    """(H, W) or (H, W, C) -> (height, width[, C]) in float64, not rounded: an antialiased triangle filter.

    First the rows are combined, then the columns. Along an axis of `n` samples that become `m`, with `scale = n / m`,
    sample `i` of the result is centred at `c = (i + 0.5) * scale`, and sample `j` has the weight
    `max(0, 1 - |j + 0.5 - c| / max(scale, 1))`, divided by the sum of the weights. What would lie outside is left out.
    """
    source = np.asarray(array, np.float64)
    rows = np.tensordot(_weights(source.shape[0], height), source, (1, 0))
    return np.moveaxis(np.tensordot(_weights(source.shape[1], width), rows, (1, 1)), 0, 1)


def fit(picture: ArrayLike, height: int, width: int | None = None) -> Bytes:
    """RGB (H, W, 3) of 0..255 -> uint8 (height, width, 3): the largest piece of that form in its middle, resized.

    Without a width it is a square.
    """
    source, width = np.asarray(picture), width or height
    scale = min(source.shape[0] / height, source.shape[1] / width)
    tall, wide = (math.floor(side * scale + 0.5) for side in (height, width))
    top, left = (source.shape[0] - tall) // 2, (source.shape[1] - wide) // 2
    return _rounded(resize(source[top : top + tall, left : left + wide], height, width))


def letterbox(picture: ArrayLike, height: int, width: int, border: Sequence[int]) -> Bytes:
    """RGB (H, W, 3) of 0..255 -> uint8 (height, width, 3): as large as it fits, in the middle of the border's colour.

    Networks of `models/training/problems/detection.py` are trained on pictures brought to a canvas so.
    """
    source = np.asarray(picture)
    top, left, tall, wide = placed(source.shape[:2], height, width)
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = border
    canvas[top : top + tall, left : left + wide] = _rounded(resize(source, tall, wide))
    return canvas


def placed(size: Sequence[int], height: int, width: int) -> tuple[int, int, int, int]:
    """Where `letterbox` puts a picture of a size (height, width): top, left, height and width.

    The sides become `max(1, floor(side * factor + 0.5))`; what is left over is halved, the smaller half above and on
    the left.
    """
    factor = min(height / size[0], width / size[1])
    tall, wide = (max(1, math.floor(side * factor + 0.5)) for side in size)
    return (height - tall) // 2, (width - wide) // 2, tall, wide


def centre_ink(ink: ArrayLike) -> Bytes:
    """Ink 0..255 of shape (H, W) -> uint8 (28, 28), scaled and centred as the digits of MNIST were.

    1. Crop to the box of all samples above 0; without any, the answer is all zeros.
    2. Resize so that the longer side is 20: the other side is `max(1, floor(side * 20 / longer + 0.5))`.
    3. Let (y, x) be the centre of mass of the result in sample indices, before rounding. Its top row goes to row
       `floor(13.5 - y + 0.5)` of the picture, its left column to column `floor(13.5 - x + 0.5)`, each kept between 0
       and 28 - side so that nothing is cut off.
    4. Round, and limit to 0..255.
    """
    picture = np.zeros((SIDE, SIDE), np.uint8)
    box = _ink_box(ink)
    if box is None:
        return picture
    longer = max(box.shape)
    height, width = (max(1, math.floor(side * BOX / longer + 0.5)) for side in box.shape)
    small = resize(box, height, width)
    mass = small.sum()
    y = float((small.sum(axis=1) * np.arange(height)).sum() / mass)
    x = float((small.sum(axis=0) * np.arange(width)).sum() / mass)
    top = min(max(math.floor((SIDE - 1) / 2 - y + 0.5), 0), SIDE - height)
    left = min(max(math.floor((SIDE - 1) / 2 - x + 0.5), 0), SIDE - width)
    picture[top : top + height, left : left + width] = _rounded(small)
    return picture


def place_ink(ink: ArrayLike, side: int) -> Bytes:
    """Ink 0..255 of shape (H, W) -> uint8 (side, side), like a drawing of Omniglot, where people drew as they liked.

    1. Crop to the box of all samples above 0; without any, the answer is all zeros.
    2. Resize by `side / max(H, W)`, but so that the longer side of the box is at least 0.4 and at most 0.84 of `side`.
       A side becomes `max(1, floor(length + 0.5))`.
    3. Put it into the middle: its top row to `floor((side - height) / 2)`, its left column likewise.
    4. Round, and limit to 0..255.
    """
    picture = np.zeros((side, side), np.uint8)
    box = _ink_box(ink)
    if box is None:
        return picture
    longer = max(box.shape)
    part = min(max(longer / max(np.shape(ink)), LEAST), MOST)
    height, width = (max(1, math.floor(length * part * side / longer + 0.5)) for length in box.shape)
    top, left = (side - height) // 2, (side - width) // 2
    picture[top : top + height, left : left + width] = _rounded(resize(box, height, width))
    return picture


def rasterise(strokes: Sequence[Sequence[Sequence[float]]], width: float, size: int = PAD) -> Bytes:
    """Polylines in 0..1 (x to the right, y down), drawn by a round pen -> ink 0..255, uint8 (size, size).

    `width` is a fraction of the side. A sample's ink is how far its centre lies inside the line, in samples, plus a
    half, between 0 and 1: an antialiased edge one sample wide.
    """
    centres, reach = np.arange(size) + 0.5, width * size / 2 + 1
    nearest = np.full((size, size), np.inf)
    for stroke in strokes:
        points = [(size * x, size * y) for x, y in stroke]
        for (ax, ay), (bx, by) in zip(points, points[1:] or points, strict=False):
            # Only the samples that this piece of the line can reach.
            rows = slice(*np.searchsorted(centres, [min(ay, by) - reach, max(ay, by) + reach]))
            columns = slice(*np.searchsorted(centres, [min(ax, bx) - reach, max(ax, bx) + reach]))
            y, x = centres[rows, None] - ay, centres[None, columns] - ax
            dx, dy = bx - ax, by - ay
            along = np.clip((x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
            distance = np.hypot(x - along * dx, y - along * dy)
            nearest[rows, columns] = np.minimum(nearest[rows, columns], distance)
    return _rounded(255 * np.clip(width * size / 2 - nearest + 0.5, 0, 1))


def _ink_box(ink: ArrayLike) -> Floats | None:
    """The smallest piece that holds all ink; None if there is none."""
    source = np.asarray(ink, np.float64)
    rows, columns = np.flatnonzero((source > 0).any(axis=1)), np.flatnonzero((source > 0).any(axis=0))
    return source[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else None


def _weights(before: int, after: int) -> Floats:
    """Matrix (after, before) of the triangle filter; each row sums to one."""
    scale = before / after
    centres = (np.arange(after) + 0.5) * scale
    weights = np.maximum(0, 1 - np.abs(np.arange(before) + 0.5 - centres[:, None]) / max(scale, 1))
    return weights / weights.sum(axis=1, keepdims=True)


def _rounded(values: Floats) -> Bytes:
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def fixtures() -> str:
    """Cases for the tests of both languages, as JSON. Results of `resize` are rounded to six decimals."""
    random = np.random.default_rng(7)
    resizes = []
    for before, after in [((5, 4), (5, 4)), ((4, 4), (8, 8)), ((7, 9), (3, 4)), ((12, 5), (5, 12)), ((1, 6), (4, 2))]:
        array = random.integers(0, 256, before)
        result = np.round(resize(array, *after), 6)
        resizes.append({"input": array.tolist(), "height": after[0], "width": after[1], "expected": result.tolist()})
    drawings = {
        "nothing": np.zeros((16, 16)),
        "one sample": np.pad([[200]], ((3, 8), (5, 6))),
        "bar": np.pad(np.full((18, 3), 255), ((2, 4), (15, 6))),
        "corner": np.pad(np.full((4, 9), 120), ((0, 20), (0, 15))),
        "seven": rasterise([[(0.2, 0.2), (0.75, 0.2), (0.4, 0.85)]], 0.1, 48),
        "tiny": rasterise([[(0.6, 0.7), (0.66, 0.68), (0.68, 0.75), (0.6, 0.76), (0.6, 0.7)]], 0.03, 60),
        "heavy": rasterise([[(0.1, 0.9), (0.9, 0.9)], [(0.15, 0.9), (0.15, 0.5)]], 0.14, 40),
    }
    inks = [
        {
            "name": name,
            "input": np.asarray(ink, int).tolist(),
            "centred": centre_ink(ink).tolist(),
            "placed": place_ink(ink, 10).tolist(),
        }
        for name, ink in drawings.items()
    ]
    fits = []
    sizes = [((6, 9, 3), 4, 4), ((24, 19, 3), 8, 8), ((5, 5, 3), 11, 11), ((7, 9, 3), 5, 3), ((6, 3, 3), 4, 3)]
    for shape, height, width in sizes:
        picture = random.integers(0, 256, shape)
        expected = fit(picture, height, width).tolist()
        fits.append({"input": picture.tolist(), "height": height, "width": width, "expected": expected})
    boxed = []
    for shape, height, width in [((6, 9, 3), 5, 5), ((7, 4, 3), 4, 6), ((1, 12, 3), 3, 4)]:
        picture, border = random.integers(0, 256, shape), [1, 2, 3]
        expected = letterbox(picture, height, width, border).tolist()
        boxed.append(
            {"input": picture.tolist(), "height": height, "width": width, "border": border, "expected": expected}
        )
    cases = {"resize": resizes, "ink": inks, "fit": fits, "letterbox": boxed}
    return json.dumps(cases, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m export.pixels tests/fixtures/pixels.json")
    Path(sys.argv[1]).write_text(fixtures(), encoding="utf-8")
