"""CIFAR-10: which of ten things is on a small colour photograph?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from models.data.photographs import cifar10
from models.training import Network
from models.training.problems import Batch, Problem
from models.training.problems.classification import errors
from models.training.recipes import Stage

MARGIN = 4  # pixels of zeros on each side, from which a crop is taken ("Deep Residual Learning", Section 4.2)


class CIFAR10(Problem):
    """See the module. Each photograph is flipped at random and cropped out of itself with a margin."""

    pack = "cifar10"
    held_out = 5_000  # "a 45k/5k train/validation split", Section 4.2

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        pack = cifar10(folder)
        images, labels = torch.from_numpy(pack.train_images), torch.from_numpy(pack.train_labels)
        shuffled = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))
        kept, held = shuffled[self.held_out * validate :], shuffled[: self.held_out * validate]
        self.images, self.labels = images[kept], labels[kept]
        self.test = (
            (images[held], labels[held])
            if validate
            else (torch.from_numpy(pack.test_images), torch.from_numpy(pack.test_labels))
        )

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.images), "test": len(self.test[0])}

    def __len__(self) -> int:
        return len(self.images)

    def begin(self, stage: Stage, network: Network, generator: torch.Generator, tick: Callable[[int], None]) -> None:
        if hasattr(network, "see"):  # the pixels that it is to take the mean of away
            network.see(self.images)

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        images = crop_and_flip(self.images[chosen], generator)
        return images.to(device), self.labels[chosen].to(device)

    def measure(self, network: Network) -> dict[str, Any]:
        device = next(network.parameters()).device
        return errors(network, *(array.to(device) for array in self.test))


def crop_and_flip(images: Tensor, generator: torch.Generator) -> Tensor:
    """Pixels (N, H, W, C) -> the same shape: moved by up to MARGIN pixels, zeros coming in, half of them mirrored."""
    count, height, width, _ = images.shape
    padded = F.pad(images, (0, 0, MARGIN, MARGIN, MARGIN, MARGIN))
    top, left = torch.randint(0, 2 * MARGIN + 1, (2, count, 1), generator=generator)
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    rows, columns = top + torch.arange(height), left + torch.arange(width)
    columns = torch.where(mirrored, columns.flip(1), columns)
    return padded[torch.arange(count)[:, None, None], rows[:, :, None], columns[:, None, :]]


PROBLEM = CIFAR10
