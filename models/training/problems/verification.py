"""What problems have in common that ask of two images whether they show the same: a person, a character."""

import math
from abc import abstractmethod
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import roc_curve
from torch import Tensor

from models.training import Network
from models.training.problems import Batch, Problem
from models.training.problems.distortion import waves
from models.training.recipes import Stage

BATCH = 500
PICTURES = 4  # of each thing in a set


class Pairs(NamedTuple):
    """Numbers of images (count,), twice, and whether they show different things (count,)."""

    first: Tensor
    second: Tensor
    impostor: Tensor


class Verification(Problem):
    """Images uint8 (things, pictures, H, W, 1) of three groups of things that have none in common.

    One group is learned from, one sets the threshold, one is measured on. Genuine and impostors' pairs weigh the same
    (Chopra et al., 2005, Section 3.2: half of the pairs are of each kind) and are drawn anew in each epoch. With the
    stage's patterns "distorted", all images are moved, turned and scaled at random, each for itself. With "sets" they
    are so, too, and a batch is a set of images, some of each thing, of which every pair is learned from: far more pairs
    for the same work, most of which is done once an image.
    """

    train: Tensor
    held: Tensor
    test: Tensor
    epoch: int  # pairs, or images of sets
    mirrored: bool  # whether a mirror image shows the same thing
    bend = 0.0  # of the size, standard deviation: how far parts of an image move, each its own way
    turned = False  # whether a thing turned by quarters is three things more, in sets

    @abstractmethod
    def pairs(self, images: Tensor) -> Pairs:
        """The pairs of these images on which a network is measured, always the same."""

    @property
    def counts(self) -> dict[str, int]:
        return {"train": self.train.shape[:2].numel(), "test": self.test.shape[:2].numel()}

    def __len__(self) -> int:
        return self.epoch

    def begin(self, stage: Stage, network: Network, *_: Any) -> None:
        network.see(self.train.flatten(0, 1))

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        """Images (N, H, W, 1) and pairs of them."""
        if stage.patterns == "sets":
            images = draw_set(self.train, len(chosen) // PICTURES, self.turned, generator)
            images, pairs = images.flatten(0, 1), every(images)
        else:
            drawn, half = draw(self.train, chosen % 2 == 1, generator), torch.arange(len(chosen))
            images = self.train.flatten(0, 1)[torch.cat([drawn.first, drawn.second])]
            pairs = Pairs(half, half + len(half), drawn.impostor)
        if stage.patterns in ("distorted", "sets"):
            images = distort(images, generator, self.mirrored, self.bend)
        return images.to(device), Pairs(*(each.to(device) for each in pairs))

    def loss(self, network: Network, batch: Batch) -> Tensor:
        images, (first, second, impostor) = batch
        points = network.embed(network.prepare(images))
        energy = network.energy(points[first], points[second])
        kinds = [kind for kind in (impostor, ~impostor) if kind.any()]
        return torch.stack([network.loss(energy[kind], impostor[kind]) for kind in kinds]).mean()

    def end(self, network: Network) -> None:
        """The threshold at which things that were not learned from are as often taken for others as the reverse."""
        rates = Rates(*self.energies(network, self.held))
        network.threshold.fill_(rates.equal_error()[1])

    def measure(self, network: Network) -> dict[str, Any]:
        energies, impostor = self.energies(network, self.test)
        accepted = energies <= network.threshold.item()
        rates = Rates(energies, impostor)
        metrics = {
            "test_equal_error_rate": rates.equal_error()[0],
            "test_accuracy": float((accepted != impostor).mean()),
            "test_false_accept": float(accepted[impostor].mean()),
            "test_false_reject": float((~accepted[~impostor]).mean()),
            **{f"test_false_reject_at_{name}": rates.false_reject_at(rate) for name, rate in OPERATING_POINTS.items()},
        }
        counts = {
            "test_pairs": len(impostor),
            "test_genuine_pairs": int((~impostor).sum()),
            "test_impostor_pairs": int(impostor.sum()),
        }
        return {name: round(value, 6) for name, value in metrics.items()} | counts

    @torch.no_grad()
    def energies(self, network: Network, images: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """Of the pairs of these images, and whether each is an impostor's: (count,), twice."""
        device = network.threshold.device
        batches = images.flatten(0, 1).split(BATCH)
        points = torch.cat([network.embed(network.prepare(batch.to(device))) for batch in batches])
        first, second, impostor = self.pairs(images)
        energies = network.energy(points[first.to(device)], points[second.to(device)])
        return energies[:, 0].cpu().numpy(), impostor.numpy()


# False accept rates at which Table 1 of Chopra et al., 2005, gives the false reject rate.
OPERATING_POINTS = {"10": 0.10, "7_5": 0.075, "5": 0.05}


class Rates:
    """False accepts (of impostors) and false rejects (of genuine pairs) at every threshold of the energy."""

    def __init__(self, energies: np.ndarray, impostor: np.ndarray) -> None:
        false_accept, true_accept, scores = roc_curve(~impostor, -energies, drop_intermediate=False)
        self.false_accept, self.false_reject = false_accept, 1 - true_accept
        self.thresholds = np.concatenate([-scores[1:2], -scores[1:]])  # the first is infinite: nothing is accepted

    def equal_error(self) -> tuple[float, float]:
        """The rate at which both errors are equal, and its threshold, on straight lines between the points."""
        excess = self.false_accept - self.false_reject  # never falls
        return float(np.interp(0, excess, self.false_accept)), float(np.interp(0, excess, self.thresholds))

    def false_reject_at(self, false_accept: float) -> float:
        """The lowest rate of false rejects with no more than that rate of false accepts."""
        return float(self.false_reject[self.false_accept <= false_accept].min())


def draw(images: Tensor, impostor: Tensor, generator: torch.Generator) -> Pairs:
    """Random pairs of different images (things, pictures, ...), an impostor's where it says so (count,)."""
    things, pictures = images.shape[:2]
    thing, other = (torch.randint(things - less, impostor.shape, generator=generator) for less in (0, 1))
    picture, another = (torch.randint(pictures - less, impostor.shape, generator=generator) for less in (0, 1))
    different = torch.randint(pictures, impostor.shape, generator=generator)
    second_thing = torch.where(impostor, (thing + 1 + other) % things, thing)
    second_picture = torch.where(impostor, different, (picture + 1 + another) % pictures)
    return Pairs(thing * pictures + picture, second_thing * pictures + second_picture, impostor)


def draw_set(images: Tensor, count: int, turned: bool, generator: torch.Generator) -> Tensor:
    """Random pictures of as many random things, out of (things, pictures, H, W, 1) -> (count, PICTURES, H, W, 1).

    With `turned`, things turned by one to three quarters are things of their own; H and W are equal then.
    """
    things, pictures = images.shape[:2]
    thing = torch.randperm(things * (4 if turned else 1), generator=generator)[:count]
    picture = torch.rand(count, pictures, generator=generator).argsort(1)[:, :PICTURES]
    upright = images[(thing % things)[:, None], picture]
    return torch.stack(
        [one.rot90(int(quarters), (1, 2)) for one, quarters in zip(upright, thing // things, strict=True)]
    )


def every(images: Tensor) -> Pairs:
    """All pairs of different images (things, pictures, ...), each once."""
    things, pictures = images.shape[:2]
    first, second = torch.triu_indices(things * pictures, things * pictures, offset=1)
    return Pairs(first, second, first // pictures != second // pictures)


TURN = math.radians(10)
SCALE = 0.1  # of the size
SHIFT = 0.05  # of the size
KNOTS = 4  # points that move, either way, smooth in between


def distort(pixels: Tensor, generator: torch.Generator, mirrored: bool, bend: float = 0.0) -> Tensor:
    """Turn, scale, move and bend grey levels (N, H, W, 1) at random, mirror half of them -> float of the same shape.

    The paper learns from the pictures as they are; the ranges are ours. What comes in is the border's own grey. The
    generator lives on the CPU, so that a seed means the same on every device.
    """
    count, height, width, _ = pixels.shape
    spread = torch.tensor([TURN, SCALE, 2 * SHIFT, 2 * SHIFT])
    turn, scale, dx, dy = (spread * (2 * torch.rand(count, 4, generator=generator) - 1)).to(pixels.device).T
    flip = 1 - 2 * (torch.rand(count, generator=generator) < 0.5 * mirrored).float().to(pixels.device)
    cosine, sine, shape = (1 + scale) * turn.cos(), (1 + scale) * turn.sin(), height / width
    # Each row of the matrix says where in the original a point of the distorted picture comes from.
    across = torch.stack([flip * cosine, -sine * shape, dx], 1)
    down = torch.stack([flip * sine / shape, cosine, dy], 1)
    grid = F.affine_grid(torch.stack([across, down], 1), [count, 1, height, width], align_corners=False)
    if bend:
        grid = grid + 2 * bend * waves(count, KNOTS, height, width, generator, pixels.device)
    moved = F.grid_sample(pixels.permute(0, 3, 1, 2).float(), grid, padding_mode="border", align_corners=False)
    return moved.permute(0, 2, 3, 1)
