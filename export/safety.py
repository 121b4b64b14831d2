"""What browsers compute wrongly or not at all: rewritten where that is possible, refused where it is not.

WebGPU's convolution is silently wrong when the input channels of a group are divisible by 3, are not by 4, and are more
than 3, the output channels are divisible by 4, and the kernel is larger than 1. Input channels of zeros mend it; a
grouped convolution is written as an ungrouped one first.
"""

import math

import numpy as np
import onnx
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

OPSET = 20


class UnsafeGraph(Exception):
    """The graph holds something that does not run, or runs wrongly, in a browser."""


def make_safe(model: ModelProto) -> None:
    """Rewrite, in place, every convolution that WebGPU would compute wrongly. Its weight must be an initializer."""
    weights = {tensor.name: tensor for tensor in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        if node.op_type == "Conv" and node.input[1] in weights and _is_wrong(weights[node.input[1]]):
            weight = numpy_helper.to_array(weights[node.input[1]])
            weight = _ungroup(node, weight)
            extra = -weight.shape[1] % 4 if _is_wrong_shape(weight.shape) else 0
            if extra:
                weight = np.pad(weight, [(0, 0), (0, extra)] + [(0, 0)] * (weight.ndim - 2))
                nodes.append(_pad_channels(model, node, extra, weight.ndim))
            name = f"{node.input[1]}_safe"
            model.graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(weight), name))
            node.input[1] = name
        nodes.append(node)
    replaced = [onnx.NodeProto.FromString(node.SerializeToString()) for node in nodes]
    del model.graph.node[:]
    model.graph.node.extend(replaced)
    drop_unused(model)


def gate(model: ModelProto) -> None:
    """Raise UnsafeGraph, naming node and remedy, for anything that is known to fail in a browser."""
    graph = model.graph
    if [(each.domain, each.version) for each in model.opset_import] != [("", OPSET)]:
        found = ", ".join(f"{each.domain or 'ai.onnx'} {each.version}" for each in model.opset_import)
        raise UnsafeGraph(f"the graph needs opset {OPSET} and nothing else, it asks for {found}")
    for value in [*graph.input, *graph.output]:
        if any(not size.dim_value for size in value.type.tensor_type.shape.dim):
            raise UnsafeGraph(f"{value.name} has a size that is not fixed: export with an example of the final shape")
    half = {each.name for each in graph.initializer if each.data_type == TensorProto.FLOAT16}
    weights = {each.name: each for each in graph.initializer}
    for each in graph.initializer:
        if each.data_location == TensorProto.EXTERNAL:
            raise UnsafeGraph(f"{each.name} lies in another file: export with external_data=False")
        if each.data_type == TensorProto.DOUBLE:
            raise UnsafeGraph(f"{each.name} is float64, which WebGPU does not have: keep it in float32")
    stored = {}  # weights that are stored small and widened before use
    for node in graph.node:
        where = f"{node.op_type} {node.name or node.output[0]}"
        if node.domain:
            raise UnsafeGraph(f"{where} is of the domain {node.domain}: only standard operators run everywhere")
        if node.op_type == "MaxPool" and len([name for name in node.output if name]) > 1:
            raise UnsafeGraph(f"{where} also gives indices, which WebGPU cannot: find the maxima without them")
        target = next((a.i for a in node.attribute if a.name == "to"), 0) if node.op_type == "Cast" else 0
        if target in (TensorProto.FLOAT16, TensorProto.DOUBLE):
            raise UnsafeGraph(f"{where} computes in {TensorProto.DataType.Name(target)}: only weights may be stored so")
        if half & set(node.input) and node.op_type != "Cast":
            raise UnsafeGraph(f"{where} computes in float16, which needs an optional feature: widen its weight by Cast")
        if node.op_type in ("Cast", "DequantizeLinear") and node.input[0] in weights:
            stored[node.output[0]] = weights[node.input[0]]
        if node.op_type == "Conv":
            weight = weights.get(node.input[1]) or stored.get(node.input[1])
            if weight is None:
                raise UnsafeGraph(
                    f"{where} has a computed weight, so it cannot be made safe: it must fold to a constant"
                )
            if _is_wrong(weight):
                raise UnsafeGraph(
                    f"{where} with weight {tuple(weight.dims)} in {_groups(node)} group(s) is computed wrongly by "
                    "WebGPU: pad its input channels with zeros to a multiple of 4 (make_safe does)"
                )


def drop_unused(model: ModelProto) -> None:
    """Forget initializers that no node reads."""
    used = {name for node in model.graph.node for name in node.input} | {output.name for output in model.graph.output}
    kept = [each for each in model.graph.initializer if each.name in used]
    copies = [TensorProto.FromString(each.SerializeToString()) for each in kept]
    del model.graph.initializer[:]
    model.graph.initializer.extend(copies)


def _is_wrong(weight: TensorProto) -> bool:
    return _is_wrong_shape(tuple(weight.dims))


def _is_wrong_shape(shape: tuple[int, ...]) -> bool:
    """`shape` is (out, in per group, *kernel)."""
    outputs, inputs, *kernel = shape
    return inputs % 3 == 0 and inputs % 4 != 0 and inputs > 3 and outputs % 4 == 0 and math.prod(kernel) > 1


def _groups(node: NodeProto) -> int:
    return next((a.i for a in node.attribute if a.name == "group"), 1)


def _ungroup(node: NodeProto, weight: np.ndarray) -> np.ndarray:
    """The weight (out, in, *kernel) of the same convolution in one group, zero between the groups."""
    groups = _groups(node)
    if groups == 1:
        return weight
    outputs, inputs = weight.shape[0] // groups, weight.shape[1]
    dense = np.zeros((weight.shape[0], inputs * groups, *weight.shape[2:]), weight.dtype)
    for group in range(groups):
        rows = slice(group * outputs, (group + 1) * outputs)
        dense[rows, group * inputs : (group + 1) * inputs] = weight[rows]
    kept = [a for a in node.attribute if a.name != "group"]
    del node.attribute[:]
    node.attribute.extend(kept)
    return dense


def _pad_channels(model: ModelProto, node: NodeProto, extra: int, rank: int) -> NodeProto:
    """A node that appends channels of zeros to the convolution's input."""
    amounts = f"{node.output[0]}_channels"
    pads = np.array([0] * rank + [0, extra] + [0] * (rank - 2), np.int64)
    model.graph.initializer.append(numpy_helper.from_array(pads, amounts))
    pad = helper.make_node("Pad", [node.input[0], amounts], [f"{node.output[0]}_wide"], name=f"{node.name}_widen")
    node.input[0] = pad.output[0]
    return pad
