"""What is worth training next."""

from dataclasses import dataclass
from pathlib import Path

from models.training import cards
from models.training.recipes import VARIANTS, Recipe, choose


@dataclass(frozen=True)
class Task:
    """A variant that needs training, and why."""

    recipe: Recipe
    gain: float  # 1 for weights where there are none, else the shortfall from the target as a fraction of it
    reason: str


def plan(weights: Path, device: str) -> list[Task]:
    """The variants that are missing or below target and can be trained on the device, most gain a minute first.

    Weights that missed their target by the recipe of today would only come out again: they wait for a better recipe.
    """
    recipes = [recipe for variant in VARIANTS if (recipe := choose(variant, device))]
    tasks = [task for recipe in recipes if (task := _need(recipe, weights))]
    return sorted(tasks, key=lambda task: task.gain / task.recipe.minutes, reverse=True)


def _need(recipe: Recipe, weights: Path) -> Task | None:
    file = weights / f"{recipe.variant}.safetensors"
    if not file.is_file() or not file.with_suffix(".json").is_file():
        return Task(recipe, 1.0, "no weights yet")
    try:
        card = cards.of(file)
    except cards.WrongCard as wrong:
        return Task(recipe, 1.0, str(wrong).partition(";")[0])
    value = card["metrics"].get(recipe.target.metric)
    if value is None:
        return Task(recipe, 1.0, f"never measured: {recipe.target.metric}")
    shortfall = recipe.target.shortfall(value)
    if not shortfall or (card["recipe"], card["seed"]) == (cards.facts(recipe), recipe.seed):
        return None
    return Task(recipe, min(shortfall, 1.0), f"{recipe.target.metric} is {value:.4g}, target {recipe.target.bound:.4g}")
