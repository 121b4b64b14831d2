"""Segmentation of cells: reading its packs, tiles bent at random, its two problems, on pictures drawn in code."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from cells import nucleus, picture, png, write_membranes, write_nuclei

from models.data import DataError, PackNotFound
from models.data.microscopy import SHORT, counted, membranes, nuclei, stretched
from models.tiling import mirrored
from models.training import loop
from models.training.problems import cells
from models.training.problems.membranes import Membranes
from models.training.problems.nuclei import NucleiProblem
from models.training.recipes import RECIPES, Stage
from models.unet import BORDER, UNet


def small() -> UNet:
    torch.manual_seed(1)
    return UNet(4, 252).eval()


def test_displacements() -> None:
    one = cells.displacements(500, 41, torch.Generator().manual_seed(1), torch.device("cpu"))
    grid = one[:, ::20, ::20]  # the points of the coarse grid keep what was drawn
    assert one.shape == (500, 41, 41, 2)
    assert grid.std().item() == pytest.approx(10, rel=0.05) and abs(grid.mean().item()) < 0.5
    assert (one[:, 1:] - one[:, :-1]).abs().max() < 10  # smooth: less than a pixel's neighbour apart at 4 deviations


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_views_turn_mirror_and_zoom_without_stretching(zoom: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "DISPLACEMENT", 0.0)
    sizes = torch.tensor([[60, 200]] * 64)
    places = cells.viewed(sizes, 21, zoom, torch.Generator().manual_seed(1), torch.device("cpu"))
    across, down = places[:, 10, 11] - places[:, 10, 10], places[:, 11, 10] - places[:, 10, 10]
    steps = across.norm(dim=1)
    torch.testing.assert_close(steps, down.norm(dim=1))
    assert (steps.log().abs() <= np.log(zoom) + 1e-4).all()
    uniform = np.log(zoom) / 3**0.5  # the deviation of what is uniform between both ends
    assert steps.log().std().item() == pytest.approx(uniform, rel=0.15, abs=1e-4)
    torch.testing.assert_close((across * down).sum(1), torch.zeros(64), atol=1e-4, rtol=0)
    handedness = across[:, 0] * down[:, 1] - across[:, 1] * down[:, 0]
    assert 20 < (handedness > 0).sum() < 44
    centres = places[:, 10, 10]
    assert (centres >= 0).all() and (centres <= torch.tensor([199, 59])).all() and centres[:, 0].max() > 100


def test_sampling_reflects_like_a_tile() -> None:
    picture = torch.rand(1, 1, 30, 40)
    rows, columns = torch.meshgrid(torch.arange(-50, 100), torch.arange(-90, 100), indexing="ij")
    found = cells.sample(picture, torch.stack([columns, rows], -1)[None].float(), "bilinear")
    expected = picture[:, :, mirrored(-50, 150, 30)][..., mirrored(-90, 190, 40)]
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)


def test_reading_membranes(tmp_path: Path) -> None:
    images, interior = membranes(write_membranes(tmp_path))
    assert images.shape == (30, 64, 64, 1) and images.dtype == np.uint8
    assert interior.shape == (30, 64, 64) and interior.dtype == bool
    assert images[interior].mean() > images[~interior].mean()


def test_reading_nuclei(tmp_path: Path) -> None:
    write_nuclei(tmp_path)
    assert [len(nuclei(split, tmp_path)) for split in ("train", "val", "test")] == [4, 1, 3]
    for pixels, objects in nuclei("test", tmp_path):
        assert pixels.dtype == np.uint8 and pixels.shape == (*objects.shape, 1) and min(objects.shape) == SHORT
        assert set(np.unique(objects)) == {0, 1, 2, 3}
        assert pixels[objects > 0].mean() > 150 > 100 > pixels[objects == 0].mean()


def test_large_test_pictures_are_brought_to_the_size_of_training_pictures(tmp_path: Path) -> None:
    objects = nucleus(288, 400, ((100, 100, 30),))
    with zipfile.ZipFile(tmp_path / "dsb2018_stage1test.zip", "w") as pack:
        pack.writestr("i", png(picture(objects)))
        pack.writestr("o", png(objects.astype(np.uint8)))
        pack.writestr(
            "annotations.json", json.dumps({"images": [{"file_name": "i", "instance_file": "o", "split": "x"}]})
        )
    ((pixels, found),) = nuclei("test", tmp_path)
    assert pixels.shape == (144, 200, 1)
    assert (found > 0).sum() == pytest.approx((objects > 0).sum() / 4, rel=0.02)


def test_contrast() -> None:
    dark = np.zeros((40, 40), np.uint8)
    dark[5:15, 5:15] = 9
    assert stretched(dark)[10, 10] == 255 and stretched(dark)[30, 30] == 0
    np.testing.assert_array_equal(stretched(255 - dark), stretched(dark))
    assert not stretched(np.full((9, 9), 7, np.uint8)).any()


@pytest.mark.parametrize(
    ("read", "write", "name"),
    [
        (membranes, write_membranes, "isbi2012_em.zip"),
        (lambda folder: nuclei("train", folder), write_nuclei, "dsb2018_train.zip"),
        (lambda folder: nuclei("test", folder), write_nuclei, "dsb2018_stage1test.zip"),
    ],
)
def test_broken_packs_are_named(tmp_path: Path, read, write, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path) / name
    content = file.read_bytes()

    def without(member: str) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(kept, "w") as rest:
            for each in pack.namelist():
                rest.writestr(each, b"" if each == member else pack.read(each))
        return kept.getvalue()

    last = next(each for each in zipfile.ZipFile(file).namelist() if each.endswith(".png"))
    for damaged in (content[: len(content) // 2], b"<html>", without(last)):
        file.write_bytes(damaged)
        with pytest.raises(DataError, match=f"{name} is missing or damaged.*put the pack .* there anew"):
            read(tmp_path)
    file.unlink()
    with pytest.raises(DataError, match=f"{name} is missing or damaged"):
        read(tmp_path)
    monkeypatch.setattr("models.data.ROOT", tmp_path / "empty")
    monkeypatch.delenv("PAPERS_DATA", raising=False)
    with pytest.raises(PackNotFound):
        read(None)


@pytest.fixture
def problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NucleiProblem:
    monkeypatch.setattr(NucleiProblem, "tile", 252)
    problem = NucleiProblem(write_nuclei(tmp_path))
    problem.begin(Stage(1), small())
    return problem


def test_batches(problem: NucleiProblem) -> None:
    assert problem.counts == {"train": 4, "test": 3} and len(problem) == 4
    stage, device = Stage(1), torch.device("cpu")

    def batch(seed: int):
        return problem.batch(torch.tensor([0, 3, 1]), stage, torch.Generator().manual_seed(seed), device)

    pixels, labels, weights = batch(1)
    assert pixels.shape == (3, 252, 252, 1) and labels.shape == weights.shape == (3, 68, 68)
    assert pixels.min() >= 0 and pixels.max() <= 255 and labels.dtype == torch.int64
    assert set(labels.unique().tolist()) == {0, 1} and weights.min() >= problem.balance.min() - 1e-6
    for one, again, other in zip((pixels, labels, weights), batch(1), batch(2), strict=True):
        assert torch.equal(one, again) and not torch.equal(one, other)


def test_labels_stay_with_their_pixels(problem: NucleiProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """However a tile is turned and bent, its nuclei are where it is bright."""
    monkeypatch.setattr(cells, "OFFSET", 0.0)
    pixels, labels, _ = problem.batch(torch.arange(4), Stage(1), torch.Generator().manual_seed(5), torch.device("cpu"))
    inner = pixels[:, BORDER:-BORDER, BORDER:-BORDER, 0]
    assert ((inner > 127.5) == (labels == 1)).float().mean() > 0.97


def test_grey_values_are_raised_to_a_power(problem: NucleiProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    """One for each tile, as if its microscope had been set otherwise; black and white stay."""
    monkeypatch.setattr(cells, "OFFSET", 0.0)
    monkeypatch.setattr(cells, "GAIN", 0.0)
    chosen, tiles = torch.arange(4).repeat(3), {}
    for gamma in (0.0, 0.7):
        monkeypatch.setattr(NucleiProblem, "gamma", gamma)
        tiles[gamma] = problem.batch(chosen, Stage(1), torch.Generator().manual_seed(5), torch.device("cpu"))[0] / 255
    powers = []
    for before, after in zip(tiles[0.0], tiles[0.7], strict=True):
        inside = (before > 0.1) & (before < 0.9)
        power = after[inside].log() / before[inside].log()
        torch.testing.assert_close(power, power.mean().expand_as(power), atol=1e-3, rtol=0)
        powers.append(power.mean().item())
    assert 2**-0.7 <= min(powers) < 0.9 and 1.1 < max(powers) <= 2**0.7


def test_classes_are_balanced(problem: NucleiProblem) -> None:
    labels = torch.cat([problem.maps[i, 0, :h, :w].flatten() for i, (h, w) in enumerate(problem.sizes.tolist())])
    share = torch.stack([1 - labels.mean(), labels.mean()]).numpy()
    np.testing.assert_allclose(share * problem.balance, [0.5, 0.5], rtol=1e-4)


def test_a_batch_reaches_every_parameter_and_bf16_agrees(problem: NucleiProblem) -> None:
    network = small()
    batch = problem.batch(torch.arange(4), Stage(1), torch.Generator().manual_seed(1), torch.device("cpu"))
    loss = problem.loss(network, batch)
    loss.backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in network.parameters())
    with torch.autocast("cpu", torch.bfloat16):
        assert problem.loss(network, batch).item() == pytest.approx(loss.item(), rel=0.02)


def test_measures_of_nuclei(problem: NucleiProblem, monkeypatch) -> None:
    class Says(torch.nn.Linear):
        def __init__(self, answer) -> None:
            super().__init__(1, 1)
            self.answer, self.threshold = answer, torch.tensor(0.5)

    def segment(network: Says, pixels: torch.Tensor) -> torch.Tensor:
        bright = torch.from_numpy(network.answer(pixels[..., 0].numpy())).float()
        return torch.stack([1 - bright, bright])

    monkeypatch.setattr(cells, "segment", segment)
    right = problem.measure(Says(lambda grey: grey > 127))
    assert right == {"test_dice": 1.0, "test_count_error": 0.0, "test_count": 3, "threshold": 0.5}
    nothing = problem.measure(Says(lambda grey: grey > 255))
    assert (nothing["test_dice"], nothing["test_count_error"]) == (0.0, 1.0)
    everything = problem.measure(Says(lambda grey: grey > -1))
    share = [(objects > 0).mean() for _, objects in problem.test]
    assert everything["test_dice"] == pytest.approx(np.mean([2 * s / (1 + s) for s in share]), abs=1e-6)
    assert everything["test_count_error"] == pytest.approx(2 / 3, abs=1e-6)
    assert counted(np.array([[0, 1, 1, 1], [2, 2, 2, 2]])) == 1


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.35), (0.6, 0.9), (0.0, 1.0)])
def test_the_threshold_parts_the_classes(
    tmp_path: Path, low: float, high: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever a network puts its probabilities, as few pixels as possible are wrong: here some of one in a hundred."""
    network, seen, problem = small(), [], Membranes(write_membranes(tmp_path))
    pictures = zip(problem.pictures, problem.maps, problem.sizes.tolist(), strict=True)
    truth = {p[0, :h, :w].numpy().tobytes(): labels[:h, :w] for p, (labels, _), (h, w) in pictures}

    def segment(_network: UNet, pixels: torch.Tensor) -> torch.Tensor:
        labels = truth[pixels.numpy().tobytes()]
        seen.append(labels.shape)
        inside = torch.where(labels > 0, high, low)
        inside.view(-1)[::100] = low + 0.045  # most of these are of an object
        return torch.stack([1 - inside, inside])

    monkeypatch.setattr(cells, "segment", segment)
    problem.end(network)
    assert [list(shape) for shape in seen] == problem.sizes.tolist()
    assert low <= network.threshold.item() < high
    assert network.threshold.item() == pytest.approx(low + 0.01)


def test_the_threshold_for_nuclei_is_that_of_the_best_overlap(problem: NucleiProblem, monkeypatch) -> None:
    """On the pictures held out: half of a nucleus's pixels at 0.4, the others at 0.8, and as many wrong ones at 0.3."""
    network, truth = small(), {pixels.tobytes(): objects > 0 for pixels, objects in problem.held}

    def segment(_network: UNet, pixels: torch.Tensor) -> torch.Tensor:
        true = torch.from_numpy(truth[pixels.numpy().tobytes()])
        odd = torch.arange(true.numel()).view(true.shape) % 2
        inside = torch.where(true, 0.4 + 0.4 * odd, 0.3 * odd)
        return torch.stack([1 - inside, inside])

    monkeypatch.setattr(cells, "segment", segment)
    problem.end(network)
    assert network.threshold.item() == pytest.approx(0.3, abs=0.011)


def test_measures_of_membranes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = Membranes(write_membranes(tmp_path))
    assert problem.counts == {"train": 24, "test": 6} and len(problem) == 24 * Membranes.views
    assert Membranes(tmp_path, validate=True).counts == {"train": 20, "test": 4}
    network = small()
    truth = {pixels.tobytes(): interior for pixels, interior in zip(*problem.test, strict=True)}

    def says(change):
        def segment(_network: UNet, pixels: torch.Tensor) -> torch.Tensor:
            inside = torch.from_numpy(change(truth[pixels.numpy().tobytes()].copy())).float()
            return torch.stack([1 - inside, inside])

        monkeypatch.setattr(cells, "segment", segment)
        return problem.measure(network)

    right = says(lambda true: true)
    assert right == {"test_pixel_error": 0.0, "test_rand_error": 0.0, "test_count": 6, "threshold": 0.5}
    everything = says(np.ones_like)
    assert everything["test_pixel_error"] == pytest.approx(np.mean(~problem.test[1]), abs=1e-6)
    assert everything["test_rand_error"] > 0.7  # all cells in one

    def gap(true: np.ndarray) -> np.ndarray:
        """Membranes all the way, but one pixel: two cells become one, at hardly any error of pixels."""
        row = np.flatnonzero(true[:, 32])[1]
        true[row] = True
        return true

    broken = says(gap)
    assert broken["test_pixel_error"] < 0.02 and broken["test_rand_error"] > 0.01


def test_learning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few steps of the recipe are the same for the same seed, and lower the energy."""
    monkeypatch.setattr(NucleiProblem, "tile", 252)
    problem = NucleiProblem(write_nuclei(tmp_path))
    recipe = RECIPES["unet-nuclei"]
    recipe = dataclasses.replace(recipe, stages=(dataclasses.replace(recipe.stages[0], epochs=6, batch=2),))
    problem.begin(Stage(1), small())
    batch = problem.batch(torch.arange(4), Stage(1), torch.Generator().manual_seed(9), torch.device("cpu"))

    def trained(seed: int) -> tuple[UNet, float]:
        torch.set_num_threads(1)
        network = small()
        torch.manual_seed(seed)
        loop.train(network, dataclasses.replace(recipe, seed=seed), problem)
        with torch.no_grad():
            return network, problem.loss(network, batch).item()

    with torch.no_grad():
        before = problem.loss(small(), batch).item()
    (one, after), (two, again), (_, other) = trained(1), trained(1), trained(2)
    assert after < before and after == again != other
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), two.parameters(), strict=True))
