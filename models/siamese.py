"""Siamese network: two copies of one convolutional network, trained so that a distance says who is who.

S. Chopra, R. Hadsell, Y. LeCun, "Learning a Similarity Metric Discriminatively, with Application to Face
Verification", CVPR 2005. Modelled here: the energy (Section 2.2), the loss (Section 2.3) and the network C1-S2-C3-S4-
C5-F6 (Section 3.2), once for faces and once, with the same code and sizes, for handwritten characters. Shapes are in
trailing comments, N is the number of images or of pairs.

Of its network the paper says only sizes, and that it is of the kind of its reference [8] (models/lenet.py): the
squashing function below is that paper's. The initial weights are those that go with it in LeCun, Bottou, Orr, Müller,
"Efficient BackProp", 1998; sub-sampling begins as a mean.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.registry import register

# Squashing function f(a) = A tanh(S a) (reference [8], Appendix A).
A = 1.7159
S = 2 / 3

HEIGHT, WIDTH = 56, 46  # of the network's input (Section 3.1)
OUTPUTS = 50  # of F6: the dimension of the space in which images are compared

# The upper bound of the energy: 50 components, each between -A and A (Section 2.3).
Q = 2 * A * OUTPUTS


def ring(first: int, *steps: int) -> tuple[int, ...]:
    """Some of the 15 maps of S2, in a circle."""
    return tuple((first + step) % 15 for step in steps)


# The S2 maps that each of the 45 C3 maps sees. The paper says that the pattern is similar to that of [8] and prints
# 7,128 parameters, which is 198 kernels of 6x6; it gives no table. This one is a reconstruction: as in Table I of [8],
# runs of neighbours and runs with a map left out, and no two C3 maps see the same ones.
TABLE = (
    *(ring(i, 0, 1, 2, 3) for i in range(15)),
    *(ring(i, 0, 1, 2, 3, 4) for i in range(15)),
    *(ring(i, 0, 1, 3, 4) for i in range(12)),
    *(ring(i, 0, 1, 2, 4, 5) for i in range(12, 15)),
)


def squash(a: Tensor) -> Tensor:
    """f(a) = A tanh(S a)."""
    return A * torch.tanh(S * a)


def initialise(weight: Tensor, fan_in: int) -> None:
    """Mean 0 and deviation F^(-1/2), where F counts the inputs of the unit ("Efficient BackProp", Section 4.6)."""
    nn.init.normal_(weight, std=fan_in**-0.5)


class Convolution(nn.Module):
    """Feature maps of units with one shared kernel per pair of connected maps, and one bias per map.

    `table` names the input maps that each output map sees. Only kernels of existing connections are parameters:
    kernels (connections, size, size), bias (maps,).
    """

    term = "convolution"
    place: Tensor

    def __init__(self, table: tuple[tuple[int, ...], ...], size: int) -> None:
        super().__init__()
        pairs = [(column, row) for column, rows in enumerate(table) for row in rows]
        self.kernels = nn.Parameter(torch.empty(len(pairs), size, size))
        self.bias = nn.Parameter(torch.zeros(len(table)))
        # Where the kernel of each (output, input) pair lies; absent connections point at a kernel of zeros at the end.
        place = torch.full((len(table), 1 + max(row for _, row in pairs)), len(pairs))
        for index, (column, row) in enumerate(pairs):
            place[column, row] = index
            initialise(self.kernels[index], size * size * len(table[column]))
        self.register_buffer("place", place, persistent=False)

    def weight(self) -> Tensor:
        """The dense kernel (outputs, inputs, size, size), zero where there is no connection."""
        if len(self.kernels) == self.place.numel():  # every pair is connected, and lies in order
            return self.kernels.unflatten(0, self.place.shape)
        return torch.cat([self.kernels, torch.zeros_like(self.kernels[:1])])[self.place]

    def forward(self, x: Tensor) -> Tensor:
        return squash(F.conv2d(x, self.weight(), self.bias))

    def macs(self, output_shape: torch.Size) -> int:
        """Multiply-adds of one image: real connections only, biases left out."""
        return self.kernels.numel() * output_shape[-2] * output_shape[-1]


def full(inputs: int, outputs: int) -> tuple[tuple[int, ...], ...]:
    """The connection table in which every output map sees every input map."""
    return (tuple(range(inputs)),) * outputs


class SubSampling(nn.Module):
    """Each unit adds the inputs of its field, times a trainable coefficient, plus a bias: one pair per map.

    Training begins with the mean of the field.
    """

    term = "sub-sampling"

    def __init__(self, maps: int, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width
        self.coefficient = nn.Parameter(torch.full((maps, 1, 1), 1 / (height * width)))
        self.bias = nn.Parameter(torch.zeros(maps, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        total = self.height * self.width * F.avg_pool2d(x, (self.height, self.width))
        return squash(self.coefficient * total + self.bias)

    def macs(self, output_shape: torch.Size) -> int:
        """The connections of every unit to its field."""
        return self.height * self.width * self.bias.numel() * output_shape[-2] * output_shape[-1]


class FullyConnected(nn.Module):
    """Squashed weighted sums of all inputs."""

    term = "fully-connected-layer"

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(outputs, inputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        initialise(self.weight, inputs)

    def forward(self, x: Tensor) -> Tensor:
        return squash(F.linear(x, self.weight, self.bias))

    def macs(self, output_shape: torch.Size) -> int:
        return self.weight.numel()


class Siamese(nn.Module):
    """G_W, the network that both images of a pair go through, and what is made of its two outputs.

    `height` and `width` are those of the images before they are reduced to 56x46, and `shows` is what is on them: faces
    or characters. Section 3.2 prints for each layer its maps, their size, the field of a unit and its parameters. These
    agree with the ones below, but for the biases of C3, which the printed number leaves no room for, and for S4 and C5,
    whose printed 100 and 312,750 are those of 50 maps in S4, which is said to have 45.
    """

    brightness: Tensor
    threshold: Tensor
    rows: Tensor
    columns: Tensor

    highest = Q

    def __init__(self, height: int, width: int, shows: str) -> None:
        super().__init__()
        self.height, self.width, self.shows = height, width, shows
        self.c1 = Convolution(full(1, 15), 7)
        self.s2 = SubSampling(15, 2, 2)
        self.c3 = Convolution(TABLE, 6)
        self.s4 = SubSampling(45, 4, 3)
        self.c5 = Convolution(full(45, 250), 5)
        self.f6 = FullyConnected(250, OUTPUTS)
        self.register_buffer("rows", means(height, HEIGHT), persistent=False)
        self.register_buffer("columns", means(width, WIDTH), persistent=False)
        self.register_buffer("brightness", torch.tensor([0.0, 1.0]))  # mean and deviation of the training images
        self.register_buffer("threshold", torch.zeros(1))  # pairs of a higher energy are taken for impostors

    def see(self, pixels: Tensor) -> None:
        """Take the mean and the deviation of all pixels from training images (N, H, W, 1)."""
        reduced = torch.cat([self.reduce(batch) for batch in pixels.split(1000)])
        self.brightness.copy_(torch.stack([reduced.mean(), reduced.std()]))

    def reduce(self, pixels: Tensor) -> Tensor:
        """Grey levels (N, H, W, 1) of any number type -> float (N, 1, 56, 46), each the mean of the area it covers."""
        return self.rows @ pixels.permute(0, 3, 1, 2).float() @ self.columns.mT

    def prepare(self, pixels: Tensor) -> Tensor:
        """Grey levels 0..255 of shape (N, H, W, 1) -> (N, 1, 56, 46), with mean 0 and variance 1 over the training set.

        No picture is normalised by itself: to bear changes of light is the network's own task (Section 3.1).
        """
        return (self.reduce(pixels) - self.brightness[0]) / self.brightness[1]

    def embed(self, x: Tensor) -> Tensor:
        """G_W: images (N, 1, 56, 46) -> points (N, 50)."""
        x = self.c1(x)  # (N, 15, 50, 40)
        x = self.s2(x)  # (N, 15, 25, 20)
        x = self.c3(x)  # (N, 45, 20, 15)
        x = self.s4(x)  # (N, 45, 5, 5)
        x = self.c5(x)  # (N, 250, 1, 1)
        return self.f6(x.flatten(1))  # (N, 50)

    def energy(self, point1: Tensor, point2: Tensor) -> Tensor:
        """E_W = || G_W(X1) - G_W(X2) || (equation 1), the L1 norm: points (N, 50), twice -> (N, 1)."""
        return (point1 - point2).abs().sum(dim=1, keepdim=True)

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """The energy (N, 1) of pairs of images (N, 1, 56, 46): low for the same person."""
        return self.energy(self.embed(x1), self.embed(x2))

    def loss(self, energy: Tensor, impostor: Tensor) -> Tensor:
        """Equation 8, averaged over the pairs; Y = `impostor` (N,) is 0 for a genuine pair and 1 for an impostor's."""
        energy, impostor = energy[:, 0], impostor.to(energy.dtype)
        genuine_loss = 2 / Q * energy.square()
        impostor_loss = 2 * Q * torch.exp(-2.77 / Q * energy)
        return ((1 - impostor) * genuine_loss + impostor * impostor_loss).mean()


def means(size: int, fewer: int) -> Tensor:
    """Matrix (fewer, size) that reduces a line of pixels: each new one is the mean of the stretch that it covers."""
    edges = torch.linspace(0, size, fewer + 1, dtype=torch.float64)[:, None]
    pixel = torch.arange(size)
    covered = (torch.minimum(edges[1:], pixel + 1) - torch.maximum(edges[:-1], pixel)).clamp(min=0)
    return (covered * fewer / size).float()


register("siamese", "siamese-orl", where="Section 3.2")(partial(Siamese, 112, 92, "faces"))
register("siamese", "siamese-omniglot", where="Section 3.2")(partial(Siamese, 105, 105, "characters"))
