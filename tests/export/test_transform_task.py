"""The task of spatial transformers: the canvas as the training data have it, the grid, and samples easy and hard."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from export.tasks import draw, load
from export.tasks.transform import LINES, TransformGraph
from models import data, registry
from models.stn import SCALES, STN, TURNS
from papers.schema import load_samples

SIDE = 42


def digit() -> Tensor:
    """Ink (1, 28, 28, 1) without any symmetry."""
    pixels = torch.zeros(1, 28, 28, 1, dtype=torch.uint8)
    pixels[:, 5:22, 9:12] = pixels[:, 5:8, 9:20] = 255
    pixels[:, 12:14, 12:16] = 130
    return pixels


def run(network: nn.Module, angle: float = 0, scale: float = 1, shift: tuple[float, float] = (0, 0), squash: float = 1):
    values = [torch.tensor(value).float().view(-1) for value in (angle, scale, shift, squash)]
    with torch.no_grad():
        return TransformGraph(network, ["grid"] if isinstance(network, STN) else [])(digit(), *values)


@pytest.fixture
def bent() -> STN:
    """A network whose transformer does something."""
    torch.manual_seed(0)
    network = registry.build("stn-affine-rts", weights=False).eval()
    assert isinstance(network, STN)
    nn.init.normal_(network.localisation.regression.weight, std=0.2)
    return network


def test_the_digit_lies_in_the_middle_of_the_canvas(bent: STN) -> None:
    expected = np.pad(digit()[0, ..., 0].numpy(), 7) / 255
    np.testing.assert_allclose(run(bent)["tap_input"][0, 0], expected, atol=1e-4)


def test_a_quarter_turn_is_clockwise_and_a_shift_is_right_and_down(bent: STN) -> None:
    expected = np.pad(digit()[0, ..., 0].numpy(), 7) / 255
    turned = run(bent, angle=90)["tap_input"][0, 0]
    np.testing.assert_allclose(turned, np.rot90(expected, -1), atol=1e-3)
    shifted = run(bent, shift=(3, -2))["tap_input"][0, 0]
    np.testing.assert_allclose(shifted, np.roll(expected, (-2, 3), (0, 1)), atol=1e-3)


def test_squashing_halves_the_height_alone(bent: STN) -> None:
    whole, half = (run(bent, squash=squash)["tap_input"][0, 0].numpy() > 0.3 for squash in (1, 0.5))
    extent = [np.ptp(np.flatnonzero(ink.any(axis))) + 1 for ink in (whole, half) for axis in (1, 0)]
    assert extent[2] == pytest.approx(extent[0] / 2, abs=1) and extent[3] == extent[1]


@pytest.mark.parametrize("family", ["affine", "projective", "tps"])
def test_the_lines_on_show_lie_on_the_grid(family: str) -> None:
    torch.manual_seed(0)
    network = registry.build(f"stn-{family}-rts", weights=False).eval()
    nn.init.normal_(network.localisation.regression.weight, std=0.05)  # type: ignore[union-attr,arg-type]
    answer = run(network, angle=20)
    lines, grid = answer["grid"], answer["tap_grid"]
    assert lines.shape == (1, 2, LINES, LINES) and grid.shape == (1, 2, SIDE, SIDE)
    assert (grid - grid.mean((2, 3), keepdim=True)).abs().max() > 0.5
    torch.testing.assert_close(lines[..., :: LINES - 1, :: LINES - 1], grid[..., :: SIDE - 1, :: SIDE - 1])


def test_a_network_without_a_transformer_has_no_grid() -> None:
    network = registry.build("stn-plain-rts", weights=False).eval()
    assert "grid" not in run(network)
    assert [output.name for output in load("transform").outputs(network)] == ["probabilities"]


def test_drawings_stand_within_the_training_s_range_and_beyond() -> None:
    placed = [sample.distortion for sample in load_samples("stn") if sample.label]
    assert len(placed) >= 12 and all(placed)
    known = [
        abs(each.angle) <= TURNS["rts"] and SCALES[0] <= each.scale <= SCALES[1] and each.squash == 1
        for each in placed
        if each
    ]
    assert known.count(True) >= 6 and known.count(False) >= 3


def test_samples_are_pictures_of_the_canvas_and_of_what_the_transformer_passes_on(
    bent: STN, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(data, "places", lambda pack: [tmp_path / pack])
    draw.digits.cache_clear()
    task = load("transform")
    samples = task.samples(bent, "stn")
    draw.digits.cache_clear()
    assert {sample.source for sample in samples} == {"drawn"}
    for sample in samples:
        answer = task.pictures(bent, sample)["answer"]
        assert sample.thumbnail.shape == answer.shape == (SIDE, SIDE)
        assert sample.thumbnail.dtype == answer.dtype == np.uint8 and not np.array_equal(sample.thumbnail, answer)
    assert task.pictures(registry.build("stn-plain-rts", weights=False), samples[0]) == {}
