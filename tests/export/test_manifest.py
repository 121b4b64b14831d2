"""The manifest: what the browser is told."""

import base64
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from torch import nn

from export import verify
from export.manifest import Manifest, dump, every
from models import data, registry
from papers.schema import DRAWING, load_paper, load_samples


def test_the_file_is_what_its_name_says(slug: str, variant: str, facts: Manifest, graph_file: bytes) -> None:
    digest = hashlib.sha256(graph_file).hexdigest()
    assert facts.model.sha256 == digest and facts.model.bytes == len(graph_file)
    assert facts.model.file == f"{variant}.{digest[:8]}.onnx"


def test_content_is_written_the_same_way_again(slug: str, variant: str, facts: Manifest, files) -> None:
    content = files(slug, variant)[f"{variant}.json"]
    assert facts.content() == content
    assert dump(json.loads(content)) == content


def test_counts_are_those_of_the_network_and_of_the_table(
    slug, variant, facts: Manifest, files, network: nn.Module
) -> None:
    table = json.loads(files(slug, variant)[f"{variant}.layers.json"])
    assert facts.parameters == sum(p.numel() for p in network.parameters() if p.requires_grad)
    for key in ("parameters", "macs"):
        assert getattr(facts, key) == table["totals"][key] == sum(layer[key] for layer in table["layers"])
    nodes = {"input"} | {layer["node"] for layer in table["layers"]}
    assert {tap.node for tap in facts.taps} <= nodes
    assert {node for edge in table["edges"] for node in edge} == nodes


def test_names_and_shapes_are_the_graphs(slug: str, variant: str, facts: Manifest, graph_file: bytes) -> None:
    session = verify.session(graph_file)
    assert {each.name: each.shape for each in session.get_outputs()} == {
        each.name: each.shape for each in [*facts.outputs, *facts.taps]
    }
    types = {"uint8": "tensor(uint8)", "float32": "tensor(float)"}
    assert [(given.name, given.shape, given.type) for given in session.get_inputs()] == [
        (given.name, given.shape, types[given.type]) for given in facts.inputs
    ]


def test_differences_are_within_the_tolerances(slug: str, variant: str, facts: Manifest) -> None:
    assert set(facts.verified.difference) == set(facts.tolerance) == {output.name for output in facts.outputs}
    assert all(facts.verified.difference[name] <= limit for name, limit in facts.tolerance.items())
    assert facts.verified.runtime.startswith("ONNX Runtime ")


def test_samples_are_complete(slug: str, variant: str, facts: Manifest, files) -> None:
    bundled = ("drawn", "scikit-image", "scikit-learn")
    assert len([sample for sample in facts.samples if sample.source in bundled]) >= 4  # these need no data pack
    assert len({sample.id for sample in facts.samples}) == len(facts.samples)
    made = files(slug, variant)
    for sample in facts.samples:
        for given in facts.inputs:
            if given.control:
                assert [len(given.control.default)] == given.shape
                if given.name not in sample.inputs:
                    continue
            data = sample.inputs[given.name]
            content = made[data.file] if data.file else base64.b64decode(data.base64 or "")
            assert len(content) == np.prod(given.shape) * np.dtype(given.type).itemsize
        counts = {output.name: int(np.prod(output.shape)) for output in facts.outputs}
        kept = {name: len(range(0, count, every(count))) for name, count in counts.items()}
        assert {name: len(values) for name, values in sample.outputs.items()} == kept
        assert all(kept[name] == count if count <= 256 else kept[name] <= 64 for name, count in counts.items())
        assert {sample.image, *sample.pictures.values()} <= set(made)


def test_drawn_digits_are_those_of_the_folder(facts: Manifest, slug: str, variant: str) -> None:
    if facts.task in DRAWING:
        drawn = [sample for sample in facts.samples if sample.source == "drawn"]
        assert [sample.id for sample in drawn] == [sample.id for sample in load_samples(slug)]


def test_digits_of_mnist_are_marked_as_such(slug: str, variant: str, facts: Manifest) -> None:
    if facts.task not in DRAWING:
        return
    try:
        pack = data.mnist()
    except data.PackNotFound:
        pytest.skip("data pack mnist not found")
    digits = [sample for sample in facts.samples if sample.source == "mnist"]
    assert [sample.label for sample in digits] == [str(digit) for digit in range(10)]
    for sample in digits:
        assert [part.text.en for part in sample.credit] == ["MNIST", "LeCun & Cortes"] and not sample.extra
        place = int(sample.title.en.split("digit ")[1].split(" ")[0]) - 1
        assert pack.test_images[place].tobytes() == base64.b64decode(sample.inputs["pixels"].base64 or "")
        assert str(pack.test_labels[place]) == sample.label


def test_without_the_pack_the_drawn_samples_remain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from export.tasks import draw, load

    monkeypatch.setattr(data, "places", lambda pack: [tmp_path / pack])
    draw.digits.cache_clear()
    samples = load("draw").samples(registry.build("lenet5"), "lenet")
    draw.digits.cache_clear()
    assert {sample.source for sample in samples} == {"drawn"} and len(samples) >= 24


def test_pictures_can_be_seen(slug: str, variant: str, facts: Manifest, files) -> None:
    for sample in facts.samples:
        with Image.open(io.BytesIO(files(slug, variant)[sample.image])) as picture:
            values = np.asarray(picture)
        assert values.max() > 190 and values.min() < 100, "something light and something dark"


def test_siblings_are_the_papers_variants(slug: str, variant: str, facts: Manifest) -> None:
    listed = load_paper(slug).need_review().choices()
    assert [(each.variant, each.src) for each in facts.siblings] == [
        (each.name, f"{each.name}.json") for each in listed
    ]
    assert facts.title in [each.title for each in load_paper(slug).need_review().variants]


def test_prototypes_are_bitmaps(slug: str, variant: str, facts: Manifest) -> None:
    if facts.task != "draw":
        return
    scores = next(output for output in facts.outputs if output.name == "scores")
    assert ("prototypes" in facts.extra) == (scores.better == "low") == ("rubbish" in facts.tolerance)
    if facts.extra:
        prototypes = facts.extra["prototypes"]
        assert len(prototypes["values"]) == np.prod(prototypes["shape"]) and set(prototypes["values"]) == {-1, 1}
        code = next(tap for tap in facts.taps if tap.name == facts.extra["code_tap"])
        assert np.prod(code.shape) == np.prod(prototypes["shape"][1:])


@pytest.mark.parametrize("key", ["model", "samples", "siblings", "taps", "tolerance"])
def test_a_key_too_few_or_too_many_is_an_error(key: str, files) -> None:
    whole = json.loads(files("lenet", "lenet5")["lenet5.json"])
    with pytest.raises(ValidationError, match=key):
        Manifest.model_validate({name: value for name, value in whole.items() if name != key})
    with pytest.raises(ValidationError, match="colour"):
        Manifest.model_validate(whole | {"colour": "red"})
