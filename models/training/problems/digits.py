"""MNIST: which digit is it?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.data import mnist
from models.training import Network
from models.training.problems import Batch, Problem, boosting
from models.training.problems.classification import errors
from models.training.problems.distortion import distort
from models.training.recipes import Stage


class Digits(Problem):
    """See the module. A stage's `patterns`: "plain", "distorted", or hard ones: "filtered", "disputed"."""

    pack = "mnist"
    held_out = 5_000

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        digits = mnist(folder)
        images, labels = torch.from_numpy(digits.train_images), torch.from_numpy(digits.train_labels)
        test = torch.from_numpy(digits.test_images), torch.from_numpy(digits.test_labels)
        count = len(images) - self.held_out * validate
        self.images, self.labels = images[:count], labels[:count]
        self.test_images, self.test_labels = (images[count:], labels[count:]) if validate else test
        self.patterns = self.images, self.labels

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.images), "test": len(self.test_images)}

    def __len__(self) -> int:
        return len(self.patterns[0])

    def begin(self, stage: Stage, network: Network, generator: torch.Generator, tick: Callable[[int], None]) -> None:
        self.patterns = self.images, self.labels
        if stage.count is not None:
            search = {"filtered": boosting.filtered, "disputed": boosting.disputed}[stage.patterns]
            device = next(network.parameters()).device
            self.patterns = search(
                network, self.images.to(device), self.labels.to(device), stage.count, generator, tick
            )

    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        images, labels = (array[chosen.to(array.device)].to(device) for array in self.patterns)
        return (distort(images, generator) if stage.patterns == "distorted" else images), labels

    def measure(self, network: Network) -> dict[str, Any]:
        device = next(network.parameters()).device
        return errors(network, self.test_images.to(device), self.test_labels.to(device))


PROBLEM = Digits
