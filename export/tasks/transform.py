"""A digit that the reader turns, scales, shifts and squashes -> what a spatial transformer makes of it, and its answer.

The graph takes ink `uint8 (1, 28, 28, 1)` as `draw` does, and the distortion of rotated, translated and scaled MNIST
with one number more: it puts the digit on the canvas as the training data were put there. It gives probabilities
(1, 10) and, of a network with a transformer, points of the sampling grid T(G) on the canvas, (1, 2, 9, 9).
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from export.tasks import (
    PROBABILITIES,
    Answer,
    Array,
    Control,
    Feeds,
    Graph,
    Result,
    Sample,
    Task,
    Value,
    extremes,
    likeliest,
    observe,
    tap,
)
from export.tasks.draw import SHAPE, digits, drawn
from models.stn import Affine, Sampler, placement
from papers.schema import Distortion, Text, load_samples

LINES = 9  # of the grid on show, either way
LOCALISATION, SAMPLER = "localisation", "sampler"
# How the ten digits of MNIST stand before the reader touches them: most as in training, two beyond.
PLACEMENTS = (
    Distortion(angle=-20, scale=0.9, shift=(5, -3)),
    Distortion(angle=38, scale=1.1, shift=(-3, 2)),
    Distortion(angle=15, scale=0.75, shift=(-8, 6)),
    Distortion(angle=-40, scale=1.0, shift=(4, 6)),
    Distortion(angle=80, scale=0.9, shift=(2, -2)),
    Distortion(angle=30, scale=0.7, shift=(9, 9)),
    Distortion(angle=-45, scale=1.2, shift=(0, -3)),
    Distortion(angle=-12, scale=0.8, shift=(-9, -6)),
    Distortion(angle=25, scale=0.95, shift=(6, 4), squash=0.55),
    Distortion(angle=44, scale=0.8, shift=(-7, 8)),
)


class TransformGraph(Graph):
    """Ink and its distortion in, results and taps out."""

    def __init__(self, network: nn.Module, taps: Sequence[str]) -> None:
        super().__init__(network, taps)
        self.size = int(network.size)  # type: ignore[arg-type]
        self.canvas, self.sampler = Affine(self.size), Sampler()
        self.lines: nn.Module | None = None
        if hasattr(network, LOCALISATION):
            grid: Any = network.grid
            self.lines = type(grid)(LINES)
            self.taps = tuple(dict.fromkeys([*taps, LOCALISATION]))

    def forward(self, pixels: Tensor, angle: Tensor, scale: Tensor, shift: Tensor, squash: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        sides = torch.cat([scale, scale * squash])  # (2,): width and height
        theta = placement(torch.deg2rad(angle), sides[None], shift[None], self.size)  # (1, 6)
        ink = self.sampler(pixels.permute(0, 3, 1, 2).float(), self.canvas(theta))  # (1, 1, S, S)
        seen = network.prepare(ink.permute(0, 2, 3, 1))
        with observe(network, self.taps) as taps:
            scores = network(seen)  # (1, 10)
        outputs = {"probabilities": network.probabilities(scores)}
        if self.lines is not None:
            outputs["grid"] = self.lines(taps[tap(LOCALISATION)])
        return outputs | {"tap_input": seen.clone()} | taps


class Transform(Task):
    """See the module. A network tells its `size`, the side of its canvas, and by how many degrees the digits that it
    learned from were turned either way (`turns`). One that transforms has children as an `STN`: `localisation`, `grid`
    and `sampler`.
    """

    name = "transform"
    allowed = MappingProxyType({"probabilities": 5e-3, "grid": 5e-3})

    def inputs(self, network: nn.Module) -> list[Value]:
        degrees, pixels = Text(en="degrees, clockwise", zh="度，顺时针"), Text(en="pixels", zh="像素")
        factor, ratio = Text(en="factor", zh="倍数"), Text(en="of the height", zh="高度的倍数")
        return [
            Value("pixels", Text(en="ink, 0 to 255", zh="墨迹浓度，0 到 255")),
            Control("angle", degrees, Text(en="Turn", zh="旋转"), (0.0,), -180.0, 180.0, 1.0),
            Control("scale", factor, Text(en="Scale", zh="缩放"), (1.0,), 0.5, 1.5, 0.05),
            Control("shift", pixels, Text(en="Shift", zh="平移"), (0.0, 0.0), -14.0, 14.0, 0.5),
            Control("squash", ratio, Text(en="Squash", zh="压扁"), (1.0,), 0.4, 1.6, 0.05),
        ]

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return TransformGraph(network, taps).eval()

    def outputs(self, network: nn.Module) -> list[Result]:
        results = [PROBABILITIES]
        if hasattr(network, LOCALISATION):
            place = Text(en="−1 to 1 is the canvas", zh="画布为 −1 到 1")
            results.append(Result("grid", place, Text(en="Sampling grid", zh="采样网格"), None))
        return results

    def random(self, network: nn.Module, count: int, seed: int = 28) -> list[Feeds]:
        noise = np.random.default_rng(seed)
        return [{"pixels": each} | self.anywhere(network, noise) for each in extremes(SHAPE, count, noise)]

    def samples(self, network: nn.Module, slug: str) -> list[Sample]:
        graph = TransformGraph(network, [])
        placements = [sample.distortion or Distortion() for sample in load_samples(slug)]
        return [*_placed(graph, drawn(slug), placements), *_placed(graph, digits(), PLACEMENTS)]

    def labels(self, network: nn.Module) -> dict[str, list[str]]:
        names = [str(digit) for digit in range(10)]
        return {"en": names, "zh": names}

    def answer(self, network: nn.Module, outputs: Mapping[str, Array]) -> Answer:
        return likeliest(self.labels(network), outputs["probabilities"])

    def pictures(self, network: nn.Module, sample: Sample) -> dict[str, Array]:
        """What the transformer passes on."""
        if not hasattr(network, LOCALISATION):
            return {}
        return {"answer": _picture(_run(TransformGraph(network, [SAMPLER]), sample.feeds)[tap(SAMPLER)])}

    def extra(self, network: nn.Module) -> dict[str, Any]:
        """By how many degrees either way the network has seen digits turned."""
        return {"turns": network.turns}


TASK = Transform()


def _run(graph: TransformGraph, feeds: Feeds) -> dict[str, Tensor]:
    with torch.no_grad():
        return graph(**{name: torch.tensor(array) for name, array in feeds.items()})


def _placed(graph: TransformGraph, samples: Sequence[Sample], placements: Sequence[Distortion]) -> Iterator[Sample]:
    """The samples on the canvas."""
    for sample, placed in zip(samples, placements, strict=False):  # without the pack, there are no digits
        controls = {name: np.array(value, np.float32).reshape(-1) for name, value in placed.model_dump().items()}
        feeds = sample.feeds | controls
        yield dataclasses.replace(sample, feeds=feeds, thumbnail=_picture(_run(graph, feeds)["tap_input"]))


def _picture(ink: Tensor) -> Array:
    """Ink (1, 1, H, W) from 0 to 1 -> grey levels (H, W), black on white."""
    return (255 * (1 - ink[0, 0])).round().clamp(0, 255).to(torch.uint8).numpy()
