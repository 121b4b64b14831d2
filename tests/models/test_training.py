"""The training loop and its command line on digits drawn in code."""

import dataclasses
from pathlib import Path

import pytest
import torch
from digits import drawn, write
from torch import Tensor, nn
from typer.testing import CliRunner

from models import registry
from models.training import __main__ as command
from models.training import cards, loop, recipes, schedule
from models.training.problems import boosting, digits
from models.training.problems.classification import errors
from models.training.problems.distortion import distort
from models.training.recipes import RECIPES, Recipe, Stage, Target

DIGITS = drawn()
IMAGES, LABELS = torch.from_numpy(DIGITS.train_images), torch.from_numpy(DIGITS.train_labels)
TARGET = Target("test_error", 0.01)
BOOSTED = Recipe(
    "lenet4-boosted",
    "digits",
    3,
    (
        Stage(2, block="first", patterns="distorted"),
        Stage(2, block="second", patterns="filtered", count=100),
        Stage(2, block="third", patterns="disputed", count=100),
    ),
    TARGET,
    1,
)
LENETS = [name for name, recipe in RECIPES.items() if recipe.problem == "digits"]


def small(name: str, epochs: int, seed: int = 3) -> Recipe:
    """The variant's own recipe for a few epochs of a few digits."""
    if name == "lenet4-boosted":
        return dataclasses.replace(BOOSTED, seed=seed)
    stages = tuple(dataclasses.replace(stage, epochs=epochs) for stage in RECIPES[name].stages)
    return dataclasses.replace(RECIPES[name], seed=seed, stages=stages)


def trained(recipe: Recipe, **options) -> dict[str, Tensor]:
    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    network = registry.build(recipe.variant, weights=False)
    if recipe.variant == "lenet4-boosted":  # three networks that differ from the start, so that they soon disagree
        for parameter in network.parameters():
            parameter.data *= 5
    loop.train(network, recipe, problem(), **options)
    return network.state_dict()


def problem() -> digits.Digits:
    """Digits drawn in code instead of the pack's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(digits, "mnist", lambda folder: DIGITS)
        return digits.Digits()


def same(one: dict[str, Tensor], two: dict[str, Tensor]) -> bool:
    return all(torch.equal(one[name], two[name]) for name in one)


@pytest.mark.parametrize("name", ["lenet5", "lenet1", "lenet4"])
def test_the_loop_learns(name: str) -> None:
    recipe = Recipe(name, "digits", 3, (Stage(epochs=40, batch=16, rate=5e-3),), TARGET, 1)
    network = registry.build(name, weights=False)
    network.load_state_dict(trained(recipe))
    measured = errors(network, *map(torch.from_numpy, DIGITS[2:]))
    assert measured["test_count"] == 100 and measured["test_errors"] <= 20


@pytest.mark.parametrize("name", LENETS)
def test_same_seed_same_weights(name: str) -> None:
    first = trained(small(name, 1))
    assert same(first, trained(small(name, 1)))
    assert not same(first, trained(small(name, 1, seed=4)))


class Interruption(Exception):
    pass


@pytest.mark.parametrize(("name", "epochs", "stop"), [("lenet5", 3, 2), ("lenet1", 3, 3), ("lenet4-boosted", 2, 4)])
def test_resuming_equals_not_being_interrupted(name: str, epochs: int, stop: int, tmp_path: Path) -> None:
    recipe = small(name, epochs)
    epochs_seen: list[str] = []

    def interrupt(text: str, done: int, total: int, loss: float) -> None:
        if "epoch" in text and text not in epochs_seen:
            epochs_seen.append(text)
            if len(epochs_seen) == stop:
                raise Interruption  # in the first steps of an epoch, which is then done again

    checkpoint = tmp_path / "checkpoint.pt"
    with pytest.raises(Interruption):
        trained(recipe, checkpoint=checkpoint, report=interrupt)
    reports: list[str] = []
    resumed = trained(recipe, checkpoint=checkpoint, report=lambda text, *_: reports.append(text))
    assert next(text for text in reports if "epoch" in text) == epochs_seen[-1]
    assert same(resumed, trained(recipe))


def test_dropout_too_follows_from_the_epoch(tmp_path: Path) -> None:
    """However far the generator of all has come before: it is what nn.Dropout draws from."""

    class Dropping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layers = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(28 * 28, 10))

        def prepare(self, ink: Tensor) -> Tensor:
            return ink.permute(0, 3, 1, 2).float() / 255

        def forward(self, x: Tensor) -> Tensor:
            return self.layers(x)

        def loss(self, output: Tensor, labels: Tensor) -> Tensor:
            return nn.functional.cross_entropy(output, labels)

    recipe, found = small("lenet1", 2), []
    for before in (1, 2):
        torch.manual_seed(0)
        network = Dropping()
        torch.manual_seed(before)
        loop.train(network, recipe, problem())
        found.append(network.state_dict())
    assert same(*found)


def test_a_finished_run_is_not_repeated(tmp_path: Path) -> None:
    recipe, reports = small("lenet1", 1), []
    first = trained(recipe, checkpoint=tmp_path / "c.pt")
    assert same(first, trained(recipe, checkpoint=tmp_path / "c.pt", report=lambda *said: reports.append(said)))
    assert reports == []


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    trained(small("lenet1", 1), checkpoint=tmp_path / "c.pt")
    with pytest.raises(loop.CheckpointMismatch, match="--fresh"):
        trained(small("lenet1", 2), checkpoint=tmp_path / "c.pt")


def test_a_deadline_leaves_a_checkpoint_to_go_on_from(tmp_path: Path) -> None:
    recipe, checkpoint = small("lenet1", 2), tmp_path / "c.pt"
    with pytest.raises(loop.OutOfTime, match="before epoch 1 of 2"):
        trained(recipe, checkpoint=checkpoint, deadline=0.0)
    assert not checkpoint.is_file()
    clock = iter((0.0, 2.0))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(loop.OutOfTime, match="before epoch 2 of 2"):
        patch.setattr(loop.time, "monotonic", lambda: next(clock))
        trained(recipe, checkpoint=checkpoint, deadline=1.0)
    assert same(trained(recipe, checkpoint=checkpoint), trained(recipe))


def test_one_cycle() -> None:
    assert [loop.one_cycle(progress) for progress in (0, 0.1, 0.2, 0.6, 1)] == pytest.approx([0, 0.5, 1, 0.5, 0])


def test_distortions() -> None:
    pixels = IMAGES[:8]
    first = distort(pixels, torch.Generator().manual_seed(1))
    assert first.shape == pixels.shape and first.dtype == torch.float32
    assert first.min() >= 0 and first.max() <= 255.01
    assert torch.equal(first, distort(pixels, torch.Generator().manual_seed(1)))
    assert not torch.equal(first, distort(pixels, torch.Generator().manual_seed(2)))
    ink = first.sum((1, 2, 3)) / pixels.float().sum((1, 2, 3))
    assert ((ink > 0.5) & (ink < 1.6)).all()


class Says(nn.Module):
    """Answers with a function of the digit's number, which is painted in its first pixel."""

    def __init__(self, modulus: int) -> None:
        super().__init__()
        self.modulus = modulus

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.one_hot(x[:, 0, 14, 14].long() % self.modulus, 10).float()


def test_hard_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "distort", lambda pixels, generator: pixels.float())
    network = nn.Module()
    network.first, network.second = Says(5), Says(3)
    network.prepare = lambda ink: ink.permute(0, 3, 1, 2)
    labels = torch.arange(10)
    images = labels.to(torch.uint8)[:, None, None, None].expand(-1, 28, 28, 1)
    ticks: list[int] = []
    options = {"generator": torch.Generator().manual_seed(0), "tick": ticks.append}
    ink, digits = boosting.filtered(network, images, labels, 51, **options)
    assert ink.dtype == torch.uint8 and ink.shape == (51, 28, 28, 1) and sum(ticks) == 51
    assert torch.equal(ink[:, 0, 0, 0].long(), digits)
    assert (digits < 5).sum() == 25
    ink, digits = boosting.disputed(network, images, labels, 40, **options)
    assert len(ink) == 40 and (digits % 5 != digits % 3).all()


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(command.app, [str(argument) for argument in arguments])
    return result.exit_code, " ".join(result.output.split())


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    write(DIGITS, tmp_path / "pack")
    return tmp_path / "pack"


def test_train_and_evaluate(pack: Path, tmp_path: Path) -> None:
    places = ("--data", pack, "--weights", tmp_path / "weights")
    code, output = run("train", "lenet1", "--epochs", 1, "--device", "cpu", *places)
    assert code == 0 and "test_error" in output
    assert not (tmp_path / "build/training/lenet1/checkpoint.pt").exists()
    card = (tmp_path / "weights/lenet1.json").read_text()
    weights = (tmp_path / "weights/lenet1.safetensors").read_bytes()
    assert '"test_count": 100' in card and '"train": 256' in card
    assert run("evaluate", "lenet1", *places)[0] == 0
    assert (tmp_path / "weights/lenet1.json").read_text() == card
    begun = tmp_path / "build/training/lenet1/checkpoint.pt"
    trained(small("lenet1", 2), checkpoint=begun)
    code, output = run("train", "lenet1", "--epochs", 1, *places)
    assert code == 1 and "--fresh" in output
    assert run("train", "lenet1", "--epochs", 1, "--fresh", "--device", "cpu", *places)[0] == 0
    assert (tmp_path / "weights/lenet1.safetensors").read_bytes() == weights and not begun.exists()
    (tmp_path / "weights/lenet1.safetensors").write_bytes(weights[:-1] + b"?")
    code, output = run("evaluate", "lenet1", *places)
    assert code == 1 and "card of other weights" in output


def test_validation_writes_no_weights(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits.Digits, "held_out", 56)
    places = ("--data", pack, "--weights", tmp_path / "weights")
    code, output = run("train", "lenet1", "--validate", "--epochs", 1, *places)
    assert code == 0 and '"test_count": 56' in output
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize("action", ["train", "evaluate"])
def test_unknown_variant(action: str) -> None:
    code, output = run(action, "lenet6")
    assert code == 1 and "unknown variant 'lenet6'; known: lenet5, lenet1" in output


def test_clear_errors(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run("evaluate", "lenet1", "--data", pack, "--weights", tmp_path)
    assert code == 1 and "make train VARIANT=lenet1" in output
    code, output = run("train", "lenet1", "--device", "tpu", "--data", pack)
    assert code == 1 and "auto, cpu, cuda" in output
    code, output = run("train", "lenet1", "--data", tmp_path / "nowhere")
    assert code == 1 and "is missing" in output
    monkeypatch.setattr("models.data.ROOT", tmp_path / "empty")
    monkeypatch.delenv("PAPERS_DATA", raising=False)
    code, output = run("train", "lenet1")
    assert code == 1 and "$PAPERS_DATA, data/ and ../shared/data" in output


def test_no_hard_patterns_to_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boosting, "PATIENCE", 3)
    network = registry.build("lenet4-boosted", weights=False)
    network.second = network.first
    generator = torch.Generator().manual_seed(0)
    with pytest.raises(RuntimeError, match="3,000 digits in a row gave none of the 10 hard patterns"):
        boosting.disputed(network, IMAGES, LABELS, 10, generator, lambda found: None)


def test_the_schedule_takes_most_gain_a_minute_first(tmp_path: Path) -> None:
    every = [task.recipe for task in schedule.plan(tmp_path, "cuda")]
    assert {recipe.variant for recipe in every} == set(RECIPES) | set(recipes.LONG)
    assert [recipe.minutes for recipe in every] == sorted(recipe.minutes for recipe in every)
    assert all(recipe.stages for recipe in every)
    assert {task.recipe.variant for task in schedule.plan(tmp_path, "cpu")} == set(RECIPES)

    def left(metric: float, **changes: object) -> list[schedule.Task]:
        """The plan where lenet5 alone has weights, of this error, by a recipe changed so."""
        recipe, file = RECIPES["lenet5"], tmp_path / "lenet5.safetensors"
        cards.save_weights(registry.build("lenet5", weights=False), file)
        card = cards.make(recipe, 1.0, "cpu", "mnist", {"train": 1, "test": 1}, file)
        cards.write({**card, **changes, "metrics": {"test_error": metric}}, file)
        return [task for task in schedule.plan(tmp_path, "cpu") if task.recipe is recipe]

    assert left(0.009) == []  # reached
    assert left(0.012) == []  # the same recipe would give the same weights
    file = tmp_path / "lenet5.json"
    for damaged in (file.read_text()[:40], '{"metrics": {}}', "[]"):  # trained anew; the others are not held up
        file.write_text(damaged)
        (task,) = [task for task in schedule.plan(tmp_path, "cpu") if task.recipe is RECIPES["lenet5"]]
        assert task.gain == 1 and "lenet5.json" in task.reason
    (task,) = left(0.012, seed=7)
    assert task.gain == pytest.approx(0.2) and "test_error is 0.012, target 0.01" in task.reason


def test_train_all_spends_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(digits, "mnist", lambda folder: DIGITS)
    chosen = {"lenet1": small("lenet1", 1), "lenet4": small("lenet4", 2)}
    monkeypatch.setattr(schedule, "VARIANTS", tuple(chosen))
    monkeypatch.setattr(schedule, "choose", lambda variant, device: chosen[variant])
    weights = tmp_path / "weights"
    code, output = run("train-all", "--budget", "60s", "--device", "cpu", "--weights", weights)
    assert code == 0 and "no weights yet" in output
    assert {file.name for file in weights.iterdir()} == {
        f"{variant}.{ending}" for variant in chosen for ending in ("json", "safetensors")
    }
    (weights / "lenet1.json").unlink()
    trained(small("lenet1", 2), checkpoint=tmp_path / "build/training/lenet1/checkpoint.pt")
    code, output = run("train-all", "--budget", "60s", "--device", "cpu", "--weights", weights)
    assert code == 0 and "of another recipe; it is begun anew" in output and (weights / "lenet1.json").is_file()
    code, output = run("train-all", "--budget", "60s", "--device", "cpu", "--weights", weights)
    assert code == 0 and "nothing to train" in output and "target" not in output.partition("nothing to train")[0]
    code, output = run("train-all", "--budget", "0s", "--device", "cpu", "--weights", tmp_path / "other")
    assert code == 0 and "the time is spent" in output and not (tmp_path / "other").exists()
    code, output = run("train-all", "--budget", "soon")
    assert code == 1 and "90s, 25m or 8h" in output
