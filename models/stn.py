"""STN: networks that move, turn and stretch their input before they read it.

M. Jaderberg, K. Simonyan, A. Zisserman, K. Kavukcuoglu, "Spatial Transformer Networks", NIPS 2015 (arXiv:1506.02025v3).
Modelled here: the spatial transformer with affine, projective and thin plate spline transformations (Section 3), and
the fully connected and convolutional classifiers of distorted MNIST, with and without one (Section 4.1, Appendix A.4).
Coordinates are (x, y), normalised so that the first and last pixel lie at -1 and 1. Shapes are in trailing comments: N
images of H x W pixels.
"""

from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.registry import register

POINTS = 4  # the 16 control points of a thin plate spline are a regular grid of 4 by 4


def regular(height: int, width: int) -> Tensor:
    """The regular grid G of target coordinates (H, W, 2) from -1 to 1 (Section 3.2)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing="ij")
    return torch.stack([x, y], -1)


class Affine(nn.Module):
    """Grid generator: T(x, y) = A (x, y, 1) with six parameters, row by row (equation 1)."""

    term = "grid-generator"
    targets: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        targets = F.pad(regular(size, size), (0, 1), value=1.0).flatten(0, 1)  # (HW, 3)
        self.register_buffer("targets", targets, persistent=False)

    def identity(self) -> Tensor:
        """The parameters (6,) that leave everything where it is."""
        return torch.eye(2, 3).flatten()

    def forward(self, theta: Tensor) -> Tensor:
        """Parameters (N, 6) -> source coordinates (N, 2, H, W)."""
        points = theta.view(-1, 2, 3) @ self.targets.T  # (N, 2, HW)
        return points.view(-1, 2, self.size, self.size)


class Projective(Affine):
    """Grid generator: a plane projective transformation, a 3x3 matrix whose last entry is 1 (Section 3.2)."""

    def identity(self) -> Tensor:
        """The parameters (8,) that leave everything where it is."""
        return torch.eye(3).flatten()[:8]

    def forward(self, theta: Tensor) -> Tensor:
        """Parameters (N, 8) -> source coordinates (N, 2, H, W)."""
        matrix = F.pad(theta, (0, 1), value=1.0).view(-1, 3, 3)
        points = (matrix @ self.targets.T).view(-1, 3, self.size, self.size)
        # Points at or behind the horizon go far away on one side of it instead of to infinity and back.
        return points[:, :2] / points[:, 2:].clamp(min=0.05)


class ThinPlateSpline(nn.Module):
    """Grid generator: the smoothest map that takes 16 fixed target points to 16 free source points (Section 4.1).

    F. L. Bookstein, "Principal warps", 1989: T(p) = a + A p + sum_i w_i U(|p - c_i|), U(r) = r^2 log r^2. As w, a and A
    are linear in the source points, so is T(p): one matrix, known beforehand.
    """

    term = "grid-generator"
    controls: Tensor
    weights: Tensor

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        controls, targets = (regular(side, side).flatten(0, 1).double() for side in (POINTS, size))
        one = F.pad(controls, (1, 0), value=1.0)  # (16, 3): 1, x, y
        system = torch.cat([torch.cat([kernel(controls, controls), one], 1), F.pad(one.T, (0, 3))])  # (19, 19)
        basis = torch.cat([kernel(targets, controls), F.pad(targets, (1, 0), value=1.0)], 1)  # (HW, 19)
        weights = torch.linalg.solve(system, basis, left=False)[:, : len(controls)]  # (HW, 16)
        self.register_buffer("controls", controls.float(), persistent=False)
        self.register_buffer("weights", weights.float(), persistent=False)

    def identity(self) -> Tensor:
        """The parameters (32,) that leave everything where it is: the control points themselves."""
        return self.controls.flatten()

    def forward(self, theta: Tensor) -> Tensor:
        """Parameters (N, 32), x and y of each source point -> source coordinates (N, 2, H, W)."""
        points = theta.view(-1, POINTS**2, 2).transpose(1, 2) @ self.weights.T  # (N, 2, HW)
        return points.view(-1, 2, self.size, self.size)


def kernel(points: Tensor, controls: Tensor) -> Tensor:
    """U(r) = r^2 log r^2 between all points (P, 2) and control points (K, 2) -> (P, K)."""
    squared = (points[:, None] - controls).square().sum(-1)
    return torch.special.xlogy(squared, squared)


class Sampler(nn.Module):
    """Bilinear sampling (equation 5): a mean of the four pixels around each source point, with zeros outside."""

    term = "bilinear-sampling"

    def forward(self, u: Tensor, points: Tensor) -> Tensor:
        """Feature maps (N, C, H, W) at source coordinates (N, 2, H', W') -> (N, C, H', W')."""
        return F.grid_sample(u, points.permute(0, 2, 3, 1), mode="bilinear", padding_mode="zeros", align_corners=True)


class Convolution(nn.Module):
    """A convolution without padding, ReLU, and the maximum of 2x2 squares where `pool` says so."""

    term = "convolution"

    def __init__(self, inputs: int, outputs: int, size: int, pool: bool = True) -> None:
        super().__init__()
        self.kernels, self.pool = nn.Conv2d(inputs, outputs, size), pool

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.kernels(x))
        if not self.pool:
            return x
        # An odd row or column at the end is pooled alone (zeros change no maximum after ReLU): so the layers of the
        # paper also fit on the 21x21 pixels that average pooling leaves of a 42x42 picture.
        return F.max_pool2d(F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)), 2)


def pooled(side: int) -> int:
    """What pooling leaves of so many pixels."""
    return (side + 1) // 2


class FullyConnected(nn.Module):
    """A fully connected layer with ReLU."""

    term = "fully-connected-layer"

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weights = nn.Linear(inputs, outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.weights(x.flatten(1)))


class Localisation(nn.Module):
    """theta = f_loc(U): three hidden layers and a regression layer that begins with the identity (Appendix A.4).

    Before a convolutional classifier: two convolutions of 20 filters 5x5 on the picture at half size, pooling between
    them, and 20 units. Before a fully connected one: three layers of 32 units.
    """

    term = "localisation-network"

    def __init__(self, size: int, identity: Tensor, convolutional: bool) -> None:
        super().__init__()
        self.smaller = nn.AvgPool2d(2) if convolutional else nn.Identity()
        if convolutional:
            side = pooled(size // 2 - 4) - 4
            self.hidden = nn.Sequential(
                Convolution(1, 20, 5), Convolution(20, 20, 5, pool=False), FullyConnected(20 * side**2, 20)
            )
        else:
            self.hidden = nn.Sequential(FullyConnected(size**2, 32), FullyConnected(32, 32), FullyConnected(32, 32))
        self.regression = nn.Linear(20 if convolutional else 32, len(identity))
        nn.init.zeros_(self.regression.weight)
        self.regression.bias.data.copy_(identity)

    def forward(self, u: Tensor) -> Tensor:
        """Pictures (N, 1, H, W) -> parameters of the transformation (N, 6), (N, 8) or (N, 32)."""
        return self.regression(self.hidden(self.smaller(u)))


TRANSFORMERS: dict[str, type[Affine | ThinPlateSpline]] = {
    "affine": Affine,
    "projective": Projective,
    "tps": ThinPlateSpline,
}
# Side of the pictures of each kind of distorted MNIST (Appendix A.4): rotated, translated and scaled; rotated;
# projected; elastic.
SIZES = {"rts": 42, "r": 28, "p": 28, "e": 28}
# By how many degrees either way the first two turn a digit, and how the first scales it.
TURNS = {"rts": 45, "r": 90}
SCALES = (0.7, 1.2)
DIGIT = 28  # side of an undistorted picture
PIXEL = 2 / (DIGIT - 1)  # in coordinates of that picture


def placement(angle: Tensor, scale: Tensor, shift: Tensor, side: int) -> Tensor:
    """How digits are put on a canvas of side x side pixels, as affine parameters (N, 6).

    `angle` (N,) in radians; `scale` (N, 1), or (N, 2) for width and height; `shift` (N, 2) in pixels.
    """
    cos, sin = torch.cos(angle), torch.sin(angle)
    matrix = torch.stack([cos, sin, -sin, cos], 1).view(-1, 2, 2) / scale[:, :, None]
    zoom = (side - 1) / (DIGIT - 1)  # of the canvas's coordinates into the digit's
    offset = -(matrix @ (shift * PIXEL)[:, :, None])
    return torch.cat([zoom * matrix, offset], 2).flatten(1)


class Classifier(nn.Module):
    """Three layers of weights for pictures of size x size pixels, convolutional or fully connected (Appendix A.4).

    `units` are the filters of each convolution, or the units of each fully connected layer. `turns` tells by how many
    degrees either way the digits that it learns from are turned.
    """

    def __init__(self, size: int, units: int, convolutional: bool = True, turns: int = 0) -> None:
        super().__init__()
        self.size, self.turns = size, turns
        self.first: nn.Module
        self.second: nn.Module
        if convolutional:
            side = pooled(pooled(size - 8) - 6)
            self.first, self.second = Convolution(1, units, 9), Convolution(units, units, 7)
            self.output = nn.Linear(units * side**2, 10)
        else:
            self.first, self.second = FullyConnected(size**2, units), FullyConnected(units, units)
            self.output = nn.Linear(units, 10)

    def prepare(self, pixels: Tensor) -> Tensor:
        """Ink 0..255 of shape (N, H, W, 1) -> (N, 1, H, W), 0 for paper and 1 for full ink."""
        return pixels.permute(0, 3, 1, 2).float() / 255

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, 1, H, W) -> logits (N, 10)."""
        return self.output(self.second(self.first(x)).flatten(1))

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Cross entropy, averaged over the N pictures (Section 4.1)."""
        return F.cross_entropy(logits, labels)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Softmax (N, 10)."""
        return torch.softmax(logits, dim=1)


class STN(Classifier):
    """The same classifier behind a spatial transformer that acts on its input (Figure 2).

    For translated digits the classifier gets the result at half size, by averaging (Appendix A.4).
    """

    def __init__(self, size: int, units: int, transformer: str, convolutional: bool = True, turns: int = 0) -> None:
        halve = size == SIZES["rts"]
        super().__init__(size // 2 if halve else size, units, convolutional, turns)
        self.size = size
        grid = TRANSFORMERS[transformer](size)
        self.localisation = Localisation(size, grid.identity(), convolutional)
        self.grid, self.sampler = grid, Sampler()
        self.average = nn.AvgPool2d(2) if halve else None

    def transform(self, u: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures (N, 1, H, W) -> theta (N, 6, 8 or 32), sampling grid T(G) (N, 2, H, W), result V (N, 1, H, W)."""
        theta = self.localisation(u)
        points = self.grid(theta)
        return theta, points, self.sampler(u, points)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, 1, H, W) -> logits (N, 10)."""
        x = self.transform(x)[2]  # (N, 1, H, W)
        return super().forward(x if self.average is None else self.average(x))


def network(kind: str, units: int, transformer: str, convolutional: bool = True) -> Classifier:
    """An STN for a kind of distorted MNIST, or its "plain" twin."""
    size, turns = SIZES[kind], TURNS.get(kind, 0)
    if transformer == "plain":
        return Classifier(size, units, convolutional, turns)
    return STN(size, units, transformer, convolutional, turns)


def _register() -> None:
    # The paper gives a range, 32 to 64 filters, and asks that networks with and without a transformer have about as
    # many parameters, so a transformer costs the convolutional classifier some filters. These are our numbers; with a
    # transformer they are a little below that range.
    where = "Section 4.1, Appendix A.4"
    for kind in SIZES:
        for transformer in ("affine", "plain", "projective", "tps"):
            units = 32 if transformer == "plain" else 29 if kind == "rts" else 28
            register("stn", f"stn-{transformer}-{kind}", where=where)(partial(network, kind, units, transformer))
    for transformer, units in (("affine", 256), ("plain", 128)):
        register("stn", f"stn-fcn-{transformer}-rts", where=where)(
            partial(network, "rts", units, transformer, convolutional=False)
        )


_register()
