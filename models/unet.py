"""U-Net: a contracting path, an expansive path, and copies of the feature maps that pass from one to the other.

O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015
(arXiv:1505.04597). Modelled here: the network of Figure 1, the energy and the weight map of Section 3 (equations 1 and
2); the overlap-tile strategy of Figure 2 is in models/tiling.py. Where the text leaves a choice, the network that the
authors released decides (the place and rate of dropout); where they differ, the text does (no ReLU after an
up-convolution, and each of them halves the channels). Shapes are in trailing comments, N is the number of tiles.
"""

from functools import partial
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor, nn

from models.registry import register
from models.tiling import Plan

LEVELS = 4  # times that the maps are halved
BORDER = 92  # pixels on each side for which the unpadded convolutions give no answer: (572 - 388) / 2
PITCH = 2**LEVELS  # tiles that begin this many pixels apart pool the same pixels together: no seams are seen
CLASSES = 2
W0, SIGMA = 10.0, 5.0  # equation 2
REACH = 20  # pixels: beyond d1 + d2 = 20, equation 2 adds less than 0.004


def initialised(layer: nn.Conv2d | nn.ConvTranspose2d, nodes: int) -> Any:
    """The layer with Gaussian weights of standard deviation sqrt(2 / N), N = incoming nodes of a neuron (Section 3)."""
    nn.init.normal_(layer.weight, std=(2 / nodes) ** 0.5)
    nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    return layer


def convolution(inputs: int, outputs: int, size: int) -> nn.Conv2d:
    """Without padding: only the valid part of the convolution is used."""
    return initialised(nn.Conv2d(inputs, outputs, size), inputs * size**2)


def up_convolution(inputs: int) -> nn.ConvTranspose2d:
    """2x2, doubles the size and halves the channels. Windows do not overlap: a pixel comes from `inputs` nodes."""
    return initialised(nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2), inputs)


class Pair(nn.Module):
    """Two unpadded 3x3 convolutions, each followed by a ReLU: the maps lose two pixels on each side."""

    term = "convolution-pair"

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.conv1 = convolution(inputs, width, 3)
        self.conv2 = convolution(width, width, 3)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class UNet(nn.Module):
    """The network of Figure 1: 23 convolutional layers, 64 to 1024 channels for a width of 64.

    `tile` is the side of its square input in pixels; weights serve all tiles. `classes` is what it was trained to tell
    apart. Raises ValueError as `output_size` does.
    """

    threshold: Tensor
    skips = LEVELS  # connections that can be cut

    def __init__(self, width: int = 64, tile: int = 572, classes: str = "membranes") -> None:
        super().__init__()
        output_size(tile)  # or it does not fit
        self.plan, self.classes = Plan(tile, BORDER, PITCH), classes
        widths = [width * 2**level for level in range(LEVELS + 1)]  # 64, 128, 256, 512, 1024
        self.contracting = nn.ModuleList(
            Pair(inputs, outputs) for inputs, outputs in zip([1, *widths], widths, strict=False)
        )
        self.dropout = nn.Dropout(0.5)
        self.up = nn.ModuleList(up_convolution(inputs) for inputs in widths[:0:-1])
        self.expanding = nn.ModuleList(Pair(inputs, inputs // 2) for inputs in widths[:0:-1])
        self.output = convolution(width, CLASSES, 1)
        # Pixels of a higher probability are taken for objects. Equation 2 weighs some pixels more than others, and with
        # them the probabilities: where to part them is known only after training.
        self.register_buffer("threshold", torch.tensor(0.5))

    def prepare(self, pixels: Tensor) -> Tensor:
        """Grey 0..255 of shape (N, H, W, 1) -> (N, 1, H, W) of about unit variance."""
        return (pixels.permute(0, 3, 1, 2).float() - 127.5) / 64

    def forward(self, x: Tensor, skips: Tensor | None = None) -> Tensor:
        """Tiles (N, 1, 572, 572) -> logits (N, 2, 388, 388).

        `skips` (4,) multiplies the cropped maps that each level hands across, the finest first: 1 (or None) is the
        network, 0 cuts the connection.
        """
        copies = []
        for level, pair in enumerate(self.contracting):
            if level:
                x = F.max_pool2d(x, 2)  # (N, 64, 284, 284), (N, 128, 140, 140), (N, 256, 68, 68), (N, 512, 32, 32)
            x = pair(x)  # (N, 64, 568, 568), (N, 128, 280, 280), (N, 256, 136, 136), (N, 512, 64, 64)
            if level >= LEVELS - 1:
                x = self.dropout(x)  # at the end of the contracting path
            copies.append(x)
        x = copies.pop()  # (N, 1024, 28, 28)
        for up, pair in zip(self.up, self.expanding, strict=True):
            x = up(x)  # (N, 512, 56, 56), (N, 256, 104, 104), (N, 128, 200, 200), (N, 64, 392, 392)
            copy = crop(copies.pop(), x.shape[-1])
            if skips is not None:
                copy = skips[len(copies) : len(copies) + 1] * copy
            x = pair(torch.cat([copy, x], dim=1))  # (N, 512, 52, 52), ..., (N, 64, 388, 388)
        return self.output(x)  # (N, 2, 388, 388)

    def loss(self, logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
        """The energy of equation 1 for labels and weights (N, 388, 388), as a mean over the pixels.

        The equation's sum has no minus sign; cross entropy, which the text names, has one.
        """
        return (weights * F.cross_entropy(logits, labels, reduction="none")).mean()

    def probabilities(self, logits: Tensor) -> Tensor:
        """The pixel-wise soft-max p_k(x) (N, 2, 388, 388)."""
        return torch.softmax(logits, dim=1)


def crop(maps: Tensor, size: int) -> Tensor:
    """The central (size, size) of square maps (Figure 1, "copy and crop")."""
    margin = (maps.shape[-1] - size) // 2
    return maps[..., margin : margin + size, margin : margin + size]


def output_size(tile: int) -> int:
    """Side of the segmentation map for an input tile (572 -> 388).

    Raises ValueError for a side that some pooling would meet odd, or that leaves less than a pitch.
    """
    if tile < 2 * BORDER + PITCH or (tile - 60) % PITCH:
        raise ValueError(f"a tile of {tile} pixels does not fit: 204, 220, 236, ... (16 k + 60) do")
    return tile - 2 * BORDER


def separated(objects: NDArray[Any]) -> NDArray[Any]:
    """Objects numbered from 1 on 0 (H, W), with a border of background one pixel wide where they touch (Section 3)."""
    return np.where(ndimage.grey_dilation(objects, size=3) > objects, 0, objects)


def weight_map(
    objects: NDArray[Any], balance: NDArray[np.float32], w0: float = W0, sigma: float = SIGMA
) -> NDArray[np.float32]:
    """Equation 2 for objects numbered from 1 on 0 (H, W): w_c(x) + w_0 exp(-(d1(x) + d2(x))^2 / (2 sigma^2)).

    `balance` (2,) is w_c of background and object; `sigma`, in pixels, is at most the paper's. d1 and d2 are the
    distances to the nearest and the second nearest object; the second term is there for the background between them
    alone (Figure 3d).
    """
    d1 = np.full(objects.shape, np.inf, np.float32)
    d2 = d1.copy()
    for number, box in enumerate(ndimage.find_objects(objects), 1):
        if box is None:
            continue
        near = tuple(slice(max(side.start - REACH, 0), side.stop + REACH) for side in box)
        distance = ndimage.distance_transform_edt(objects[near] != number)
        d2[near] = np.minimum(d2[near], np.maximum(d1[near], distance))
        d1[near] = np.minimum(d1[near], distance)
    between = w0 * np.exp(-((d1 + d2) ** 2) / (2 * sigma**2))
    return (balance[(objects > 0).astype(int)] + between * (objects == 0)).astype(np.float32)


register("unet", "unet", where="Figure 1", parameters=31_030_658)(UNet)
register("unet", "unet-em", where="Figure 1")(partial(UNet, width=8, tile=332))
register("unet", "unet-nuclei", where="Figure 1")(partial(UNet, width=16, tile=332, classes="nuclei"))
