"""A digit drawn on a pad -> which digit it is: the demo of networks trained on MNIST.

The graph takes ink `uint8 (1, 28, 28, 1)`, 0 for paper and 255 for full ink, centred as MNIST is (`export/pixels.py`),
and gives probabilities and the network's own scores, both (1, 10); a network of radial basis functions also gives the
probability (1, 1) that it is no digit at all.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from torch import Tensor, nn

from export.pixels import centre_ink, rasterise
from export.tasks import (
    LOGITS,
    PROBABILITIES,
    Answer,
    Array,
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
from export.words import say
from models import data
from papers.schema import Text, load_samples

SHAPE = (1, 28, 28, 1)
THUMBNAIL = 112  # side of a drawn sample's picture
DIGITS = 10


class DrawGraph(Graph):
    """Pixels in, results and taps out."""

    def forward(self, pixels: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        seen = network.prepare(pixels)  # (1, 1, 32, 32), LeNet-1: (1, 1, 28, 28)
        with observe(network, self.taps) as taps:
            scores = network(seen)  # (1, 10)
        outputs = {"probabilities": network.probabilities(scores), "scores": scores}
        if _has_rubbish(network):
            outputs["rubbish"] = network.rubbish(scores)
        return outputs | {"tap_input": seen.clone()} | taps


# What the scores of a network are that has no prototypes.
SCORES = {
    "activation": Result(
        "scores",
        Text(en="activation, taught to be +1 or −1", zh="激活值，训练目标为 +1 或 −1"),
        Text(en="Output of the ten units", zh="十个单元的输出"),
        "high",
    ),
    "logit": LOGITS,
}


class Draw(Task):
    """See the module. A network may tell the `scores_kind` of its answers: "rbf-distance", "activation", or "logit"."""

    name = "draw"
    allowed = MappingProxyType({"probabilities": 1e-3, "scores": 1e-3, "rubbish": 1e-3})

    def inputs(self, network: nn.Module) -> list[Value]:
        return [Value("pixels", Text(en="ink, 0 to 255", zh="墨迹浓度，0 到 255"))]

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return DrawGraph(network, taps).eval()

    def outputs(self, network: nn.Module) -> list[Result]:
        if not _has_rubbish(network):
            return [PROBABILITIES, SCORES[getattr(network, "scores_kind", "logit")]]
        distance = Text(en="squared distance to the prototype", zh="到原型的平方距离")
        return [
            PROBABILITIES,
            Result("scores", distance, Text(en="RBF distance", zh="RBF 距离"), "low"),
            Result("rubbish", PROBABILITIES.unit, Text(en="Probability of no digit", zh="不是数字的概率"), "low"),
        ]

    def random(self, network: nn.Module, count: int, seed: int = 28) -> list[Feeds]:
        noise = np.random.default_rng(seed)
        return [{"pixels": each} for each in extremes(SHAPE, count, noise)]

    def samples(self, network: nn.Module, slug: str) -> list[Sample]:
        return [*drawn(slug), *digits()]

    def labels(self, network: nn.Module) -> dict[str, list[str]]:
        digits = [str(digit) for digit in range(DIGITS)]
        return {"en": digits, "zh": digits}

    def answer(self, network: nn.Module, outputs: Mapping[str, Array]) -> Answer:
        rubbish = outputs.get("rubbish", np.zeros((1, 1)))
        labels = {language: [*names, say(language)("rubbish")] for language, names in self.labels(network).items()}
        return likeliest(labels, np.concatenate([outputs["probabilities"], rubbish], 1))

    def extra(self, network: nn.Module) -> dict[str, Any]:
        """The bitmaps that an RBF network compares with, and the tap that is compared."""
        if not _has_rubbish(network):
            return {}
        prototypes = network.rbf.prototypes  # type: ignore[union-attr]
        values = [round(value) for value in prototypes.flatten().tolist()]  # type: ignore[operator]
        before = [name for name, _ in network.named_children()]
        return {
            "prototypes": {"shape": [DIGITS, 12, 7], "values": values},
            "code_tap": "tap_" + before[before.index("rbf") - 1],
        }

    def shown(self, network: nn.Module) -> list[str]:
        return [self.extra(network)["code_tap"]] if _has_rubbish(network) else []


TASK = Draw()


def _has_rubbish(network: nn.Module) -> bool:
    return getattr(network, "scores_kind", "") == "rbf-distance"


@cache
def drawn(slug: str) -> tuple[Sample, ...]:
    """The drawings of the paper's folder."""
    return tuple(
        Sample(
            id=sample.id,
            label=sample.label,
            title=sample.title,
            source="drawn",
            licence="drawn for this site, CC BY 4.0",
            feeds={"pixels": centre_ink(rasterise(sample.strokes, sample.width)).reshape(SHAPE)},
            thumbnail=255 - rasterise(sample.strokes, sample.width, THUMBNAIL),
            extra={"strokes": sample.strokes, "width": sample.width},
        )
        for sample in load_samples(slug)
    )


@cache
def digits() -> tuple[Sample, ...]:
    """The first test digit of each class, if the pack is found."""
    try:
        pack = data.mnist()
    except data.PackNotFound:
        return ()
    samples = []
    for digit in range(DIGITS):
        place = int(np.flatnonzero(pack.test_labels == digit)[0])
        ink = pack.test_images[place]
        samples.append(
            Sample(
                id=f"mnist-{digit}",
                label=str(digit),
                title=Text(
                    en=f"{digit}, test digit {place + 1} of MNIST", zh=f"{digit}，MNIST 第 {place + 1} 个测试数字"
                ),
                source="mnist",
                licence="MNIST, LeCun & Cortes",
                feeds={"pixels": ink.reshape(SHAPE)},
                thumbnail=255 - ink.reshape(28, 28),
            )
        )
    return tuple(samples)
