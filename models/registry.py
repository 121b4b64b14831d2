"""The registry: from a paper's slug or a variant's name to the network, its weights and their card."""

import importlib
import json
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

import models

WEIGHTS = Path(__file__).parent / "weights"

_variants: dict[str, "Variant"] = {}


class WeightsError(RuntimeError):
    """A file of weights is damaged, or is not this network's."""


@dataclass(frozen=True)
class Variant:
    """One configuration of one paper's network."""

    name: str  # globally unique, also the name of the weight file
    slug: str  # the paper's folder in papers/
    builder: Callable[[], nn.Module]
    where: str  # where the paper describes it, such as "Section II.B"
    parameters: int | str | None  # as published: exact, rounded ("0.27M"), or added up from the layers the paper gives
    macs: str | None  # multiply-adds of one input as published ("3.8G")
    input: tuple[int, ...] | None  # shape of the prepared input for which `macs` holds, without the batch


def register(
    slug: str,
    variant: str,
    *,
    where: str,
    parameters: int | str | None = None,
    macs: str | None = None,
    input: tuple[int, ...] | None = None,
) -> Callable[[Callable[[], nn.Module]], Callable[[], nn.Module]]:
    """Decorate a zero-argument builder. Raises ValueError if the variant's name is taken."""

    def add(builder: Callable[[], nn.Module]) -> Callable[[], nn.Module]:
        if variant in _variants:
            raise ValueError(f"variant {variant!r} is registered twice: by {_variants[variant].slug!r} and by {slug!r}")
        _variants[variant] = Variant(variant, slug, builder, where, parameters, macs, input)
        return builder

    return add


def variants(slug: str | None = None) -> list[Variant]:
    """All variants in the order of registration, or those of one paper (its default first)."""
    for module in pkgutil.iter_modules(models.__path__, "models."):
        if not module.ispkg:
            importlib.import_module(module.name)
    return [variant for variant in _variants.values() if slug in (None, variant.slug)]


def find(variant: str) -> Variant:
    """The variant of that name. Raises KeyError that lists the known names."""
    known = {each.name: each for each in variants()}
    if variant not in known:
        raise KeyError(f"unknown variant {variant!r}; known: {', '.join(known)}")
    return known[variant]


def build(variant: str, weights: bool = True) -> nn.Module:
    """The network in evaluation mode, with its committed fp16 weights as fp32, or freshly initialised.

    Raises KeyError for an unknown variant, FileNotFoundError where no weights have been trained, and WeightsError.
    """
    network = find(variant).builder()
    if weights:
        load(network, WEIGHTS / f"{variant}.safetensors")
    return network.eval()


def load(network: nn.Module, file: Path) -> None:
    """Fill the network with the weights of one file. Raises FileNotFoundError or WeightsError, which say what to do."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not file.is_file():
        raise FileNotFoundError(f"no weights at {file}; train them with: make train VARIANT={file.stem}")
    try:
        network.load_state_dict({name: tensor.float() for name, tensor in load_file(file).items()})
    except (SafetensorError, RuntimeError) as error:
        problem = "is damaged" if isinstance(error, SafetensorError) else "does not fit the network"
        remedy = f"restore it, or train it again: make train VARIANT={file.stem}"
        raise WeightsError(f"{file} {problem} ({str(error).splitlines()[0]}); {remedy}") from error


def card(variant: str) -> dict[str, Any] | None:
    """What is known of the committed weights: data, recipe, seed, measured metrics; None without weights."""
    file = WEIGHTS / f"{variant}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
