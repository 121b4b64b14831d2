"""A picture -> boxes around the objects on it: the demo of detectors.

The graph takes RGB `uint8 (1, H, W, 3)`, a picture of any size brought to the canvas on which the network was trained
(`letterbox` in `export/pixels.py`), and two thresholds. Detections come best first, in as many places as there may be;
`count` says how many are used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from torch import Tensor, nn

from export.drawings import blood
from export.labels import LABELS, PLURALS, ByData
from export.pixels import letterbox, placed
from export.tasks import Answer, Array, Control, Feeds, Graph, Result, Sample, Task, Value, observe
from export.words import percent, say
from models import data
from models.data import detection
from models.data.detection import GREY
from papers.schema import LANGUAGES, Text

THUMBNAIL = (120, 160)
SCORE, OVERLAP = 0.5, 0.3  # the controls at first
SHOWN = (7, 16, 33)  # test pictures of the pack that show different things


class DetectGraph(Graph):
    """Pixels and thresholds in, results and taps out."""

    def forward(self, pixels: Tensor, score: Tensor, overlap: Tensor) -> dict[str, Tensor]:
        network: Any = self.network
        seen = network.prepare(pixels)  # (1, 3, H, W)
        with observe(network, self.taps) as taps:
            found = network(seen)
        results = network.detections(found, network.canvas, score[0], overlap[0])
        outputs = {name: results[name].float() for name in ("boxes", "scores", "labels", "count")}
        if "proposals" in found:
            outputs["origins"] = found["proposals"][results["source"]] * (outputs["scores"] > 0)[:, None]
        if "anchors" in found:
            outputs["anchors"] = found["anchors"].clone()
        return outputs | {"tap_input": seen.clone()} | taps


class Detect(Task):
    """See the module. A network has the `prepare`, `forward` and `detections` of a `FasterRCNN`, and tells what it
    `shows`, the data that it learned from, and its `canvas`, the height and width of the pictures. If it has an `rpn`,
    the page shows proposals and anchors, too.
    """

    name = "detect"
    allowed = MappingProxyType(
        {"boxes": 1e-4, "scores": 1e-4, "labels": 1e-4, "count": 1e-4, "origins": 1e-4, "anchors": 1e-4}
    )

    def inputs(self, network: nn.Module) -> list[Value]:
        score, overlap = (
            Text(en="score from which a box is shown", zh="显示边界框所需的得分"),
            Text(en="IoU above which the surer box removes another", zh="交并比，超过时得分高的框去掉另一个"),
        )
        return [
            Value("pixels", Text(en="red, green, blue, 0 to 255", zh="红、绿、蓝，0 到 255")),
            Control("score", score, Text(en="Lowest score", zh="最低得分"), (SCORE,), 0.05, 0.95, 0.05),
            Control(
                "overlap", overlap, Text(en="Largest IoU kept", zh="保留的最大交并比"), (OVERLAP,), 0.05, 0.95, 0.05
            ),
        ]

    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        return DetectGraph(network, taps).eval()

    def outputs(self, network: nn.Module) -> list[Result]:
        corners = Text(en="left, upper, right, lower edge in pixels", zh="左、上、右、下边缘，像素")
        probability, number = Text(en="between 0 and 1", zh="0 到 1 之间"), Text(en="number", zh="个数")
        origins = Result("origins", corners, Text(en="Their proposals", zh="对应的候选区域"), None)
        anchors = Result("anchors", probability, Text(en="Objectness of the anchors", zh="各锚框的物体性得分"), "high")
        return [
            Result("boxes", corners, Text(en="Bounding boxes", zh="边界框"), None),
            Result("scores", probability, Text(en="Scores", zh="得分"), "high"),
            Result("labels", Text(en="number of the class", zh="类别序号"), Text(en="Classes", zh="类别"), None),
            Result("count", number, Text(en="Number of detections", zh="检测数"), None),
            *([origins, anchors] if hasattr(network, "rpn") else []),
        ]

    def random(self, network: Any, count: int, seed: int = 28) -> list[Feeds]:
        """Noise, and smears of all kinds for a network that knows them, with thresholds anywhere."""
        noise, (height, width) = np.random.default_rng(seed), network.canvas
        shape = (1, height, width, 3)
        pixels = [noise.integers(0, 256, shape).astype(np.uint8) for _ in range(2)]
        for number in range(count - len(pixels)):
            if "smear" not in DRAWINGS.get(network.shows, ()):
                pixels.append(noise.integers(0, 256, shape).astype(np.uint8))
                continue
            red, white, platelets = (int(most) for most in noise.integers(0, (30, 4, 8)))
            smear = blood.Smear(1000 * seed + number, red, white, platelets, noise.uniform(0.5, 1), noise.uniform(0, 3))
            pixels.append(letterbox(blood.draw(smear).pixels, height, width, GREY)[None])
        return [{"pixels": each} | self.anywhere(network, noise) for each in pixels]

    def samples(self, network: Any, slug: str) -> list[Sample]:
        return [_fitted(sample, network.canvas) for samples in SAMPLES[network.shows] for sample in samples()]

    def labels(self, network: Any) -> dict[str, list[str]]:
        return LABELS[network.shows]

    def answer(self, network: Any, outputs: Mapping[str, Array]) -> Answer:
        """How many of each kind."""
        labels, names = outputs["labels"][: int(outputs["count"][0])], self.labels(network)
        numbers = [int((labels == kind).sum()) for kind in range(1, len(names["en"]) + 1)]
        called = names | {"en": [(PLURALS[network.shows] if n != 1 else names["en"])[i] for i, n in enumerate(numbers)]}
        texts, details = {}, {}
        for language in LANGUAGES:
            words = say(language)
            kinds = zip(numbers, called[language], strict=True)
            parts = [words("counted", number=number, name=name) for number, name in kinds if number]
            texts[language] = words("comma").join(parts) or words("nothing_found")
            details[language] = words("score_from", score=percent(SCORE, language, ".0f"))
        return Answer(Text(**texts), Text(**details))

    def extra(self, network: Any) -> dict[str, Any]:
        """The border of the canvas, what the page can draw anew, and the anchors: widths, heights, and their pitch."""
        extra = {"border": GREY, "plurals": PLURALS[network.shows], "drawings": DRAWINGS.get(network.shows, [])}
        if not hasattr(network, "rpn"):
            return extra
        shapes = [[round(side, 2) for side in shape] for shape in network.rpn.shapes.tolist()]
        return extra | {"anchors": {"stride": network.rpn.stride, "shapes": shapes}}

    def pictures(self, network: nn.Module, sample: Sample) -> dict[str, Array]:
        """What stands in for the pixels of the example until the reader asks for more."""
        return {"preview": sample.feeds["pixels"][0]}

    def shown(self, network: nn.Module) -> list[str]:
        return ["boxes", "origins"] if hasattr(network, "rpn") else ["boxes"]


TASK = Detect()


DRAWINGS = {"bccd": ["smear"]}  # what the page can draw anew, by what a network shows


def _fitted(sample: Sample, canvas: tuple[int, int]) -> Sample:
    """It on a network's canvas, where the page brings pictures, with the true boxes."""
    pixels, boxes = sample.feeds["pixels"][0], np.array(sample.extra["truth"]["boxes"]).reshape(-1, 4)
    top, left, height, width = placed(pixels.shape[:2], *canvas)
    scale = np.array([width / pixels.shape[1], height / pixels.shape[0]] * 2)
    truth = _truth(boxes * scale + np.array([left, top] * 2), np.array(sample.extra["truth"]["labels"]))
    return replace(sample, feeds={"pixels": letterbox(pixels, *canvas, GREY)[None]}, extra=sample.extra | truth)


def _truth(boxes: Array, labels: Array) -> dict[str, Any]:
    return {"truth": {"boxes": np.round(boxes, 1).tolist(), "labels": labels.tolist()}}


@cache
def _drawn() -> tuple[Sample, ...]:
    scenes = (
        ("sparse", "A thin smear", "稀疏的血涂片", blood.Smear(3, 9, 1, 2)),
        ("crowded", "A crowded smear", "拥挤的血涂片", blood.Smear(5, 26, 1, 4, 0.98)),
        ("overlapping", "Cells that overlap", "互相重叠的细胞", blood.Smear(8, 22, 1, 3, 0.55)),
        ("unsharp", "Out of focus", "没有对准焦距", blood.Smear(11, 14, 1, 2, 1.0, 2.2)),
        ("white-cells", "Three white cells", "三个白细胞", blood.Smear(13, 10, 3, 2)),
        ("platelets", "Many platelets", "很多血小板", blood.Smear(14, 15, 0, 9)),
    )
    samples = []
    for id, en, zh, smear in scenes:
        drawing = blood.draw(smear)
        samples.append(
            Sample(
                id=f"smear-{id}",
                label=None,
                title=Text(en=f"{en} (drawn)", zh=f"{zh}（绘制）"),
                source="drawn",
                licence="drawn for this site, CC BY 4.0",
                feeds={"pixels": drawing.pixels[None]},
                thumbnail=letterbox(drawing.pixels, *THUMBNAIL, GREY),
                extra=_truth(drawing.boxes, drawing.labels),
            )
        )
    return tuple(samples)


@cache
def _photographed() -> tuple[Sample, ...]:
    """Some test pictures, if the pack is found."""
    try:
        pack = detection.bccd()
    except data.PackNotFound:
        return ()
    return tuple(
        Sample(
            id=f"bccd-{number}",
            label=None,
            title=Text(en=f"Test picture {number + 1} of BCCD", zh=f"BCCD 第 {number + 1} 张测试图片"),
            source="bccd",
            licence="BCCD, MIT, Copyright (c) 2017 shenggan, photographs by cosmicad and akshaylamba",
            feeds={"pixels": pack.test[number].pixels[None]},
            thumbnail=letterbox(pack.test[number].pixels, *THUMBNAIL, GREY),
            extra=_truth(pack.test[number].boxes, pack.test[number].labels),
        )
        for number in SHOWN
    )


# By what a network shows.
SAMPLES = ByData("export/tasks/detect.py: SAMPLES", {"bccd": (_drawn, _photographed)})
