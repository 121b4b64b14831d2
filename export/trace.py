"""One trace of a network -> the graph from which the diagram, the layer table and the taps are made.

`torch.export` records every ATen operation with the modules it was called from. An operation inside a block of the
network belongs to that block; one between blocks either joins several blocks (a sum, a concatenation) or pools, and
then it is a small node of its own, or it is part of the block before it (an activation, a flattening).
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn
from torch.export import ExportedProgram
from torch.fx import Node as Call

from export import operations
from export.graph import INPUT, Graph, Node, Part, Shape, Source, collapse

ROOT = Path(__file__).resolve().parents[1]
# What an operation between blocks is called: keys of the glossary or of `words.py`.
JOINTS = {
    "add": "sum",
    "sub": "difference",
    "mul": "product",
    "cat": "concatenation",
    "stack": "concatenation",
    "matmul": "matrix-product",
}
# The same for a module that is not ours and so has no `term`.
STANDARD = {
    nn.Conv2d: "convolution",
    nn.Conv1d: "convolution",
    nn.ConvTranspose2d: "transposed-convolution",
    nn.Linear: "fully-connected-layer",
    nn.BatchNorm2d: "batch-normalization",
    nn.MaxPool2d: "pooling",
    nn.AvgPool2d: "pooling",
    nn.AdaptiveAvgPool2d: "pooling",
}


def blocks(network: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """The children of the network, by path; lists and sequences of blocks are descended into."""
    for name, child in network.named_children():
        if isinstance(child, (nn.ModuleList, nn.Sequential, nn.ModuleDict)) and not hasattr(child, "term"):
            yield from blocks(child, f"{prefix}{name}.")
        else:
            yield prefix + name, child


def trace(network: nn.Module, *example: torch.Tensor) -> Graph:
    """The graph of a network for inputs of the example's shape."""
    with torch.no_grad():
        return read(torch.export.export(network.eval(), example), network)


def read(program: ExportedProgram, network: nn.Module, path: str = "", inputs: int | None = None) -> Graph:
    """The graph of the `network` that lies at `path` inside an exported program.

    Only the first so many `inputs` of the program flow through it; the rest are controls.
    """
    return collapse(_Reader(program, network, path, inputs).graph())


@dataclass
class _Draft:
    """A node while the calls are read."""

    id: str
    path: str | None
    turn: int = 1
    calls: list[Call] = field(default_factory=list)
    parameters: int = 0
    macs: int = 0


class _Reader:
    def __init__(self, program: ExportedProgram, network: nn.Module, path: str, inputs: int | None) -> None:
        self.program, self.network, self.path = program, network, path
        self.flowing = program.graph_signature.user_inputs[:inputs]
        self.blocks = dict(blocks(network))
        self.drafts: dict[str, _Draft] = {}
        self.owner: dict[Call, str] = {}  # constants have none
        self.fields: dict[Call, operations.Field] = {}
        self.input: Shape = ()
        self.edges: dict[tuple[str, str], None] = {}  # an ordered set

    def graph(self) -> Graph:
        """Read every call once, in order."""
        calls = [
            call for call in self.program.graph.nodes if call.op == "call_function" and self._stack(call) is not None
        ]
        own = set(calls)
        for call in calls:
            for source in call.all_input_nodes:
                if source not in own and source not in self.owner and self._depends_on_input(source):
                    self.owner[source] = INPUT
                    self.input = self.input or operations.shape(source)
                    self.fields[source] = operations.Field(spread=operations.shape(source)[-2:][0])
            self._assign(call)
        self._count_parameters()
        self._count_macs(calls)
        drafts = sorted(self.drafts.values(), key=lambda draft: calls.index(draft.calls[-1]))
        return Graph(self.input, tuple(map(self._node, drafts)), tuple(self.edges))

    def _stack(self, call: Call) -> list[tuple[str, str]] | None:
        """(call key, path inside the network) of the modules around a call; None outside the network."""
        entries = [(key, path) for key, (path, _) in call.meta.get("nn_module_stack", {}).items()]
        paths = [path for _, path in entries]
        if self.path not in paths:
            return None
        inside = entries[paths.index(self.path) + 1 :]
        return [(key, path[len(self.path) :].lstrip(".")) for key, path in inside]

    def _depends_on_input(self, call: Call) -> bool:
        if call.op == "placeholder":
            return call.name in self.flowing
        return any(map(self._depends_on_input, call.all_input_nodes))

    def _block(self, call: Call) -> tuple[str, str, int] | None:
        """Id, path and turn of the block around a call. A second call of the same module is a second node."""
        for key, path in self._stack(call) or []:
            if path in self.blocks:
                turn = int(key.split("@")[1]) + 1 if "@" in key else 1
                return path.replace(".", "_") + (f"_{turn}" if turn > 1 else ""), path, turn
        return None

    def _assign(self, call: Call) -> None:
        """Give the call an owner, draw the edges that lead to it, and work out what it sees."""
        sources = list(dict.fromkeys(self.owner[s] for s in call.all_input_nodes if s in self.owner))
        found = self._block(call)
        if not sources:
            return  # works on constants only
        if found and (hasattr(self.blocks[found[1]], "term") or self._is_notable(call, sources, found[1])):
            id = found[0]
            self.drafts.setdefault(id, _Draft(*found)).calls.append(call)
        elif found and found[0] in self.drafts:
            id = found[0]
            self.drafts[id].calls.append(call)
        elif self._is_notable(call, sources, None):
            id = self._join(call, sources)
        else:
            id = sources[0]
        self.owner[call] = id
        self.fields[call] = operations.field(
            call, [self.fields[s] for s in call.all_input_nodes if s in self.fields], self.input[-2:][0]
        )
        self.edges.update(dict.fromkeys((source, id) for source in sources if source != id))

    def _is_notable(self, call: Call, sources: list[str], path: str | None) -> bool:
        """Whether a call deserves a node: it computes, pools, or joins; or its module has weights."""
        if path and any(True for _ in self.blocks[path].parameters()):
            return True
        return len(sources) > 1 or operations.macs(call) > 0 or operations.is_pooling(call)

    def _join(self, call: Call, sources: list[str]) -> str:
        """A node for an operation between blocks; a sum of three is one node, not two."""
        kind = operations.name(call)
        for id in sources:
            draft = self.drafts.get(id)
            if draft and draft.path is None and operations.name(draft.calls[-1]) == kind == "add":
                last = draft.calls[-1]
                if len(last.users) == 1:
                    draft.calls.append(call)
                    return id
        base = JOINTS.get(kind, kind)
        number = sum(draft.path is None and draft.id.startswith(base) for draft in self.drafts.values()) + 1
        id = base if number == 1 else f"{base}_{number}"
        self.drafts[id] = _Draft(id, None, calls=[call])
        return id

    def _count_parameters(self) -> None:
        """Each trainable parameter once, at the first node that needs it."""
        trainable = {id(p) for p in self.network.parameters() if p.requires_grad}
        named = dict(self.network.named_parameters(remove_duplicate=False))
        for call in self.program.graph.nodes:
            target = self.program.graph_signature.inputs_to_parameters.get(call.name, "")
            target = target.removeprefix(self.path + ".") if self.path else target
            parameter = named.get(target)
            if call.op == "placeholder" and parameter is not None and id(parameter) in trainable:
                user = self._first_owner(call)
                if user in self.drafts:
                    trainable.remove(id(parameter))
                    self.drafts[user].parameters += parameter.numel()

    def _first_owner(self, call: Call) -> str | None:
        for user in call.users:
            found = self.owner.get(user) or self._first_owner(user)
            if found:
                return found
        return None

    def _count_macs(self, calls: list[Call]) -> None:
        """A module with a method `macs` counts for itself, all others by their operations."""
        own: dict[str, tuple[str, nn.Module, Call]] = {}
        for call in calls:
            owner = self.owner.get(call)
            if owner not in self.drafts:
                continue
            modules = ((key, self.network.get_submodule(path)) for key, path in self._stack(call) or [])
            counting = next(((key, m) for key, m in modules if hasattr(m, "macs")), None)
            if counting:
                own[counting[0]] = (owner, counting[1], call)  # the last call gives the output's shape
            else:
                self.drafts[owner].macs += operations.macs(call)
        for owner, module, last in own.values():
            self.drafts[owner].macs += int(module.macs(torch.Size(operations.shape(last))))  # type: ignore[operator]

    def _node(self, draft: _Draft) -> Node:
        first, last = draft.calls[0], draft.calls[-1]
        module = self.blocks[draft.path] if draft.path else None
        inputs = [s for call in draft.calls for s in call.all_input_nodes if self.owner.get(s, draft.id) != draft.id]
        parts = tuple(self._parts(draft)) if module is not None else ()
        windows = [c for c in draft.calls if operations.name(c) in operations.CONVOLUTIONS | operations.POOLS]
        kernel, stride, _ = operations.window(windows[0]) if len(windows) == 1 else ((), 1, 1)
        term = getattr(module, "term", None) or STANDARD.get(type(module)) or JOINTS.get(operations.name(first))
        if term is None:
            term = "pooling" if operations.is_pooling(first) else operations.name(first).replace("_", "-")
        return Node(
            id=draft.id,
            title=self._title(draft, module, term),
            term=term,
            kind="block" if module is not None else "operation",
            source=_source(module) or _line(first) or _source(self.network),
            input=operations.shape(inputs[0]) if inputs else self.input,
            output=operations.shape(last),
            parameters=draft.parameters,
            macs=draft.macs,
            receptive_field=self.fields[last].size,
            path=draft.path,
            turn=draft.turn,
            window=kernel,
            stride=stride,
            parts=parts,
            shortcut=getattr(module, "shortcut", None) is not None,
        )

    def _title(self, draft: _Draft, module: nn.Module | None, term: str) -> str:
        """The paper's name of the block: its attribute's name; whole networks are named by their class and number."""
        if module is None or draft.path is None:
            return ""
        if any(hasattr(child, "term") for child in module.children()):
            same = [path for path, block in self.blocks.items() if type(block) is type(module)]
            name = re.sub(r"(?<=[a-z])(?=\d)", "-", type(module).__name__)
            return f"{name} #{same.index(draft.path) + 1}" if len(same) > 1 else name
        if counted := re.fullmatch(r"([a-z]+?)s?\.(\d+)", draft.path):  # the first of the list `blocks`: Block 1
            return f"{counted[1].capitalize()} {int(counted[2]) + 1}"
        words = draft.path.replace("_", ".").split(".")
        if len(words) == 2 and re.fullmatch(r"[a-z]{3,}\d+", words[1]):  # the paper's own name for it: conv1
            return words[1].capitalize()
        if len(words) == 1 and (any(map(str.isdigit, words[0])) or not set(words[0]) & set("aeiou")):
            return words[0].upper()  # c1, rbf
        return " ".join(words).capitalize()

    def _parts(self, draft: _Draft) -> Iterator[Part]:
        """The blocks inside a block, with the shape each gives."""
        assert draft.path is not None
        inner = {
            f"{draft.path}.{name}": m for name, m in self.blocks[draft.path].named_children() if hasattr(m, "term")
        }
        last: dict[str, Call] = {}
        for call in draft.calls:
            for _, path in self._stack(call) or []:
                if path in inner:
                    last[path] = call
        return (Part(inner[path].term, operations.shape(call)) for path, call in last.items())  # type: ignore[arg-type]


def _source(module: nn.Module | None) -> Source | None:
    """File and line of the module's class, if it is ours."""
    file = inspect.getsourcefile(type(module)) if module is not None else None
    if file is None or not Path(file).resolve().is_relative_to(ROOT / "models"):
        return None
    return Source(Path(file).resolve().relative_to(ROOT).as_posix(), inspect.getsourcelines(type(module))[1])


def _line(call: Call) -> Source | None:
    """File and line of an operation that stands in a network's own `forward`."""
    for file, line in reversed(re.findall(r'File "(.+?)", line (\d+)', call.meta.get("stack_trace") or "")):
        if Path(file).resolve().is_relative_to(ROOT / "models"):
            return Source(Path(file).resolve().relative_to(ROOT).as_posix(), int(line))
    return None
