"""A micrograph of any size -> which of its pixels belong to objects: the demo of networks that answer tile by tile.

The graph takes one tile, grey `uint8 (1, T, T, 1)`, and, of a network that says how many skip connections it has,
`skips`, a factor for each, the finest first; it gives the probability (1, S, S) that a pixel belongs to an object: T is
the side of the network's tiles, S that of their answers. The page cuts a picture into tiles and puts the answers
together (`docs/assets/demo/tiling.js`), counts, and compares with what is known of the picture.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from skimage.measure import label
from torch import Tensor, nn

from export.drawings.microscopy import DRAWINGS
from export.labels import LABELS
from export.pictures import MEDICAL
from export.pixels import resize
from export.tasks import Answer, Array, Control, Feeds, Graph, Result, Sample, Task, Value, extremes, observe
from export.words import percent, say
from models import data
from models.data.microscopy import counted, nuclei, stretched
from models.tiling import segment, tiles, window
from papers.schema import LANGUAGES, Text

THUMBNAIL = 112
STRETCHED = ("nuclei",)  # what the networks saw in training had its contrast stretched
OBJECTS = {"membranes": "membranes", "nuclei": "nuclei", "stained": "nuclei"}  # of each drawing
LEVEL = 2.55  # grey levels of a probability map's picture for one hundredth


class SegmentGraph(Graph):
    """A tile in, results and taps out."""

    def forward(self, pixels: Tensor, *controls: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        seen = network.prepare(pixels)  # (1, 1, T, T)
        with observe(network, self.taps) as taps:
            logits = network(seen, *controls)  # (1, 2, S, S)
        return {"probability": network.probabilities(logits)[:, 1], "tap_input": seen.clone()} | taps


class Picture(NamedTuple):
    """A whole picture, grey uint8 (H, W), and its objects (H, W) where they are known, numbered from 1 on 0."""

    id: str
    title: Text
    source: str
    licence: str
    kind: str  # of its objects: the classes of a network
    pixels: Array
    objects: Array | None


class Segment(Task):
    """See the module. A network tells the `plan` of its tiles, the names of its two `classes`, its `threshold`, and how
    many connections of it can be cut: `skips`.
    """

    name = "segment"
    allowed = MappingProxyType({"probability": 1e-2})

    def inputs(self, network: Any) -> list[Value]:
        inputs = [Value("pixels", Text(en="grey level, 0 to 255", zh="灰度，0 到 255"))]
        if count := getattr(network, "skips", 0):
            title, unit = Text(en="Skip connections", zh="跳跃连接"), Text(en="factor", zh="倍数")
            inputs.append(Control("skips", unit, title, (1.0,) * count, 0.0, 1.0, 1.0))
        return inputs

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return SegmentGraph(network, taps).eval()

    def outputs(self, network: nn.Module) -> list[Result]:
        unit, title = Text(en="between 0 and 1", zh="0 到 1 之间"), Text(en="Probability", zh="概率")
        return [Result("probability", unit, title, None)]

    def random(self, network: Any, count: int, seed: int = 28) -> list[Feeds]:
        noise, shape = np.random.default_rng(seed), (1, network.plan.tile, network.plan.tile, 1)
        return [{"pixels": each} | self.anywhere(network, noise) for each in extremes(shape, count, noise)]

    def samples(self, network: Any, slug: str) -> list[Sample]:
        return [_sample(picture, network) for picture in [*_drawn(), *_nuclei(), *_photographs()]]

    def labels(self, network: Any) -> dict[str, list[str]]:
        return LABELS[network.classes]

    def answer(self, network: Any, outputs: Mapping[str, Array]) -> Answer:
        """Objects and their part of the picture."""
        mask = outputs["probability"][0] > _threshold(network)
        count = counted(label(mask, connectivity=1))
        return Answer(
            Text(**{language: say(language)(f"objects_{network.classes}", count=count) for language in LANGUAGES}),
            Text(
                **{
                    language: say(language)("objects_share", share=percent(float(mask.mean()), language, ".0f"))
                    for language in LANGUAGES
                }
            ),
        )

    def answer_to(self, network: Any, sample: Sample, outputs: Mapping[str, Array]) -> Answer:
        """The answer to the whole picture, of which `outputs` has one tile; compared with what is known of it."""
        probability, picture = _segmented(network, sample.id), _picture(sample.id)
        answer = self.answer(network, {"probability": probability[None]})
        if picture.objects is None or picture.kind != network.classes:
            return answer
        error = float(((probability > _threshold(network)) != (picture.objects > 0)).mean())
        count = counted(picture.objects)
        details = {
            language: say(language)("objects_known", count=count, error=percent(error, language, ".1f"))
            for language in LANGUAGES
        }
        return Answer(answer.text, Text(**details))

    def pictures(self, network: Any, sample: Sample) -> dict[str, Array]:
        """The whole picture, what is known of it, and what the network makes of it.

        `probability` has a grey level for every hundredth, rounded up: whether a pixel is above a threshold in
        hundredths can be told from it exactly.
        """
        picture = _picture(sample.id)
        probability = _segmented(network, sample.id)
        hundredths = np.ceil(100 * probability)
        answered = probability > _threshold(network)
        pictures = {
            "whole": picture.pixels,
            "probability": np.floor(LEVEL * hundredths + 0.5).astype(np.uint8),
            "answer": _shown(_tinted(picture.pixels, answered)),
        }
        return pictures | ({} if picture.objects is None else {"truth": 255 * (picture.objects > 0).astype(np.uint8)})

    def extra(self, network: Any) -> dict[str, Any]:
        return {
            "border": network.plan.border,
            "pitch": network.plan.pitch,
            "threshold": _threshold(network),
            "stretched": network.classes in STRETCHED,
            "kind": network.classes,
            "drawings": OBJECTS,
        }


TASK = Segment()


@cache
def _drawn() -> tuple[Picture, ...]:
    drawn = (
        ("membranes", 1, 256, 256, "Drawn membranes", "绘制的细胞膜"),
        ("nuclei", 90, 144, 200, "Drawn nuclei", "绘制的细胞核"),
        ("membranes", 300, 300, 420, "Drawn membranes, a larger piece", "绘制的细胞膜，更大的一块"),
        ("nuclei", 400, 288, 288, "Drawn nuclei, many", "绘制的细胞核，数目较多"),
        ("stained", 500, 200, 260, "Drawn stained cells", "绘制的染色细胞"),
    )
    return tuple(
        Picture(
            f"{kind}-{seed}",
            Text(en=en, zh=zh),
            "drawn",
            "drawn for this site, CC BY 4.0",
            OBJECTS[kind],
            *DRAWINGS[kind](seed, height, width),
        )
        for kind, seed, height, width, en, zh in drawn
    )


@cache
def _nuclei() -> tuple[Picture, ...]:
    """Some test pictures of the Data Science Bowl, if the pack is found."""
    try:
        test = nuclei("test")
    except data.PackNotFound:
        return ()
    return tuple(
        Picture(
            f"dsb2018-{place}",
            Text(en=f"Test picture {place + 1} of DSB 2018", zh=f"DSB 2018 第 {place + 1} 幅测试图像"),
            "dsb2018",
            "CC0, Broad Bioimage Benchmark Collection BBBC038",
            "nuclei",
            test[place].pixels[..., 0],
            test[place].objects,
        )
        for place in (2, 6, 12)
    )


@cache
def _photographs() -> tuple[Picture, ...]:
    """Pictures of another kind, of which nothing is known pixel by pixel."""
    return tuple(
        Picture(each.id, each.title, each.source, each.licence, "", _grey(each.make()), None)
        for each in MEDICAL
        if each.id == "tissue"
    )


def _threshold(network: Any) -> float:
    return round(network.threshold.item(), 2)


def _grey(rgb: Array) -> Array:
    return np.array(Image.fromarray(rgb).convert("L"))


def _picture(id: str) -> Picture:
    return next(picture for picture in [*_drawn(), *_nuclei(), *_photographs()] if picture.id == id)


def _seen(picture: Picture, network: Any) -> Tensor:
    """The whole picture (H, W, 1) as the network is used to see pictures."""
    pixels = stretched(picture.pixels) if network.classes in STRETCHED else picture.pixels
    return torch.from_numpy(pixels[..., None])


def _sample(picture: Picture, network: Any) -> Sample:
    """A graph takes one tile: the first of the picture stands for it."""
    height, width = picture.pixels.shape
    first = next(tiles(height, width, network.plan))
    truth = {} if picture.objects is None else {"count": counted(picture.objects), "kind": picture.kind}
    return Sample(
        id=picture.id,
        label=None,
        title=picture.title,
        source=picture.source,
        licence=picture.licence,
        feeds={"pixels": window(_seen(picture, network), first, network.plan).numpy()[None]},
        thumbnail=_shown(_coloured(picture.pixels)),
        extra=truth,
    )


@lru_cache(maxsize=32)
def _segmented(network: Any, id: str) -> Array:
    """The probability of an object in a whole picture (H, W)."""
    found: Array = segment(network, _seen(_picture(id), network))[1].numpy()
    return found


def _coloured(pixels: Array) -> Array:
    """Grey (H, W) as RGB (H, W, 3), which is stored in fewer bytes."""
    return np.repeat(pixels[..., None], 3, 2)


def _tinted(pixels: Array, mask: Array) -> Array:
    """Grey with the pixels of a mask in the accent's colour, half transparent: RGB (H, W, 3)."""
    grey = _coloured(pixels).astype(np.float64)
    return np.where(mask[..., None], grey / 2 + np.array([217, 100, 30]) / 2, grey)


def _shown(pixels: Array) -> Array:
    """The square in the middle, as a thumbnail."""
    square = min(pixels.shape[:2])
    top, left = ((length - square) // 2 for length in pixels.shape[:2])
    small = resize(pixels[top : top + square, left : left + square], THUMBNAIL, THUMBNAIL)
    return np.clip(np.floor(small + 0.5), 0, 255).astype(np.uint8)
