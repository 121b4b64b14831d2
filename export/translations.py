"""Operations of our own -> standard ONNX, for `torch.onnx.export`."""

from collections.abc import Callable
from typing import Any

import torch
from onnxscript import FLOAT, INT64, opset20

import models.boxes  # noqa: F401 - registers the operation

op: Any = opset20  # whose annotations do not know that numbers and lists become constants


def nms(boxes: FLOAT, scores: FLOAT, iou_threshold: FLOAT, score_threshold: FLOAT, limit: int) -> INT64:
    """Greedy non-maximum suppression of one class: the numbers of the boxes kept, padded to `limit` with -1."""
    size = op.Constant(value_ints=[limit])
    found = op.NonMaxSuppression(
        op.Unsqueeze(boxes, [0]),
        op.Unsqueeze(scores, [0, 1]),
        size,
        op.Reshape(iou_threshold, [1]),
        op.Reshape(score_threshold, [1]),
    )
    kept = op.Reshape(op.Gather(found, [2], axis=1), [-1])
    return op.Slice(op.Concat(kept, op.Expand([-1], size), axis=0), [0], size, [0])


TRANSLATIONS: dict[Callable[..., Any], Callable[..., Any]] = {torch.ops.live_papers.nms.default: nms}
