"""Spatial transformers beside the paper: equations written another way, known transformations, and their problems."""

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from digits import drawn, write
from torch import Tensor, nn

from models import registry, stn
from models.data import DataError, PackNotFound
from models.training import loop, problems
from models.training.problems import distorted
from models.training.recipes import RECIPES, Recipe, Stage, Target

VARIANTS = [variant.name for variant in registry.variants("stn")]
TRANSFORMED = [name for name in VARIANTS if "plain" not in name]
GRIDS = list(stn.TRANSFORMERS.values())
STN_RECIPES = [recipe for name, recipe in RECIPES.items() if name in VARIANTS]


def blank(name: str, stir: float = 0.0) -> stn.Classifier:
    """A fresh network; `stir` moves its transformer away from the identity."""
    torch.manual_seed(0)
    network = registry.build(name, weights=False)
    if stir:
        nn.init.normal_(network.localisation.regression.weight, std=stir)
    return network


def pictures(name: str, count: int = 3) -> Tensor:
    side = 42 if name.endswith("rts") else 28
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(1))


def parameters(block: nn.Module) -> int:
    return sum(p.numel() for p in block.parameters())


def bilinear(u: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Equation 5 as it stands, for u (H, W) and normalised points (P, 2): sums over all pixels."""
    height, width = u.shape
    out = np.zeros(len(points))
    for i, (x, y) in enumerate((points + 1) / 2 * (width - 1, height - 1)):
        for n in range(height):
            for m in range(width):
                out[i] += u[n, m] * max(0, 1 - abs(x - m)) * max(0, 1 - abs(y - n))
    return out


def test_sampling_equals_equation_5_also_beyond_the_border() -> None:
    random = np.random.default_rng(0)
    u, points = random.uniform(size=(5, 7)), random.uniform(-1.4, 1.4, (40, 2))
    sampled = stn.Sampler()(torch.tensor(u)[None, None], torch.tensor(points).T[None, :, None])
    np.testing.assert_allclose(sampled[0, 0, 0].numpy(), bilinear(u, points), atol=1e-12)


def test_sampling_gradient_equals_equation_7() -> None:
    random = np.random.default_rng(1)
    u, points = random.uniform(size=(5, 7)), random.uniform(-0.9, 0.9, (20, 2))
    grid = torch.tensor(points).T[None, :, None].requires_grad_()
    stn.Sampler()(torch.tensor(u)[None, None], grid).sum().backward()
    expected = []
    for x, y in (points + 1) / 2 * (6, 4):
        total = 0.0
        for n in range(5):
            for m in range(7):
                if abs(m - x) < 1:
                    total += u[n, m] * max(0, 1 - abs(y - n)) * (1 if m >= x else -1)
        expected.append(total * 6 / 2)  # from pixels to normalised coordinates
    assert grid.grad is not None
    np.testing.assert_allclose(grid.grad[0, 0, 0].numpy(), expected, atol=1e-10)


def test_affine_grid_equals_equation_1() -> None:
    theta = torch.randn(2, 6)
    points = stn.Affine(5)(theta)
    for image, row, column in ((0, 0, 0), (1, 4, 1), (0, 2, 3)):
        target = torch.tensor([column / 2 - 1, row / 2 - 1, 1.0])
        torch.testing.assert_close(points[image, :, row, column], theta[image].view(2, 3) @ target)


def test_projective_grid_divides_by_the_third_coordinate() -> None:
    theta = torch.randn(1, 8) * 0.2 + stn.Projective(3).identity()
    x, y, w = torch.cat([theta[0], torch.ones(1)]).view(3, 3) @ torch.tensor([1.0, -1.0, 1.0])
    torch.testing.assert_close(stn.Projective(3)(theta)[0, :, 0, 2], torch.stack([x / w, y / w]))


def test_projective_grid_is_finite_behind_the_horizon() -> None:
    theta = torch.tensor([[1.0, 0, 0, 0, 1, 0, 3, 0]], requires_grad=True)
    points = stn.Projective(28)(theta)
    points.sum().backward()
    assert points.isfinite().all() and theta.grad is not None and theta.grad.isfinite().all()
    assert (points[0, 0, :, :9] < -1).all()  # x < -1/3: beyond the left border, where nothing is


def test_spline_takes_control_points_to_their_sources_with_vanishing_moments() -> None:
    spline = stn.ThinPlateSpline(7)  # rows and columns 0, 2, 4, 6 of which are those of the control points
    theta = torch.randn(2, 32)
    torch.testing.assert_close(spline(theta)[..., ::2, ::2].permute(0, 2, 3, 1).flatten(1), theta, atol=1e-4, rtol=1e-4)


def test_spline_equals_bookstein_s_formula() -> None:
    controls = stn.regular(4, 4).view(16, 2).double().numpy()
    sources = controls + np.random.default_rng(2).normal(0, 0.2, (16, 2))
    system, right = np.zeros((19, 19)), np.zeros((19, 2))
    for i in range(16):
        for j in range(16):
            r = math.dist(controls[i], controls[j])
            system[i, j] = r**2 * math.log(r**2) if r else 0
        system[i, 16:] = system[16:, i] = 1, *controls[i]
        right[i] = sources[i]
    solved = np.linalg.solve(system, right)
    x, y = 2 * 3 / 10 - 1, 2 * 8 / 10 - 1  # column 3, row 8 of 11
    expected = solved[16] + solved[17] * x + solved[18] * y
    for i in range(16):
        r = math.dist((x, y), controls[i])
        expected = expected + solved[i] * r**2 * math.log(r**2)
    points = stn.ThinPlateSpline(11)(torch.tensor(sources.reshape(1, 32), dtype=torch.float32))
    np.testing.assert_allclose(points[0, :, 8, 3].numpy(), expected, atol=1e-5)


def test_spline_of_an_affine_map_is_that_map() -> None:
    theta = torch.tensor([[0.8, 0.3, 0.1, -0.2, 1.1, -0.3]])
    sources = stn.Affine(4)(theta).permute(0, 2, 3, 1).reshape(1, 32)
    torch.testing.assert_close(stn.ThinPlateSpline(9)(sources), stn.Affine(9)(theta), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("grid", GRIDS)
def test_every_grid_begins_with_the_identity(grid: type[stn.Affine]) -> None:
    points = grid(6)(grid(6).identity()[None])
    torch.testing.assert_close(points[0].permute(1, 2, 0), stn.regular(6, 6), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("name", TRANSFORMED)
def test_a_fresh_network_passes_its_input_on(name: str) -> None:
    x = pictures(name)
    theta, points, straightened = blank(name).transform(x)
    assert theta.shape == (3, {"affine": 6, "projective": 8, "tps": 32}[name.split("-")[-2]])
    assert points.shape == (3, 2, *x.shape[2:]) and straightened.shape == x.shape
    torch.testing.assert_close(straightened, x, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("name", VARIANTS)
def test_logits(name: str) -> None:
    network = blank(name)
    pixels = (pictures(name) * 255).to(torch.uint8).permute(0, 2, 3, 1)
    x = network.prepare(pixels)
    assert x.shape == pictures(name).shape and x.max() <= 1
    logits = network(x)
    assert logits.shape == (3, 10)
    torch.testing.assert_close(network.probabilities(logits), logits.exp() / logits.exp().sum(1, keepdim=True))
    expected = -network.probabilities(logits)[torch.arange(3), torch.tensor([1, 0, 7])].log().mean()
    torch.testing.assert_close(network.loss(logits, torch.tensor([1, 0, 7])), expected)


def test_the_classifier_reads_what_was_sampled_at_half_size() -> None:
    network, x = blank("stn-affine-rts", stir=0.3), pictures("stn-affine-rts")
    straightened = network.transform(x)[2]
    assert (straightened - x).abs().max() > 0.1
    halved = (straightened[..., ::2, ::2] + straightened[..., 1::2, ::2]) / 4
    halved = halved + (straightened[..., ::2, 1::2] + straightened[..., 1::2, 1::2]) / 4
    torch.testing.assert_close(network(x), network.output(network.second(network.first(halved)).flatten(1)))


def test_layers_of_appendix_a_4() -> None:
    seen: dict[str, tuple[int, ...]] = {}
    for name in ("stn-plain-rts", "stn-affine-rts", "stn-plain-r", "stn-fcn-affine-rts"):
        network = blank(name)
        for path, block in network.named_modules():
            if isinstance(block, (stn.Convolution, stn.FullyConnected)):
                key = f"{name} {path}"
                block.register_forward_hook(lambda _, __, out, key=key: seen.__setitem__(key, tuple(out.shape[1:])))
        network(pictures(name))
    assert seen == {
        "stn-plain-rts first": (32, 17, 17),  # 9x9, then pooled
        "stn-plain-rts second": (32, 6, 6),  # 7x7, then pooled: 11 -> 6
        "stn-affine-rts localisation.hidden.0": (20, 9, 9),  # 5x5 on 21x21, then pooled: 17 -> 9
        "stn-affine-rts localisation.hidden.1": (20, 5, 5),
        "stn-affine-rts localisation.hidden.2": (20,),
        "stn-affine-rts first": (29, 7, 7),  # on 21x21: 13 -> 7
        "stn-affine-rts second": (29, 1, 1),
        "stn-plain-r first": (32, 10, 10),
        "stn-plain-r second": (32, 2, 2),
        "stn-fcn-affine-rts localisation.hidden.0": (32,),
        "stn-fcn-affine-rts localisation.hidden.1": (32,),
        "stn-fcn-affine-rts localisation.hidden.2": (32,),
        "stn-fcn-affine-rts first": (256,),
        "stn-fcn-affine-rts second": (256,),
    }


def test_pooling_equals_the_maximum_of_what_is_there() -> None:
    block, x = stn.Convolution(1, 4, 3), torch.randn(2, 1, 7, 7)
    expected = nn.functional.max_pool2d(torch.relu(block.kernels(x)), 2, ceil_mode=True)
    torch.testing.assert_close(block(x), expected)
    assert expected.shape[2:] == (3, 3) == (stn.pooled(5),) * 2


@pytest.mark.parametrize("name", TRANSFORMED)
def test_twins_have_about_as_many_parameters(name: str) -> None:
    head, _, kind = name.rpartition("-")
    twin = head.rpartition("-")[0] + f"-plain-{kind}"
    assert parameters(blank(name)) == pytest.approx(parameters(blank(twin)), rel=0.025)


@pytest.mark.parametrize("name", VARIANTS)
def test_gradients_reach_all_parameters(name: str) -> None:
    network = blank(name, stir=0.0 if "plain" in name else 0.01)
    network.loss(network(pictures(name, 8)), torch.arange(8)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_bfloat16_and_float32_agree_roughly() -> None:
    network, x = blank("stn-tps-rts", stir=0.01), pictures("stn-tps-rts")
    exact = network(x)
    with torch.autocast("cpu", torch.bfloat16):
        rough = network(x)
    assert rough.dtype == torch.bfloat16
    torch.testing.assert_close(rough.float(), exact, atol=0.02, rtol=0)


def digit() -> Tensor:
    """A corner of ink, high on the left: (1, 28, 28, 1)."""
    pixels = torch.zeros(1, 28, 28, 1, dtype=torch.uint8)
    pixels[:, 6:20, 8:11] = pixels[:, 6:9, 8:18] = 255
    return pixels


def centre(pixels: Tensor) -> Tensor:
    """Centre of the ink (x, y) in pixels from the middle."""
    ink = pixels[0, ..., 0].float()
    at = torch.arange(len(ink)) - (len(ink) - 1) / 2
    return torch.stack([(ink.sum(0) * at).sum(), (ink.sum(1) * at).sum()]) / ink.sum()


def sampled(points: Tensor) -> Tensor:
    return stn.Sampler()(digit().permute(0, 3, 1, 2).float(), points).permute(0, 2, 3, 1)


def put(angle: float, scale: list[float], shift: list[float], side: int) -> Tensor:
    """The digit on a canvas, (1, side, side, 1)."""
    theta = stn.placement(torch.tensor([angle]), torch.tensor([scale]), torch.tensor([shift]), side)
    return sampled(stn.Affine(side)(theta))


def test_a_digit_is_turned_scaled_and_placed() -> None:
    placed = put(math.pi / 2, [0.8], [5.0, -3.0], 42)
    x, y = centre(digit())
    torch.testing.assert_close(centre(placed), torch.stack([-y * 0.8 + 5, x * 0.8 - 3]), atol=0.2, rtol=0)
    ink = placed.sum() / digit().float().sum()
    assert ink == pytest.approx(0.64, rel=0.05)


def test_a_digit_is_squashed_before_it_is_turned() -> None:
    squashed = put(0, [1.0, 0.5], [0, 0], 28)
    x, y = centre(digit())
    torch.testing.assert_close(centre(squashed), torch.stack([x, y * 0.5]), atol=0.2, rtol=0)
    turned = put(math.pi / 2, [1.0, 0.5], [0, 0], 28)
    torch.testing.assert_close(turned[0, ..., 0], torch.rot90(squashed[0, ..., 0], -1), atol=0.1, rtol=0)


def test_quarter_turn_moves_pixels_only() -> None:
    turned = put(math.pi / 2, [1.0], [0, 0], 28)
    torch.testing.assert_close(turned[0, ..., 0], torch.rot90(digit()[0, ..., 0].float(), -1), atol=0.1, rtol=0)


def test_homography_takes_points_to_their_images() -> None:
    points, images = torch.randn(5, 4, 2, dtype=torch.double), torch.randn(5, 4, 2, dtype=torch.double)
    matrix = nn.functional.pad(distorted.homography(points, images), (0, 1), value=1.0).view(5, 3, 3)
    found = nn.functional.pad(points, (0, 1), value=1.0) @ matrix.transpose(1, 2)
    torch.testing.assert_close(found[..., :2] / found[..., 2:], images)


@pytest.mark.parametrize("kind", list(stn.SIZES))
def test_distortions(kind: str) -> None:
    pixels = torch.from_numpy(drawn(64, 1).train_images)
    first = distorted.distort(pixels, kind, torch.Generator().manual_seed(1))
    assert first.shape == (64, stn.SIZES[kind], stn.SIZES[kind], 1) and first.dtype == torch.uint8
    assert torch.equal(first, distorted.distort(pixels, kind, torch.Generator().manual_seed(1)))
    assert not torch.equal(first, distorted.distort(pixels, kind, torch.Generator().manual_seed(2)))
    ink = first.float().sum((1, 2, 3)) / pixels.float().sum((1, 2, 3))
    assert 0.5 < ink.median() < 1.2 and ink.std() < 0.5


def test_rts_stays_on_the_canvas() -> None:
    pixels = torch.zeros(500, 28, 28, 1, dtype=torch.uint8)
    pixels[:, 4:24, 4:24] = 255  # where MNIST has its digits, the corners of which no digit reaches
    points = distorted.placed(500, torch.Generator().manual_seed(0))
    corners = stn.Sampler()(pixels.permute(0, 3, 1, 2).float(), points)
    ink = corners.sum((1, 2, 3)) / (400 * 255)
    assert 0.45 < ink.min() < 0.6 and 1.3 < ink.max() < 1.45  # squares of 0.7 and 1.2


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write(drawn(300, 50), tmp_path / "pack")
    return tmp_path / "pack"


@pytest.mark.parametrize("kind", list(stn.SIZES))
def test_the_problem(kind: str, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = problems.load(f"distorted_{kind}")
    monkeypatch.setattr(problem, "held_out", 100)
    whole, held = problem(pack), problem(pack, True)
    assert whole.counts == {"train": 300, "test": 50} and held.counts == {"train": 200, "test": 100}
    assert torch.equal(whole.test_images, problem(pack).test_images)
    assert torch.equal(held.test_labels, whole.labels[200:])
    side = stn.SIZES[kind]
    batch = [
        whole.batch(torch.arange(5), Stage(1), torch.Generator().manual_seed(seed), torch.device("cpu"))
        for seed in (0, 0, 1)
    ]
    assert batch[0][0].shape == (5, side, side, 1) and batch[0][0].dtype == torch.uint8
    assert torch.equal(batch[0][0], batch[1][0]) and not torch.equal(batch[0][0], batch[2][0])
    assert torch.equal(batch[0][1], whole.labels[:5])
    measured = whole.measure(blank(f"stn-plain-{kind}").eval())
    assert measured["test_count"] == 50 and len(measured["test_errors_by_label"]) == 10


def test_missing_and_damaged_packs(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pack / "t10k-labels-idx1-ubyte.gz").write_bytes(b"<html>")
    with pytest.raises(DataError, match="t10k-labels"):
        problems.load("distorted_r")(pack)
    monkeypatch.setattr("models.data.ROOT", pack / "nowhere" / "deep")
    monkeypatch.delenv("PAPERS_DATA", raising=False)
    with pytest.raises(PackNotFound):
        problems.load("distorted_r")()


def trained(name: str, kind: str, pack: Path, seed: int) -> dict[str, Tensor]:
    torch.set_num_threads(1)
    stage = Stage(epochs=2, batch=50, rate=0.01, decay=0.0)
    recipe = Recipe(name, f"distorted_{kind}", seed, (stage,), Target("test_error", 0.5), 1, "SGD", "bfloat16")
    torch.manual_seed(seed)
    network = registry.build(name, weights=False)
    loop.train(network, recipe, problems.load(recipe.problem)(pack))
    return network.state_dict()


def test_same_seed_same_weights(pack: Path) -> None:
    first, again, other = (trained("stn-projective-p", "p", pack, seed) for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_weights_hold_nothing_that_is_known_beforehand() -> None:
    assert set(blank("stn-tps-rts").state_dict()) == {name for name, _ in blank("stn-tps-rts").named_parameters()}


@pytest.mark.parametrize("recipe", STN_RECIPES, ids=lambda recipe: recipe.variant)
def test_recipes_learn_the_problem_of_their_name(recipe: Recipe) -> None:
    assert recipe.problem == "distorted_" + recipe.variant.rpartition("-")[2]
    twin = RECIPES[recipe.variant.rpartition("-")[0].rpartition("-")[0] + "-plain-" + recipe.variant.rpartition("-")[2]]
    assert (recipe.stages, recipe.optimiser, recipe.precision) == (twin.stages, twin.optimiser, twin.precision)


@pytest.mark.parametrize("family", ["affine", "projective", "tps"])
def test_a_network_with_a_transformer_makes_30_percent_fewer_errors_than_its_twin(family: str) -> None:
    cards = [registry.card(name) for name in (f"stn-{family}-rts", "stn-plain-rts")]
    if not all(cards):
        pytest.skip("not trained yet")
    transformed, plain = (card["metrics"]["test_errors"] for card in cards if card)
    assert transformed <= 0.7 * plain
