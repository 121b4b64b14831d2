"""Problems: what a network learns from, and how it is measured on what it has not seen.

`load("digits")` gives the class that `digits.py` calls `PROBLEM`. A new kind of data or measure is a new module.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from models.training import Network
from models.training.recipes import Stage

Batch = tuple[Any, ...]


class Problem(ABC):
    """Real data, read once. Everything random comes from generators on the CPU: a seed means the same on any device.

    `validate` holds out a part of the training data, which `measure` then uses instead of the test data: recipes are
    compared without looking at these. Raises PackNotFound or DataError.
    """

    pack: str
    fence: float = 1e-3  # how far the target metric may be off where another machine adds in another order

    @abstractmethod
    def __init__(self, folder: Path | None = None, validate: bool = False) -> None: ...

    @property
    @abstractmethod
    def counts(self) -> dict[str, int]:
        """How many examples are learned from ("train") and measured on ("test")."""

    @abstractmethod
    def __len__(self) -> int:
        """Examples in one epoch of the stage."""

    @abstractmethod
    def batch(self, chosen: Tensor, stage: Stage, generator: torch.Generator, device: torch.device) -> Batch:
        """The examples of those numbers, distorted at random as the stage says, on the device."""

    @abstractmethod
    def measure(self, network: Network) -> dict[str, Any]:
        """The metrics of a network in evaluation mode."""

    def begin(  # noqa: B027 - most problems have nothing to make ready
        self, stage: Stage, network: Network, generator: torch.Generator, tick: Callable[[int], None]
    ) -> None:
        """Make ready for a stage, such as by collecting patterns that the network so far finds hard."""

    def end(self, network: Network) -> None:  # noqa: B027 - most problems have nothing left to do
        """Finish a trained network, in evaluation mode, such as by setting a threshold on examples held out."""

    def loss(self, network: Network, batch: Batch) -> Tensor:
        """Of what `batch` gave: by default inputs, then the targets of `network.loss`."""
        inputs, *targets = batch
        loss: Tensor = network.loss(network(network.prepare(inputs)), *targets)
        return loss


def names() -> list[str]:
    """All problems there are."""
    modules = (
        (module.name, importlib.import_module(f"{__name__}.{module.name}")) for module in pkgutil.iter_modules(__path__)
    )
    return sorted(name for name, module in modules if hasattr(module, "PROBLEM"))


def load(name: str) -> type[Problem]:
    """The problem of that name. Raises KeyError that lists the known ones."""
    if name not in names():
        raise KeyError(f"unknown problem {name!r}; known: {', '.join(names())}")
    problem: type[Problem] = importlib.import_module(f"{__name__}.{name}").PROBLEM
    return problem
