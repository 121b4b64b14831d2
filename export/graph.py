"""The graph of a network, as the diagram, the layer table and the taps need it."""

from dataclasses import dataclass, replace
from typing import Any

INPUT = "input"

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """Where the code of a block stands, relative to the repository."""

    file: str
    line: int


@dataclass(frozen=True)
class Part:
    """A block inside a block, for the picture only."""

    term: str
    output: Shape


@dataclass(frozen=True)
class Node:
    """A block of the network, or an operation that joins blocks. Numbers are those of all `repeats` together."""

    id: str
    title: str
    term: str
    kind: str  # "block" or "operation"
    source: Source | None
    input: Shape
    output: Shape
    parameters: int
    macs: int
    receptive_field: int  # pixels of the network's input, along the height
    path: str | None  # of the (last) module, None for an operation: where the tap is
    turn: int = 1  # which call of its module it is; from the second on, its weights have been used before
    window: tuple[int, ...] = ()  # kernel of the block's convolution or pooling
    stride: int = 1
    repeats: int = 1
    parts: tuple[Part, ...] = ()
    shortcut: bool = False  # whether its input goes around its layers, too


@dataclass(frozen=True)
class Graph:
    """The nodes in order of execution; edges by their ids, from `input`."""

    input: Shape
    nodes: tuple[Node, ...]
    edges: tuple[tuple[str, str], ...]

    @property
    def parameters(self) -> int:
        return sum(node.parameters for node in self.nodes)

    @property
    def macs(self) -> int:
        return sum(node.macs for node in self.nodes)


def collapse(graph: Graph) -> Graph:
    """Equal blocks that follow each other, and only each other, become one node with `repeats`."""
    nodes = {node.id: node for node in graph.nodes}
    edges = list(graph.edges)
    for second in graph.nodes:
        into = [a for a, b in edges if b == second.id]
        if len(into) != 1 or into[0] == INPUT or sum(a == into[0] for a, _ in edges) != 1:
            continue
        first = nodes[into[0]]
        if _likeness(first) != _likeness(second) or first.kind != "block":
            continue
        nodes[first.id] = replace(
            second,
            id=first.id,
            title=first.title,
            source=first.source,
            input=first.input,
            parameters=first.parameters + second.parameters,
            macs=first.macs + second.macs,
            repeats=first.repeats + 1,
        )
        del nodes[second.id]
        edges = [(first.id if a == second.id else a, b) for a, b in edges if b != second.id]
    return replace(graph, nodes=tuple(nodes.values()), edges=tuple(edges))


def _likeness(node: Node) -> tuple[Any, ...]:
    once = (node.parameters / node.repeats, node.macs / node.repeats)
    return node.term, node.source, node.output, node.window, node.stride, once
