"""ResNet: residual networks, and the plain networks they are compared with.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016 (arXiv:1512.03385v1).
Modelled here: the networks for CIFAR-10 (Section 4.2: three stages of n pairs of 3x3 layers, 6n + 2 weighted layers,
identity shortcuts of option A) and those for ImageNet (Section 3.3, Table 1, projections where dimensions change:
option B). Shapes are in trailing comments, N is the number of images.
"""

from collections.abc import Sequence
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.registry import register


def convolution(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution that keeps the size (or halves it), without bias: batch normalization follows (Section 3.4)."""
    layer = nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")  # the paper's reference [13], equation 10 there
    return layer


def classifier(inputs: int, classes: int) -> nn.Linear:
    """The fully connected layer at the end, initialised in the same way."""
    layer = nn.Linear(inputs, classes)
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    nn.init.zeros_(layer.bias)
    return layer


class Shortcut(nn.Module):
    """x where dimensions agree; else every second pixel, with zeros for new channels (option A) or projected (B)."""

    def __init__(self, inputs: int, outputs: int, stride: int, option: str) -> None:
        super().__init__()
        self.stride, self.new = stride, outputs - inputs
        self.projection = None
        if option == "B" and (stride > 1 or self.new):
            self.projection = nn.Sequential(convolution(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        if self.projection is not None:
            return self.projection(x)
        if self.stride > 1:
            x = x[:, :, :: self.stride, :: self.stride]
        return F.pad(x, (0, 0, 0, 0, 0, self.new)) if self.new else x


class Block(nn.Module):
    """Two 3x3 layers with a shortcut around them: y = F(x, {W}) + x (equation 1, Figure 2), ReLU after the sum.

    `residual = False` leaves the shortcut out, which makes a plain network's pair of layers.
    """

    term = "residual-block"
    expansion = 1

    def __init__(self, inputs: int, width: int, stride: int, option: str, residual: bool = True) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        self.shortcut = Shortcut(inputs, width, stride, option) if residual else None
        if not residual:
            self.term = "plain-block"

    def branch(self, x: Tensor) -> Tensor:
        """F(x, {W})."""
        return self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))

    def forward(self, x: Tensor, scale: Tensor | None = None) -> Tensor:
        """`scale` multiplies the residual branch: 1 (or None) is the network, 0 leaves the shortcut alone."""
        out = self.branch(x)
        if scale is not None:
            out = scale * out
        return F.relu(out if self.shortcut is None else out + self.shortcut(x))


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1: the first reduces the channels, the last restores them (Section 4.1, Figure 5, right).

    The stride is in the first layer, as in the authors' released networks; later re-implementations put it in the 3x3.
    """

    term = "bottleneck-block"
    expansion = 4

    def __init__(self, inputs: int, width: int, stride: int, option: str) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(inputs, width, 1, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = convolution(width, width, 3), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = convolution(width, 4 * width, 1), nn.BatchNorm2d(4 * width)
        self.shortcut = Shortcut(inputs, 4 * width, stride, option)

    def forward(self, x: Tensor) -> Tensor:
        out = F.relu(self.bn1(self.conv1(x)))
        out = F.relu(self.bn2(self.conv2(out)))
        return F.relu(self.bn3(self.conv3(out)) + self.shortcut(x))


class CifarResNet(nn.Module):
    """6n + 2 layers for 32x32 photographs (Section 4.2): a 3x3 layer, n pairs at 32, 16 and 8 pixels, mean, 10 logits.

    All shortcuts are identities (option A), so that a residual network has exactly the parameters of its plain twin.
    """

    size, classes = 32, "cifar10"
    mean: Tensor

    def __init__(self, n: int, residual: bool = True) -> None:
        super().__init__()
        self.branches, self.groups = 3 * n, [n, n, n]  # at 32, 16 and 8 pixels
        self.conv, self.bn = convolution(3, 16, 3), nn.BatchNorm2d(16)
        blocks, inputs = [], 16
        for width, stride in ((16, 1), (32, 2), (64, 2)):
            for i in range(n):
                blocks.append(Block(inputs, width, stride if i == 0 else 1, "A", residual))
                inputs = width
        self.blocks = nn.ModuleList(blocks)
        self.output = classifier(64, 10)
        self.register_buffer("mean", torch.zeros(3, 32, 32))  # of the training images, learned before the weights

    def see(self, images: Tensor) -> None:
        """Take the mean of each pixel from the training images (N, 32, 32, 3)."""
        self.mean.copy_(images.float().mean(0).permute(2, 0, 1))

    def prepare(self, pixels: Tensor) -> Tensor:
        """RGB 0..255 of shape (N, 32, 32, 3) -> (N, 3, 32, 32), the mean of each pixel subtracted."""
        return pixels.permute(0, 3, 1, 2).float() - self.mean

    def forward(self, x: Tensor, scales: Tensor | None = None) -> Tensor:
        """Images (N, 3, 32, 32) -> logits (N, 10). `scales` (3n,) multiplies the branch of each block."""
        x = F.relu(self.bn(self.conv(x)))  # (N, 16, 32, 32)
        for i, block in enumerate(self.blocks):
            x = block(x, None if scales is None else scales[i])  # (N, 16, 32, 32), (N, 32, 16, 16), (N, 64, 8, 8)
        return self.output(x.mean((2, 3)))  # (N, 10)

    def loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Cross entropy, averaged over the N images."""
        return F.cross_entropy(logits, labels)

    def probabilities(self, logits: Tensor) -> Tensor:
        """Softmax (N, 10)."""
        return torch.softmax(logits, dim=1)


class ResNet(nn.Module):
    """The networks for ImageNet (Table 1): 7x7 layer and pooling, four stages of blocks, mean, 1000 classes."""

    def __init__(self, block: type[Block] | type[Bottleneck], counts: Sequence[int]) -> None:
        super().__init__()
        self.conv1, self.bn1 = convolution(3, 64, 7, 2), nn.BatchNorm2d(64)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        stages, inputs = [], 64
        for stage, count in enumerate(counts):
            blocks, width = [], 64 * 2**stage
            for i in range(count):
                blocks.append(block(inputs, width, 2 if stage and i == 0 else 1, "B"))
                inputs = width * block.expansion
            stages.append(nn.Sequential(*blocks))
        self.conv2_x, self.conv3_x, self.conv4_x, self.conv5_x = stages
        self.output = classifier(inputs, 1000)

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 3, 224, 224) -> logits (N, 1000)."""
        x = F.relu(self.bn1(self.conv1(x)))  # (N, 64, 112, 112)
        x = self.conv2_x(self.pool(x))  # (N, 64 or 256, 56, 56)
        x = self.conv3_x(x)  # (N, 128 or 512, 28, 28)
        x = self.conv4_x(x)  # (N, 256 or 1024, 14, 14)
        x = self.conv5_x(x)  # (N, 512 or 2048, 7, 7)
        return self.output(x.mean((2, 3)))  # (N, 1000)


def _register() -> None:
    for n in (3, 9):
        layers = 6 * n + 2
        published = {20: "0.27M", 56: "0.85M"}[layers]  # Table 6
        register("resnet", f"resnet{layers}", parameters=published, where="Section 4.2, Table 6")(
            partial(CifarResNet, n)
        )
        register("resnet", f"plain{layers}", parameters=published, where="Section 4.2")(
            partial(CifarResNet, n, residual=False)
        )
    for n, published in ((18, "1.7M"), (200, "19.4M")):
        register("resnet", f"resnet{6 * n + 2}", parameters=published, where="Section 4.2, Table 6")(
            partial(CifarResNet, n)
        )
    for layers, block, counts, macs in (
        (18, Block, (2, 2, 2, 2), "1.8G"),
        (34, Block, (3, 4, 6, 3), "3.6G"),
        (50, Bottleneck, (3, 4, 6, 3), "3.8G"),
        (101, Bottleneck, (3, 4, 23, 3), "7.6G"),
        (152, Bottleneck, (3, 8, 36, 3), "11.3G"),
    ):
        register("resnet", f"resnet{layers}", macs=macs, input=(3, 224, 224), where="Table 1")(
            partial(ResNet, block, counts)
        )


_register()
