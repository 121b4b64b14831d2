"""What problems that end in boxes around objects have in common: a canvas, augmentation, average precision.

All photographs are brought to the network's canvas. Measured as COCO does, by its own code.
"""

import contextlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch import Tensor

from models.data.detection import GREY, Detection, Photograph
from models.training import Network
from models.training.problems import Batch, Problem
from models.training.recipes import Stage

VISIBLE = 0.4  # of an object's box must be left for it to be learned
SCORE, OVERLAP = 0.02, 0.3  # detections below this score, or that overlap a better one by more, are not given


class Detect(Problem):
    """Learns from the pack's parts train and val together; `validate` learns from train and measures on val."""

    fence = 5e-3
    flips: ClassVar[int]  # 1: left and right may be exchanged, 2: also above and below
    zoom: ClassVar[tuple[float, float]]  # range of the random scale
    stretch: ClassVar[float]  # by which factor width and height may differ, either way
    light: ClassVar[float]  # range of the random contrast, brightness and colour, as a fraction

    @staticmethod
    def read(folder: Path | None) -> Detection:
        raise NotImplementedError

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        pack = self.read(folder)
        self.classes = pack.classes
        self.test = pack.val if validate else pack.test
        self.learned = pack.train if validate else pack.train + pack.val

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.learned), "test": len(self.test)}

    def __len__(self) -> int:
        return len(self.learned)

    def begin(self, stage: Stage, network: Network, *_: Any) -> None:
        learned = [letterbox(each, network.canvas) for each in self.learned]
        self.images = torch.from_numpy(np.stack([each.pixels for each in learned]))  # (count, H, W, 3)
        most = max([1, *(int((~each.difficult).sum()) for each in learned)])
        self.boxes, self.labels = torch.zeros(len(learned), most, 4), torch.zeros(len(learned), most, dtype=torch.int64)
        for boxes, labels, each in zip(self.boxes, self.labels, learned, strict=True):
            count = int((~each.difficult).sum())
            boxes[:count] = torch.from_numpy(each.boxes[~each.difficult])
            labels[:count] = torch.from_numpy(each.labels[~each.difficult])

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        images, boxes, labels = self.images[chosen], self.boxes[chosen], self.labels[chosen]
        images, boxes, labels = self.move(images.to(device), boxes, labels, generator)
        return self.relight(images, generator), boxes.to(device), labels.to(device), generator

    def loss(self, network: Network, batch: Batch) -> Tensor:
        images, boxes, labels, generator = batch
        loss: Tensor = network.loss(network.prepare(images), boxes, labels, generator)
        return loss

    def move(
        self, images: Tensor, boxes: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Flip, scale and shift pixels (N, H, W, 3) with their boxes (N, M, 4), labels (N, M) -> the same shapes.

        A larger picture shows a part of itself anywhere, a smaller one lies anywhere on grey. Objects that are mostly
        outside are forgotten.
        """
        count, height, width = images.shape[:3]
        size = torch.tensor([width, height])
        random = torch.rand(count, 6, generator=generator)
        low, high = (np.log(bound) for bound in self.zoom)
        zoom = torch.exp(low + (high - low) * random[:, :1])
        stretch = torch.exp(np.log(self.stretch) * (random[:, 1:2] - 0.5))
        mirror = 1 - 2 * (random[:, 2:4] * torch.tensor([1.0, self.flips - 1]) > 0.5).float()  # (N, 2)
        factor = zoom * torch.cat([stretch, 1 / stretch], 1)  # of x and y
        # Middle of the new picture, in units of half the canvas; the picture stays inside, or covers it all.
        shift = (factor - 1).abs() * (2 * random[:, 4:6] - 1)
        matrix = torch.zeros(count, 2, 3)  # from a point of the canvas to a point of the old picture
        matrix[:, [0, 1], [0, 1]] = mirror / factor
        matrix[:, :, 2] = -shift * mirror / factor
        grid = F.affine_grid(matrix, [count, 1, height, width], align_corners=False).to(images.device)
        grey = torch.tensor(GREY, device=images.device, dtype=torch.float32)
        pixels = (images - grey).permute(0, 3, 1, 2)
        moved = F.grid_sample(pixels, grid, align_corners=False).permute(0, 2, 3, 1) + grey

        corners = boxes.unflatten(2, (2, 2)) / size * 2 - 1  # (N, M, corner, x and y), from -1 to 1
        corners = corners * (mirror * factor)[:, None, None] + shift[:, None, None]
        corners = (corners + 1) / 2 * size
        whole = torch.stack([corners.amin(2), corners.amax(2)], 2)  # (N, M, 2, 2)
        seen = whole.clamp(min=0).minimum(size.float())
        area, rest = ((each[:, :, 1] - each[:, :, 0]).prod(2) for each in (whole, seen))
        kept = (labels > 0) & (rest >= VISIBLE * area)
        return moved, seen.flatten(2) * kept[..., None], labels * kept

    def relight(self, images: Tensor, generator: torch.Generator) -> Tensor:
        """Change contrast, brightness and the colours' strength of pixels (N, H, W, 3) at random."""
        random = 2 * torch.rand(len(images), 5, generator=generator).to(images.device) - 1
        contrast, brightness, colours = random[:, :1], random[:, 1:2], random[:, 2:]
        factor = (1 + self.light * contrast) * (1 + self.light / 2 * colours)  # (N, 3)
        images = (images - 128) * factor[:, None, None] + 128 + 128 * self.light * brightness[:, None, None]
        return images.clamp(0, 255)

    def end(self, network: Network) -> None:
        if hasattr(network, "fold"):  # batch normalization into the convolutions before it
            network.fold()

    def measure(self, network: Network) -> dict[str, Any]:
        device = next(network.parameters()).device
        test = [letterbox(each, network.canvas) for each in self.test]
        return average_precision(test, [found(network, each, device) for each in test], self.classes)


def letterbox(photograph: Photograph, size: tuple[int, int]) -> Photograph:
    """The photograph as large as a canvas (height, width) allows, in its middle, on grey; the boxes with it."""
    pixels, boxes, labels, difficult = photograph
    factor = min(size[0] / pixels.shape[0], size[1] / pixels.shape[1])
    height, width = round(pixels.shape[0] * factor), round(pixels.shape[1] * factor)
    top, left = (size[0] - height) // 2, (size[1] - width) // 2
    canvas = np.empty((*size, 3), np.uint8)
    canvas[:] = GREY
    smaller = Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR)
    canvas[top : top + height, left : left + width] = np.asarray(smaller)
    scale = np.array([width / pixels.shape[1], height / pixels.shape[0]] * 2, np.float32)
    return Photograph(canvas, boxes * scale + np.array([left, top] * 2, np.float32), labels, difficult)


@torch.no_grad()
def found(network: Network, photograph: Photograph, device: torch.device) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes (n, 4), scores (n,) and labels (n,) of a network in evaluation mode, for a photograph on its canvas."""
    x = network.prepare(torch.from_numpy(photograph.pixels)[None].to(device))
    score, overlap = torch.tensor(SCORE, device=device), torch.tensor(OVERLAP, device=device)
    answer = network.detections(network(x), network.canvas, score, overlap)
    boxes, scores, labels = (
        answer[name][: int(answer["count"])].cpu().numpy() for name in ("boxes", "scores", "labels")
    )
    return boxes, scores, labels


def average_precision(
    truth: Sequence[Photograph],
    detections: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]],
    classes: Sequence[str],
) -> dict[str, Any]:
    """Mean average precision at an IoU of 0.5, from 0.5 to 0.95, and the former by class.

    Difficult objects are not counted, nor is what is found there: COCO passes over objects whose area is out of range.
    """
    objects: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    for number, (photograph, (boxes, scores, labels)) in enumerate(zip(truth, detections, strict=True), 1):
        for box, label, difficult in zip(photograph.boxes, photograph.labels, photograph.difficult, strict=True):
            objects.append(_entry(number, box, label, iscrowd=0, id=len(objects) + 1))
            objects[-1]["area"] = -1 if difficult else objects[-1]["area"]
        answers += [
            _entry(number, box, label, score=float(score), id=len(answers) + place)
            for place, (box, score, label) in enumerate(zip(boxes, scores, labels, strict=True), 1)
        ]
    with contextlib.redirect_stdout(io.StringIO()):  # it prints as it goes
        sides = []
        for entries in (objects, answers):
            side = COCO()
            categories = [{"id": label, "name": name} for label, name in enumerate(classes, 1)]
            side.dataset = {
                "images": [{"id": number} for number in range(1, len(truth) + 1)],
                "annotations": entries,
                "categories": categories,
            }
            side.createIndex()
            sides.append(side)
        evaluation = COCOeval(*sides, iouType="bbox")
        evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
        evaluation.params.maxDets = [100]
        evaluation.evaluate()
        evaluation.accumulate()
    precision = evaluation.eval["precision"][..., 0, 0]  # (IoU, recall, class); -1 for a class without objects
    by_class = [each.mean() if (each >= 0).all() else None for each in precision[0].T]
    return {
        "map50": round(float(np.mean([each for each in by_class if each is not None])), 4),
        "map50_95": round(float(precision[precision >= 0].mean()), 4),
        "ap50_by_class": {
            name: None if each is None else round(float(each), 4) for name, each in zip(classes, by_class, strict=True)
        },
        "test_images": len(truth),
        "test_objects": sum(int((~each.difficult).sum()) for each in truth),
    }


def _entry(image: int, box: np.ndarray, label: int, **more: Any) -> dict[str, Any]:
    """One object or detection as COCO writes it."""
    x, y, right, lower = map(float, box)
    width, height = right - x, lower - y
    return {"image_id": image, "category_id": int(label), "bbox": [x, y, width, height], "area": width * height} | more
