"""The weights of the networks that tensorflow.js builds again, in the order and the layout in which it takes them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from models import lenet, registry


def rows(weight: Tensor) -> Tensor:
    """(outputs, inputs, height, width) -> (height, width, inputs, outputs)."""
    return weight.permute(2, 3, 1, 0)


def folded(convolution: nn.Conv2d, normalization: nn.BatchNorm2d) -> Iterator[Tensor]:
    """Kernel and bias of a convolution and the normalization after it, as one."""
    factor = normalization.weight / torch.sqrt(normalization.running_var + normalization.eps)
    yield rows(convolution.weight * factor[:, None, None, None])
    yield normalization.bias - normalization.running_mean * factor


def resnet20(network: Any) -> Iterator[Tensor]:
    yield network.mean.permute(1, 2, 0)
    yield from folded(network.conv, network.bn)
    for block in network.blocks:
        yield from folded(block.conv1, block.bn1)
        yield from folded(block.conv2, block.bn2)
    yield network.output.weight.T
    yield network.output.bias


def lenet5(network: Any) -> Iterator[Tensor]:
    black, white = lenet.levels(torch.tensor([255.0, 0.0]))
    yield (black - white) / 255
    yield white
    for name in ("c1", "s2", "c3", "s4", "c5"):
        block = getattr(network, name)
        if isinstance(block, lenet.SubSampling):
            yield 4 * block.coefficient.flatten()  # of a mean instead of a sum
            yield block.bias.flatten()
        else:
            yield rows(block.weight())
            yield block.bias
    yield network.f6.weight.T
    yield network.f6.bias
    yield network.rbf.prototypes


NETWORKS = {"lenet5": lenet5, "resnet20": resnet20}


def write(variant: str, folder: Path) -> None:
    """`<variant>.bin`, float32, and `<variant>.json`, where each tensor of what shape lies in it."""
    places: list[dict[str, Any]] = []
    content = b""
    with torch.no_grad():
        for tensor in NETWORKS[variant](registry.build(variant)):
            places.append({"shape": list(tensor.shape), "offset": len(content)})
            content += np.ascontiguousarray(tensor.numpy(), np.float32).tobytes()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{variant}.bin").write_bytes(content)
    (folder / f"{variant}.json").write_text(json.dumps(places), encoding="utf-8")
