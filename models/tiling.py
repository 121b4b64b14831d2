"""Pictures of any size, answered tile by tile: the overlap-tile strategy of the U-Net paper (Figure 2).

What a network does not answer at the border of a tile, its neighbours do; beyond the border of the picture, it is
mirrored.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor


class Plan(NamedTuple):
    """What a network says of its tiles, in pixels."""

    tile: int  # side of its square input
    border: int  # on each side of the input, for which there is no answer
    pitch: int  # tiles begin at multiples of it, so that each pixel gets the answer that one large tile would give it

    @property
    def answer(self) -> int:
        """Side of its square output."""
        return self.tile - 2 * self.border


class Tile(NamedTuple):
    """Where one tile's answer lies in the picture. Its input begins `border` pixels further up and to the left."""

    top: int
    left: int
    rows: int  # of the answer that are used: its first ones
    columns: int


def tiles(height: int, width: int, plan: Plan) -> Iterator[Tile]:
    """The tiles of a picture, row by row."""
    step = plan.answer // plan.pitch * plan.pitch
    for top in range(0, height, step):
        for left in range(0, width, step):
            yield Tile(top, left, min(step, height - top), min(step, width - left))


def window(pixels: Tensor, tile: Tile, plan: Plan) -> Tensor:
    """The input (T, T, C) of a tile, cut out of pixels (H, W, C) that are mirrored at the border."""
    rows = mirrored(tile.top - plan.border, plan.tile, pixels.shape[0])
    columns = mirrored(tile.left - plan.border, plan.tile, pixels.shape[1])
    return pixels[rows.to(pixels.device)][:, columns.to(pixels.device)]


def mirrored(first: int, count: int, size: int) -> Tensor:
    """Where in a line of `size` pixels the positions first, first + 1, ... lie when it is reflected at both ends.

    The pixel at the end is not repeated: 2 1 0 1 2. Short lines are reflected again and again.
    """
    period = max(2 * (size - 1), 1)
    place = torch.arange(first, first + count) % period
    return torch.minimum(place, period - place)


@torch.no_grad()
def segment(network: Any, pixels: Tensor, *controls: Tensor) -> Tensor:
    """A picture of any size, levels 0..255 (H, W, C) -> probabilities of each class (K, H, W).

    `network` tells its `plan`; `controls` are what it takes besides a tile.
    """
    height, width, _ = pixels.shape
    rows = []
    for tile in tiles(height, width, network.plan):
        x = network.prepare(window(pixels, tile, network.plan)[None])
        found = network.probabilities(network(x, *controls))[0, :, : tile.rows, : tile.columns]
        if tile.left == 0:
            rows.append([found])
        else:
            rows[-1].append(found)
    return torch.cat([torch.cat(row, 2) for row in rows], 1)
