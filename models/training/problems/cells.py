"""What problems that ask for cells, pixel by pixel, have in common: tiles, bent at random, and the weights of pixels.

The kinds of variation are those of the U-Net paper (Section 3.1): shift, rotation, grey values, and elastic
deformation, whose size the paper gives; the other ranges are ours, and so is a change of size.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.tiling import segment
from models.training import Network
from models.training.problems import Batch, Problem
from models.training.problems.distortion import waves
from models.training.recipes import Stage
from models.unet import CLASSES, SIGMA, W0, separated, weight_map

DISPLACEMENT = 10.0  # pixels, standard deviation
GAIN, OFFSET = 0.25, 25.0  # of the contrast; in grey levels
STEPS = 100  # of the threshold


class Cells(Problem):
    """Pictures that are learned from in tiles of `tile` pixels, `views` of each in an epoch."""

    tile: int
    views: int
    w0, sigma = W0, SIGMA  # of equation 2
    gamma = 0.0  # grey values are raised to a power from 2**-gamma to 2**gamma
    zoom = 1.0  # a tile shows its picture up to so many times larger or smaller

    def learn(self, pictures: Iterable[np.ndarray], objects: Iterable[np.ndarray]) -> None:
        """Take in grey uint8 (H, W, 1) of any sizes, and their objects numbered from 1 on 0 (H, W).

        All are mirrored at the right and below to one size, as tiles are at every side.
        """
        parted = [separated(each) for each in objects]
        share = np.mean(np.concatenate([each.ravel() for each in parted]) > 0)
        self.balance = (1 / (CLASSES * np.array([1 - share, share]))).astype(np.float32)  # w_c: 1 in the mean
        size = np.max([each.shape for each in parted], axis=0)

        def stacked(arrays: list[np.ndarray]) -> Tensor:
            pads = ([(0, whole - part) for whole, part in zip(size, each.shape, strict=True)] for each in arrays)
            return torch.from_numpy(np.stack([np.pad(a, p, "reflect") for a, p in zip(arrays, pads, strict=True)]))

        self.sizes = torch.tensor([each.shape for each in parted])
        self.pictures = stacked([each[..., 0] for each in pictures])[:, None]
        labels = stacked([(each > 0).astype(np.float32) for each in parted])
        weights = stacked([weight_map(each, self.balance, self.w0, self.sigma) for each in parted])
        self.maps = torch.stack([labels, weights], 1)

    def __len__(self) -> int:
        return len(self.pictures) * self.views

    def begin(self, stage: Stage, network: Network, *_: Any) -> None:
        self.border = network.plan.border

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        """Grey (N, tile, tile, 1), labels and weights of the output (N, size, size)."""
        chosen = chosen % len(self.pictures)
        places = viewed(self.sizes[chosen], self.tile, self.zoom, generator, device)
        pixels = sample(self.pictures[chosen].to(device).float(), places, "bilinear")
        if self.gamma:
            power = 2 ** (self.gamma * (2 * torch.rand(len(chosen), 1, 1, 1, generator=generator) - 1)).to(device)
            pixels = 255 * (pixels / 255).clamp(0, 1) ** power
        gain, offset = (2 * torch.rand(2, len(chosen), 1, 1, 1, generator=generator) - 1).to(device)
        pixels = ((1 + GAIN * gain) * (pixels - 127.5) + 127.5 + OFFSET * offset).clamp(0, 255)
        inside = slice(self.border, self.tile - self.border)
        labels, weights = sample(self.maps[chosen].to(device), places[:, inside, inside], "nearest").unbind(1)
        return pixels.permute(0, 2, 3, 1), labels.long(), weights

    def end(self, network: Network) -> None:
        """The threshold, in hundredths, that takes the fewest pixels of the training pictures for the wrong class."""
        found = torch.zeros(CLASSES, STEPS)  # pixels of background and objects by their probability
        for picture, (labels, _), (height, width) in zip(self.pictures, self.maps, self.sizes.tolist(), strict=True):
            probability = objectness(network, picture[0, :height, :width, None].numpy())
            for label in range(CLASSES):
                found[label] += torch.histc(probability[labels[:height, :width] == label], STEPS, 0, 1)
        background, objects = found.cumsum(1)  # at most k + 1 hundredths
        wrong = background[-1] - background + objects
        network.threshold.fill_((int(wrong.argmin()) + 1) / STEPS)


def viewed(sizes: Tensor, tile: int, zoom: float, generator: torch.Generator, device: torch.device) -> Tensor:
    """Where the pixels of tiles come from: places (N, tile, tile, 2), x and y in pixels, in pictures of sizes (N, 2).

    A tile is put anywhere, turned by any angle, half of them mirrored, made up to `zoom` times larger or smaller, and
    bent.
    """
    count = len(sizes)
    centre = (torch.rand(count, 2, generator=generator) * (sizes - 1)).flip(1).to(device)  # x, y
    turn = 2 * math.pi * torch.rand(count, generator=generator)
    mirror = 1 - 2 * (torch.rand(count, generator=generator) < 0.5).float()
    scale = zoom ** (2 * torch.rand(count, generator=generator) - 1) if zoom != 1 else torch.ones(count)
    cos, sin = scale * turn.cos(), scale * turn.sin()
    matrix = torch.stack([torch.stack([cos, -sin], 1), torch.stack([mirror * sin, mirror * cos], 1)], 1).to(device)
    line = torch.arange(tile, device=device) - (tile - 1) / 2
    rows, columns = torch.meshgrid(line, line, indexing="ij")
    straight = torch.stack([columns, rows], -1).reshape(-1, 2) @ matrix.mT + centre[:, None]
    return straight.view(count, tile, tile, 2) + displacements(count, tile, generator, device)


def displacements(count: int, tile: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Smooth random displacements (N, tile, tile, 2) in pixels: Gaussian on a grid of 3x3, bicubic in between."""
    return DISPLACEMENT * waves(count, 3, tile, tile, generator, device)


def sample(pictures: Tensor, places: Tensor, mode: str) -> Tensor:
    """Pictures (N, C, H, W), mirrored at their borders, at places (N, h, w, 2) in pixels -> (N, C, h, w)."""
    height, width = pictures.shape[-2:]
    scale = torch.tensor([width - 1, height - 1], device=places.device)
    return F.grid_sample(pictures, 2 * places / scale - 1, mode, "reflection", align_corners=True)


def objectness(network: Any, pixels: np.ndarray) -> Tensor:
    """How probably each pixel of grey uint8 (H, W, 1) is of an object: (H, W)."""
    probabilities: Tensor = segment(network, torch.from_numpy(pixels).to(network.threshold.device))
    return probabilities[1].cpu()


def answered(network: Any, pixels: np.ndarray) -> np.ndarray:
    """What a network takes for objects in grey uint8 (H, W, 1): bool (H, W)."""
    return (objectness(network, pixels) > network.threshold.item()).numpy()
