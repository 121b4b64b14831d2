"""How each variant is trained: data, not code. No choice here was made on test data."""

from dataclasses import dataclass, replace
from typing import Literal

import torch


@dataclass(frozen=True)
class Stage:
    """Training of the whole network, or of one block of it, on one source of patterns."""

    epochs: int
    block: str = ""  # the child that is trained, "" for the network itself
    patterns: str = "plain"  # how the problem varies its examples; each problem says what it knows
    count: int | None = None  # patterns to collect for a hard set
    batch: int = 64
    rate: float = 2e-3  # peak of the one-cycle schedule
    decay: float = 0.01  # weight decay


@dataclass(frozen=True)
class Target:
    """What the metric of the committed weights should reach."""

    metric: str
    bound: float
    better: Literal["low", "high"] = "low"

    def reached(self, value: float) -> bool:
        return value <= self.bound if self.better == "low" else value >= self.bound

    def shortfall(self, value: float) -> float:
        """How far a value is from the bound, as a fraction of it; 0 when it is reached."""
        return 0.0 if self.reached(value) else abs(value - self.bound) / abs(self.bound)


@dataclass(frozen=True)
class Recipe:
    """Everything that decides the weights, apart from code and versions. The last weights are kept: no early stop."""

    variant: str
    problem: str  # a module of models/training/problems
    seed: int
    stages: tuple[Stage, ...]
    target: Target
    minutes: float  # about how long it takes on one core
    optimiser: Literal["AdamW", "SGD"] = "AdamW"  # SGD: Nesterov momentum 0.9
    precision: Literal["float32", "bfloat16"] = "float32"  # of the arithmetic; the parameters are always float32


def _by_variant(*recipes: Recipe) -> dict[str, Recipe]:
    return {recipe.variant: recipe for recipe in recipes}


def choose(variant: str, device: str) -> Recipe | None:
    """The variant's recipe for "cpu" or "cuda"; None if there is none, or none that a CPU can finish.

    Without instructions for bfloat16 the arithmetic is float32: emulated, it would take twice the time of that.
    Raises KeyError that lists the known variants.
    """
    if variant not in VARIANTS:
        raise KeyError(f"unknown variant {variant!r}; known: {', '.join(VARIANTS)}")
    recipe = (LONG.get(variant) if device == "cuda" else None) or RECIPES.get(variant)
    emulated = device == "cpu" and not torch.cpu.get_capabilities().get("avx512_bf16")
    if recipe and recipe.precision == "bfloat16" and emulated:
        return replace(recipe, precision="float32")
    return recipe


def shortened(recipe: Recipe, epochs: int) -> Recipe:
    """The same with so many epochs in each stage, for whoever has less time."""
    return replace(recipe, stages=tuple(replace(stage, epochs=epochs) for stage in recipe.stages))


CIFAR = (Stage(epochs=30, batch=256, rate=0.4, decay=5e-4),)
BLOOD = (Stage(epochs=36, batch=4, rate=1e-3),)
THINGS = (Stage(epochs=30, batch=4, rate=1e-3),)
LONG_BLOOD = (Stage(epochs=150, batch=4, rate=1e-3),)
LONG_THINGS = (Stage(epochs=120, batch=8, rate=1.5e-3),)
ORL = (Stage(epochs=10, patterns="distorted", batch=32, rate=1e-3),)
OMNIGLOT = (Stage(epochs=50, patterns="sets", batch=64, rate=2e-3),)
LONG_CIFAR = (Stage(epochs=160, batch=128, rate=0.2, decay=5e-4),)
MEMBRANES = (Stage(epochs=45, batch=1),)
NUCLEI = (Stage(epochs=28, batch=4),)

# Distorted MNIST: a network with a transformer learns exactly as its twin without one does.
RTS = (Stage(epochs=30, batch=128, rate=3e-3),)
DISTORTED = (Stage(epochs=10, batch=128, rate=3e-3),)


def distorted(variant: str, bound: float, minutes: float) -> Recipe:
    """A network of "Spatial Transformer Networks"; its last word is the kind of distorted MNIST."""
    kind = variant.rpartition("-")[2]
    stages = RTS if kind == "rts" else DISTORTED
    return Recipe(variant, f"distorted_{kind}", 1, stages, Target("test_error", bound), minutes, precision="bfloat16")


# What two cores can do in a night.
RECIPES = _by_variant(
    Recipe("lenet5", "digits", 1, (Stage(epochs=25),), Target("test_error", 0.010), 5),
    Recipe("lenet1", "digits", 1, (Stage(epochs=40, batch=32, rate=1e-2, decay=0.0),), Target("test_error", 0.018), 5),
    Recipe("lenet4", "digits", 1, (Stage(epochs=30, rate=5e-3, decay=0.1),), Target("test_error", 0.012), 6),
    Recipe(
        "lenet4-boosted",
        "digits",
        1,
        (
            Stage(epochs=30, block="first", patterns="distorted", batch=128, rate=5e-3),
            Stage(epochs=25, block="second", patterns="filtered", count=40_000, batch=128, rate=5e-3),
            Stage(epochs=25, block="third", patterns="disputed", count=40_000, batch=128, rate=5e-3),
        ),
        Target("test_error", 0.0078),  # below LeNet-4's
        15,
    ),
    Recipe("resnet20", "photographs", 1, CIFAR, Target("test_error", 0.095), 60, "SGD", "bfloat16"),
    Recipe("plain20", "photographs", 1, CIFAR, Target("test_error", 0.105), 60, "SGD", "bfloat16"),
    Recipe("unet-em", "membranes", 1, MEMBRANES, Target("test_pixel_error", 0.08), 20, precision="bfloat16"),
    Recipe("unet-nuclei", "nuclei", 1, NUCLEI, Target("test_dice", 0.88, "high"), 60, precision="bfloat16"),
    Recipe("faster-rcnn-bccd", "blood", 1, BLOOD, Target("map50", 0.80, "high"), 20, "AdamW", "bfloat16"),
    Recipe("faster-rcnn-voc", "things", 1, THINGS, Target("map50", 0.10, "high"), 95, "AdamW", "bfloat16"),
    distorted("stn-affine-rts", 0.0115, 8),  # 30 % fewer errors than its twin below
    distorted("stn-plain-rts", 0.0165, 13),
    distorted("stn-projective-rts", 0.0115, 9),
    distorted("stn-tps-rts", 0.0115, 9),
    distorted("stn-fcn-affine-rts", 0.02, 3),
    distorted("stn-fcn-plain-rts", 0.08, 2),
    distorted("stn-affine-r", 0.02, 3.5),
    distorted("stn-plain-r", 0.03, 1.5),
    distorted("stn-projective-r", 0.02, 3.5),
    distorted("stn-tps-r", 0.02, 3.5),
    distorted("stn-affine-p", 0.04, 3.5),
    distorted("stn-plain-p", 0.06, 1.5),
    distorted("stn-projective-p", 0.04, 3.5),
    distorted("stn-tps-p", 0.04, 3.5),
    distorted("stn-affine-e", 0.02, 3.5),
    distorted("stn-plain-e", 0.03, 1.5),
    distorted("stn-projective-e", 0.02, 3.5),
    distorted("stn-tps-e", 0.02, 3.5),
    Recipe("siamese-orl", "orl", 1, ORL, Target("test_equal_error_rate", 0.08), 4),
    Recipe("siamese-omniglot", "omniglot", 1, OMNIGLOT, Target("test_accuracy", 0.90, "high"), 60),
)

# What is trained instead, or only, where there is CUDA.
LONG: dict[str, Recipe] = _by_variant(
    Recipe("resnet20", "photographs", 1, LONG_CIFAR, Target("test_error", 0.0875), 5, "SGD", "bfloat16"),
    Recipe("plain20", "photographs", 1, LONG_CIFAR, Target("test_error", 0.10), 5, "SGD", "bfloat16"),
    Recipe("resnet56", "photographs", 1, LONG_CIFAR, Target("test_error", 0.0697), 10, "SGD", "bfloat16"),
    Recipe("plain56", "photographs", 1, LONG_CIFAR, Target("test_error", 0.14), 10, "SGD", "bfloat16"),
    Recipe("faster-rcnn-bccd", "blood", 1, LONG_BLOOD, Target("map50", 0.85, "high"), 20, "AdamW", "bfloat16"),
    Recipe("faster-rcnn-voc", "things", 1, LONG_THINGS, Target("map50", 0.15, "high"), 40, "AdamW", "bfloat16"),
)

VARIANTS = tuple(dict.fromkeys([*RECIPES, *LONG]))
