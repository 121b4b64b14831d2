"""Small made-up networks with what real ones have: shortcuts, branches, skips, repeats, shared and frozen weights."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """A convolution with its activation, as the papers' own blocks are."""

    term = "convolution"

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, stride, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.convolution(x))


class Chain(nn.Module):
    """Three equal blocks after a stem: the three are one node."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Block(1, 4)
        self.stage = nn.Sequential(Block(4, 4), Block(4, 4), Block(4, 4))
        self.head = nn.Linear(4, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.stage(self.stem(x)).mean((2, 3)))


class Residual(nn.Module):
    """Two residual additions in the network's own forward, one of them around a stride."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Block(1, 4)
        self.first = Block(4, 4)
        self.second = Block(4, 8, stride=2)
        self.shortcut = nn.Conv2d(4, 8, 1, 2)
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        x = F.relu(x + self.first(x))
        x = self.second(x) + self.shortcut(x)
        return self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))


class UNet(nn.Module):
    """Down, up and across: pooling, a transposed convolution, a concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.down = Block(1, 4)
        self.bottom = Block(4, 8)
        self.up = nn.ConvTranspose2d(8, 4, 2, 2)
        self.out = Block(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        across = self.down(x)
        x = self.up(self.bottom(F.max_pool2d(across, 2)))
        return self.out(torch.cat([across, x], 1))


class Ensemble(nn.Module):
    """Three branches and one sum; the third is frozen."""

    def __init__(self) -> None:
        super().__init__()
        self.members = nn.ModuleList([Block(1, 2), Block(1, 2), Block(1, 2)])
        self.members[2].requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        first, second, third = (member(x) for member in self.members)
        return first + second + third


class Shared(nn.Module):
    """The same block used twice, with one set of parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = Block(1, 3)
        self.again = Block(3, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.again(F.avg_pool2d(self.again(self.enter(x)), 2))


NETWORKS = {each.__name__: each for each in (Chain, Residual, UNet, Ensemble, Shared)}
