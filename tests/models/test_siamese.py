"""The Siamese network beside the paper, and what it learns from, on images drawn in code."""

import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from models import registry, siamese
from models.data import DataError, PackNotFound
from models.data.omniglot import omniglot
from models.data.orl import orl_faces
from models.training import loop
from models.training.problems import omniglot as characters
from models.training.problems import orl, verification
from models.training.problems.verification import Rates, distort, draw, every
from models.training.recipes import RECIPES, Recipe, Stage, Target

VARIANTS = [variant.name for variant in registry.variants("siamese")]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def blank(name: str = "siamese-orl") -> siamese.Siamese:
    torch.manual_seed(0)
    return registry.build(name, weights=False)


def by_block(network: nn.Module) -> dict[str, int]:
    return {name: sum(p.numel() for p in block.parameters()) for name, block in network.named_children()}


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    """Output shape of each block for one image."""
    seen: dict[str, tuple[int, ...]] = {}
    for name, block in network.named_children():
        block.register_forward_hook(lambda _, __, out, name=name: seen.__setitem__(name, tuple(out.shape[1:])))
    network.embed(torch.zeros(1, 1, 56, 46))
    return seen


@pytest.mark.parametrize("name", VARIANTS)
def test_parameters_layer_by_layer(name: str) -> None:
    counts = by_block(blank(name))
    assert (counts["c1"], counts["s2"], counts["f6"]) == (750, 30, 12_550)  # as printed in Section 3.2
    assert blank(name).c3.kernels.numel() == 7_128  # as printed; our 45 biases come on top
    assert counts["c3"] == 7_128 + 45
    assert (counts["s4"], counts["c5"]) == (2 * 45, 250 * (45 * 25 + 1))
    assert (2 * 50, 250 * (50 * 25 + 1)) == (100, 312_750)  # what is printed for S4 and C5 belongs to 50 maps
    assert sum(counts.values()) == 302_093


def test_shapes_and_connections() -> None:
    network = blank()
    assert shapes(network) == {
        "c1": (15, 50, 40),
        "s2": (15, 25, 20),
        "c3": (45, 20, 15),
        "s4": (45, 5, 5),
        "c5": (250, 1, 1),
        "f6": (50,),
    }
    connections = {  # a unit's bias is one of its connections
        name: getattr(network, name).macs(torch.Size(shape)) + math.prod(shape)
        for name, shape in shapes(network).items()
    }
    assert (connections["c1"], connections["s2"], connections["f6"]) == (1_500_000, 37_500, 12_550)  # as printed


def test_table_of_connections() -> None:
    assert len(siamese.TABLE) == 45 and len({frozenset(maps) for maps in siamese.TABLE}) == 45
    assert all(len(set(maps)) == len(maps) for maps in siamese.TABLE)
    used = torch.bincount(torch.tensor([m for maps in siamese.TABLE for m in maps]), minlength=15)
    assert len(used) == 15 and used.max() - used.min() <= 3  # no map of S2 counts much more than another
    weight = blank().c3.weight().detach().abs().sum((2, 3))
    assert all(set(row.nonzero()[:, 0].tolist()) == set(maps) for row, maps in zip(weight, siamese.TABLE, strict=True))


def test_partial_connections_equal_one_convolution_per_map() -> None:
    c3, x = blank().c3, torch.randn(2, 15, 25, 20)
    kernels, expected = iter(c3.kernels), []
    for bias, maps in zip(c3.bias, siamese.TABLE, strict=True):
        total = sum(nn.functional.conv2d(x[:, [m]], next(kernels)[None, None]) for m in maps)
        expected.append(1.7159 * torch.tanh(2 / 3 * (total + bias)))
    torch.testing.assert_close(c3(x), torch.cat(expected, 1))


def test_sub_sampling_equals_the_sum_of_twelve() -> None:
    block, x = siamese.SubSampling(3, 4, 3), torch.randn(2, 3, 8, 9)
    total = sum(x[..., row::4, column::3] for row in range(4) for column in range(3))
    torch.testing.assert_close(block(x), 1.7159 * torch.tanh(2 / 3 * (total * block.coefficient + block.bias)))


def test_energy_is_the_l1_norm_and_symmetric() -> None:
    network, (x1, x2) = blank(), torch.randn(2, 3, 1, 56, 46)
    energy = network(x1, x2)
    assert energy.shape == (3, 1)
    for (e,), point1, point2 in zip(energy, network.embed(x1), network.embed(x2), strict=True):
        torch.testing.assert_close(e, torch.linalg.vector_norm(point1 - point2, ord=1))
    torch.testing.assert_close(energy, network(x2, x1))
    assert (network(x1, x1) == 0).all()


def test_no_energy_exceeds_q() -> None:
    far = torch.full((1, 250), 1e4)
    network = blank()
    network.f6.bias.data.zero_()
    energy = network.energy(network.f6(far), network.f6(-far))
    torch.testing.assert_close(energy, torch.full((1, 1), siamese.Q), rtol=1e-3, atol=0)
    assert pytest.approx(100 * 1.7159) == siamese.Q


def test_loss_equals_equation_8() -> None:
    energy, impostor = np.random.default_rng(0).uniform(0, 150, (6, 1)), np.array([0, 1, 0, 1, 1, 0])
    q = 171.59
    each = [2 * q * math.exp(-2.77 * e / q) if y else 2 * e**2 / q for e, y in zip(energy[:, 0], impostor, strict=True)]
    loss = blank().loss(torch.from_numpy(energy), torch.from_numpy(impostor))
    assert float(loss) == pytest.approx(np.mean(each))


def test_loss_pulls_genuine_pairs_together_and_pushes_impostors_apart() -> None:
    energy = torch.tensor([[40.0], [40.0]], requires_grad=True)
    blank().loss(energy, torch.tensor([False, True])).backward()
    assert energy.grad[0] > 0 > energy.grad[1]


@pytest.mark.parametrize("name", VARIANTS)
def test_gradients_reach_all_parameters(name: str) -> None:
    network = blank(name)
    network.loss(network(*torch.randn(2, 4, 1, 56, 46)), torch.tensor([0, 1, 0, 1])).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())


def test_initial_weights_keep_the_variance() -> None:
    network = blank()
    for weight, inputs in (
        (network.c1.kernels, 49),
        (network.c3.kernels, 4.4 * 36),  # 198 kernels for 45 maps
        (network.c5.kernels, 45 * 25),
        (network.f6.weight, 250),
    ):
        assert weight.std().item() == pytest.approx(inputs**-0.5, rel=0.05)
    for block, inputs in ((network.s2, 4), (network.s4, 12)):
        assert (block.coefficient * inputs == 1).all()
    assert all((parameter == 0).all() for name, parameter in network.named_parameters() if name.endswith("bias"))


def test_faces_are_reduced_by_means_of_four_pixels() -> None:
    pixels = torch.randint(0, 256, (2, 112, 92, 1), dtype=torch.uint8)
    four = pixels[:, :, :, 0].float().reshape(2, 56, 2, 46, 2).mean((2, 4))
    torch.testing.assert_close(blank().reduce(pixels)[:, 0], four)


def test_characters_are_reduced_by_the_area_each_new_pixel_covers() -> None:
    pixels = torch.randint(0, 256, (1, 105, 105, 1), dtype=torch.uint8)
    fine = pixels[0, :, :, 0].float().repeat_interleave(56, 0).repeat_interleave(46, 1)  # a whole number of each
    expected = fine.reshape(56, 105, 46, 105).mean((1, 3))
    torch.testing.assert_close(blank("siamese-omniglot").reduce(pixels)[0, 0], expected)


@pytest.mark.parametrize("name", VARIANTS)
def test_prepared_images_have_mean_0_and_variance_1(name: str) -> None:
    network = blank(name)
    pixels = torch.randint(40, 90, (8, len(network.rows.T), len(network.columns.T), 1), dtype=torch.uint8)
    network.see(pixels)
    x = network.prepare(pixels)
    assert x.shape == (8, 1, 56, 46) and x.dtype == torch.float32
    assert float(x.mean()) == pytest.approx(0, abs=1e-4) and float(x.var()) == pytest.approx(1, abs=1e-3)


def test_bfloat16_agrees_roughly() -> None:
    network, x = blank(), torch.randn(4, 1, 56, 46)
    exact = network.embed(x)
    with torch.autocast("cpu", torch.bfloat16):
        rough = network.embed(x)
    torch.testing.assert_close(rough.float(), exact, atol=0.05, rtol=0.05)


def things(count: int, pictures: int, height: int, width: int) -> np.ndarray:
    """Pictures uint8 (count, pictures, height, width, 1) of things that differ by three bright spots, in any light."""
    random = np.random.default_rng(0)
    light = random.integers(0, 120, (count, pictures, 1, 1, 1), np.uint8)
    images = np.broadcast_to(light, (count, pictures, height, width, 1)).copy()
    for thing in images:
        for top, left in zip(random.integers(8, height - 28, 3), random.integers(8, width - 28, 3), strict=True):
            thing[:, top : top + 20, left : left + 20] = np.maximum(thing[:, top : top + 20, left : left + 20], 130)
            thing[:, top : top + 20, left : left + 20] += 20
    return images


def write_orl(folder: Path, faces: np.ndarray) -> None:
    """The pack's archive."""
    with zipfile.ZipFile(folder / "orl_faces.zip", "w") as pack:
        for person, pictures in enumerate(faces, 1):
            for number, picture in enumerate(pictures, 1):
                content = io.BytesIO()
                Image.fromarray(picture[:, :, 0]).save(content, "PNG")
                pack.writestr(f"s{person:02}/{number:02}.png", content.getvalue())


def write_omniglot(folder: Path, alphabets: int, per_alphabet: int = 2) -> np.ndarray:
    """The pack's two files, rows in no order; returns the ink of the background set as 0 and 1."""
    ink = (things(alphabets * per_alphabet, 20, 105, 105) > 128).astype(np.uint8)
    count = len(ink)
    character, drawer = np.repeat(np.arange(count), 20), np.tile(np.arange(1, 21), count)
    mixed = np.random.default_rng(1).permutation(count * 20)
    for split in ("background", "evaluation"):
        np.savez_compressed(
            folder / f"images_{split}.npz",
            images_packed=np.packbits(ink.reshape(-1, 105, 105), axis=2)[mixed],
            character=character[mixed].astype(np.int16),
            alphabet=(character // per_alphabet)[mixed].astype(np.int16),
            drawer=drawer[mixed].astype(np.int8),
        )
    return ink


@pytest.fixture
def faces(tmp_path: Path) -> np.ndarray:
    made = things(40, 10, 112, 92)
    write_orl(tmp_path, made)
    return made


def test_reads_orl_faces(faces: np.ndarray, tmp_path: Path) -> None:
    np.testing.assert_array_equal(orl_faces(tmp_path), faces)


def test_reads_omniglot(tmp_path: Path) -> None:
    ink = write_omniglot(tmp_path, alphabets=3)
    background, _ = omniglot(tmp_path)
    np.testing.assert_array_equal(background.images, ink * 255)
    assert background.images.dtype == np.uint8 and background.alphabets.tolist() == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_bytes(file.read_bytes()[:-200])])
def test_damaged_packs_are_named(faces: np.ndarray, tmp_path: Path, damage) -> None:
    write_omniglot(tmp_path, alphabets=1)
    for name, read in (("orl_faces.zip", orl_faces), ("images_evaluation.npz", omniglot)):
        damage(tmp_path / name)
        with pytest.raises(DataError, match=f"{name} is missing or damaged"):
            read(tmp_path)


def test_incomplete_packs_are_named(tmp_path: Path) -> None:
    write_orl(tmp_path, things(39, 10, 112, 92))
    with pytest.raises(DataError, match=r"orl_faces.zip is missing or damaged .*s40/01.png"):
        orl_faces(tmp_path)
    write_orl(tmp_path, things(40, 10, 56, 46))
    with pytest.raises(DataError, match=r"orl_faces.zip is missing or damaged .*reshape"):
        orl_faces(tmp_path)
    write_omniglot(tmp_path, alphabets=1)
    pack = dict(np.load(tmp_path / "images_background.npz"))
    pack["character"][0] ^= 1
    np.savez(tmp_path / "images_background.npz", **pack)
    with pytest.raises(DataError, match=r"images_background.npz is missing or damaged \(not every character"):
        omniglot(tmp_path)


@pytest.mark.parametrize("problem", [orl.ORL, characters.Omniglot])
def test_missing_packs(problem: type[verification.Verification], monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr("models.data.ROOT", tmp_path / "empty")
    monkeypatch.delenv("PAPERS_DATA", raising=False)
    with pytest.raises(PackNotFound, match=problem.pack):
        problem()


def same(one: torch.Tensor, two: np.ndarray) -> bool:
    return torch.equal(one, torch.from_numpy(two))


def test_no_person_is_in_two_groups(faces: np.ndarray, tmp_path: Path) -> None:
    problem = orl.ORL(tmp_path)
    assert problem.counts == {"train": 300, "test": 50} and len(problem) == 5_000
    assert same(problem.train, faces[:30]) and same(problem.held, faces[30:35]) and same(problem.test, faces[35:])
    validation = orl.ORL(tmp_path, validate=True)
    assert same(validation.train, faces[:25]) and same(validation.held, faces[30:35])
    assert same(validation.test, faces[25:30])


def test_no_alphabet_is_in_two_groups(tmp_path: Path) -> None:
    ink = 255 * write_omniglot(tmp_path, alphabets=8)
    problem, validation = characters.Omniglot(tmp_path), characters.Omniglot(tmp_path, validate=True)
    assert same(problem.train, ink[:10]) and same(problem.held, ink[10:]) and same(problem.test, ink)
    assert same(validation.train, ink[:4]) and same(validation.test, ink[4:10]) and same(validation.held, ink[10:])


def test_all_pairs() -> None:
    first, second, impostor = every(torch.zeros(5, 10, 1))
    assert len(first) == 50 * 49 // 2 and (first < second).all()
    assert int((~impostor).sum()) == 225 and int(impostor.sum()) == 1_000
    assert torch.equal(impostor, first // 10 != second // 10)


def test_drawn_pairs() -> None:
    wanted = torch.arange(4_000) % 2 == 1
    pairs = draw(torch.zeros(4, 3, 1), wanted, torch.Generator().manual_seed(1))
    assert (pairs.first != pairs.second).all()
    assert torch.equal(pairs.first // 3 != pairs.second // 3, wanted)
    for impostor, possible in ((False, 4 * 3 * 2), (True, 12 * 9)):
        seen = torch.stack(pairs[:2])[:, wanted == impostor].unique(dim=1)
        assert seen.shape == (2, possible)
    again = draw(torch.zeros(4, 3, 1), wanted, torch.Generator().manual_seed(1))
    assert all(torch.equal(one, two) for one, two in zip(pairs, again, strict=True))


@pytest.mark.parametrize("turned", [False, True])
def test_sets_hold_some_pictures_of_each_thing(turned: bool) -> None:
    images = torch.arange(6 * 20 * 25).reshape(6, 20, 5, 5, 1)
    drawn = verification.draw_set(images, 6, turned, torch.Generator().manual_seed(1))
    assert drawn.shape == (6, verification.PICTURES, 5, 5, 1)
    found = []
    for group in drawn:
        quarters = next(q for q in range(4) if (group[0].rot90(-q).flatten().diff() == 1).all())
        numbers = group.rot90(-quarters, (1, 2))[:, 0, 0, 0] // 25
        assert len(numbers.unique()) == verification.PICTURES and len((numbers // 20).unique()) == 1
        found.append((int(numbers[0]) // 20, quarters))
    assert len(set(found)) == 6 and ({quarters for _, quarters in found} != {0}) == turned


def test_both_kinds_of_pairs_weigh_the_same(tmp_path: Path) -> None:
    write_omniglot(tmp_path, alphabets=7)
    problem = small(characters.Omniglot, tmp_path)
    stage = Stage(1, patterns="sets", batch=32)
    images, pairs = problem.batch(torch.arange(32), stage, torch.Generator().manual_seed(1), torch.device("cpu"))
    assert len(images) == 32 and int((~pairs.impostor).sum()) == 8 * 6 and len(pairs.impostor) == 32 * 31 // 2
    network = registry.build("siamese-omniglot", weights=False)
    points = network.embed(network.prepare(images))
    energy = network.energy(points[pairs.first], points[pairs.second])
    halves = [network.loss(energy[kind], pairs.impostor[kind]) for kind in (pairs.impostor, ~pairs.impostor)]
    torch.testing.assert_close(problem.loss(network, (images, pairs)), sum(halves) / 2)


def test_rates_count_errors_at_each_threshold() -> None:
    energies = np.array([1.0, 2.0, 3.0, 6.0, 4.0, 5.0, 7.0, 8.0])
    impostor = np.array([False] * 4 + [True] * 4)
    rates = Rates(energies, impostor)
    rate, threshold = rates.equal_error()
    assert rate == pytest.approx(0.25) and 4 <= threshold < 5
    assert (energies[~impostor] > threshold).mean() == (energies[impostor] <= threshold).mean() == 0.25
    assert rates.false_reject_at(0.1) == 0.25 and rates.false_reject_at(0.5) == 0
    apart = Rates(np.array([1.0, 2.0, 8.0, 9.0]), np.array([False, False, True, True]))
    assert apart.equal_error()[0] == 0 and 2 <= apart.equal_error()[1] < 8


def test_distortions() -> None:
    pixels = torch.from_numpy(things(8, 1, 112, 92)[:, 0])
    first = distort(pixels, torch.Generator().manual_seed(1), mirrored=True)
    assert first.shape == pixels.shape and first.min() >= 0 and first.max() <= 255.01
    assert torch.equal(first, distort(pixels, torch.Generator().manual_seed(1), mirrored=True))
    assert not torch.equal(first, distort(pixels, torch.Generator().manual_seed(2), mirrored=True))


def test_bending_moves_parts_each_its_own_way() -> None:
    pixels = torch.zeros(60, 105, 105, 1)
    pixels[:, 25:28, 25:28], pixels[:, 77:80, 77:80] = 255.0, 255.0
    straight, bent = (distort(pixels, torch.Generator().manual_seed(3), False, bend)[..., 0] for bend in (0.0, 0.03))

    def apart(images: torch.Tensor) -> torch.Tensor:
        """How far the two spots are from each other, in pixels."""
        place = torch.arange(105.0)
        centres = [
            torch.stack([(part.sum(axis) * place).sum(1) / part.sum((1, 2)) for axis in (2, 1)], 1)
            for part in (images * (place[:, None] + place < 104), images * (place[:, None] + place > 104))
        ]
        return (centres[0] - centres[1]).norm(dim=1)

    assert apart(straight).std() < 5  # turned, scaled and moved as one
    assert (apart(bent) - apart(straight)).std() > 2
    assert bent.min() >= 0 and bent.max() <= 255.01


def test_distortions_move_a_spot_no_further_than_they_say() -> None:
    pixels = torch.zeros(200, 112, 92, 1)
    pixels[:, 20:24, 20:24] = 255.0  # 34 pixels above and 24 left of the centre
    moved = distort(pixels, torch.Generator().manual_seed(0), mirrored=False)[..., 0]
    mass = moved.sum((1, 2))
    row = (moved.sum(2) * torch.arange(112)).sum(1) / mass - 55.5
    column = (moved.sum(1) * torch.arange(92)).sum(1) / mass - 45.5
    distance, angle = torch.hypot(row, column), torch.atan2(row, column).rad2deg()
    straight = math.hypot(34, 24)
    assert (distance - straight).abs().max() < straight * 0.12 + 8 and (distance - straight).abs().max() > 4
    assert (angle - math.degrees(math.atan2(-34, -24))).abs().max() < 10 + 14
    mirrored = distort(pixels, torch.Generator().manual_seed(0), mirrored=True)[..., 0]
    right = (mirrored[:, :, 46:].sum((1, 2)) > mirrored[:, :, :46].sum((1, 2))).float().mean()
    assert 0.35 < right < 0.65 and (moved[:, :, 46:].sum((1, 2)) == 0).all()


def small(problem: type[verification.Verification], folder: Path) -> verification.Verification:
    made = problem(folder)
    made.epoch = 96
    return made


def trained(
    problem: verification.Verification, variant: str, seed: int = 1, epochs: int = 1, patterns: str = "distorted"
) -> siamese.Siamese:
    torch.manual_seed(seed)
    network = registry.build(variant, weights=False)
    stages = (Stage(epochs, patterns=patterns, batch=32, rate=1e-3),)
    loop.train(network, Recipe(variant, "orl", seed, stages, Target("test_equal_error_rate", 0.1), 1), problem)
    return network


def test_training_learns_and_sets_the_threshold(faces: np.ndarray, tmp_path: Path) -> None:
    problem = small(orl.ORL, tmp_path)
    before = problem.measure(registry.build("siamese-orl", weights=False))
    network = trained(problem, "siamese-orl", epochs=10)
    metrics = problem.measure(network)
    assert (metrics["test_pairs"], metrics["test_genuine_pairs"], metrics["test_impostor_pairs"]) == (1_225, 225, 1_000)
    assert metrics["test_equal_error_rate"] < min(0.15, before["test_equal_error_rate"])
    assert metrics["test_accuracy"] > 0.8 and 0 < network.threshold.item() < siamese.Q
    energies, impostor = problem.energies(network, problem.held)
    rejected = energies > network.threshold.item()
    assert rejected[~impostor].mean() == pytest.approx((~rejected[impostor]).mean(), abs=0.01)


def test_same_seed_same_weights(faces: np.ndarray, tmp_path: Path) -> None:
    first, again, other = (trained(small(orl.ORL, tmp_path), "siamese-orl", seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_omniglot_is_measured_on_balanced_pairs(tmp_path: Path) -> None:
    write_omniglot(tmp_path, alphabets=7)
    problem = small(characters.Omniglot, tmp_path)
    network = trained(problem, "siamese-omniglot", patterns="sets")
    metrics = problem.measure(network)
    assert metrics == problem.measure(network)
    assert metrics["test_genuine_pairs"] == metrics["test_impostor_pairs"] == 5_000
    errors = (metrics["test_false_accept"] + metrics["test_false_reject"]) / 2
    assert metrics["test_accuracy"] == pytest.approx(1 - errors, abs=1e-5)


@pytest.mark.parametrize("name", VARIANTS)
def test_recipes_are_of_this_paper(name: str) -> None:
    recipe = RECIPES[name]
    assert recipe.problem == name.removeprefix("siamese-") and recipe.target.metric.startswith("test_")
