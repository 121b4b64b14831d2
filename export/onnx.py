"""A task's graph -> ONNX that is small, the same on every run, and safe in a browser."""

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import onnx
import torch
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxscript import optimizer
from torch.export import ExportedProgram

from export.safety import OPSET, drop_unused, gate, make_safe
from export.translations import TRANSLATIONS

PRODUCER = "live-papers"
# A weight of fewer values is not worth the node that widens it again.
SMALLEST = 64
PRODUCTS = {"Conv", "ConvTranspose", "Gemm", "MatMul"}
NO_LIMIT = 1 << 40


def convert(program: ExportedProgram, inputs: Sequence[str], outputs: Sequence[str]) -> ModelProto:
    """The program as a float32 graph: constants folded, metadata stripped, convolutions rewritten for WebGPU.

    `outputs` are kept in this order; other outputs of the program are left out.
    Raises UnsafeGraph if something remains that fails in a browser.
    """
    names = list(program.call_spec.out_spec.context)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exported = torch.onnx.export(
            program,
            dynamo=True,
            opset_version=OPSET,
            external_data=False,
            input_names=list(inputs),
            output_names=names,
            verbose=False,
            custom_translation_table=TRANSLATIONS,
        )
    assert exported is not None
    model = exported.model_proto
    model = optimizer.optimize(model, input_size_limit=NO_LIMIT, output_size_limit=NO_LIMIT)
    _select_outputs(model, outputs)
    _strip(model)
    drop_unused(model)
    make_safe(model)
    gate(model)
    return model


def candidates(model: ModelProto) -> Iterator[tuple[str, bytes]]:
    """The same graph with its weights in float32, float16 and int8, as (kind, file content)."""
    for kind, narrow in {"fp32": None, "fp16": _to_half, "int8": _to_bytes}.items():
        copy = ModelProto.FromString(model.SerializeToString())
        if narrow:
            _narrow(copy, narrow)
        gate(copy)
        onnx.checker.check_model(copy, full_check=True)
        yield kind, copy.SerializeToString(deterministic=True)


def _select_outputs(model: ModelProto, names: Sequence[str]) -> None:
    """Keep these outputs, in this order, and drop the nodes that nothing needs any more."""
    known = {output.name: onnx.ValueInfoProto.FromString(output.SerializeToString()) for output in model.graph.output}
    del model.graph.output[:]
    model.graph.output.extend(known[name] for name in names)
    needed, nodes = set(names), []
    for node in reversed(model.graph.node):
        if needed & set(node.output):
            needed |= set(node.input)
            nodes.append(onnx.NodeProto.FromString(node.SerializeToString()))
    del model.graph.node[:]
    model.graph.node.extend(reversed(nodes))


def _strip(model: ModelProto) -> None:
    """Remove whatever the runtime does not need: it is most of a small file, and names paths of the machine."""
    graph = model.graph
    del graph.value_info[:]
    for item in [model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output]:
        if hasattr(item, "metadata_props"):
            del item.metadata_props[:]
        item.doc_string = ""
    del model.functions[:]
    imports = [each for each in model.opset_import if not each.domain]
    copies = [onnx.OperatorSetIdProto.FromString(each.SerializeToString()) for each in imports]
    del model.opset_import[:]
    model.opset_import.extend(copies)
    model.producer_name, model.producer_version, graph.name = PRODUCER, "", "main"


Narrowing = Callable[[str, np.ndarray, int], tuple[list[onnx.NodeProto], list[TensorProto]]]


def _narrow(model: ModelProto, narrow: Narrowing) -> None:
    """Store the weights in a smaller type and widen them where they are used; the runtime does so once, on loading.

    What is not multiplied with may be a place in the picture, such as an anchor's, that must not move: it is kept,
    unless half the size says the same.
    """
    tensors, first = [], []
    weights = {name for node in model.graph.node if node.op_type in PRODUCTS for name in node.input}
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if (
            tensor.data_type != TensorProto.FLOAT
            or values.size < SMALLEST
            or (tensor.name not in weights and (values.astype(np.float16) != values).any())
        ):
            tensors.append(TensorProto.FromString(tensor.SerializeToString()))
            continue
        nodes, stored = narrow(tensor.name, values, _output_axis(model, tensor.name, values.ndim))
        first += nodes
        tensors += stored
    nodes = first + [onnx.NodeProto.FromString(node.SerializeToString()) for node in model.graph.node]
    for part, items in ((model.graph.initializer, tensors), (model.graph.node, nodes)):
        del part[:]
        part.extend(items)


def _to_half(name: str, values: np.ndarray, axis: int) -> tuple[list[onnx.NodeProto], list[TensorProto]]:
    half = f"{name}_fp16"
    node = helper.make_node("Cast", [half], [name], name=f"{name}_widen", to=TensorProto.FLOAT)
    return [node], [numpy_helper.from_array(values.astype(np.float16), half)]


def _to_bytes(name: str, values: np.ndarray, axis: int) -> tuple[list[onnx.NodeProto], list[TensorProto]]:
    """One scale per output channel; what is not a matrix or a kernel stays float16."""
    if values.ndim < 2 or values.size < 4 * values.shape[axis]:
        return _to_half(name, values, axis)
    others = tuple(place for place in range(values.ndim) if place != axis)
    scale = np.maximum(np.abs(values).max(axis=others), 1e-12).astype(np.float32) / np.float32(127)
    shape = [-1 if place == axis else 1 for place in range(values.ndim)]
    small = np.clip(np.floor(values / scale.reshape(shape) + 0.5), -127, 127).astype(np.int8)
    stored = [numpy_helper.from_array(small, f"{name}_int8"), numpy_helper.from_array(scale, f"{name}_scale")]
    inputs = [tensor.name for tensor in stored]
    return [helper.make_node("DequantizeLinear", inputs, [name], name=f"{name}_widen", axis=axis)], stored


def _output_axis(model: ModelProto, name: str, rank: int) -> int:
    """Which axis of a weight is that of the output channels."""
    for node in model.graph.node:
        if name in node.input and (node.op_type == "MatMul" or _attribute(node, "transB", 1) == 0):
            return rank - 1
        if name in node.input and node.op_type == "ConvTranspose":
            return 1
    return 0


def _attribute(node: onnx.NodeProto, name: str, default: int) -> int:
    if node.op_type != "Gemm":
        return default
    return next((int(a.i) for a in node.attribute if a.name == name), 0)
