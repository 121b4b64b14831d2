"""Distorted MNIST: digits that are rotated, moved, put into perspective or warped.

"Spatial Transformer Networks", Section 4.1 and Appendix A.4. Each batch is distorted anew; the test digits were
distorted once, by a seed. `distorted_r.py` and the others name the problems.
"""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.data import mnist
from models.stn import (
    DIGIT,
    PIXEL,
    SCALES,
    SIZES,
    TURNS,
    Affine,
    Projective,
    Sampler,
    ThinPlateSpline,
    placement,
    regular,
)
from models.training import Network
from models.training.problems import Batch, Problem
from models.training.problems.classification import errors
from models.training.recipes import Stage

SEED = 2015  # of the distorted test digits
PART = 1000  # digits that are distorted at a time

# The grids and the sampler of the networks serve here, too: a distortion is a choice of their parameters. Each of the
# following gives source coordinates (count, 2, H, W) for as many digits.


def uniform(low: float, high: float, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(shape, generator=generator)


def turned(count: int, degrees: float, generator: torch.Generator) -> Tensor:
    """Angles (count,) of up to so many degrees either way."""
    return uniform(-math.radians(degrees), math.radians(degrees), (count,), generator)


def rotated(count: int, generator: torch.Generator) -> Tensor:
    """R: turned by up to 90 degrees either way."""
    angle = turned(count, TURNS["r"], generator)
    return Affine(SIZES["r"])(placement(angle, torch.ones(count, 1), torch.zeros(count, 2), SIZES["r"]))


def placed(count: int, generator: torch.Generator) -> Tensor:
    """RTS: turned by up to 45 degrees, scaled by 0.7 to 1.2, and put anywhere on a canvas of 42x42 pixels."""
    angle = turned(count, TURNS["rts"], generator)
    scale = uniform(*SCALES, (count, 1), generator)
    room = (SIZES["rts"] - DIGIT * scale) / 2
    shift = room * uniform(-1, 1, (count, 2), generator)
    return Affine(SIZES["rts"])(placement(angle, scale, shift, SIZES["rts"]))


def projected(count: int, generator: torch.Generator) -> Tensor:
    """P: scaled by 0.75 to 1, and stretched at each corner, by 5 pixels standard deviation."""
    scale = uniform(0.75, 1.0, (count, 1, 1), generator)
    corners = regular(2, 2).view(4, 2)
    noise = 5 * PIXEL * torch.randn(count, 4, 2, generator=generator)
    return Projective(SIZES["p"])(homography(corners.expand(count, 4, 2), (corners + noise) / scale))


def warped(count: int, generator: torch.Generator) -> Tensor:
    """E: scaled by 0.75 to 1, and 16 control points of a thin plate spline moved, by 1.5 pixels standard deviation."""
    scale = uniform(0.75, 1.0, (count, 1), generator)
    noise = 1.5 * PIXEL * torch.randn(count, 32, generator=generator)
    spline = ThinPlateSpline(SIZES["e"])
    return spline((spline.identity() + noise) / scale)


def homography(points: Tensor, images: Tensor) -> Tensor:
    """The parameters (count, 8) of the projective maps that take four points each (count, 4, 2) to their images."""
    one = torch.ones_like(points[..., :1])
    zero = torch.zeros_like(points)
    rows = []
    for axis in (0, 1):
        target = images[..., axis : axis + 1]
        own, other = torch.cat([points, one], 2), torch.cat([zero, 0 * one], 2)
        linear = (own, other) if axis == 0 else (other, own)
        rows.append(torch.cat([*linear, -target * points], 2))
    return torch.linalg.solve(torch.cat(rows, 1), torch.cat([images[..., 0], images[..., 1]], 1))


DISTORTIONS: dict[str, Callable[[int, torch.Generator], Tensor]] = {
    "r": rotated,
    "rts": placed,
    "p": projected,
    "e": warped,
}


def distort(pixels: Tensor, kind: str, generator: torch.Generator) -> Tensor:
    """Ink uint8 (N, 28, 28, 1) -> ink uint8 (N, H, W, 1) of 28x28 or 42x42 pixels."""
    points = DISTORTIONS[kind](len(pixels), generator).to(pixels.device)
    ink = Sampler()(pixels.permute(0, 3, 1, 2).float(), points)
    return ink.permute(0, 2, 3, 1).round().to(torch.uint8)


class Distorted(Problem):
    """See the module. `kind` is one of DISTORTIONS."""

    pack = "mnist"
    held_out = 5_000
    kind: str

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        digits = mnist(folder)
        images, labels = torch.from_numpy(digits.train_images), torch.from_numpy(digits.train_labels)
        test, test_labels = torch.from_numpy(digits.test_images), torch.from_numpy(digits.test_labels)
        count = len(images) - self.held_out * validate
        self.images, self.labels = images[:count], labels[:count]
        if validate:
            test, test_labels = images[count:], labels[count:]
        generator = torch.Generator().manual_seed(SEED)
        self.test_images = torch.cat([distort(part, self.kind, generator) for part in test.split(PART)])
        self.test_labels = test_labels

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.images), "test": len(self.test_images)}

    def __len__(self) -> int:
        return len(self.images)

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        images, labels = self.images[chosen].to(device), self.labels[chosen].to(device)
        return distort(images, self.kind, generator), labels

    def measure(self, network: Network) -> dict[str, Any]:
        device = next(network.parameters()).device
        return errors(network, self.test_images.to(device), self.test_labels.to(device))
