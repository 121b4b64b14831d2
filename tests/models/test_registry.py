"""The registry, the committed weights and their cards."""

import hashlib

import pytest
import torch
from safetensors.torch import load_file
from torch.utils.flop_counter import FlopCounterMode

from models import registry
from models.data import PackNotFound
from models.training import cards, problems
from models.training.recipes import LONG, RECIPES, VARIANTS, choose, shortened

REGISTERED = [variant.name for variant in registry.variants()]
TRAINED = [name for name in VARIANTS if registry.card(name)]
CARD = {
    "variant", "slug", "data", "recipe", "seed", "trained_on", "torch", "epochs", "seconds", "metrics",
    "weights_sha256",
}  # fmt: skip


def test_duplicates_raise() -> None:
    with pytest.raises(ValueError, match="'lenet5' is registered twice"):
        registry.register("other", "lenet5", where="nowhere")(torch.nn.Identity)
    assert registry.find("lenet5").slug == "lenet"


def test_unknown_variant_lists_the_known() -> None:
    with pytest.raises(KeyError, match=r"unknown variant 'lenet6'; known: .*lenet5"):
        registry.build("lenet6")


def test_default_variant_comes_first() -> None:
    assert [variant.name for variant in registry.variants("lenet")] == ["lenet5", "lenet1", "lenet4", "lenet4-boosted"]


def test_missing_weights_name_the_command(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    with pytest.raises(FileNotFoundError, match="make train VARIANT=lenet5"):
        registry.build("lenet5")
    assert registry.card("lenet5") is None


def close(count: int, published: int | str) -> bool:
    """Equal to a number, or less than one in the last place away from a text: papers round or cut off ("3.8G")."""
    if isinstance(published, int):
        return count == published
    digits, unit = published[:-1], {"k": 1e3, "M": 1e6, "G": 1e9}[published[-1]]
    last = 10 ** -len(digits.partition(".")[2])
    return abs(count / unit - float(digits)) < last


@pytest.mark.parametrize("variant", registry.variants(), ids=REGISTERED)
def test_published_parameters(variant: registry.Variant) -> None:
    with torch.device("meta"):
        network = variant.builder()
    count = sum(p.numel() for p in network.parameters() if p.requires_grad)
    assert variant.parameters is None or close(count, variant.parameters), count
    assert variant.where


@pytest.mark.parametrize("variant", [variant for variant in registry.variants() if variant.macs], ids=lambda v: v.name)
def test_published_multiply_adds(variant: registry.Variant) -> None:
    with torch.device("meta"):
        network, example = variant.builder().eval(), torch.empty(1, *variant.input)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network(example)
    assert close(counter.get_total_flops() // 2, variant.macs), counter.get_total_flops()


@pytest.mark.parametrize("name", TRAINED)
def test_card_belongs_to_the_weights(name: str) -> None:
    card, file = registry.card(name), registry.WEIGHTS / f"{name}.safetensors"
    assert card is not None and set(card) == CARD
    assert card["variant"] == name and card["slug"] == registry.find(name).slug
    assert card["weights_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert {tensor.dtype for tensor in load_file(file).values()} <= {torch.float16, torch.int64}


@pytest.mark.parametrize("name", TRAINED)
def test_card_tells_a_recipe_in_use(name: str) -> None:
    """As it is, or shortened for a lack of time; in float32 where bfloat16 would have been emulated."""
    card = registry.card(name)
    assert card is not None
    told, known = card["recipe"], [recipes[name] for recipes in (RECIPES, LONG) if name in recipes]
    assert told["precision"] in {"float32", *(recipe.precision for recipe in known)}
    epochs = told["stages"][0]["epochs"]
    known += [shortened(recipe, epochs) for recipe in known if epochs < recipe.stages[0].epochs]
    assert told in [cards.facts(each) | {"precision": told["precision"]} for each in known if each.seed == card["seed"]]
    assert card["epochs"] == sum(stage["epochs"] for stage in told["stages"])


@pytest.mark.parametrize("name", TRAINED)
def test_metrics_come_out_again(name: str) -> None:
    """Measured anew: within what another machine's order of adding may change."""
    recipe, card = choose(name, "cuda"), registry.card(name)
    assert recipe and card
    problem = problems.load(recipe.problem)
    try:
        measured = problem().measure(registry.build(name))
    except PackNotFound:
        pytest.skip(f"data pack {problem.pack} not found")
    assert measured.keys() == card["metrics"].keys()
    metric = recipe.target.metric
    assert measured[metric] == pytest.approx(card["metrics"][metric], abs=problem.fence)


def test_weights_as_bytes_are_deterministic(tmp_path) -> None:
    network = registry.build("lenet1", weights=False)
    cards.save_weights(network, tmp_path / "a.safetensors")
    cards.save_weights(network, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_lenet5_takes_no_ink_and_a_cross_for_rubbish() -> None:
    network = registry.build("lenet5")
    pixels = torch.zeros(2, 28, 28, 1)
    for row in range(5, 23):
        for column in (row, 27 - row):
            pixels[1, row, column - 1 : column + 2] = 255.0
    with torch.no_grad():
        scores = network(network.prepare(pixels))
    assert (network.rubbish(scores) > 0.9).all()
