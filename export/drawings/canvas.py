"""A small canvas for drawings with light, shadow and texture.

Lengths are hundredths of the side, x to the right, y down; light falls from above and from the left. A shape is a mask,
float64 (SIDE, SIDE) of 0..1, antialiased by drawing it four times as large; colours are written "#rrggbb".
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pictures
from PIL import ImageColor, ImageDraw
from skimage.filters import gaussian

Image = NDArray[np.uint8]  # (SIDE, SIDE, 3)
Mask = NDArray[np.float64]  # (SIDE, SIDE)
Texture = tuple[float, float, float]  # how strong it is, and the size of its details across and down

SIDE = 256
FINER = 4  # shapes are drawn so much larger, then averaged
UNIT = SIDE / 100
LIGHT = 0.55  # how much brighter and darker a rounded shape becomes at its edges


def ellipse(x: float, y: float, across: float, down: float | None = None, turn: float = 0) -> Mask:
    """Centre, the two half axes (one for a disc), and degrees clockwise."""
    angles = np.linspace(0, 2 * np.pi, 90)
    return _placed(across * np.cos(angles), (down or across) * np.sin(angles), x, y, turn)


def leaf(x: float, y: float, across: float, down: float, turn: float = 0) -> Mask:
    """As an ellipse, but pointed at both ends of its first axis."""
    there = np.linspace(-1, 1, 45)
    half = down * (1 - there**2)
    return _placed(across * np.append(there, -there), np.append(half, -half), x, y, turn)


def box(left: float, top: float, right: float, bottom: float) -> Mask:
    """An upright rectangle."""
    return polygon(f"{left},{top} {right},{top} {right},{bottom} {left},{bottom}")


def polygon(points: str) -> Mask:
    """Straight edges through "x,y x,y ..."."""
    return _filled(parse(points))


def blob(points: str) -> Mask:
    """A closed smooth outline through "x,y x,y ..."."""
    return _filled(smooth(parse(points), closed=True))


def stroke(points: str, width: float, end: float | None = None) -> Mask:
    """A smooth line through "x,y x,y ..." by a round pen, whose width goes to `end` on the way."""
    way = smooth(parse(points), closed=False) * UNIT * FINER
    pens = np.linspace(width, width if end is None else end, len(way)) * UNIT * FINER
    picture, draw = _sheet()
    for (x, y), after, pen in zip(way, way[1:], pens, strict=False):
        draw.circle((x, y), pen / 2, fill=255)
        draw.line((x, y, *after), fill=255, width=round(pen))
    return _shrunk(picture)


def soft(mask: Mask, width: float) -> Mask:
    """The mask with blurred edges."""
    blurred: Mask = gaussian(mask, width * UNIT, mode="nearest")
    return blurred


class Canvas:
    """What has been painted so far. The same seed and calls give the same picture."""

    def __init__(self, seed: int, colours: str) -> None:
        self.random = np.random.default_rng(seed)
        self.pixels = np.zeros((SIDE, SIDE, 3))
        self.paint(np.ones((SIDE, SIDE)), colours)

    def noise(self, across: float, down: float) -> Mask:
        """Cloudy noise around 0, nearly all of it within -1..1, with details of that size and finer ones."""
        total = np.zeros((SIDE, SIDE))
        for octave in range(3):
            cells = [max(2, round(100 * 2**octave / length)) for length in (across, down)]
            grid = Pictures.fromarray(self.random.normal(size=(cells[1], cells[0])).astype(np.float32))
            total += np.asarray(grid.resize((SIDE, SIDE), Pictures.Resampling.BICUBIC)) / 2**octave
        return total / 3

    def paint(self, mask: Mask, colours: str, relief: float = 0, texture: Texture | None = None) -> Mask:
        """Paint the mask in "#rrggbb", or "#rrggbb #rrggbb" from its top to its bottom row; return the mask.

        `relief`: how far from its edge the shape is rounded off, by light and shadow.
        """
        rows = np.flatnonzero(mask.max(1) > 0.5)
        top, bottom = (rows[0], rows[-1]) if len(rows) else (0, SIDE)
        down = np.clip((np.arange(SIDE) - top) / max(1, bottom - top), 0, 1)[:, None, None]
        first, *others = (np.array(ImageColor.getrgb(colour)) for colour in colours.split())
        shades = first + down * ((others or [first])[0] - first)  # (SIDE, 1, 3)
        brightness = np.ones((SIDE, SIDE))
        if relief:
            dy, dx = np.gradient(soft(mask, relief))
            # At a straight edge the gradient is 0.4 over the blur's width, which makes this 1 where light is full.
            brightness += LIGHT * 2.5 * relief * UNIT * (0.8 * dy + 0.6 * dx)
        if texture:
            brightness += texture[0] * self.noise(texture[1], texture[2])
        self._blend(mask, shades * brightness[..., None])
        return mask

    def shade(self, mask: Mask, strength: float, within: Mask | None = None) -> None:
        """Darken the mask; a negative strength lightens it."""
        weight = abs(strength) * mask * (1 if within is None else within)
        self._blend(weight, np.full(3, 0.0 if strength > 0 else 255.0))

    def finish(self) -> Image:
        """The picture, uint8 (SIDE, SIDE, 3), a little unsharp and grainy as from a camera."""
        seen = gaussian(self.pixels, 0.6, channel_axis=-1) + self.random.normal(0, 2, (SIDE, SIDE, 1))
        return np.clip(np.floor(seen + 0.5), 0, 255).astype(np.uint8)

    def _blend(self, weight: Mask, colours: NDArray[np.float64]) -> None:
        self.pixels += weight[..., None] * (np.clip(colours, 0, 255) - self.pixels)


def parse(points: str) -> NDArray[np.float64]:
    """The points of "x,y x,y ...", as (count, 2)."""
    return np.array([[float(number) for number in pair.split(",")] for pair in points.split()])


def _placed(x: NDArray[np.float64], y: NDArray[np.float64], right: float, down: float, turn: float) -> Mask:
    """The filled outline, turned clockwise about 0, then moved."""
    sine, cosine = np.sin(np.radians(turn)), np.cos(np.radians(turn))
    return _filled(np.stack([right + cosine * x - sine * y, down + sine * x + cosine * y], 1))


def smooth(points: NDArray[np.float64], closed: bool) -> NDArray[np.float64]:
    """Catmull-Rom spline through the points."""
    mode: Literal["wrap", "edge"] = "wrap" if closed else "edge"
    padded = np.pad(points, ((1, 2 if closed else 1), (0, 0)), mode=mode)
    t = np.linspace(0, 1, 24, endpoint=False)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        pieces.append(b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.concatenate([*pieces, points[:1] if closed else points[-1:]])


def _sheet() -> tuple[Pictures.Image, ImageDraw.ImageDraw]:
    picture = Pictures.new("L", (SIDE * FINER, SIDE * FINER))
    return picture, ImageDraw.Draw(picture)


def _filled(points: NDArray[np.float64]) -> Mask:
    picture, draw = _sheet()
    draw.polygon([(x, y) for x, y in points * UNIT * FINER], fill=255)
    return _shrunk(picture)


def _shrunk(picture: Pictures.Image) -> Mask:
    return np.asarray(picture, np.float64).reshape(SIDE, FINER, SIDE, FINER).mean((1, 3)) / 255
