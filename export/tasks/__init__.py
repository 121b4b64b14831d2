"""Demo tasks: each module here wraps a network so that a reader's input goes in and finished results come out.

`load("draw")` gives the `Task` that `export/tasks/draw.py` calls `TASK`; its partner in the browser is
`docs/assets/demo/tasks/draw.js`. A second task is a second module.
"""

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from export.words import percent
from papers.schema import LANGUAGES, Text

Array = NDArray[Any]


@dataclass(frozen=True)
class Value:
    """An input of the exported graph, or a result of it, as the page speaks of it."""

    name: str
    unit: Text


@dataclass(frozen=True)
class Control(Value):
    """An input that the reader sets with sliders or switches: float32, as many numbers as there are defaults."""

    title: Text
    default: tuple[float, ...]
    low: float
    high: float
    step: float


@dataclass(frozen=True)
class Result(Value):
    """An output that the page shows."""

    title: Text
    better: Literal["high", "low"] | None  # which value wins, if there is one answer


# What a softmax takes, and what it gives.
LOGITS = Result(
    "scores", Text(en="logit", zh="logit"), Text(en="Score before the softmax", zh="softmax 之前的得分"), "high"
)
PROBABILITIES = Result(
    "probabilities", Text(en="between 0 and 1", zh="0 到 1 之间"), Text(en="Probability", zh="概率"), "high"
)


@dataclass(frozen=True)
class Answer:
    """What a network says of an input, in words, as it stands under the input's picture."""

    text: Text
    detail: Text  # how sure it is, for instance


Feeds = dict[str, Array]  # every input of the graph by name, with the batch


@dataclass(frozen=True)
class Sample:
    """An input of the page's own, before the network has answered it."""

    id: str
    label: str | None
    title: Text
    source: str  # "drawn", or the pack it comes from
    licence: str  # with the author, as `export/credits.py` reads it
    feeds: Feeds  # what stands for the reader's own input; controls that are left out have their defaults
    thumbnail: Array  # uint8 (H, W) or (H, W, 3)
    extra: dict[str, Any] = field(default_factory=dict)  # what only this task's page needs


class Graph(nn.Module):
    """What is exported: a network and the paths of its taps. Each task says what goes in and what comes out."""

    def __init__(self, network: nn.Module, taps: Sequence[str]) -> None:
        super().__init__()
        self.network, self.taps = network, tuple(taps)


class Task(ABC):
    """What export, manifest and tests need to know of a kind of demo."""

    name: str
    # Largest allowed difference from PyTorch, by output, as a fraction of its largest value (at least 1) over the
    # samples. The smallest graph within it is chosen; the page's canary and the tests hold every back end to it.
    allowed: Mapping[str, float]

    @abstractmethod
    def inputs(self, network: nn.Module) -> list[Value]:
        """The inputs of the graph, in order: what a sample gives, then the controls."""

    @abstractmethod
    def graph(self, network: nn.Module, taps: Sequence[str]) -> nn.Module:
        """A module whose child `network` is the network: inputs -> dict of outputs, `tap_input`, and a tap per path."""

    @abstractmethod
    def outputs(self, network: nn.Module) -> list[Result]:
        """The results, in order, without the taps."""

    @abstractmethod
    def random(self, network: nn.Module, count: int, seed: int = 28) -> list[Feeds]:
        """Inputs that are no samples, the same ones for a seed: noise and extremes, of the controls too."""

    @abstractmethod
    def samples(self, network: nn.Module, slug: str) -> list[Sample]:
        """The page's inputs: those of the paper's folder, then those of the data packs that are found."""

    @abstractmethod
    def labels(self, network: nn.Module) -> dict[str, list[str]]:
        """What the places of the answer mean, by language."""

    @abstractmethod
    def answer(self, network: nn.Module, outputs: Mapping[str, Array]) -> Answer:
        """The results of one input in words."""

    def answer_to(self, network: nn.Module, sample: Sample, outputs: Mapping[str, Array]) -> Answer:
        """The answer to a sample, whose `outputs` are given; more than these where one run is not the whole answer."""
        return self.answer(network, outputs)

    def pictures(self, network: nn.Module, sample: Sample) -> dict[str, Array]:
        """Pictures that belong to a sample besides its thumbnail, uint8 (H, W) or (H, W, 3) by name.

        The one called `answer` stands beside the thumbnail on a page without JavaScript.
        """
        return {}

    def extra(self, network: nn.Module) -> dict[str, Any]:
        """What only this task's page needs."""
        return {}

    def gallery(self, network: nn.Module) -> dict[str, Array]:
        """Pictures of no sample, by the name of the file in which they stay exact: `extra` tells of them."""
        return {}

    def shown(self, network: nn.Module) -> list[str]:
        """The taps whose values belong to a sample's answer, because the page shows them with it."""
        return []

    def defaults(self, network: nn.Module) -> Feeds:
        """The controls as they stand before the reader touches them."""
        controls = (value for value in self.inputs(network) if isinstance(value, Control))
        return {control.name: np.array(control.default, np.float32) for control in controls}

    def anywhere(self, network: nn.Module, noise: np.random.Generator) -> Feeds:
        """The controls as a reader may have put them."""
        found: Feeds = {}
        for control in self.inputs(network):
            if isinstance(control, Control):
                steps = round((control.high - control.low) / control.step)
                places = noise.integers(0, steps, len(control.default), endpoint=True)
                found[control.name] = (control.low + control.step * places).astype(np.float32)
        return found


def names() -> list[str]:
    """All tasks there are."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Task:
    """The task of that name. Raises KeyError that lists the known ones."""
    if name not in names():
        raise KeyError(f"unknown demo task {name!r}; known: {', '.join(names())}")
    task: Task = importlib.import_module(f"{__name__}.{name}").TASK
    return task


def extremes(shape: Sequence[int], count: int, noise: np.random.Generator) -> list[Array]:
    """Pixels that no reader would give: all 0, all 255, and noise."""
    ends = [np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8)]
    return [*ends, *(noise.integers(0, 256, shape).astype(np.uint8) for _ in range(count - len(ends)))]


def likeliest(labels: Mapping[str, Sequence[str]], probabilities: Array) -> Answer:
    """The most probable of some classes, named by language."""
    best = int(probabilities.argmax())
    return Answer(
        Text(**{language: labels[language][best] for language in LANGUAGES}),
        Text(**{language: percent(float(probabilities.flat[best]), language, ".0f") for language in LANGUAGES}),
    )


def tap(path: str, turn: int = 1) -> str:
    """The output's name for what the block at `path` gives at that call of it."""
    return "tap_" + path.replace(".", "_") + (f"_{turn}" if turn > 1 else "")


@contextmanager
def observe(network: nn.Module, paths: Iterable[str]) -> Iterator[dict[str, Tensor]]:
    """Collect the (first) outputs of blocks while the network runs, also while `torch.export` watches."""
    values: dict[str, Tensor] = {}

    def keep(path: str) -> Any:
        turns = count(1)
        # A copy of its own, so that a tap and a result of the same value remain two outputs.
        return lambda module, inputs, output: values.__setitem__(
            tap(path, next(turns)), (output[0] if isinstance(output, tuple) else output).clone()
        )

    handles = [network.get_submodule(path).register_forward_hook(keep(path)) for path in dict.fromkeys(paths)]
    try:
        yield values
    finally:
        for handle in handles:
            handle.remove()
