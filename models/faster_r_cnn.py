"""Faster R-CNN: a network that proposes regions and a network that classifies them, on one feature map.

S. Ren, K. He, R. Girshick, J. Sun, "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks",
NIPS 2015; the longer text modelled here is arXiv:1506.01497v3 (IEEE TPAMI 2017): the region proposal network (Section
3.1), Fast R-CNN as the detector (Girshick, ICCV 2015, arXiv:1504.08083v2, called [2] as in the paper), both on VGG-16,
by "approximate joint training" (Section 3.2). Shapes are in trailing comments: N images, R boxes, C maps of h x w
cells, k anchors per cell, K classes.
"""

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.boxes import clip, decode, encode, iou, nms, roi_pool
from models.registry import register

MEAN = (122.7717, 115.9465, 102.9801)  # red, green, blue of the mean pixel, as in the authors' released code
RATIOS = (2.0, 1.0, 0.5)  # width : height of the anchors, in the order of Table 1
POSITIVE, NEGATIVE = 0.7, 0.3  # IoU above and below which an anchor is an object or none (Section 3.1.2)
ANCHORS = 256  # sampled from an image, at most half of them positive (Section 3.1.3): N_cls of equation (1)
BALANCE = 10  # lambda of equation (1)
OVERLAP = 0.7  # IoU above which a better proposal removes one (Section 3.3)
ROIS, FOREGROUND = 64, 16  # proposals sampled from an image, and how many of them may be objects ([2], Section 2.3)
OBJECT = 0.5  # IoU from which a proposal is an object ([2], Section 2.3); all below is background (Section 4.2)
SPREAD = (0.1, 0.1, 0.2, 0.2)  # [2] gives the head's targets unit variance; these are the released code's divisors
BINS = 7  # RoI pooling gives BINS x BINS values per map ([2], Section 2.2)
DETECTIONS = 100  # places for detections in one image
EPSILON = 2.0**-16  # of batch normalization; its root is exact, also in fp16


def weighted(layer: nn.Conv2d | nn.Linear, deviation: float | None = None) -> nn.Module:
    """A layer drawn from a Gaussian of that deviation, or as He et al. (2015) do; its bias is zero."""
    if deviation is None:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    else:
        nn.init.normal_(layer.weight, std=deviation)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Stage(nn.Sequential):
    """3x3 convolutions of one width, each followed by ReLU; all stages but the first begin by halving the size.

    `normalized`: with batch normalization, which VGG-16 does not have, so that it can be trained without pre-training.
    """

    term = "convolution"

    def __init__(self, inputs: int, width: int, layers: int, pooled: bool, normalized: bool) -> None:
        blocks: list[nn.Module] = [nn.MaxPool2d(2)] if pooled else []
        for i in range(layers):
            blocks.append(weighted(nn.Conv2d(width if i else inputs, width, 3, padding=1, bias=not normalized)))
            blocks += [nn.BatchNorm2d(width, EPSILON), nn.ReLU()] if normalized else [nn.ReLU()]
        super().__init__(*blocks)

    @torch.no_grad()
    def fold(self) -> None:
        """Write each batch normalization, as it is in evaluation, into its convolution; what is left of it adds a bias.

        So the weights are rounded to fp16 as they are used, by whatever runs them: a proposal that is hardly better
        than another would else be so here, and not there.
        """
        for layer, normalization in pairwise(self):
            if isinstance(normalization, nn.BatchNorm2d):
                mean, variance = normalization.running_mean, normalization.running_var
                assert isinstance(layer, nn.Conv2d) and mean is not None and variance is not None
                scale = normalization.weight / torch.sqrt(variance + EPSILON)
                layer.weight *= scale[:, None, None, None]
                normalization.bias.sub_(mean * scale)
                mean.zero_()
                variance.zero_()
                normalization.weight.fill_(math.sqrt(EPSILON))


class RegionProposalNetwork(nn.Module):
    """A 3x3 convolution slides over the map; two siblings say of each anchor whether, and where, there is an object."""

    term = "region-proposal-network"
    shapes: Tensor

    def __init__(self, width: int, scales: Sequence[float], stride: int) -> None:
        super().__init__()
        self.stride, self.k = stride, len(scales) * len(RATIOS)
        self.conv = weighted(nn.Conv2d(width, width, 3, padding=1), 0.01)
        self.cls = weighted(nn.Conv2d(width, 2 * self.k, 1), 0.01)
        self.reg = weighted(nn.Conv2d(width, 4 * self.k, 1), 0.01)
        shapes = [(scale * math.sqrt(ratio), scale / math.sqrt(ratio)) for scale in scales for ratio in RATIOS]
        self.register_buffer("shapes", torch.tensor(shapes), persistent=False)  # (k, 2): width, height

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """(N, C, h, w) -> 2k scores of no object and object, and 4k coordinates of equation (2), in each of h x w."""
        x = F.relu(self.conv(features))  # (N, C, h, w)
        return self.cls(x).float(), self.reg(x).float()  # (N, 2k, h, w), (N, 4k, h, w)

    def anchors(self, height: int, width: int) -> Tensor:
        """The k boxes around the middle of each of h x w cells, row by row: (hwk, 4) (Section 3.1.1)."""
        y = (torch.arange(height, device=self.shapes.device) + 0.5) * self.stride
        x = (torch.arange(width, device=self.shapes.device) + 0.5) * self.stride
        centres = torch.stack(torch.broadcast_tensors(x[None], y[:, None]), -1)[:, :, None]  # (h, w, 1, 2)
        return torch.cat([centres - self.shapes / 2, centres + self.shapes / 2], -1).reshape(-1, 4)

    def loss(
        self,
        scores: Tensor,
        deltas: Tensor,
        anchors: Tensor,
        size: tuple[int, int],
        truth: Tensor,
        generator: torch.Generator,
    ) -> Tensor:
        """Equation (1) for one image with ground truth (M, 4), on anchors that are drawn with the generator.

        Scores (hwk, 2), coordinates (hwk, 4), anchors (hwk, 4), the image's height and width.
        """
        inside = (clip(anchors, *size) == anchors).all(1)  # those that cross the boundary are ignored (Section 3.3)
        overlaps = iou(anchors, truth) * inside[:, None]  # (hwk, M)
        positive, negative = judge(overlaps)
        positives = pick(positive, ANCHORS // 2, generator)
        negatives = pick(negative & inside, ANCHORS - len(positives), generator)
        objects = torch.cat([torch.ones_like(positives), torch.zeros_like(negatives)])  # p* of equation (1)
        classification = F.cross_entropy(scores[torch.cat([positives, negatives])], objects, reduction="sum")
        target = encode(truth[overlaps.argmax(1)[positives]], anchors[positives])  # t* of equation (2)
        regression = F.smooth_l1_loss(deltas[positives], target, reduction="sum")
        return classification / ANCHORS + BALANCE * regression / (len(anchors) // self.k)


class ProposalLayer(nn.Module):
    """Of the moved anchors of an image, clipped to it, the best that overlap little (Section 3.3).

    It has no weights; the name is that of the released code.
    """

    term = "region-proposal"

    def forward(self, scores: Tensor, deltas: Tensor, anchors: Tensor, size: tuple[int, int], count: int) -> Tensor:
        """Scores (A, 2), coordinates (A, 4), anchors (A, 4), the image's height and width, number of proposals R ->
        box and probability of an object (R, 5): there may be fewer than R, then the last rows are zero.
        """
        boxes, objectness = clip(decode(deltas, anchors), *size), torch.softmax(scores, 1)[:, 1]
        limits = objectness.new_tensor([OVERLAP, -1.0])
        chosen = nms(boxes, objectness, limits[0], limits[1], count)
        proposals = torch.cat([boxes, objectness[:, None]], 1)[chosen.clamp(min=0)]
        return proposals * (chosen >= 0)[:, None]


class RoIPooling(nn.Module):
    """The maximum of each of 7 x 7 bins of a region ([2], Section 2.1), whatever its size."""

    term = "roi-pooling"

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, features: Tensor, boxes: Tensor, images: Tensor) -> Tensor:
        """Maps (N, C, h, w), boxes (R, 4) in pixels, each one's image (R,) -> (R, C, 7, 7)."""
        return roi_pool(features, boxes / self.stride, images, BINS)


class Head(nn.Module):
    """The region-wise layers of Fast R-CNN ([2], Section 2): two fully connected layers and two siblings."""

    term = "detection-head"
    spread: Tensor

    def __init__(self, maps: int, hidden: int, classes: int) -> None:
        super().__init__()
        self.fc6 = weighted(nn.Linear(maps * BINS * BINS, hidden))
        self.fc7 = weighted(nn.Linear(hidden, hidden))
        self.cls = weighted(nn.Linear(hidden, classes + 1), 0.01)
        self.reg = weighted(nn.Linear(hidden, 4 * classes), 0.001)
        self.register_buffer("spread", torch.tensor(SPREAD), persistent=False)

    def forward(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """(R, C, 7, 7) -> logits (R, K + 1) of background and classes, coordinates for each class (R, K, 4)."""
        x = F.relu(self.fc7(F.relu(self.fc6(pooled.flatten(1)))))  # (R, hidden)
        return self.cls(x).float(), self.reg(x).float().reshape(len(x), -1, 4)

    def boxes(self, t: Tensor, proposals: Tensor, size: tuple[int, int]) -> Tensor:
        """The proposals (R, 4) as each class would have them, clipped to the image: (R, K, 4)."""
        return clip(decode(t * self.spread, proposals[:, None].expand_as(t)), *size)

    def loss(self, logits: Tensor, t: Tensor, classes: Tensor, targets: Tensor) -> Tensor:
        """Equation 1 of [2], averaged over R regions, of classes (R,), 0 for background, and coordinates (R, 4)."""
        objects = classes.nonzero()[:, 0]
        own = t[objects, classes[objects] - 1]  # of the true class alone
        regression = F.smooth_l1_loss(own, targets[objects] / self.spread, reduction="sum")
        return F.cross_entropy(logits, classes) + regression / len(classes)


class FasterRCNN(nn.Module):
    """Figure 2: shared layers, region proposal network, RoI pooling, and the classifier of what was proposed.

    `stages`: width and layers of each stage; `scales`: side of the square anchors in pixels; `proposals`: how many
    are used in training and at test; `shows`: the data with the objects that it is to find; `canvas`: height and width
    of the pictures that it learns from.
    """

    mean: Tensor

    def __init__(
        self,
        stages: Sequence[tuple[int, int]],
        hidden: int,
        classes: int,
        scales: Sequence[float],
        proposals: tuple[int, int],
        normalized: bool = False,
        shows: str = "voc2007",
        canvas: tuple[int, int] = (240, 320),
    ) -> None:
        super().__init__()
        self.shows, self.canvas = shows, canvas
        self.classes, self.proposals, stride = classes, proposals, 2 ** (len(stages) - 1)
        widths = [3] + [width for width, _ in stages]
        self.shared = nn.Sequential()
        for i, (width, layers) in enumerate(stages):
            self.shared.add_module(f"conv{i + 1}", Stage(widths[i], width, layers, i > 0, normalized))
        self.rpn = RegionProposalNetwork(widths[-1], scales, stride)
        self.propose = ProposalLayer()
        self.pool = RoIPooling(stride)
        self.head = Head(widths[-1], hidden, classes)
        self.register_buffer("mean", torch.tensor(MEAN), persistent=False)

    def prepare(self, pixels: Tensor) -> Tensor:
        """RGB 0..255 of shape (N, H, W, 3) -> (N, 3, H, W), less the mean pixel."""
        return (pixels.float() - self.mean).permute(0, 3, 1, 2)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """All that the network says of one image (1, 3, H, W) before its detections are chosen.

        `anchors` (k, h, w): the probability that there is an object at an anchor. `proposals` (R, 4) and their
        `objectness` (R,), which is zero where there are fewer than R. Of each proposal `pooled` (R, C, 7, 7), `logits`
        (R, K + 1), and for each class `coordinates` (R, K, 4).
        """
        features = self.shared(x)  # (1, C, h, w)
        height, width = features.shape[2:]
        scores, deltas = map(per_anchor, self.rpn(features), (2, 4))  # (1, hwk, 2), (1, hwk, 4)
        anchors = self.rpn.anchors(height, width)  # (hwk, 4)
        proposals = self.propose(scores[0], deltas[0], anchors, (x.shape[2], x.shape[3]), self.proposals[1])  # (R, 5)
        pooled = self.pool(features, proposals[:, :4], torch.zeros(len(proposals), dtype=torch.long, device=x.device))
        logits, t = self.head(pooled)  # (R, K + 1), (R, K, 4)
        return {
            "anchors": torch.softmax(scores[0], 1)[:, 1].reshape(height, width, -1).permute(2, 0, 1),
            "proposals": proposals[:, :4],
            "objectness": proposals[:, 4],
            "pooled": pooled,
            "logits": logits,
            "coordinates": t,
        }

    def detect(self, x: Tensor, score_threshold: Tensor, nms_threshold: Tensor) -> dict[str, Tensor]:
        """One image (1, 3, H, W) -> its detections and all that `forward` gives. Both thresholds are tensors ()."""
        found: dict[str, Tensor] = self(x)
        return self.detections(found, (x.shape[2], x.shape[3]), score_threshold, nms_threshold) | found

    def detections(
        self, found: dict[str, Tensor], size: tuple[int, int], score_threshold: Tensor, nms_threshold: Tensor
    ) -> dict[str, Tensor]:
        """What `forward` found on an image of that height and width -> its detections, best first, class by class.

        There are 100 places, of which the first `count` (1,) are used: `boxes` (100, 4), `scores` (100,), `labels`
        (100,) from 1 to K, and `source` (100,), the number of the proposal that each comes from.
        """
        usable = (found["objectness"] > 0)[:, None]
        scores = (torch.softmax(found["logits"], 1)[:, 1:] * usable).flatten()  # (RK,)
        boxes = self.head.boxes(found["coordinates"], found["proposals"], size).flatten(0, 1)  # (RK, 4)
        kinds = torch.arange(self.classes, device=boxes.device).repeat(len(found["logits"]))  # (RK,)
        apart = boxes + (kinds * 2 * max(size))[:, None]  # classes that cannot overlap suppress nothing
        chosen = nms(apart, scores, nms_threshold, score_threshold, DETECTIONS)
        valid, chosen = chosen >= 0, chosen.clamp(min=0)
        return {
            "boxes": boxes[chosen] * valid[:, None],
            "scores": scores[chosen] * valid,
            "labels": (kinds[chosen] + 1) * valid,
            "source": torch.div(chosen, self.classes, rounding_mode="floor") * valid,
            "count": valid.sum(0, keepdim=True),
        }

    def fold(self) -> None:
        """Fold the batch normalization of all stages: for a network that has been trained."""
        stages: Any = self.shared
        for stage in stages:
            stage.fold()

    def loss(self, x: Tensor, boxes: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
        """Approximate joint training (Section 3.2): the sum of the losses of both networks, averaged over the images.

        Images (N, 3, H, W) with ground truth (N, M, 4) of classes (N, M), 1 to K; 0 and an empty box fill up. The
        proposals are constants here, so that no gradient flows through their coordinates.
        """
        size, features = (x.shape[2], x.shape[3]), self.shared(x)  # (N, C, h, w)
        scores, deltas = map(per_anchor, self.rpn(features), (2, 4))  # (N, hwk, 2), (N, hwk, 4)
        anchors = self.rpn.anchors(*features.shape[2:])
        losses, samples = [], []
        for score, delta, truth, kinds in zip(scores, deltas, boxes, labels, strict=True):
            losses.append(self.rpn.loss(score, delta, anchors, size, truth, generator))
            with torch.no_grad():
                proposals = self.propose(score, delta, anchors, size, self.proposals[0])
                candidates = torch.cat(
                    [proposals[proposals[:, 4] > 0, :4], truth[kinds > 0]]
                )  # with the truth, as in the released code
                samples.append(sample(candidates, truth, kinds, generator))
        rois, classes, targets = (torch.cat(part) for part in zip(*samples, strict=True))
        images = torch.cat([labels.new_full((len(each),), image) for image, (each, _, _) in enumerate(samples)])
        logits, t = self.head(self.pool(features, rois, images))
        return torch.stack(losses).mean() + self.head.loss(logits, t, classes, targets)


def per_anchor(maps: Tensor, count: int) -> Tensor:
    """What `RegionProposalNetwork` says, (N, count k, h, w), in the order of its anchors: (N, hwk, count)."""
    return maps.permute(0, 2, 3, 1).reshape(len(maps), -1, count)


def judge(overlaps: Tensor) -> tuple[Tensor, Tensor]:
    """From the IoU of anchors with ground truth (A, M): which anchors are positive, which negative (Section 3.1.2)."""
    best = overlaps.amax(1)
    highest = ((overlaps == overlaps.amax(0)) & (overlaps > 0)).any(1)
    positive = (best > POSITIVE) | highest
    return positive, ~positive & (best < NEGATIVE)


def pick(mask: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Numbers of at most `count` places where the mask holds, at random."""
    found = mask.nonzero()[:, 0]
    return found[torch.randperm(len(found), generator=generator)[:count].to(found.device)]


def sample(
    candidates: Tensor, truth: Tensor, labels: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """64 regions of one image to learn from ([2], Section 2.3): boxes (R, 4), classes (R,), coordinates (R, 4)."""
    best, nearest = iou(candidates, truth).max(1)
    objects = pick(best >= OBJECT, FOREGROUND, generator)
    background = pick(best < OBJECT, ROIS - len(objects), generator)
    kinds = torch.cat([labels[nearest[objects]], torch.zeros_like(background)])
    targets = encode(truth[nearest[objects]], candidates[objects])
    chosen = torch.cat([objects, background])
    return candidates[chosen], kinds, torch.cat([targets, targets.new_zeros(len(background), 4)])


VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))  # configuration D, without the last pooling

register("faster-r-cnn", "faster-rcnn-bccd", where="Section 3, with smaller numbers")(
    partial(FasterRCNN, ((16, 1), (32, 2), (64, 2), (96, 2)), 96, 3, (24, 48, 96), (300, 300), True, "bccd")
)
register("faster-r-cnn", "faster-rcnn-voc", where="Section 3, with smaller numbers")(
    partial(FasterRCNN, ((16, 1), (32, 2), (64, 2), (96, 2), (96, 2)), 96, 20, (51.2, 102.4, 204.8), (300, 300), True)
)
register("faster-r-cnn", "faster-rcnn-vgg16", parameters=137_061_851, where="Sections 3 and 4.1")(
    partial(FasterRCNN, VGG16, 4096, 20, (128, 256, 512), (2000, 300), canvas=(600, 1000))
)
