"""One trace -> the graph: nodes, edges, sums, receptive fields."""

import networks
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from export.graph import Graph
from export.tasks import Control, Task
from export.trace import blocks, read, trace

IMAGE = torch.zeros(1, 1, 16, 16)


def graph(network: type[nn.Module]) -> Graph:
    torch.manual_seed(0)
    return trace(network(), IMAGE)


def test_sums_equal_independent_counts(made_up: type[nn.Module]) -> None:
    network = made_up().eval()
    found = trace(network, IMAGE)
    with FlopCounterMode(display=False) as counter:
        network(IMAGE)
    assert found.parameters == sum(p.numel() for p in network.parameters() if p.requires_grad)
    assert 2 * found.macs == counter.get_total_flops()


def test_every_node_is_reached_from_the_input(made_up: type[nn.Module]) -> None:
    found = graph(made_up)
    reached = {"input"}
    for node in found.nodes:
        into = [a for a, b in found.edges if b == node.id]
        assert into, f"{node.id} hangs in the air"
        assert set(into) <= reached, f"{node.id} comes before what it needs"
        reached.add(node.id)


def test_repeated_blocks_are_one_node() -> None:
    found = graph(networks.Chain)
    assert [(node.id, node.repeats) for node in found.nodes] == [
        ("stem", 1), ("stage_0", 3), ("mean", 1), ("head", 1)
    ]  # fmt: skip
    stage = found.nodes[1]
    assert stage.path == "stage.2", "the tap is at the end of the last"
    assert stage.parameters == 3 * (4 * 4 * 9 + 4)
    assert stage.receptive_field == 9
    assert found.edges == (("input", "stem"), ("stem", "stage_0"), ("stage_0", "mean"), ("mean", "head"))


def test_residual_sums_are_nodes() -> None:
    found = graph(networks.Residual)
    assert ("stem", "sum") in found.edges and ("first", "sum") in found.edges
    assert ("second", "sum_2") in found.edges and ("shortcut", "sum_2") in found.edges
    assert {node.id: node.term for node in found.nodes}["sum"] == "sum"
    assert [node.kind for node in found.nodes].count("operation") == 3, "two sums and the pooling"


def test_concatenation_joins_both_paths() -> None:
    found = graph(networks.UNet)
    ids = {node.id: node for node in found.nodes}
    assert {a for a, b in found.edges if b == "concatenation"} == {"down", "up"}
    assert ids["concatenation"].output == (1, 8, 16, 16)
    assert ids["max_pool2d"].output == (1, 4, 8, 8)
    assert ids["bottom"].receptive_field == 8  # 3, pooled 4, and two neighbours two pixels away
    assert ids["up"].macs == 8 * 8 * 8 * 4 * 4


def test_branches_end_in_one_sum() -> None:
    found = graph(networks.Ensemble)
    assert [node.id for node in found.nodes] == ["members_0", "members_1", "members_2", "sum"]
    assert [node.parameters for node in found.nodes] == [20, 20, 0, 0], "frozen parameters are not counted"
    assert len(found.edges) == 6


def test_shared_block_is_drawn_twice_and_counted_once() -> None:
    found = graph(networks.Shared)
    assert [(node.id, node.turn, node.parameters) for node in found.nodes if node.path == "again"] == [
        ("again", 1, 84), ("again_2", 2, 0)
    ]  # fmt: skip


def test_every_block_of_every_variant_is_in_a_node(slug: str, variant: str, task: Task, network: nn.Module) -> None:
    values, feeds = task.inputs(network), task.random(network, 4)[0]
    inputs = tuple(torch.from_numpy(feeds[value.name]) for value in values)
    program = torch.export.export(task.graph(network, []), inputs)
    found = read(program, network, "network", sum(not isinstance(value, Control) for value in values))
    drawn = [node for node in found.nodes if node.kind == "block" and node.turn == 1]
    paths = [path for path, block in blocks(network) if not isinstance(block, nn.Dropout)]  # it does nothing any more
    assert sum(node.repeats for node in drawn) == len(paths)
    assert len({node.path for node in drawn}) == len(drawn) and {node.path for node in drawn} <= set(paths)
    assert found.parameters == sum(p.numel() for p in network.parameters() if p.requires_grad)
    for node in found.nodes:
        assert node.source and node.source.file == f"models/{slug.replace('-', '_')}.py"


class Dial(nn.Module):
    """A control weakens what the first block gives."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.output = networks.Block(1, 4), networks.Block(4, 4)

    def forward(self, x: torch.Tensor, dial: torch.Tensor) -> torch.Tensor:
        return self.output(dial * self.stem(x))


def test_a_control_is_no_input_of_the_blocks() -> None:
    program = torch.export.export(Dial(), (IMAGE, torch.ones(1)))
    assert ("input", "product") in read(program, Dial()).edges
    assert read(program, Dial(), inputs=1).edges == (("input", "stem"), ("stem", "output"))


def test_lenet5_is_that_of_the_paper() -> None:
    """Parameters and connections as Section II.B counts them; MACs are the connections without the biases."""
    from models.registry import build

    found = trace(build("lenet5"), torch.zeros(1, 1, 32, 32))
    connections = {"c1": 122_304, "s2": 5_880, "c3": 151_600, "s4": 2_000, "c5": 48_120, "f6": 10_164, "rbf": 840}
    biases = {"c1": 4_704, "s2": 1_176, "c3": 1_600, "s4": 400, "c5": 120, "f6": 84, "rbf": 0}
    assert {node.id: node.macs for node in found.nodes} == {id: connections[id] - biases[id] for id in connections}
    assert [node.parameters for node in found.nodes] == [156, 12, 1_516, 32, 48_120, 10_164, 0]
    assert [node.receptive_field for node in found.nodes] == [5, 6, 14, 16, 32, 32, 32]
