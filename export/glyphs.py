"""Small pictures of what a block gives, as SVG with its size: a stack of maps, or a field of units."""

import math
from dataclasses import dataclass

from export.graph import Part, Shape
from export.terms import is_map

# The first is the name of a colour that the page may set, the second what stands in for it.
COLOURS = {
    "convolution": "#2f6fb0",
    "sub-sampling": "#c2742a",
    "pooling": "#c2742a",
    "fully-connected-layer": "#5a7f3c",
    "region-proposal-network": "#9a4a86",
    "region-proposal": "#9a4a86",
    "roi-pooling": "#c2742a",
    "detection-head": "#5a7f3c",
    "rbf": "#9a4a86",
    "input": "#5b6472",
}
OTHER = "#5b6472"

SIDE = 5.4  # of a map, for the square root of its height
FEWEST, MOST = 3.0, 34.0  # sides that can still be seen, and still be borne
MOST_MAPS = 9
MOST_UNITS = 400


@dataclass(frozen=True)
class Glyph:
    """SVG whose upper left corner is at the origin."""

    svg: str
    width: float
    height: float


def colour(term: str) -> str:
    """The term's colour, which the page sets as `--lp-<term>`."""
    return f"var(--lp-{term}, {COLOURS.get(term, OTHER)})"


def glyph(shape: Shape, term: str, scale: float = 1) -> Glyph:
    """The picture of one tensor (1, C, H, W) or (1, C)."""
    return _maps(shape, term, scale) if is_map(shape) else _units(shape[1] if shape[1:] else 1, term, scale)


def network(parts: tuple[Part, ...], scale: float = 0.62) -> Glyph:
    """The pictures of a network's blocks, one under the other."""
    pictures = [glyph(part.output, part.term, scale) for part in parts]
    width = max(picture.width for picture in pictures)
    svg, y = "", 0.0
    for picture in pictures:
        svg += place(picture, (width - picture.width) / 2, y)
        y += picture.height + 5
    return Glyph(svg, width, y - 5)


def place(picture: Glyph, x: float, y: float) -> str:
    """The picture with its corner at (x, y)."""
    return f'<g transform="translate({number(x)} {number(y)})">{picture.svg}</g>'


def number(value: float) -> str:
    """At most two decimals, and none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _maps(shape: Shape, term: str, scale: float) -> Glyph:
    """A stack of squares as high as the square root of the map, as many as there are maps, within reason."""
    count = shape[1]
    shown = min(count, 4 + round(math.log2(count / 4)) if count > 4 else count, MOST_MAPS)
    height = scale * min(max(SIDE * math.sqrt(shape[-2]), FEWEST), MOST)
    width = scale * min(max(SIDE * math.sqrt(shape[-1]), FEWEST), MOST)
    step = scale * 3.6
    squares = "".join(
        f'<rect x="{number(place * step)}" y="{number((shown - 1 - place) * step)}" width="{number(width)}" '
        f'height="{number(height)}" rx="1"/>'
        for place in reversed(range(shown))
    )
    body = f'<g fill="{colour(term)}" stroke="var(--lp-paper, #ffffff)" stroke-width="{number(scale)}">{squares}</g>'
    return Glyph(body, width + (shown - 1) * step, height + (shown - 1) * step)


def _units(count: int, term: str, scale: float) -> Glyph:
    """One dot a unit: ten in a row, more in a field twice as wide as it is high."""
    shown = min(count, MOST_UNITS)
    columns = shown if shown <= 10 else math.ceil(math.sqrt(2 * shown))
    rows = math.ceil(shown / columns)
    pitch = scale * (6 if shown <= 10 else min(5, 64 / columns))
    side = 0.72 * pitch
    dot = f"h{number(side)}v{number(side)}h-{number(side)}z"
    dots = "".join(
        f"M{number(place % columns * pitch)} {number(place // columns * pitch)}{dot}" for place in range(shown)
    )
    return Glyph(f'<path fill="{colour(term)}" d="{dots}"/>', (columns - 1) * pitch + side, (rows - 1) * pitch + side)
