"""The one training loop: stages of epochs, a checkpoint after each, the same weights for the same seed on the CPU."""

import io
import math
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from models import atomic
from models.training import Network
from models.training.problems import Problem
from models.training.recipes import Recipe, Stage

Report = Callable[[str, int, int, float], None]  # (what is being done, steps done, steps in all, mean loss so far)


class CheckpointMismatch(RuntimeError):
    """The checkpoint belongs to another recipe."""


class OutOfTime(RuntimeError):
    """The deadline came before the last epoch; the checkpoint holds what was reached."""


def train(
    network: Network,
    recipe: Recipe,
    problem: Problem,
    *,
    checkpoint: Path | None = None,
    report: Report = lambda *_: None,
    deadline: float = math.inf,
) -> float:
    """Train the network by its recipe on the problem's examples; returns the seconds spent.

    Everything random follows from the seed, the stage and the epoch, so that a run that is interrupted and resumed from
    `checkpoint` ends with the same bits as one that was not. No epoch begins after `deadline`, in seconds of
    `time.monotonic()`. Raises CheckpointMismatch, or OutOfTime.
    """
    device = device_of(network)
    network.to(memory_format=torch.channels_last)
    stage_now, epoch_now, seconds, optimiser_state = 0, 0, 0.0, None
    if checkpoint and checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=device)
        if saved["recipe"] != asdict(recipe):
            raise CheckpointMismatch(f"{checkpoint} was written by another recipe; start again with --fresh")
        network.load_state_dict(saved["network"])
        stage_now, epoch_now, seconds = saved["stage"], saved["epoch"], saved["seconds"]
        optimiser_state = saved["optimiser"]

    for number, stage in enumerate(recipe.stages[stage_now:], stage_now):
        started = time.perf_counter()
        if epoch_now == stage.epochs:  # the last thing that was done before an interruption
            epoch_now, optimiser_state = 0, None
            continue
        block = network.get_submodule(stage.block)
        optimiser = optimise(block, recipe, stage)
        if optimiser_state:
            optimiser.load_state_dict(optimiser_state)
        begin(problem, network, recipe, number, report)
        for epoch in range(epoch_now, stage.epochs):
            if time.monotonic() > deadline:
                raise OutOfTime(f"{recipe.variant}: stopped before epoch {epoch + 1} of {stage.epochs}")
            name = f"{stage.block or recipe.variant}, epoch {epoch + 1} of {stage.epochs}"
            run_epoch(block, optimiser, recipe, number, epoch, problem, name, report)
            now = time.perf_counter()
            seconds, started = seconds + now - started, now
            if checkpoint:
                state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "recipe": asdict(recipe)}
                save(state | {"stage": number, "epoch": epoch + 1, "seconds": seconds}, checkpoint)
        epoch_now, optimiser_state = 0, None
    problem.end(network.eval())
    return seconds


def optimise(block: Network, recipe: Recipe, stage: Stage) -> torch.optim.Optimizer:
    """The recipe's optimiser for the parameters of a block."""
    if recipe.optimiser == "SGD":
        return torch.optim.SGD(block.parameters(), lr=stage.rate, momentum=0.9, nesterov=True, weight_decay=stage.decay)
    return torch.optim.AdamW(block.parameters(), lr=stage.rate, weight_decay=stage.decay)


def begin(problem: Problem, network: Network, recipe: Recipe, number: int, report: Report) -> None:
    """Let the problem make ready for a stage, and tell how far it is."""
    stage = recipe.stages[number]
    done = 0

    def tick(found: int) -> None:
        nonlocal done
        done += found
        report(f"{stage.block}, {stage.patterns} patterns", done, stage.count or 0, math.nan)

    problem.begin(stage, network, seeded(recipe, number, 0), tick)


def run_epoch(
    block: Network,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    number: int,
    epoch: int,
    problem: Problem,
    name: str,
    report: Report,
) -> None:
    """One pass over all examples in a random order."""
    stage, device, generator = recipe.stages[number], device_of(block), seeded(recipe, number, epoch + 1)
    torch.manual_seed(generator.initial_seed())  # dropout draws from the generator of all
    block.train()
    order = torch.randperm(len(problem), generator=generator)
    steps = math.ceil(len(order) / stage.batch)
    total = torch.zeros((), device=device)
    for step, chosen in enumerate(order.split(stage.batch)):
        for group in optimiser.param_groups:
            group["lr"] = stage.rate * one_cycle((epoch + step / steps) / stage.epochs)
        batch = problem.batch(chosen, stage, generator, device)
        with torch.autocast(device.type, torch.bfloat16, enabled=recipe.precision == "bfloat16"):
            loss = problem.loss(block, batch)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.detach()
        if step % 20 == 0 or step + 1 == steps:
            report(name, step + 1, steps, total.item() / (step + 1))


def one_cycle(progress: float) -> float:
    """Factor of the learning rate: a fifth of the way up in a line, then down to zero along a cosine."""
    return progress / 0.2 if progress < 0.2 else (1 + math.cos(math.pi * (progress - 0.2) / 0.8)) / 2


def seeded(recipe: Recipe, stage: int, epoch: int) -> torch.Generator:
    """A generator of its own for each stage and epoch (epoch 0: the choice of patterns), always on the CPU."""
    return torch.Generator().manual_seed((recipe.seed * 100 + stage) * 10_000 + epoch)


def device_of(network: Network) -> torch.device:
    return next(iter(network.parameters())).device


def save(state: dict[str, object], file: Path) -> None:
    """Write a checkpoint whole or not at all."""
    content = io.BytesIO()
    torch.save(state, content)
    atomic.write(file, content.getvalue())
