"""The arithmetic of boxes, each function beside the same thing written with loops."""

import math

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor

from models import boxes as arithmetic
from models.boxes import clip, decode, encode, iou, nms, roi_pool


def random_boxes(count: int, seed: int = 0, size: float = 100.0) -> Tensor:
    corners = torch.rand(count, 2, 2, generator=torch.Generator().manual_seed(seed)) * size
    return torch.cat([corners.amin(1), corners.amax(1)], 1)


def overlap(one: list[float], other: list[float]) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (one, other)]
    return width * height / (sum(areas) - width * height)


def test_intersection_over_union() -> None:
    some, others = random_boxes(20), random_boxes(30, seed=1)
    expected = [[overlap(one, other) for other in others.tolist()] for one in some.tolist()]
    torch.testing.assert_close(iou(some, others), torch.tensor(expected))
    assert iou(some, some).diagonal().eq(1).all()
    assert iou(torch.zeros(1, 4), torch.zeros(1, 4)).item() == 0


def test_coordinates_are_those_of_equation_2() -> None:
    boxes, references = random_boxes(10), random_boxes(10, seed=1)
    for t, (x1, y1, x2, y2), (a1, b1, a2, b2) in zip(encode(boxes, references), boxes, references, strict=True):
        w, h, wa, ha = x2 - x1, y2 - y1, a2 - a1, b2 - b1
        x, y, xa, ya = (x1 + x2) / 2, (y1 + y2) / 2, (a1 + a2) / 2, (b1 + b2) / 2
        expected = [(x - xa) / wa, (y - ya) / ha, math.log(w / wa), math.log(h / ha)]
        torch.testing.assert_close(t, torch.tensor(expected))
    torch.testing.assert_close(decode(encode(boxes, references), references), boxes, rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(decode(torch.zeros(10, 4), references), references)


def test_clipping() -> None:
    boxes = torch.tensor([[-3.0, 5, 200, 20], [10, -8, 20, 99], [1, 2, 3, 4]])
    assert clip(boxes, 50, 100).tolist() == [[0, 5, 100, 20], [10, 0, 20, 50], [1, 2, 3, 4]]


def greedy(boxes: Tensor, scores: Tensor, most: float, least: float, limit: int) -> list[int]:
    left = sorted((i for i in range(len(boxes)) if scores[i] > least), key=lambda i: (-scores[i].item(), i))
    kept: list[int] = []
    while left and len(kept) < limit:
        kept.append(left.pop(0))
        left = [i for i in left if overlap(boxes[kept[-1]].tolist(), boxes[i].tolist()) <= most]
    return kept + [-1] * (limit - len(kept))


@pytest.mark.parametrize("batch", [7, 512])
@pytest.mark.parametrize(("most", "least", "limit"), [(0.3, 0.2, 200), (0.7, 0.0, 25), (0.0, 0.5, 10), (0.5, 2.0, 5)])
def test_suppression_is_greedy(batch: int, most: float, least: float, limit: int, monkeypatch) -> None:
    monkeypatch.setattr(arithmetic, "BATCH", batch)
    boxes = random_boxes(120)
    scores = (torch.rand(120, generator=torch.Generator().manual_seed(1)) * 20).round() / 20  # many are equal
    kept = nms(boxes, scores, torch.tensor(most), torch.tensor(least), limit)
    assert kept.tolist() == greedy(boxes, scores, most, least, limit)


def test_suppression_of_nothing() -> None:
    assert nms(torch.zeros(0, 4), torch.zeros(0), torch.tensor(0.5), torch.tensor(0.0), 3).tolist() == [-1] * 3


def test_suppression_is_a_lawful_operator() -> None:
    inputs = (random_boxes(20), torch.rand(20), torch.tensor(0.5), torch.tensor(0.1), 6)
    torch.library.opcheck(nms, inputs)


def pooled(features: Tensor, boxes: Tensor, images: Tensor, bins: int) -> Tensor:
    """RoI pooling bin by bin."""
    height, width = features.shape[2:]
    answers = []
    for (x1, y1, x2, y2), image in zip(boxes.tolist(), images.tolist(), strict=True):
        left, top, right, bottom = (math.floor(edge + 0.5) for edge in (x1, y1, x2, y2))
        wide, tall = max(right - left + 1, 1), max(bottom - top + 1, 1)
        for row in range(bins):
            for column in range(bins):
                ys = slice(min(top + row * tall // bins, height), min(top - (-(row + 1) * tall // bins), height))
                xs = slice(min(left + column * wide // bins, width), min(left - (-(column + 1) * wide // bins), width))
                part = features[image, :, ys, xs]
                answers.append(part.amax((1, 2)) if part.numel() else torch.zeros(features.shape[1]))
    return torch.stack(answers).reshape(len(boxes), bins, bins, -1).permute(0, 3, 1, 2)


def regions(count: int, height: int, width: int) -> Tensor:
    """Boxes of all sizes in an image of that many cells, some of them the whole image, or nothing at all."""
    boxes = random_boxes(count, size=1.0) * torch.tensor([width, height, width, height])
    boxes[:2] = torch.tensor([[0.0, 0, width, height], [0, 0, 0, 0]])
    boxes[2] = torch.tensor([width, height, width, height])
    return boxes


@pytest.mark.parametrize(("height", "width"), [(15, 20), (30, 40), (3, 64), (1, 5)])
def test_roi_pooling(height: int, width: int) -> None:
    features = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(2), requires_grad=True)
    boxes, images = regions(60, height, width), torch.arange(60) % 2
    got, expected = roi_pool(features, boxes, images, 7), pooled(features, boxes, images, 7)
    assert got.shape == (60, 3, 7, 7) and torch.equal(got, expected)
    assert got[2].eq(0).all()  # beyond the last cell
    weight = torch.randn(got.shape, generator=torch.Generator().manual_seed(3))
    (gradient,) = torch.autograd.grad((got * weight).sum(), features)
    (reference,) = torch.autograd.grad((expected * weight).sum(), features)
    torch.testing.assert_close(gradient, reference)


def test_roi_pooling_is_what_onnx_calls_so() -> None:
    features, boxes = torch.randn(1, 4, 30, 40, generator=torch.Generator().manual_seed(2)), regions(200, 30, 40)
    value = onnx.helper.make_tensor_value_info
    inputs = [value("x", 1, features.shape), value("rois", 1, (200, 5))]
    node = onnx.helper.make_node("MaxRoiPool", ["x", "rois"], ["y"], pooled_shape=[7, 7])
    graph = onnx.helper.make_graph([node], "pool", inputs, [value("y", 1, (200, 4, 7, 7))])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 20)], ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    rois = torch.cat([torch.zeros(200, 1), boxes], 1)
    (expected,) = session.run(None, {"x": features.numpy(), "rois": rois.numpy()})
    # Its bins are quotients of float32: where such a product is a hair above a whole number, it takes one cell more.
    edges = torch.floor(boxes + 0.5)
    lengths = (edges[:, 2:] - edges[:, :2] + 1).numpy()
    number = np.arange(1, 8, dtype=np.float32)
    exact = np.ceil(number * lengths[..., None] / 7) == np.ceil(number * (lengths / np.float32(7))[..., None])
    exact &= np.floor(number * lengths[..., None] / 7) == np.floor(number * (lengths / np.float32(7))[..., None])
    same = exact.all((1, 2))
    assert same.sum() > 100
    np.testing.assert_array_equal(
        roi_pool(features, boxes, torch.zeros(200, dtype=torch.long), 7)[same], expected[same]
    )
