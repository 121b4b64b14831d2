"""Pictures of any size in tiles, with borders as the plan of a network has them."""

import numpy as np
import pytest
import torch

from models.tiling import Plan, mirrored, segment, tiles, window

PLANS = [Plan(332, 92, 16), Plan(204, 92, 16), Plan(64, 0, 1), Plan(96, 10, 32)]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize(("height", "width"), [(144, 144), (300, 420), (33, 70), (1, 9)])
def test_tiles_cover_the_picture_once(height: int, width: int, plan: Plan) -> None:
    covered = torch.zeros(height, width)
    for each in tiles(height, width, plan):
        covered[each.top : each.top + each.rows, each.left : each.left + each.columns] += 1
        assert each.rows <= plan.answer and each.columns <= plan.answer
        assert each.top % plan.pitch == each.left % plan.pitch == 0
    assert (covered == 1).all()


@pytest.mark.parametrize("size", [1, 2, 5, 300])
def test_mirrored_is_numpy_s_reflection(size: int) -> None:
    line = np.arange(size)
    assert mirrored(-92, size + 184, size).tolist() == np.pad(line, 92, "reflect").tolist()


@pytest.mark.parametrize("plan", PLANS)
def test_the_input_of_a_tile(plan: Plan) -> None:
    pixels = torch.randint(0, 256, (60, 50, 1), dtype=torch.uint8)
    padded = np.pad(pixels[..., 0].numpy(), (plan.border, plan.border + plan.tile), "reflect")
    for tile in tiles(60, 50, plan):
        expected = padded[tile.top : tile.top + plan.tile, tile.left : tile.left + plan.tile]
        np.testing.assert_array_equal(window(pixels, tile, plan)[..., 0].numpy(), expected)


class Means:
    """Three classes. The first and the last are the mean of 5x5 neighbours, which a border of two pixels lacks."""

    plan = Plan(12, 2, 3)

    def prepare(self, pixels: torch.Tensor) -> torch.Tensor:
        return pixels.permute(0, 3, 1, 2).float()

    def __call__(self, x: torch.Tensor, factor: torch.Tensor | None = None) -> torch.Tensor:
        mean = torch.nn.functional.avg_pool2d(x, 5, 1)
        return torch.cat([mean if factor is None else factor * mean, 0 * mean, mean], 1)

    def probabilities(self, logits: torch.Tensor) -> torch.Tensor:
        return logits / 256


def test_a_picture_gets_the_answer_that_it_would_get_whole() -> None:
    pixels = torch.randint(0, 256, (29, 40, 1), dtype=torch.uint8)
    padded = torch.from_numpy(np.pad(pixels.numpy(), ((2, 2), (2, 2), (0, 0)), "reflect"))
    expected = Means()(Means().prepare(padded[None]))[0] / 256
    torch.testing.assert_close(segment(Means(), pixels), expected)
    torch.testing.assert_close(segment(Means(), pixels, torch.tensor(0.5))[0], expected[0] / 2)
