"""LeNet beside the paper: every number that the paper prints, and each formula written another way."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from models import lenet, registry

VARIANTS = [variant.name for variant in registry.variants("lenet")]


def blank(name: str) -> nn.Module:
    torch.manual_seed(0)
    return registry.build(name, weights=False)


def by_block(network: nn.Module) -> dict[str, int]:
    return {name: sum(p.numel() for p in block.parameters()) for name, block in network.named_children()}


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    """Output shape of each block for one digit."""
    seen: dict[str, tuple[int, ...]] = {}
    for name, block in network.named_children():
        block.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, tuple(out.shape)))
    network(network.prepare(torch.zeros(1, 28, 28, 1, dtype=torch.uint8)))
    return seen


def connections(network: nn.Module) -> dict[str, int]:
    """The paper counts a unit's bias among its connections; RBF units have none."""
    return {
        name: block.macs(torch.Size(shape)) + (0 if name == "rbf" else math.prod(shape))
        for (name, block), shape in zip(network.named_children(), shapes(network).values(), strict=True)
    }


def test_lenet5_has_60_000_parameters_layer_by_layer() -> None:
    counts = by_block(blank("lenet5"))
    assert counts == {"c1": 156, "s2": 12, "c3": 1_516, "s4": 32, "c5": 48_120, "f6": 10_164, "rbf": 0}
    assert sum(counts.values()) == registry.find("lenet5").parameters == 60_000


def test_lenet5_shapes_and_connections() -> None:
    assert shapes(blank("lenet5")) == {
        "c1": (1, 6, 28, 28),
        "s2": (1, 6, 14, 14),
        "c3": (1, 16, 10, 10),
        "s4": (1, 16, 5, 5),
        "c5": (1, 120, 1, 1),
        "f6": (1, 84),
        "rbf": (1, 10),
    }
    assert connections(blank("lenet5")) == {
        "c1": 122_304,
        "s2": 5_880,
        "c3": 151_600,
        "s4": 2_000,
        "c5": 48_120,
        "f6": 10_164,
        "rbf": 840,
    }


def test_lenet1_totals() -> None:
    network = blank("lenet1")
    assert by_block(network) == {"h1": 104, "h2": 8, "h3": 512, "h4": 24, "output": 1_930}
    assert sum(by_block(network).values()) == 2_578  # "about 2,600"
    assert sum(connections(network).values()) == 98_442  # "about 100,000"
    assert shapes(network)["h4"] == (1, 12, 4, 4)


def test_lenet4_totals_are_near_the_published_ones() -> None:
    network = blank("lenet4")
    assert sum(by_block(network).values()) == 16_977 == pytest.approx(17_000, rel=0.03)
    assert sum(connections(network).values()) == 264_273 == pytest.approx(260_000, rel=0.03)


def test_boosted_lenet4_is_three_lenet4_added() -> None:
    network = blank("lenet4-boosted")
    assert by_block(network) == dict.fromkeys(("first", "second", "third"), 16_977)
    x = torch.randn(2, 1, 32, 32)
    torch.testing.assert_close(network(x), network.first(x) + network.second(x) + network.third(x))
    blocks, sizes = network.first.children(), shapes(blank("lenet4")).values()
    assert network.first.macs(torch.Size((1, 10))) == sum(
        block.macs(torch.Size(size)) for block, size in zip(blocks, sizes, strict=True)
    )


def test_table_i() -> None:
    table = np.zeros((6, 16), int)
    for column, rows in enumerate(lenet.TABLE_I):
        table[list(rows), column] = 1
    assert table.sum(0).tolist() == [3] * 6 + [4] * 9 + [6]
    assert table.sum(1).tolist() == [10] * 6
    assert len(set(lenet.TABLE_I)) == 16  # no two maps see the same inputs
    weight = blank("lenet5").c3.weight().detach()
    assert weight.shape == (16, 6, 5, 5)
    connected = weight.abs().sum((2, 3)) > 0
    np.testing.assert_array_equal(connected.T, table)


def test_partial_connections_equal_one_convolution_per_map() -> None:
    c3, x = blank("lenet5").c3, torch.randn(2, 6, 14, 14)
    kernels, expected = iter(c3.kernels), []
    for bias, rows in zip(c3.bias, lenet.TABLE_I, strict=True):
        total = sum(nn.functional.conv2d(x[:, [row]], next(kernels)[None, None]) for row in rows)
        expected.append(1.7159 * torch.tanh(2 / 3 * (total + bias)))
    torch.testing.assert_close(c3(x), torch.cat(expected, 1))


def test_sub_sampling_equals_the_sum_of_four() -> None:
    block, x = lenet.SubSampling(3), torch.randn(2, 3, 6, 4)
    total = x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]
    torch.testing.assert_close(block(x), 1.7159 * torch.tanh(2 / 3 * (total * block.coefficient + block.bias)))


def test_squashing_keeps_the_targets() -> None:
    assert lenet.squash(torch.tensor([1.0, -1.0, 0.0])).tolist() == pytest.approx([1, -1, 0], abs=1e-4)


def test_rbf_equals_the_expanded_square() -> None:
    rbf, x = blank("lenet5").rbf, torch.randn(5, 84)
    codes = rbf.prototypes
    torch.testing.assert_close(rbf(x), (x * x).sum(1, keepdim=True) - 2 * x @ codes.T + 84, rtol=1e-4, atol=1e-4)


def test_prototypes_are_ten_different_bitmaps() -> None:
    codes = blank("lenet5").rbf.prototypes
    assert codes.shape == (10, 84)
    assert set(codes.flatten().tolist()) == {-1, 1}
    differing = (codes[:, None] != codes).sum(2)
    assert differing[~torch.eye(10, dtype=torch.bool)].min() >= 12
    seven = codes[7].reshape(12, 7)
    assert (seven[0] == 1).all() and (seven[-1] == 1).sum() < 4  # upright, top row first


def test_map_loss_equals_equation_9() -> None:
    network = blank("lenet5")
    scores = np.random.default_rng(0).uniform(0, 30, (4, 10))
    digits = np.array([3, 1, 4, 1])
    partition = np.exp(-network.j) + np.exp(-scores).sum(1)
    expected = np.mean([scores[i, d] + np.log(partition[i]) for i, d in enumerate(digits)])
    assert float(network.loss(torch.from_numpy(scores), torch.from_numpy(digits))) == pytest.approx(expected)
    posterior = network.probabilities(torch.from_numpy(scores)).numpy()
    np.testing.assert_allclose(posterior, np.exp(-scores) / partition[:, None])
    rubbish = network.rubbish(torch.from_numpy(scores)).numpy()
    np.testing.assert_allclose(posterior.sum(1) + rubbish[:, 0], 1)
    assert rubbish.shape == (4, 1)


def test_far_from_every_code_is_rubbish() -> None:
    network = blank("lenet5")
    assert float(network.rubbish(torch.full((1, 10), 100.0))) > 0.99
    assert network.j > 0


def test_squared_error_has_targets_of_plus_and_minus_one() -> None:
    network, scores = blank("lenet1"), torch.tensor([[1.0] + [-1.0] * 9, [0.0] * 10])
    assert float(network.loss(scores, torch.tensor([0, 5]))) == pytest.approx(0.5)


@pytest.mark.parametrize("name", VARIANTS)
def test_initial_weights_lie_within_2_4_over_fan_in(name: str) -> None:
    for block in blank(name).modules():
        if isinstance(block, lenet.Convolution):
            fan_in = 25 * (block.place < len(block.kernels)).sum(1)
            for weight, inputs in zip(block.weight().abs().amax((1, 2, 3)), fan_in.tolist(), strict=True):
                assert 0.7 * 2.4 / inputs < weight <= 2.4 / inputs
            assert (block.bias.abs() <= 2.4 / fan_in).all()
        elif isinstance(block, lenet.SubSampling):
            assert max(block.coefficient.abs().max(), block.bias.abs().max()) <= 0.6
        elif isinstance(block, lenet.FullyConnected):
            assert 0.9 < block.weight.abs().max() * block.weight.shape[1] / 2.4 <= 1
            assert (block.bias.abs() <= 2.4 / block.weight.shape[1]).all()


@pytest.mark.parametrize("name", VARIANTS)
def test_from_pixels_to_probabilities(name: str) -> None:
    network = blank(name)
    pixels = torch.randint(0, 256, (3, 28, 28, 1), dtype=torch.uint8)
    x = network.prepare(pixels)
    assert x.dtype == torch.float32 and x.shape[:2] == (3, 1)
    torch.testing.assert_close(x, network.prepare(pixels.float()))
    scores = network(x)
    probabilities = network.probabilities(scores)
    assert scores.shape == probabilities.shape == (3, 10)
    assert (probabilities >= 0).all() and (probabilities.sum(1) <= 1 + 1e-6).all()
    sign = -1 if network.scores_kind == "rbf-distance" else 1
    assert ((sign * scores).argmax(1) == probabilities.argmax(1)).all()


@pytest.mark.parametrize("name", VARIANTS)
def test_input_levels(name: str) -> None:
    network = blank(name)
    assert network.prepare(torch.zeros(1, 28, 28, 1)).unique().tolist() == pytest.approx([-0.1])
    assert float(network.prepare(torch.full((1, 28, 28, 1), 255.0)).max()) == pytest.approx(1.175)


def test_padding_to_32_keeps_the_picture() -> None:
    pixels = torch.randint(0, 256, (1, 28, 28, 1), dtype=torch.uint8)
    x = blank("lenet5").prepare(pixels)
    assert x.shape == (1, 1, 32, 32)
    torch.testing.assert_close((x[0, 0, 2:-2, 2:-2] + 0.1) / 1.275 * 255, pixels[0, :, :, 0].float())


def test_lenet1_shrinks_to_four_fifths_about_the_centre() -> None:
    pixels = torch.zeros(1, 28, 28, 1)
    pixels[0, 4:24, 6:22, 0] = 255.0  # a block of 20x16
    pixels[0, 8, 20, 0] = 0.0
    ink = (blank("lenet1").prepare(pixels)[0, 0] + 0.1) / 1.275 * 255
    rows, columns = torch.meshgrid(torch.arange(28.0), torch.arange(28.0), indexing="ij")
    before = pixels[0, :, :, 0]
    assert float(ink.sum() / before.sum()) == pytest.approx(0.64, rel=0.005)
    for where in (rows, columns):
        source, target = (where * before).sum() / before.sum(), (where * ink).sum() / ink.sum()
        assert float(target - 13.5) == pytest.approx(float(0.8 * (source - 13.5)), abs=0.02)
    assert (ink[:5] < 1).all() and (ink[-5:] < 1).all()  # 20 rows became 16, in the middle, with soft edges


def test_every_block_names_its_term() -> None:
    for name in VARIANTS:
        for block in blank(name).children():
            assert block.term and callable(block.forward)
