"""A picture -> what is on it: the demo of networks that give one class to a whole picture.

The graph takes RGB `uint8 (1, S, S, 3)`, S being the network's own size, and gives its scores and their softmax, both
(1, classes). A network with residual branches also takes `branches`, a factor for each.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from torch import Tensor, nn

from export.labels import LABELS
from export.pictures import PICTURES, Picture
from export.pixels import fit
from export.tasks import (
    LOGITS,
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
)
from papers.schema import Text

THUMBNAIL, SHOWN = 112, 224  # side of a sample's picture among the others, and when it is chosen


class ClassifyGraph(Graph):
    """Pixels in, results and taps out."""

    def forward(self, pixels: Tensor, *controls: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        seen = network.prepare(pixels)  # (1, 3, S, S)
        with observe(network, self.taps) as taps:
            scores = network(seen, *controls)  # (1, classes)
        return {"probabilities": network.probabilities(scores), "scores": scores, "tap_input": seen.clone()} | taps


class Classify(Task):
    """See the module. A network tells its `size`, the set of its `classes`, and how many residual `branches` it has."""

    name = "classify"
    allowed = MappingProxyType({"probabilities": 1e-2, "scores": 1e-2})

    def inputs(self, network: Any) -> list[Value]:
        inputs = [Value("pixels", Text(en="red, green, blue, 0 to 255", zh="红、绿、蓝，0 到 255"))]
        if count := getattr(network, "branches", 0):
            title, unit = Text(en="Residual branch", zh="残差分支"), Text(en="factor", zh="倍数")
            inputs.append(Control("branches", unit, title, (1.0,) * count, 0.0, 1.0, 0.05))
        return inputs

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return ClassifyGraph(network, taps).eval()

    def outputs(self, network: nn.Module) -> list[Result]:
        return [PROBABILITIES, LOGITS]

    def random(self, network: Any, count: int, seed: int = 28) -> list[Feeds]:
        noise, shape = np.random.default_rng(seed), (1, network.size, network.size, 3)
        return [{"pixels": each} | self.anywhere(network, noise) for each in extremes(shape, count, noise)]

    def samples(self, network: Any, slug: str) -> list[Sample]:
        return [_sample(picture, network.size, network.classes) for picture in PICTURES[network.classes]]

    def labels(self, network: Any) -> dict[str, list[str]]:
        return LABELS[network.classes]

    def answer(self, network: Any, outputs: Mapping[str, Array]) -> Answer:
        return likeliest(self.labels(network), outputs["probabilities"])

    def pictures(self, network: Any, sample: Sample) -> dict[str, Array]:
        """The sample as large as it is shown when it is chosen."""
        picture = next(each for each in PICTURES[network.classes] if each.id == sample.id)
        return {"shown": fit(_whole(picture), SHOWN)}

    def extra(self, network: Any) -> dict[str, Any]:
        count = getattr(network, "branches", 0)
        return {"groups": getattr(network, "groups", [count])} if count else {}


TASK = Classify()


@cache
def _sample(picture: Picture, size: int, classes: str) -> Sample:
    whole = _whole(picture)
    names = LABELS[classes]["en"]
    return Sample(
        id=picture.id,
        label=next((name for name in names if name in picture.shows), None),
        title=picture.title,
        source=picture.source,
        licence=picture.licence,
        feeds={"pixels": fit(whole, size)[None]},
        thumbnail=fit(whole, THUMBNAIL),
    )


@cache
def _whole(picture: Picture) -> Array:
    return picture.make()
