"""What one ATen operation costs and sees: multiply-accumulates, receptive field, and the few facts a reader wants.

Everything is read from the shapes of a `torch.export` graph; nothing is run.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

from torch.fx import Node as Call

CONVOLUTIONS = {"conv1d", "conv2d", "conv3d"}
TRANSPOSED = {"conv_transpose1d", "conv_transpose2d", "conv_transpose3d"}
POOLS = {"avg_pool1d", "avg_pool2d", "avg_pool3d", "max_pool1d", "max_pool2d", "max_pool3d", "max_pool2d_with_indices"}
ADAPTIVE = {"adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_max_pool2d"}
REDUCTIONS = {"mean", "sum", "amax", "amin"}
PRODUCTS = {"matmul", "mm", "bmm", "addmm", "baddbmm"}
ATTENTION = {"scaled_dot_product_attention"}


def name(call: Call) -> str:
    """The operation without its namespace, its overload and the underscore of in-place forms: `conv2d`."""
    schema = getattr(call.target, "_schema", None)
    return schema.name.split("::")[1].rstrip("_") if schema else getattr(call.target, "__name__", str(call.target))


def shape(call: Call) -> tuple[int, ...]:
    """Shape of the call's (first) result; empty for a scalar."""
    value: Any = call.meta.get("val")
    value = value[0] if isinstance(value, (tuple, list)) else value
    return tuple(int(size) for size in value.shape) if hasattr(value, "shape") else ()


def argument(call: Call, key: str, default: Any = None) -> Any:
    """An argument by its schema's name, whether it was given by place, by name, or not at all."""
    for place, formal in enumerate(call.target._schema.arguments):  # type: ignore[union-attr]
        if formal.name == key:
            if place < len(call.args):
                return call.args[place]
            return call.kwargs.get(key, formal.default_value)
    return default


def macs(call: Call) -> int:
    """Multiply-accumulates of convolutions and matrix products; biases and element-wise work are not counted."""
    operation, out = name(call), math.prod(shape(call))
    if operation in CONVOLUTIONS:
        return out * math.prod(shape(argument(call, "weight"))[1:])  # (out, in / groups, *kernel)
    if operation in TRANSPOSED:
        return math.prod(shape(argument(call, "input"))) * math.prod(shape(argument(call, "weight"))[1:])
    if operation == "linear":
        return out * shape(argument(call, "weight"))[-1]
    if operation in PRODUCTS:
        return out * shape(call.all_input_nodes[-2])[-1]  # the inner size of the two last factors
    if operation in ATTENTION:
        query, key, value = (shape(each) for each in call.all_input_nodes[:3])
        return math.prod(query[:-1]) * key[-2] * (query[-1] + value[-1])
    return 0


def is_pooling(call: Call) -> bool:
    """Whether it makes a map smaller (or larger) without weights."""
    operation = name(call)
    if operation in POOLS | ADAPTIVE or operation.startswith("upsample"):
        return True
    return operation in REDUCTIONS and len(shape(call.all_input_nodes[0])) == 4


@dataclass(frozen=True)
class Field:
    """What one unit of a map sees, along the height: `size` input pixels, and its neighbour starts `jump` pixels on.

    `spread` is the height of the last map: what a fully connected layer joins once the map has been flattened.
    """

    size: int = 1
    jump: float = 1
    spread: int = 1

    def widened(self, units: float) -> "Field":
        """The field of something that sees `units` neighbouring units."""
        return replace(self, size=math.ceil(self.size + (units - 1) * self.jump))


def field(call: Call, sources: list[Field], limit: int) -> Field:
    """The receptive field of the call's result from those of its inputs; never beyond the `limit` of the input."""
    first = max(sources, key=lambda source: source.size)
    operation, before, after = name(call), shape(call.all_input_nodes[0]), shape(call)
    if operation in CONVOLUTIONS | POOLS:
        kernel, stride, dilation = window(call)
        seen = first.widened((kernel[-2:][0] - 1) * dilation + 1)
        first = replace(seen, jump=seen.jump * stride)
    elif operation in TRANSPOSED:
        kernel, stride, dilation = window(call)
        seen = first.widened(math.ceil(((kernel[-2:][0] - 1) * dilation + 1) / stride))
        first = replace(seen, jump=seen.jump / stride)
    elif operation == "linear":
        first = replace(first.widened(first.spread), spread=1)
    elif operation in ATTENTION | PRODUCTS and len(sources) > 1:
        first = replace(first, size=limit)
    elif operation in ADAPTIVE | REDUCTIONS and len(before) == 4:
        height = after[-2] if len(after) == 4 else 1
        ratio = before[-2] / height
        first = first.widened(math.ceil(ratio))
        first = replace(first, jump=first.jump * ratio)
    elif operation.startswith("upsample"):
        seen = first.widened(2) if "nearest" not in operation else first
        first = replace(seen, jump=seen.jump * before[-2] / after[-2])
    if len(after) == 4:
        first = replace(first, spread=after[-2])
    return replace(first, size=min(first.size, limit))


def window(call: Call) -> tuple[tuple[int, ...], int, int]:
    """Kernel, stride and dilation (of the height) of a convolution or a pooling."""
    if name(call) in POOLS:
        kernel = _pair(argument(call, "kernel_size"))
        stride = _pair(argument(call, "stride") or kernel)
    else:
        kernel = shape(argument(call, "weight"))[2:]
        stride = _pair(argument(call, "stride"))
    return kernel, stride[-2:][0], _pair(argument(call, "dilation", 1))[-2:][0]


def _pair(value: Any) -> tuple[int, ...]:
    values = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    return values * 2 if len(values) == 1 else values
