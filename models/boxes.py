"""Boxes: the arithmetic that detectors share.

A box is (x1, y1, x2, y2): its left, upper, right and lower edge in pixels of the input; the first pixel is from 0 to 1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

BATCH = 512  # candidates that non-maximum suppression compares with each other at a time


def area(boxes: Tensor) -> Tensor:
    """(..., 4) -> (...), in square pixels."""
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def iou(some: Tensor, others: Tensor) -> Tensor:
    """Intersection over union of each of (N, 4) with each of (M, 4) -> (N, M); 0 with an empty box."""
    low = torch.maximum(some[:, None, :2], others[None, :, :2])
    high = torch.minimum(some[:, None, 2:], others[None, :, 2:])
    width, height = (high - low).clamp(min=0).unbind(2)
    intersection = width * height  # (N, M)
    union = area(some)[:, None] + area(others)[None] - intersection
    return torch.where(intersection > 0, intersection / union, 0.0)


def encode(boxes: Tensor, references: Tensor) -> Tensor:
    """How boxes (..., 4) lie relative to reference boxes of the same shape: (tx, ty, tw, th)."""
    size, reference = boxes[..., 2:] - boxes[..., :2], references[..., 2:] - references[..., :2]
    centre, origin = boxes[..., :2] + size / 2, references[..., :2] + reference / 2
    return torch.cat([(centre - origin) / reference, torch.log(size / reference)], -1)


def decode(deltas: Tensor, references: Tensor) -> Tensor:
    """The boxes that lie so relative to their references: the inverse of `encode`."""
    reference = references[..., 2:] - references[..., :2]
    centre = references[..., :2] + reference / 2 + deltas[..., :2] * reference
    half = torch.exp(deltas[..., 2:]) * reference / 2
    return torch.cat([centre - half, centre + half], -1)


def clip(boxes: Tensor, height: int, width: int) -> Tensor:
    """The part of each box (..., 4) that lies in an image of height x width pixels."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    return torch.stack([x1.clamp(0, width), y1.clamp(0, height), x2.clamp(0, width), y2.clamp(0, height)], -1)


@torch.library.custom_op("live_papers::nms", mutates_args=())
def nms(boxes: Tensor, scores: Tensor, iou_threshold: Tensor, score_threshold: Tensor, limit: int) -> Tensor:
    """Greedy non-maximum suppression: indices (limit,) of the boxes that stay, best first, filled up with -1.

    Of the boxes (N, 4) whose score (N,) is above its threshold, the best stays and removes all that overlap it by more
    than the other threshold; then the best of the rest, and so on. Equal scores: the first. As one operator it can be
    exported to ONNX's NonMaxSuppression, which does the same.
    """
    order = scores.argsort(descending=True, stable=True)
    order = order[scores[order] > score_threshold]
    kept = order[:0]
    for batch in order.split(BATCH):
        batch = batch[(iou(boxes[batch], boxes[kept]) <= iou_threshold).all(1)]
        rivals = (iou(boxes[batch], boxes[batch]) > iou_threshold).tril(-1)  # row: by which better ones it falls
        stays, before = torch.ones_like(batch, dtype=torch.bool), None
        while before is None or not stays.equal(before):  # after i rounds the first i answers are final
            before, stays = stays, ~(rivals & stays).any(1)
        kept = torch.cat([kept, batch[stays]])
        if len(kept) >= limit:
            break
    filling = kept.new_full((max(limit - len(kept), 0),), -1)
    return torch.cat([kept[:limit], filling])


@nms.register_fake
def _(boxes: Tensor, scores: Tensor, iou_threshold: Tensor, score_threshold: Tensor, limit: int) -> Tensor:
    return scores.new_empty((limit,), dtype=torch.int64)


def roi_pool(features: Tensor, boxes: Tensor, images: Tensor, bins: int) -> Tensor:
    """RoI max pooling: maps (N, C, h, w), boxes (R, 4) in cells, each one's image (R,) -> (R, C, bins, bins).

    The edges of a box are rounded to cells, both included; bin i of n of a length l goes from floor(il / n) to
    ceil((i + 1)l / n); an empty one gives 0. This is what ONNX calls MaxRoiPool. A maximum over any bin is that over
    four windows, as wide and high as powers of two, that may overlap: so the maps of all such windows are made first,
    and each bin is four look-ups, without a loop over regions.
    """
    maps, height, width = features.shape[1:]
    rows, columns = _levels(height, bins), _levels(width, bins)
    windows = [
        F.pad(F.max_pool2d(features, (2**i, 2**j), 1), (0, 2**j - 1, 0, 2**i - 1))
        for i in range(rows)
        for j in range(columns)
    ]
    table = torch.stack(windows, 1).permute(0, 1, 3, 4, 2).reshape(-1, maps)  # (N * windows * h * w, C)
    left, top, right, bottom = torch.floor(boxes + 0.5).unbind(1)  # first and last cell
    upper, lower, tall, i = _sides(top, bottom, height, rows, bins)  # (R, bins)
    near, far, wide, j = _sides(left, right, width, columns, bins)
    window = ((images * rows)[:, None, None] + i[:, :, None]) * columns + j[:, None, :]  # (R, bins, bins)
    corners = [
        F.embedding((window * height + y[:, :, None]) * width + x[:, None, :], table)
        for y in (upper, lower)
        for x in (near, far)
    ]
    largest = torch.stack(corners).amax(0)  # (R, bins, bins, C)
    return torch.where((tall[:, :, None] & wide[:, None, :])[..., None], largest, 0.0).permute(0, 3, 1, 2)


def _levels(size: int, bins: int) -> int:
    """How many powers of two fit into the longest bin: 1, 2, 4, ..."""
    return int(math.log2(min(size, math.ceil((size + 1) / bins) + 1))) + 1


def _sides(first: Tensor, last: Tensor, size: int, levels: int, bins: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Of each bin along one side: where its two windows begin, whether it has any cell, the power of its windows."""
    length = (last - first + 1).clamp(min=1)[:, None]
    number = torch.arange(bins, device=first.device)
    start = (first[:, None] + torch.floor(number * length / bins)).clamp(0, size).long()
    end = (first[:, None] + torch.ceil((number + 1) * length / bins)).clamp(0, size).long()
    powers = 2 ** torch.arange(levels, device=first.device)
    level = (end - start >= powers[1:, None, None]).sum(0)  # of the largest window that fits
    return start.clamp(max=size - 1), (end - powers[level]).clamp(min=0), end > start, level
