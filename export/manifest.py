"""What a page needs to know of one exported graph: `build/artefacts/<slug>/<variant>.json`.

All paths in it are relative to it.
"""

import base64
import json
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from papers.schema import Text

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Shape = Annotated[list[Annotated[int, Field(ge=1)]], Field(min_length=1)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Strict(BaseModel):
    """An unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Model(Strict):
    """The graph's file."""

    file: str  # with eight digits of its hash in the name, so that it may be cached for ever
    sha256: Digest
    bytes: int
    opset: int
    weights: str  # fp32, fp16 or int8: how they are stored; all arithmetic is in float32


class Control(Strict):
    """An input that the reader sets; its values at first, and their range."""

    title: Text
    default: list[float]
    low: float
    high: float
    step: float


class Input(Strict):
    """What goes in."""

    name: Name
    shape: Shape
    type: str  # uint8, float32, int64
    unit: Text
    control: Control | None  # null for what a sample gives


class Output(Strict):
    """A result."""

    name: Name
    shape: Shape
    type: str  # uint8, float32, int64
    title: Text
    unit: Text
    better: Literal["high", "low"] | None  # which value wins, if there is one answer


class Tap(Strict):
    """An output that is fetched only when the reader asks for the maps of a block."""

    name: Name
    node: str  # of the diagram and the layer table; `input` is what the network sees
    shape: Shape
    title: Text


class Verified(Strict):
    """The graph against PyTorch, over all samples and random inputs."""

    runtime: str
    difference: dict[Name, float]  # largest absolute difference of each output


class Provenance(Strict):
    """Where the weights come from."""

    kind: Literal["trained-here", "architecture-only"]
    data: str | None
    recipe: Any
    seed: int | None


class Data(Strict):
    """The bytes of an array: here if they are few, else in a file."""

    base64: str | None = None
    file: str | None = None


class Answer(Strict):
    """What the network says of a sample, in words: shown before anything runs, and without JavaScript."""

    text: Text
    detail: Text


class Credit(Strict):
    """A part of what is said of a picture's licence: the licence, or a name."""

    text: Text
    url: str | None  # where the reader finds more


class Sample(Strict):
    """An input with the answer that PyTorch gave: shown at once, run as a canary, compared in the tests.

    Of an output with more than 256 values about 64 are kept: enough to find a back end that computes wrongly.
    """

    id: str
    label: str | None  # null if there is no right answer
    title: Text
    source: str
    credit: list[Credit]
    image: str
    pictures: dict[Name, str]  # files of further pictures, such as one of the answer
    answer: Answer
    inputs: dict[Name, Data]
    outputs: dict[Name, list[float]]
    taps: dict[Name, list[float]]  # those that the page shows with the answer
    extra: dict[str, Any]  # what only the task's page needs


class Sibling(Strict):
    """A network that can be tried on the same input."""

    variant: str
    title: Text
    src: str


class Manifest(Strict):
    """See the module."""

    format: Literal[1]
    slug: str
    variant: str
    task: Name
    title: Text
    note: Text | None  # what the reader should know of its answers
    model: Model
    inputs: list[Input]
    outputs: list[Output]
    labels: dict[str, list[str]]
    taps: list[Tap]
    parameters: int
    macs: int
    tolerance: dict[Name, float]  # largest difference from PyTorch that a back end may show
    verified: Verified
    metrics: dict[str, Any]
    provenance: Provenance
    samples: Annotated[list[Sample], Field(min_length=1)]
    siblings: list[Sibling]
    beside: str | None  # the manifest of a network that answers next to this one
    extra: dict[str, Any]

    def content(self) -> bytes:
        """The file: the same bytes for the same facts."""
        return dump(self.model_dump(mode="json"))


def load(file: Path) -> Manifest:
    """A written manifest. Raises FileNotFoundError or pydantic's ValidationError."""
    return Manifest.model_validate_json(file.read_bytes())


def dump(facts: Any) -> bytes:
    """Compact JSON in the order given, UTF-8, with a newline at the end."""
    return (json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n").encode()


FEW_BYTES = 2048
WHOLE, SOME = 256, 64  # values of an output: the most that are kept whole, and how many of more, at most


def every(count: int) -> int:
    """Of so many values of an output, a sample keeps every n-th."""
    return -(-count // SOME) if count > WHOLE else 1


def read_input(folder: Path, given: Input, data: Data) -> NDArray[Any]:
    """The array of a sample's input, as the graph takes it."""
    content = (folder / data.file).read_bytes() if data.file else base64.b64decode(data.base64 or "")
    return np.frombuffer(content, given.type).reshape(given.shape)


def feeds(folder: Path, facts: "Manifest", sample: Sample) -> dict[str, NDArray[Any]]:
    """All inputs of the graph for a sample, with the controls as they stand at first."""
    return {
        given.name: read_input(folder, given, sample.inputs[given.name])
        if given.name in sample.inputs
        else np.array(given.control.default if given.control else (), np.float32)
        for given in facts.inputs
    }


def rounded(value: float, digits: int) -> float:
    """A number with so many significant digits."""
    return float(f"{value:.{digits}g}")
