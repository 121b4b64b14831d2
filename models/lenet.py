"""LeNet: convolutional networks for handwritten digits.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-Based Learning Applied to Document Recognition",
Proceedings of the IEEE 86(11), 1998. Modelled here: LeNet-5 (Section II.B, Figure 2, Table I), LeNet-1, LeNet-4 and
Boosted LeNet-4 (Section III.C). Shapes are in trailing comments, N is the number of digits.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.registry import register

# Squashing function f(a) = A tanh(S a), with f(1) = 1 and f(-1) = -1 (Appendix A).
A = 1.7159
S = 2 / 3

# Input levels that make the mean input about 0 and its variance about 1 (Section II.B).
BACKGROUND, INK = -0.1, 1.175

# Table I: the S2 maps that each of the 16 C3 maps sees.
TABLE_I = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)  # fmt: skip

# The H2 maps that each of the 12 H3 maps of LeNet-1 sees: two halves that never meet before the output.
LENET1_TABLE = (
    (0,), (0, 1), (0, 1), (1,), (0, 1), (0, 1),
    (2,), (2, 3), (2, 3), (3,), (2, 3), (2, 3),
)  # fmt: skip

# How much one unit of score counts for a probability of LeNet-1 and LeNet-4, in nats. With this value the labels of
# 5,000 held-out training digits are about as likely as can be.
SHARPNESS = 4.0

# Target codes of the RBF units: stylised digits, 7 wide and 12 high (Section II.B; Figure 3 shows the paper's own).
BITMAPS = """
.#####.  ...#...  .#####.  #######  ....##.  #######  ..####.  #######  .#####.  .#####.
##...##  ..##...  ##...##  .....##  ...###.  ##.....  .##....  ##...##  ##...##  ##...##
##...##  .###...  ##...##  ....##.  ...###.  ##.....  ##.....  .....##  ##...##  ##...##
##...##  ...#...  .....##  ...##..  ..#.##.  ##.....  ##.....  .....##  ##...##  ##...##
##...##  ...#...  .....##  ..####.  ..#.##.  ######.  ##.....  ....##.  .##.##.  ##...##
##...##  ...#...  ....##.  .....##  .#..##.  ##...##  ######.  ....##.  ..###..  .######
##...##  ...#...  ...##..  .....##  .#..##.  .....##  ##...##  ...##..  .##.##.  .....##
##...##  ...#...  ..##...  .....##  #######  .....##  ##...##  ...##..  ##...##  .....##
##...##  ...#...  .##....  .....##  ....##.  .....##  ##...##  ..##...  ##...##  .....##
##...##  ...#...  ##.....  ##...##  ....##.  ##...##  ##...##  ..##...  ##...##  ....##.
##...##  ...#...  ##.....  ##...##  ....##.  ##...##  ##...##  .##....  ##...##  ...##..
.#####.  .#####.  #######  .#####.  ....##.  .#####.  .#####.  .##....  .#####.  .####..
"""


def squash(a: Tensor) -> Tensor:
    """f(a) = A tanh(S a) (equation 6 and Appendix A)."""
    return A * torch.tanh(S * a)


def initialise(weight: Tensor, fan_in: int) -> None:
    """Uniform between -2.4/F and 2.4/F, where F is the number of inputs of the unit (Appendix A)."""
    nn.init.uniform_(weight, -2.4 / fan_in, 2.4 / fan_in)


class Convolution(nn.Module):
    """Feature maps of units with one shared 5x5 kernel per pair of connected maps, and one bias per map.

    `table` names the input maps that each output map sees, as in Table I. Only kernels of existing connections are
    parameters: kernels (connections, 5, 5), bias (maps,).
    """

    term = "convolution"
    place: Tensor

    def __init__(self, table: tuple[tuple[int, ...], ...]) -> None:
        super().__init__()
        pairs = [(column, row) for column, rows in enumerate(table) for row in rows]
        self.kernels = nn.Parameter(torch.empty(len(pairs), 5, 5))
        self.bias = nn.Parameter(torch.empty(len(table)))
        # Where the kernel of each (output, input) pair lies; absent connections point at a kernel of zeros at the end.
        place = torch.full((len(table), 1 + max(row for _, row in pairs)), len(pairs))
        for index, (column, row) in enumerate(pairs):
            place[column, row] = index
            initialise(self.kernels[index], 25 * len(table[column]))
        for column, rows in enumerate(table):
            initialise(self.bias[column], 25 * len(rows))
        self.register_buffer("place", place, persistent=False)

    def weight(self) -> Tensor:
        """The dense kernel (outputs, inputs, 5, 5), zero where there is no connection."""
        if len(self.kernels) == self.place.numel():  # every pair is connected, and lies in order
            return self.kernels.unflatten(0, self.place.shape)
        return torch.cat([self.kernels, torch.zeros_like(self.kernels[:1])])[self.place]

    def forward(self, x: Tensor) -> Tensor:
        return squash(F.conv2d(x, self.weight(), self.bias))

    def macs(self, output_shape: torch.Size) -> int:
        """Multiply-adds of one digit: real connections only, biases left out."""
        return self.kernels.numel() * output_shape[-2] * output_shape[-1]


def full(inputs: int, outputs: int) -> tuple[tuple[int, ...], ...]:
    """The connection table in which every output map sees every input map."""
    return (tuple(range(inputs)),) * outputs


class SubSampling(nn.Module):
    """Each unit adds the four inputs of its 2x2 field, times a trainable coefficient, plus a bias: one pair per map."""

    term = "sub-sampling"

    def __init__(self, maps: int) -> None:
        super().__init__()
        self.coefficient = nn.Parameter(torch.empty(maps, 1, 1))
        self.bias = nn.Parameter(torch.empty(maps, 1, 1))
        initialise(self.coefficient, 4)
        initialise(self.bias, 4)

    def forward(self, x: Tensor) -> Tensor:
        total = 4 * F.avg_pool2d(x, 2)
        return squash(self.coefficient * total + self.bias)

    def macs(self, output_shape: torch.Size) -> int:
        """The four connections of every unit."""
        return 4 * self.bias.numel() * output_shape[-2] * output_shape[-1]


class FullyConnected(nn.Module):
    """Squashed weighted sums of all inputs."""

    term = "fully-connected-layer"

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.empty(outputs))
        initialise(self.weight, inputs)
        initialise(self.bias, inputs)

    def forward(self, x: Tensor) -> Tensor:
        return squash(F.linear(x, self.weight, self.bias))

    def macs(self, output_shape: torch.Size) -> int:
        return self.weight.numel()


class RBF(nn.Module):
    """Euclidean radial basis functions: squared distances to ten fixed codes (equation 7)."""

    term = "rbf"
    prototypes: Tensor

    def __init__(self) -> None:
        super().__init__()
        rows = [line.split() for line in BITMAPS.split("\n") if line]
        codes = [[1.0 if dot == "#" else -1.0 for row in rows for dot in row[digit]] for digit in range(10)]
        self.register_buffer("prototypes", torch.tensor(codes), persistent=False)  # (10, 12 * 7)

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, None, :] - self.prototypes).square().sum(dim=2)  # (N, 84) -> (N, 10)

    def macs(self, output_shape: torch.Size) -> int:
        return self.prototypes.numel()


class LeNet5(nn.Module):
    """LeNet-5 (Section II.B, Figure 2): 60,000 trainable parameters, ten distances, the smallest one wins."""

    scores_kind = "rbf-distance"
    j = 15.0  # distance of the rubbish class in equation (9); the paper asks for a positive constant and gives no value

    def __init__(self) -> None:
        super().__init__()
        self.c1 = Convolution(full(1, 6))
        self.s2 = SubSampling(6)
        self.c3 = Convolution(TABLE_I)
        self.s4 = SubSampling(16)
        self.c5 = Convolution(full(16, 120))
        self.f6 = FullyConnected(120, 84)
        self.rbf = RBF()

    def prepare(self, pixels: Tensor) -> Tensor:
        """Ink 0..255 of shape (N, 28, 28, 1) -> (N, 1, 32, 32)."""
        return levels(F.pad(maps(pixels), (2, 2, 2, 2)))

    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)  # (N, 6, 28, 28)
        x = self.s2(x)  # (N, 6, 14, 14)
        x = self.c3(x)  # (N, 16, 10, 10)
        x = self.s4(x)  # (N, 16, 5, 5)
        x = self.c5(x)  # (N, 120, 1, 1)
        x = self.f6(x.flatten(1))  # (N, 84)
        return self.rbf(x)  # (N, 10)

    def loss(self, scores: Tensor, digits: Tensor) -> Tensor:
        """Maximum a posteriori criterion (equation 9), averaged over the N digits."""
        right = scores.gather(1, digits[:, None])[:, 0]
        return (right + torch.logsumexp(self._energies(scores), dim=1)).mean()

    def probabilities(self, scores: Tensor) -> Tensor:
        """Posterior of the ten digits (N, 10); what they lack to 1 is the rubbish class."""
        return torch.softmax(self._energies(scores), dim=1)[:, :10]

    def rubbish(self, scores: Tensor) -> Tensor:
        """Posterior of the rubbish class (N, 1)."""
        return torch.softmax(self._energies(scores), dim=1)[:, 10:]

    def _energies(self, scores: Tensor) -> Tensor:
        """Logarithms of the eleven terms of the sum in equation (9): ten digits and rubbish (N, 11)."""
        return torch.cat([-scores, torch.full_like(scores[:, :1], -self.j)], dim=1)


class TenUnits(nn.Module):
    """What LeNet-1 and LeNet-4 share: ten squashed outputs, taught to be +1 for their digit and -1 for the others."""

    scores_kind = "activation"

    def prepare(self, pixels: Tensor) -> Tensor:
        """Ink 0..255 of shape (N, 28, 28, 1) -> (N, 1, 32, 32), as for LeNet-5."""
        return levels(F.pad(maps(pixels), (2, 2, 2, 2)))

    def loss(self, scores: Tensor, digits: Tensor) -> Tensor:
        """Mean squared error, averaged over the N digits and ten units."""
        return F.mse_loss(scores, 2.0 * F.one_hot(digits, 10) - 1)

    def probabilities(self, scores: Tensor) -> Tensor:
        """Posterior (N, 10) of outputs that are their targets plus Gaussian noise: the paper itself stops at scores."""
        return torch.softmax(SHARPNESS * scores, dim=1)


class LeNet1(TenUnits):
    """LeNet-1 (Section III.C; the network of 1990): about 2,600 parameters and 100,000 multiply-adds."""

    shrink: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.h1 = Convolution(full(1, 4))
        self.h2 = SubSampling(4)
        self.h3 = Convolution(LENET1_TABLE)
        self.h4 = SubSampling(12)
        self.output = FullyConnected(192, 10)
        self.register_buffer("shrink", shrinking(28, 16 / 20), persistent=False)

    def prepare(self, pixels: Tensor) -> Tensor:
        """Ink 0..255 of shape (N, 28, 28, 1) -> (N, 1, 28, 28): digits of 20x20 pixels become 16x16."""
        return levels(self.shrink @ maps(pixels) @ self.shrink.mT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.h1(x)  # (N, 4, 24, 24)
        x = self.h2(x)  # (N, 4, 12, 12)
        x = self.h3(x)  # (N, 12, 8, 8)
        x = self.h4(x)  # (N, 12, 4, 4)
        return self.output(x.flatten(1))  # (N, 10)


class LeNet4(TenUnits):
    """LeNet-4 (Section III.C): about 17,000 parameters and 260,000 connections.

    The paper's one sentence on its layers (4 maps, 8 sub-sampling maps joined to them in pairs, 16 maps, 16
    sub-sampling maps, 120 hidden units) does not agree with these totals: the hidden units alone would have 48,120
    parameters. The sizes below are a reconstruction from the totals: 16,977 parameters and 264,273 connections.
    """

    term = "convolutional-network"

    def __init__(self) -> None:
        super().__init__()
        self.c1 = Convolution(full(1, 4))
        self.s2 = SubSampling(4)
        self.c3 = Convolution(full(4, 16))
        self.s4 = SubSampling(16)
        self.f5 = FullyConnected(400, 37)
        self.output = FullyConnected(37, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.c1(x)  # (N, 4, 28, 28)
        x = self.s2(x)  # (N, 4, 14, 14)
        x = self.c3(x)  # (N, 16, 10, 10)
        x = self.s4(x)  # (N, 16, 5, 5)
        x = self.f5(x.flatten(1))  # (N, 37)
        return self.output(x)  # (N, 10)

    def macs(self, output_shape: torch.Size) -> int:
        """Multiply-adds of all its blocks, for where it is itself a block of the boosted network."""
        sizes = {"c1": 28, "s2": 14, "c3": 10, "s4": 5, "f5": 1, "output": 1}
        return sum(getattr(self, name).macs(torch.Size((1, size, size))) for name, size in sizes.items())


class BoostedLeNet4(TenUnits):
    """Boosted LeNet-4 (Section III.C): three LeNet-4 whose outputs are simply added.

    The second learns from patterns of which the first gets half wrong, the third from patterns on which the first and
    second disagree (models/training/problems/boosting.py).
    """

    def __init__(self) -> None:
        super().__init__()
        self.first = LeNet4()
        self.second = LeNet4()
        self.third = LeNet4()

    def forward(self, x: Tensor) -> Tensor:
        return self.first(x) + self.second(x) + self.third(x)  # (N, 10)

    def probabilities(self, scores: Tensor) -> Tensor:
        """As for one network, from the mean of the three (N, 10)."""
        return super().probabilities(scores / 3)


def maps(pixels: Tensor) -> Tensor:
    """(N, 28, 28, 1) of any number type -> float (N, 1, 28, 28)."""
    return pixels.permute(0, 3, 1, 2).float()


def levels(ink: Tensor) -> Tensor:
    """Ink 0..255 -> the paper's input levels: background -0.1, full ink 1.175."""
    return BACKGROUND + (INK - BACKGROUND) / 255 * ink


def shrinking(size: int, scale: float) -> Tensor:
    """Matrix (size, size) that shrinks a line of pixels about its centre, antialiased by a triangle filter."""
    centre = (size - 1) / 2
    source = torch.arange(-size, 2 * size)  # beyond the ends too, where there is no ink, so that each row sums to one
    target = centre + (torch.arange(size) - centre) / scale
    weights = (1 - scale * (source - target[:, None]).abs()).clamp(min=0)
    return (weights / weights.sum(dim=1, keepdim=True))[:, size : 2 * size]


register("lenet", "lenet5", parameters=60_000, where="Section II.B")(LeNet5)
register("lenet", "lenet1", where="Section III.C")(LeNet1)
register("lenet", "lenet4", where="Section III.C")(LeNet4)
register("lenet", "lenet4-boosted", where="Section III.C")(BoostedLeNet4)
