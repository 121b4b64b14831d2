"""Two pictures -> whether both show the same: the demo of networks that learn a distance.

The graph takes `first` and `second`, ink `uint8 (1, H, W, 1)` of characters or RGB `uint8 (1, H, W, 3)` of faces, and
gives the `energy` (1, 1) of the pair and, as `gallery` (1, 12), that of the first with each picture of the page's
gallery, whose points are constants of the graph. What is below the threshold is taken for the same. The threshold is no
input: whoever moves it needs no network.
"""

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from export.credits import credit
from export.pairs import Collection, Pair, View, collection
from export.tasks import Answer, Array, Feeds, Graph, Result, Sample, Task, Value, observe, tap
from export.trace import blocks
from export.words import say
from papers.schema import LANGUAGES, Text

LUMA = (0.299, 0.587, 0.114)  # ITU-R 601, as the grey pictures of the data set were made from colour
CHANNELS = {"characters": 1, "faces": 3}
UNITS = {
    "characters": Text(en="ink, 0 to 255", zh="墨迹浓度，0 到 255"),
    "faces": Text(en="red, green, blue, 0 to 255", zh="红、绿、蓝，0 到 255"),
}
LABELS = {
    "characters": {"en": ["same character", "different characters"], "zh": ["同一个字符", "不同的字符"]},
    "faces": {"en": ["same person", "different people"], "zh": ["同一个人", "不是同一个人"]},
}
DIVIDER = 170  # grey of the line between the two pictures of a thumbnail


class CompareGraph(Graph):
    """Pixels in, energies and taps out."""

    points: Tensor

    def __init__(self, network: Any, taps: Sequence[str], gallery: Sequence[View]) -> None:
        super().__init__(network, taps)
        self.last = [path for path, _ in blocks(network)][-1]
        with torch.no_grad():
            points = [network.embed(self.see(torch.from_numpy(view.pixels))) for view in gallery]
        self.register_buffer("points", torch.cat(points))  # (12, 50)

    def see(self, pixels: Tensor) -> Tensor:
        """What the network is given of a picture: (1, 1, 56, 46)."""
        network: Any = self.network
        if pixels.shape[3] == 3:
            pixels = pixels.float() @ torch.tensor(LUMA)[:, None]  # (1, H, W, 1)
        seen: Tensor = network.prepare(pixels)
        return seen

    def forward(self, first: Tensor, second: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        seen1, seen2 = self.see(first), self.see(second)
        with observe(network, [*self.taps, self.last]) as taps:
            energy = network(seen1, seen2)  # (1, 1)
        to_gallery = network.energy(taps[tap(self.last)], self.points).mT  # (1, 12)
        return {"energy": energy, "gallery": to_gallery, "tap_input": torch.cat([seen1, seen2], 1)} | taps


class Compare(Task):
    """See the module. A network has the `prepare`, `embed` and `energy` of a `Siamese`: `embed` ends with its last
    block, and `forward` embeds the first picture first. It tells what it `shows`, its `height` and `width`, its
    `threshold`, and `highest`: the upper bound of its energy.
    """

    name = "compare"
    allowed = MappingProxyType({"energy": 1e-3, "gallery": 1e-3})

    def inputs(self, network: Any) -> list[Value]:
        return [Value(name, UNITS[network.shows]) for name in ("first", "second")]

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return CompareGraph(network, taps, list(_collection(network).gallery.values())).eval()

    def outputs(self, network: Any) -> list[Result]:
        most = f"{network.highest:.{_digits(network)}f}"
        distance = Text(en=f"distance of two points, 0 to {most}", zh=f"两点的距离，0 到 {most}")
        gallery = Text(en="Energy with the pictures of the gallery", zh="与图库各图的能量")
        return [
            Result("energy", distance, Text(en="Energy", zh="能量"), None),
            Result("gallery", distance, gallery, "low"),
        ]

    def random(self, network: Any, count: int, seed: int = 28) -> list[Feeds]:
        noise, shape = np.random.default_rng(seed), (1, network.height, network.width, CHANNELS[network.shows])
        blank, full = np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)
        pairs = [(blank, blank), (blank, full), (full, blank)]
        pairs += [tuple(noise.integers(0, 256, (2, *shape)).astype(np.uint8)) for _ in range(count - len(pairs))]
        return [{"first": first, "second": second} for first, second in pairs]

    def samples(self, network: nn.Module, slug: str) -> list[Sample]:
        return [_sample(pair, self.labels(network)["en"]) for pair in _collection(network).pairs]

    def labels(self, network: Any) -> dict[str, list[str]]:
        return LABELS[network.shows]

    def answer(self, network: Any, outputs: Mapping[str, Array]) -> Answer:
        energy, threshold = float(outputs["energy"].item()), float(network.threshold.item())
        labels = {language: names[int(energy > threshold)] for language, names in self.labels(network).items()}
        numbers = {"energy": f"{energy:.{_digits(network)}f}", "threshold": f"{threshold:.{_digits(network)}f}"}
        return Answer(Text(**labels), Text(**{language: say(language)("energy", **numbers) for language in LANGUAGES}))

    def extra(self, network: Any) -> dict[str, Any]:
        """The threshold, the highest energy there can be, digits after the point of an energy, and the gallery."""
        gallery = [
            {
                "title": view.title.model_dump(),
                "image": f"gallery/{id}.webp",
                "credit": [part.model_dump() for part in credit(view.licence)],
            }
            for id, view in _collection(network).gallery.items()
        ]
        return {
            "threshold": round(float(network.threshold.item()), 3),
            "most": round(network.highest, _digits(network)),
            "digits": _digits(network),
            "gallery": gallery,
        }

    def gallery(self, network: nn.Module) -> dict[str, Array]:
        """The gallery, pixel by pixel as the network is given it; ink is black on white."""
        return {
            f"gallery/{id}.webp": 255 - view.pixels[0, ..., 0] if view.pixels.shape[3] == 1 else view.pixels[0]
            for id, view in _collection(network).gallery.items()
        }


TASK = Compare()


def _digits(network: Any) -> int:
    """Digits after the point with which an energy is written: the highest has four in all."""
    return max(0, 3 - math.floor(math.log10(network.highest)))


def _collection(network: Any) -> Collection:
    return collection(network.shows)


def _sample(pair: Pair, labels: Sequence[str]) -> Sample:
    first, second = pair.first, pair.second
    divider = np.full_like(first.picture[:, :2], DIVIDER)
    return Sample(
        id=pair.id,
        label=None if pair.same is None else labels[int(not pair.same)],
        title=pair.title,
        source=", ".join(dict.fromkeys([first.source, second.source])),
        licence=", ".join(dict.fromkeys([first.licence, second.licence])),
        feeds={"first": first.pixels, "second": second.pixels},
        thumbnail=np.concatenate([first.picture, divider, second.picture], 1),
        extra={"first": dict(first.extra), "second": dict(second.extra)},
    )
