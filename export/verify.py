"""PyTorch against ONNX Runtime: names first, then shapes, then values."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import nn

RUNTIME = f"ONNX Runtime {onnxruntime.__version__}"

Array = NDArray[Any]
Feeds = Mapping[str, Array]  # the inputs by name, in order
Outputs = dict[str, Array]


class VerificationError(Exception):
    """The exported graph does not say what PyTorch says."""


def reference(module: "nn.Module", inputs: Sequence[Feeds]) -> list[Outputs]:
    """What PyTorch answers to each set of inputs, in the order of the module's; by the names of the outputs."""
    import torch  # heavy, and not needed where answers are already written down

    with torch.no_grad():
        answers = [module(*(torch.from_numpy(np.array(a)) for a in each.values())) for each in inputs]
    return [{name: value.numpy() for name, value in answer.items()} for answer in answers]


def session(content: bytes) -> onnxruntime.InferenceSession:
    """One thread, so that sums are made in the same order every time."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def differences(content: bytes, inputs: Sequence[Feeds], expected: Sequence[Outputs]) -> dict[str, float]:
    """Largest absolute difference of each output over all inputs; infinite where a value is not a number.

    Raises VerificationError if an input's or output's name or shape is not as expected.
    """
    graph = session(content)
    _agree("the names of the inputs", [each.name for each in graph.get_inputs()], list(inputs[0]))
    for given in graph.get_inputs():
        _agree(f"the shape of {given.name}", tuple(given.shape), tuple(inputs[0][given.name].shape))
    _agree("the names of the outputs", sorted(each.name for each in graph.get_outputs()), sorted(expected[0]))
    for each in graph.get_outputs():
        _agree(f"the shape of {each.name}", tuple(each.shape), tuple(expected[0][each.name].shape))
    largest = dict.fromkeys(expected[0], 0.0)
    order = list(largest)
    for feeds, outputs in zip(inputs, expected, strict=True):
        for output, value in zip(order, graph.run(order, dict(feeds)), strict=True):
            difference = np.abs(np.asarray(value, np.float64) - outputs[output])
            worst = float(difference.max()) if np.isfinite(difference).all() else float("inf")
            largest[output] = max(largest[output], worst)
    return largest


def excess(found: Mapping[str, float], tolerance: Mapping[str, float]) -> str | None:
    """In words, which output differs by more than it may; None if all is well."""
    over = {name: found[name] / limit for name, limit in tolerance.items() if not found[name] <= limit}
    if not over:
        return None
    worst = max(over, key=lambda name: over[name])
    return f"{worst} differs by up to {found[worst]:.3g} from PyTorch, the tolerance is {tolerance[worst]:.3g}"


def _agree(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise VerificationError(f"{what}: the graph says {found}, PyTorch {expected}")
