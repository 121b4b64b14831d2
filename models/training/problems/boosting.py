"""The hard patterns from which the later networks of a boosted machine learn.

H. Drucker, R. Schapire, P. Simard, "Improving performance in neural networks using a boosting algorithm", 1993, as used
for Boosted LeNet-4 (Section III.C): artificial distortions of the training digits go through the networks trained so
far until enough patterns are found.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from models.training import Network
from models.training.problems.distortion import distort

BATCH = 1000
PATIENCE = 50  # batches in a row without a new pattern


@torch.no_grad()
def filtered(
    network: Network,
    images: Tensor,
    labels: Tensor,
    count: int,
    generator: torch.Generator,
    tick: Callable[[int], None],
) -> tuple[Tensor, Tensor]:
    """Patterns of which `network.first` gets half right and half wrong: ink uint8 (count, 28, 28, 1), labels."""

    def kinds(x: Tensor, digits: Tensor) -> list[Tensor]:
        right = network.first(x).argmax(1) == digits
        return [right, ~right]

    return _collect(kinds, network, images, labels, [count // 2, count - count // 2], generator, tick)


@torch.no_grad()
def disputed(
    network: Network,
    images: Tensor,
    labels: Tensor,
    count: int,
    generator: torch.Generator,
    tick: Callable[[int], None],
) -> tuple[Tensor, Tensor]:
    """Patterns on which `network.first` and `network.second` disagree: ink uint8 (count, 28, 28, 1), labels."""

    def kinds(x: Tensor, digits: Tensor) -> list[Tensor]:
        return [network.first(x).argmax(1) != network.second(x).argmax(1)]

    return _collect(kinds, network, images, labels, [count], generator, tick)


def _collect(
    kinds: Callable[[Tensor, Tensor], list[Tensor]],
    network: Network,
    images: Tensor,
    labels: Tensor,
    quotas: list[int],
    generator: torch.Generator,
    tick: Callable[[int], None],
) -> tuple[Tensor, Tensor]:
    """Distort digits at random until each kind of pattern has its quota; `tick` gets the number found by each batch."""
    found: list[list[tuple[Tensor, Tensor]]] = [[] for _ in quotas]
    missing, idle = list(quotas), 0
    while any(missing):
        if idle == PATIENCE:
            raise RuntimeError(
                f"{idle * BATCH:,} digits in a row gave none of the {sum(missing):,} hard patterns missing"
            )
        before = sum(missing)
        chosen = torch.randint(len(images), (BATCH,), generator=generator).to(images.device)
        ink = distort(images[chosen], generator).round().to(torch.uint8)
        digits = labels[chosen]
        for kind, mask in enumerate(kinds(network.prepare(ink), digits)):
            pick = mask.nonzero()[: missing[kind], 0]
            found[kind].append((ink[pick], digits[pick]))
            missing[kind] -= len(pick)
        tick(before - sum(missing))
        idle = idle + 1 if before == sum(missing) else 0
    inks, digits_of = zip(*(pair for pairs in found for pair in pairs), strict=True)
    return torch.cat(inks), torch.cat(digits_of)
