"""What training leaves behind: the weights of a variant, and the card that says where they come from."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from models import atomic, registry
from models.training import Network
from models.training.recipes import Recipe

OPTIMISERS = {"AdamW": "AdamW", "SGD": "SGD, Nesterov momentum 0.9"}


class WrongCard(RuntimeError):
    """The card tells of other weights, or cannot be read."""


def save_weights(network: Network, file: Path) -> None:
    """The network's parameters as fp16 safetensors, the same bytes for the same weights."""
    tensors = {name: tensor.detach().cpu().half().contiguous() for name, tensor in network.state_dict().items()}
    atomic.write(file, save(tensors))


def make(
    recipe: Recipe, seconds: float, device: str, pack: str, counts: dict[str, int], weights: Path
) -> dict[str, Any]:
    """The card of freshly trained weights; their metrics are still to be measured."""
    return {
        "variant": recipe.variant,
        "slug": registry.find(recipe.variant).slug,
        "data": {"name": pack, **counts},
        "recipe": facts(recipe),
        "seed": recipe.seed,
        "trained_on": device,
        "torch": torch.__version__,
        "epochs": sum(stage.epochs for stage in recipe.stages),
        "seconds": round(seconds),
        "metrics": {},
        "weights_sha256": digest(weights),
    }


def facts(recipe: Recipe) -> dict[str, Any]:
    """What a card says of the recipe."""
    return {
        "optimiser": OPTIMISERS[recipe.optimiser],
        "schedule": "one-cycle: linear rise, cosine fall to zero",
        "precision": recipe.precision,
        "stages": [asdict(stage) for stage in recipe.stages],
    }


def of(weights: Path) -> dict[str, Any]:
    """The card beside the weights. Raises FileNotFoundError, or WrongCard that says what to do."""
    file = weights.with_suffix(".json")
    try:
        card: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        missing = {"weights_sha256", "recipe", "seed", "metrics"} - card.keys()
        wrong = f"lacks {', '.join(sorted(missing))}" if missing else ""
    except (ValueError, AttributeError) as error:
        wrong = f"cannot be read ({error})"
    if not wrong and card["weights_sha256"] != digest(weights):
        wrong = "is the card of other weights"
    if wrong:
        raise WrongCard(f"{file} {wrong}; train again: make train VARIANT={weights.stem}")
    return card


def digest(weights: Path) -> str:
    return hashlib.sha256(weights.read_bytes()).hexdigest()


def write(card: dict[str, Any], weights: Path) -> Path:
    """Put the card beside the weights; returns its file."""
    file = weights.with_suffix(".json")
    atomic.write(file, (json.dumps(card, indent=2, ensure_ascii=False) + "\n").encode())
    return file
