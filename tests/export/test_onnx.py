"""The exported graphs: right, the same on every run, and safe in a browser."""

import copy
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from export import build, tasks, verify
from export import onnx as exporter
from export.manifest import Manifest
from export.safety import OPSET, UnsafeGraph, gate, make_safe
from export.trace import blocks
from models import boxes as boxes_of

RANDOM = np.random.default_rng(5)


def unseen(task: tasks.Task, network: nn.Module, count: int) -> list[verify.Feeds]:
    """Inputs that export has not seen."""
    names = [value.name for value in task.inputs(network)]
    return [{name: feeds[name] for name in names} for feeds in task.random(network, count, seed=5)[-count:]]


def test_graph_says_what_pytorch_says(slug, variant, task, network: nn.Module, facts: Manifest, graph_file: bytes):
    feeds = unseen(task, network, 4)
    names = [output.name for output in facts.outputs]
    session = verify.session(graph_file)
    for given, expected in zip(feeds, verify.reference(task.graph(network, []), feeds), strict=True):
        for name, found in zip(names, session.run(names, given), strict=True):
            assert np.abs(found - expected[name]).max() <= facts.tolerance[name], name


def test_draw_answers_as_the_network_alone(facts: Manifest, slug, variant, task, network, graph_file: bytes):
    if facts.task != "draw":
        return
    names = [output.name for output in facts.outputs]
    for given in unseen(task, network, 3):
        found = dict(zip(names, verify.session(graph_file).run(names, given), strict=True))
        with torch.no_grad():
            scores = network(network.prepare(torch.from_numpy(given["pixels"])))
        assert np.abs(found["scores"] - scores.numpy()).max() <= facts.tolerance["scores"]
        total = found["probabilities"].sum() + (found["rubbish"].sum() if "rubbish" in found else 0)
        assert total == pytest.approx(1, abs=1e-5)


def test_taps_are_the_outputs_of_the_blocks(slug, variant, task, network, facts: Manifest, graph_file: bytes):
    (given,) = unseen(task, network, 1)
    session = verify.session(graph_file)
    graph = task.graph(network, [])
    seen: dict[str, torch.Tensor] = {}
    for path, block in blocks(network):
        turns = [tasks.tap(path, turn) for turn in (1, 2)]

        def keep(module: Any, inputs: Any, output: Any, turns: list[str] = turns) -> None:
            seen[turns.pop(0)] = output[0] if isinstance(output, tuple) else output

        block.register_forward_hook(keep)
    answer = verify.reference(graph, [given])[0]
    for tap in facts.taps:
        (found,) = session.run([tap.name], given)
        expected = answer[tap.name] if tap.name in answer else seen[tap.name].numpy()
        assert list(found.shape) == tap.shape
        assert np.abs(found - expected).max() <= 0.02 * max(1, np.abs(expected).max()), tap.name


def test_nothing_of_this_machine_is_in_the_files(slug: str, variant: str, files) -> None:
    place = str(build.__file__).removesuffix("/export/build.py").encode()
    for name, content in files(slug, variant).items():
        assert place not in content, name
        assert b"/site-packages/" not in content, name


def test_constants_are_folded(slug: str, variant: str, graph_file: bytes) -> None:
    model = onnx.load_from_string(graph_file)
    gate(model)
    assert not {node.op_type for node in model.graph.node} & {"Shape", "If", "Loop"}
    known = {each.name for each in model.graph.initializer}
    for node in model.graph.node:
        if set(node.input) <= known | {""}:
            assert node.op_type in ("Cast", "DequantizeLinear"), f"{node.name} works on constants alone"
            known |= set(node.output)
    assert not model.graph.value_info and not model.metadata_props and not model.functions


def test_lenet5_has_its_wide_convolution_padded(files, request) -> None:
    name = next(name for name in files("lenet", "lenet5") if name.endswith(".onnx"))
    model = onnx.load_from_string(files("lenet", "lenet5")[name])
    sizes = [tuple(each.dims) for each in model.graph.initializer]
    assert (16, 8, 5, 5) in sizes and (16, 6, 5, 5) not in sizes


# ------------------------------------------------------------------------------------------------ safety, constructed


def convolution(inputs: int, outputs: int, kernel: int = 3, groups: int = 1) -> onnx.ModelProto:
    weight = RANDOM.standard_normal((outputs, inputs // groups, kernel, kernel)).astype(np.float32)
    node = helper.make_node("Conv", ["x", "w"], ["y"], name="conv", group=groups)
    return model([node], [1, inputs, 8, 8], [1, outputs, 9 - kernel, 9 - kernel], {"w": weight})


def model(
    nodes: list[Any], before: list[Any], after: list[Any], weights: dict[str, np.ndarray] | None = None, **types: int
):
    graph = helper.make_graph(
        nodes,
        "main",
        [helper.make_tensor_value_info("x", types.get("x", TensorProto.FLOAT), before)],
        [helper.make_tensor_value_info("y", types.get("y", TensorProto.FLOAT), after)],
        [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)


@pytest.mark.parametrize(
    ("inputs", "outputs", "kernel", "groups"),
    [(6, 16, 5, 1), (9, 4, 3, 1), (15, 8, 3, 1), (12, 12, 3, 2), (18, 8, 3, 2)],
)
def test_wrong_convolutions_are_rewritten(inputs: int, outputs: int, kernel: int, groups: int) -> None:
    before = convolution(inputs, outputs, kernel, groups)
    with pytest.raises(UnsafeGraph, match="WebGPU"):
        gate(before)
    after = copy.deepcopy(before)
    make_safe(after)
    gate(after)
    onnx.checker.check_model(after, full_check=True)
    x = RANDOM.standard_normal((1, inputs, 8, 8)).astype(np.float32)
    old, new = (verify.session(each.SerializeToString()).run(None, {"x": x})[0] for each in (before, after))
    np.testing.assert_allclose(new, old, atol=1e-4)


@pytest.mark.parametrize(
    ("inputs", "outputs", "kernel", "groups"), [(3, 16, 3, 1), (12, 8, 3, 1), (6, 6, 3, 1), (6, 16, 1, 1), (8, 8, 3, 8)]
)
def test_right_convolutions_are_left_alone(inputs: int, outputs: int, kernel: int, groups: int) -> None:
    before = convolution(inputs, outputs, kernel, groups)
    after = copy.deepcopy(before)
    make_safe(after)
    assert after == before
    gate(after)


def halved(weight: str) -> list[Any]:
    return [
        helper.make_node("Cast", ["x"], [weight], to=TensorProto.FLOAT16),
        helper.make_node("Cast", [weight], ["y"], to=1),
    ]


def renamed_opset() -> onnx.ModelProto:
    wrong = convolution(4, 4)
    wrong.opset_import[0].version = 17
    return wrong


BAD = {
    "indices": (
        lambda: model([helper.make_node("MaxPool", ["x"], ["y", "i"], kernel_shape=[2, 2])], [1, 1, 4, 4], [1] * 4),
        "indices",
    ),
    "float16 arithmetic": (lambda: model(halved("h"), [4], [4]), "FLOAT16"),
    "float16 weight used as it is": (
        lambda: model([helper.make_node("Neg", ["w"], ["y"])], [2], [2], {"w": np.ones(2, np.float16)}, y=10),
        "float16",
    ),
    "float64": (
        lambda: model([helper.make_node("Identity", ["w"], ["y"])], [2], [2], {"w": np.ones(2)}, y=TensorProto.DOUBLE),
        "float64",
    ),
    "another domain": (
        lambda: model([helper.make_node("Gelu", ["x"], ["y"], domain="com.microsoft")], [2], [2]),
        "com.microsoft",
    ),
    "another opset": (renamed_opset, "opset 20"),
    "open size": (lambda: model([helper.make_node("Relu", ["x"], ["y"])], ["n", 2], ["n", 2]), "not fixed"),
    "computed weight": (
        lambda: model(
            [helper.make_node("Relu", ["w"], ["v"]), helper.make_node("Conv", ["x", "v"], ["y"])],
            [1, 4, 8, 8], [1, 4, 6, 6], {"w": np.ones((4, 4, 3, 3), np.float32)},
        ),
        "computed weight",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_gate_refuses(case: str) -> None:
    make, words = BAD[case]
    with pytest.raises(UnsafeGraph, match=words):
        gate(make())


# --------------------------------------------------------------------------------------- weights and verification


def test_smallest_candidate_within_the_tolerance_is_chosen() -> None:
    base = convolution(8, 8)
    inputs = [{"x": RANDOM.standard_normal((1, 8, 8, 8)).astype(np.float32)} for _ in range(3)]
    candidates = list(exporter.candidates(base))
    session = verify.session(dict(candidates)["fp32"])
    answers = [dict(y=session.run(None, each)[0]) for each in inputs]
    assert [build.choose(candidates, inputs, answers, {"y": limit})[0] for limit in (1, 1e-2, 1e-6)] == [
        "int8", "fp16", "fp32",
    ]  # fmt: skip


def test_verification_names_what_differs() -> None:
    base = list(exporter.candidates(convolution(8, 8)))
    inputs = [{"x": np.ones((1, 8, 8, 8), np.float32)}]
    right = dict(y=verify.session(dict(base)["fp32"]).run(None, inputs[0])[0])
    for answers, words in (
        ([dict(z=right["y"])], "names of the outputs"),
        ([dict(y=right["y"][:, :4])], "shape of y"),
        ([dict(y=right["y"] + 0.5)], "y differs by up to 0.5 .* tolerance is 0.001"),
    ):
        with pytest.raises(verify.VerificationError, match=words):
            build.choose(base, inputs, answers, {"y": 1e-3})


class Suppression(nn.Module):
    """Boxes and scores as they come; both thresholds are inputs."""

    def forward(self, boxes: torch.Tensor, scores: torch.Tensor, overlap: torch.Tensor, least: torch.Tensor):
        return {"kept": boxes_of.nms(boxes, scores, overlap, least, 12).clone()}


def test_non_maximum_suppression_is_the_runtimes_own() -> None:
    corners = torch.from_numpy(RANDOM.uniform(0, 80, (60, 2)).astype(np.float32))
    boxes = torch.cat([corners, corners + torch.from_numpy(RANDOM.uniform(10, 40, (60, 2)).astype(np.float32))], 1)
    scores = torch.from_numpy(RANDOM.uniform(0, 1, 60).astype(np.float32))
    names = ["boxes", "scores", "overlap", "least"]
    program = torch.export.export(Suppression(), (boxes, scores, torch.tensor([0.3]), torch.tensor([0.1])))
    model = exporter.convert(program, names, ["kept"])
    assert "NonMaxSuppression" in {node.op_type for node in model.graph.node}
    session = verify.session(model.SerializeToString())
    for overlap, least in ((0.3, 0.1), (0.7, 0.0), (0.1, 0.6), (0.5, 2.0)):
        given = boxes, scores, torch.tensor([overlap]), torch.tensor([least])
        (found,) = session.run(["kept"], {name: value.numpy() for name, value in zip(names, given, strict=True)})
        np.testing.assert_array_equal(found, boxes_of.nms(*given, 12).numpy())
