"""python -m models.training: train a variant, or all that need it; evaluate weights."""

import json
import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import torch
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models import registry
from models.data import ROOT, DataError, PackNotFound
from models.registry import WeightsError
from models.training import cards, loop, problems, schedule
from models.training.problems import Problem
from models.training.recipes import VARIANTS, Recipe, choose, shortened

app = typer.Typer(add_completion=False, help="Train the networks and measure them.")

Name = Annotated[str, typer.Argument(metavar="VARIANT", help=f"One of: {', '.join(VARIANTS)}")]
Data = Annotated[Path | None, typer.Option(help="Folder with the pack's files; default: where packs are found")]
Device = Annotated[str, typer.Option(help="cpu, cuda, or auto: CUDA when there is one")]
Weights = Annotated[Path, typer.Option(help="Folder of weights and cards")]
Threads = Annotated[int, typer.Option(min=1, help="Of the CPU; another number adds in another order")]


@app.command()
def train(
    variant: Name,
    data: Data = None,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume/--fresh", help="Go on from the last epoch, or start again")] = True,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs of each stage, instead of the recipe's")] = None,
    validate: Annotated[bool, typer.Option(help="Measure on held-out training data, write no weights")] = False,
    weights: Weights = registry.WEIGHTS,
    threads: Threads = 1,
) -> None:
    """Train a variant by its recipe, write its weights and card, and evaluate them."""
    place = device_of(device)
    recipe = recipe_of(variant, place)
    if epochs:
        recipe = shortened(recipe, epochs)
    torch.set_num_threads(threads)
    with clear_errors():
        run(recipe, place, data, weights, validate=validate, resume=resume)


@app.command("train-all")
def train_all(
    budget: Annotated[str, typer.Option(metavar="25m", help="Time to spend: 90s, 25m, 8h")] = "25m",
    device: Device = "auto",
    weights: Weights = registry.WEIGHTS,
    threads: Threads = 1,
) -> None:
    """Train whatever is missing or below its target, best gain first, until the time is spent.

    What is not finished goes on with the next such command from its last whole epoch.
    """
    place = device_of(device)
    deadline = time.monotonic() + seconds_of(budget)
    torch.set_num_threads(threads)
    plan = schedule.plan(weights, place)
    for task in plan:
        typer.echo(f"{task.recipe.variant}: {task.reason}")
    if not plan:
        typer.echo(
            "nothing to train: every network has reached its target, or was trained by the recipe that is there now"
        )
    missed = []
    for task in plan:
        if time.monotonic() > deadline:
            typer.echo(f"the time is spent; left for another run: {task.recipe.variant}")
            continue
        try:
            try:
                run(task.recipe, place, None, weights, deadline=deadline)
            except loop.CheckpointMismatch:
                typer.echo(f"{task.recipe.variant}: what was begun is of another recipe; it is begun anew")
                run(task.recipe, place, None, weights, deadline=deadline, resume=False)
        except loop.OutOfTime as out:
            typer.echo(f"{out}; the next run goes on from there")
        except (PackNotFound, DataError, OSError, RuntimeError) as error:  # the other networks can still be trained
            missed.append(f"{task.recipe.variant}: {error}")
    if missed:
        fail("; ".join(missed))


@app.command()
def evaluate(variant: Name, data: Data = None, weights: Weights = registry.WEIGHTS) -> None:
    """Measure a variant's weights on all test data and write the metrics into its card."""
    recipe = recipe_of(variant, "cuda")
    with clear_errors():
        measure(recipe, problems.load(recipe.problem)(data), weights)


def run(
    recipe: Recipe,
    device: str,
    data: Path | None,
    weights: Path,
    *,
    validate: bool = False,
    resume: bool = True,
    deadline: float = math.inf,
) -> None:
    """Train, write and measure one variant, with a progress bar."""
    problem = problems.load(recipe.problem)(data, validate)
    checkpoint = ROOT / "build" / "training" / (recipe.variant + "-validate" * validate) / "checkpoint.pt"
    if not resume:
        checkpoint.unlink(missing_ok=True)
    torch.manual_seed(recipe.seed)
    network = registry.build(recipe.variant, weights=False).to(device)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        bar = progress.add_task(recipe.variant, total=None)

        def report(name: str, done: int, total: int, loss: float) -> None:
            text = name if math.isnan(loss) else f"{name}, loss {loss:.4f}"
            progress.update(bar, description=text, completed=done, total=total)

        seconds = loop.train(network, recipe, problem, checkpoint=checkpoint, report=report, deadline=deadline)
    if validate:
        typer.echo(json.dumps(problem.measure(network)))
        return
    file = weights / f"{recipe.variant}.safetensors"
    cards.save_weights(network, file)
    cards.write(cards.make(recipe, seconds, device, problem.pack, problem.counts, file), file)
    measure(recipe, problem, weights)
    checkpoint.unlink(missing_ok=True)  # whoever trains once more wants another result


def measure(recipe: Recipe, problem: Problem, weights: Path) -> None:
    """The metrics of the weights as they lie in their file, into their card."""
    file = weights / f"{recipe.variant}.safetensors"
    network = registry.build(recipe.variant, weights=False)
    registry.load(network, file)
    card = cards.of(file)
    card["metrics"] = problem.measure(network.eval())
    place = cards.write(card, file)
    target = recipe.target
    value = card["metrics"][target.metric]
    verdict = "reached" if target.reached(value) else "missed"
    typer.echo(
        f"{recipe.variant}: {target.metric} {value:.4g}, target {target.bound:.4g} {verdict}; written to {place}"
    )


@contextmanager
def clear_errors() -> Iterator[None]:
    """One line and a non-zero exit for what a person can mend."""
    try:
        yield
    except (PackNotFound, DataError, loop.CheckpointMismatch, cards.WrongCard, WeightsError, OSError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("interrupted; the same command goes on from the last whole epoch")


def recipe_of(variant: str, device: str) -> Recipe:
    try:
        recipe = choose(variant, device)
    except KeyError as error:
        fail(error.args[0])
    if recipe is None:
        fail(f"{variant} takes too long on a CPU; train it where there is CUDA")
    return recipe


def device_of(name: str) -> str:
    if name not in ("auto", "cpu", "cuda"):
        fail(f"unknown device {name!r}; known: auto, cpu, cuda")
    if name == "cuda" and not torch.cuda.is_available():
        fail("no CUDA device here; leave --device out to train on the CPU")
    return ("cuda" if torch.cuda.is_available() else "cpu") if name == "auto" else name


def seconds_of(budget: str) -> float:
    """ "25m" -> 1500.0"""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", budget)
    if not found:
        fail(f"budget {budget!r} is not understood; write a number and a unit: 90s, 25m or 8h")
    return float(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


def fail(message: str) -> NoReturn:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="python -m models.training")
