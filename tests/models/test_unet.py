"""U-Net: Figure 1, both equations, and the tiles of Figure 2."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from cells import nucleus

from models import registry
from models.tiling import Plan, segment
from models.training.recipes import LONG, RECIPES
from models.unet import BORDER, PITCH, SIGMA, W0, UNet, output_size, separated, weight_map

# Figure 1 from left to right: maps in, maps out, side of the kernel, side of the output.
FIGURE_1 = [
    (1, 64, 3, 570), (64, 64, 3, 568), (64, 128, 3, 282), (128, 128, 3, 280), (128, 256, 3, 138), (256, 256, 3, 136),
    (256, 512, 3, 66), (512, 512, 3, 64), (512, 1024, 3, 30), (1024, 1024, 3, 28),
    (1024, 512, 2, 56), (1024, 512, 3, 54), (512, 512, 3, 52), (512, 256, 2, 104), (512, 256, 3, 102),
    (256, 256, 3, 100), (256, 128, 2, 200), (256, 128, 3, 198), (128, 128, 3, 196), (128, 64, 2, 392),
    (128, 64, 3, 390), (64, 64, 3, 388), (64, 2, 1, 388),
]  # fmt: skip


def test_figure_1() -> None:
    seen = []

    def note(module, inputs, output) -> None:
        seen.append((module.in_channels, module.out_channels, module.kernel_size[0], output.shape[-1]))

    with torch.device("meta"):
        network = UNet()
        for module in network.modules():
            if isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d)):
                module.register_forward_hook(note)
        assert network(torch.empty(1, 1, 572, 572)).shape == (1, 2, 388, 388)
    assert seen == FIGURE_1 and len(seen) == 23
    count = sum(inputs * outputs * size**2 + outputs for inputs, outputs, size, _ in FIGURE_1)
    assert sum(p.numel() for p in network.parameters()) == count == 31_030_658


def small(width: int = 2, tile: int = 204) -> UNet:
    torch.manual_seed(1)
    return UNet(width, tile).eval()


def test_initial_weights_have_the_paper_s_deviation() -> None:
    network = UNet(32)
    for layer, nodes in (
        (network.contracting[4].conv2, 9 * 512),
        (network.expanding[0].conv1, 9 * 512),
        (network.up[0], 512),
    ):
        assert layer.weight.std().item() == pytest.approx((2 / nodes) ** 0.5, rel=0.01)
        assert not layer.bias.any()


def test_each_up_convolved_pixel_comes_from_one_pixel_of_every_map() -> None:
    up = small().up[0]
    x = torch.zeros(1, up.in_channels, 3, 3)
    x[:, :, 1, 1] = 1.0
    changed = (up(x) != up(torch.zeros_like(x))).any(1)[0]
    assert changed[2:4, 2:4].all() and changed.sum() == 4


def test_forward_is_the_figure_written_out() -> None:
    """All 23 layers one after the other, from the parameters alone."""
    network, x = small(), torch.randn(2, 1, 204, 204)
    weights = list(network.parameters())
    down, up, expanding, last = weights[:20], weights[20:28], weights[28:44], weights[44:]

    def pair(x: torch.Tensor, parameters: list[torch.Tensor]) -> torch.Tensor:
        return F.conv2d(F.conv2d(x, *parameters[:2]).relu(), *parameters[2:]).relu()

    d0 = pair(x, down[:4])
    d1 = pair(F.max_pool2d(d0, 2), down[4:8])
    d2 = pair(F.max_pool2d(d1, 2), down[8:12])
    d3 = pair(F.max_pool2d(d2, 2), down[12:16])
    y = pair(F.max_pool2d(d3, 2), down[16:20])
    for level, (copy, margin) in enumerate(((d3, 4), (d2, 16), (d1, 40), (d0, 88))):
        y = F.conv_transpose2d(y, *up[2 * level : 2 * level + 2], stride=2)
        copy = copy[:, :, margin:-margin, margin:-margin]
        y = pair(torch.cat([copy, y], 1), expanding[4 * level : 4 * level + 4])
    torch.testing.assert_close(network(x), F.conv2d(y, *last))


@torch.no_grad()
def test_skips() -> None:
    network, x = small(4), torch.randn(1, 1, 204, 204)
    whole = network(x)
    torch.testing.assert_close(network(x, torch.ones(4)), whole)
    others = [network(x, torch.ones(4).index_fill(0, torch.tensor(level), 0.0)) for level in range(4)]
    assert len({tuple(each.flatten().tolist()) for each in [whole, *others]}) == 5
    finest = network(x, torch.tensor([0.0, 1.0, 1.0, 1.0]))
    network.expanding[3].conv1.weight.data[:, :4] = 0  # the layer that takes the finest copy ignores it
    torch.testing.assert_close(network(x), finest)


def test_dropout_is_at_the_end_of_the_contracting_path() -> None:
    network, seen = UNet(2, 204).train(), []
    network.dropout.register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape[1:])))
    network(torch.randn(1, 1, 204, 204))
    assert seen == [(16, 18, 18), (32, 5, 5)]


@pytest.mark.parametrize(("tile", "side"), [(572, 388), (316, 132), (332, 148), (204, 20)])
def test_tiles_that_fit(tile: int, side: int) -> None:
    assert output_size(tile) == side
    with torch.device("meta"):
        assert UNet(2, tile)(torch.empty(1, 1, tile, tile)).shape[-2:] == (side, side)


@pytest.mark.parametrize("tile", [188, 256, 571, 573, 512])
def test_tiles_that_do_not_fit(tile: int) -> None:
    with pytest.raises(ValueError, match="16 k"):
        UNet(2, tile)


@torch.no_grad()
def test_seams_cannot_be_seen() -> None:
    """Any size of tile gives what one tile for the whole picture gives."""
    pixels = torch.randint(0, 256, (50, 40, 1), dtype=torch.uint8)
    network = small()
    answers = []
    for tile in (204, 220, 252):  # 12, 4 tiles, 1 tile
        network.plan = Plan(tile, BORDER, PITCH)
        answers.append(segment(network, pixels))
    assert answers[0].shape == (2, 50, 40)
    torch.testing.assert_close(answers[0].sum(0), torch.ones(50, 40))
    torch.testing.assert_close(answers[0], answers[2])
    torch.testing.assert_close(answers[1], answers[2])
    assert not torch.allclose(segment(network, pixels, torch.zeros(4)), answers[2])


def test_energy_is_equation_1() -> None:
    logits, labels = torch.randn(2, 2, 3, 5), torch.randint(0, 2, (2, 3, 5))
    weights = torch.rand(2, 3, 5)
    p = logits.exp() / logits.exp().sum(1, keepdim=True)
    expected = 0.0
    for n, i, j in np.ndindex(2, 3, 5):
        expected -= float(weights[n, i, j] * p[n, labels[n, i, j], i, j].log()) / 30
    assert small().loss(logits, labels, weights).item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("w0", "sigma", "gap"), [(W0, SIGMA, 7), (1.0, 1.5, 0.62)])
def test_weight_map_is_equation_2(w0: float, sigma: float, gap: float) -> None:
    objects, balance = nucleus(), np.array([0.6, 3.0], np.float32)
    found = weight_map(objects, balance, w0, sigma)
    np.testing.assert_array_equal(weight_map(objects, balance), weight_map(objects, balance, W0, SIGMA))
    expected = np.empty_like(found)
    pixels = [np.argwhere(objects == number) for number in (1, 2, 3)]
    for row, column in np.ndindex(*objects.shape):
        if objects[row, column]:
            expected[row, column] = 3.0
            continue
        d1, d2, _ = sorted(np.hypot(*(each - [row, column]).T).min() for each in pixels)
        expected[row, column] = 0.6 + w0 * np.exp(-((d1 + d2) ** 2) / (2 * sigma**2))
    np.testing.assert_allclose(found, expected, atol=0.004)
    assert found[20, 30] > gap  # between the two that nearly touch


def test_one_object_or_none_has_no_second_distance() -> None:
    balance = np.array([0.5, 2.0], np.float32)
    assert set(np.unique(weight_map(nucleus(places=((20, 20, 9),)), balance))) == {0.5, 2.0}
    assert set(np.unique(weight_map(np.zeros((9, 9), np.int32), balance))) == {0.5}


def test_touching_objects_are_parted() -> None:
    objects = np.zeros((12, 12), np.int32)
    objects[2:10, 2:6], objects[2:10, 6:10] = 7, 3
    parted = separated(objects)
    for shift in ((0, 1), (1, 0), (1, 1), (1, -1)):
        moved = np.roll(parted, shift, (0, 1))
        assert not ((parted > 0) & (moved > 0) & (parted != moved)).any()
    assert (objects > 0).sum() - (parted > 0).sum() == 8  # one pixel wide
    np.testing.assert_array_equal(separated(nucleus()), nucleus())


@pytest.mark.parametrize("name", ["unet-em", "unet-nuclei"])
def test_demo_networks_are_small(name: str) -> None:
    network = registry.build(name, weights=False)
    assert 2 * sum(p.numel() for p in network.parameters()) < 4e6
    assert name in RECIPES or name in LONG
