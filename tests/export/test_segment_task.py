"""The demo of networks that segment micrographs: drawings, whole pictures from tiles, what is said of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from skimage.measure import label

from export import microscopy, tasks
from export.drawings.microscopy import DRAWINGS
from models import data, registry
from models.data.microscopy import counted
from models.tiling import tiles, window
from models.unet import LEVELS
from papers.schema import LANGUAGES, Text

FIXTURES = Path(__file__).parents[1] / "fixtures" / "segment.json"


@pytest.fixture
def segment() -> tasks.Task:
    return tasks.load("segment")


@pytest.fixture(params=["unet-em", "unet-nuclei"], scope="module")
def unet(request: pytest.FixtureRequest) -> Any:
    return registry.build(request.param)


def drawn(segment: tasks.Task, network: Any) -> list[tasks.Sample]:
    return [sample for sample in segment.samples(network, "unet") if sample.source == "drawn"]


def test_fixtures_are_up_to_date() -> None:
    remedy = "refresh with: python -m export.microscopy tests/fixtures/segment.json"
    assert FIXTURES.read_text(encoding="utf-8") == microscopy.fixtures(), remedy
    assert FIXTURES.stat().st_size < 60_000


@pytest.mark.parametrize("kind", DRAWINGS)
def test_drawings(kind: str) -> None:
    """The same for the same seed; a piece of a larger one; its objects have another grey than the rest."""
    pixels, objects = DRAWINGS[kind](7, 90, 120)
    again, other, larger = (DRAWINGS[kind](seed, 90, width) for seed, width in ((7, 120), (8, 120), (7, 150)))
    assert pixels.shape == objects.shape == (90, 120) and pixels.dtype == np.uint8
    np.testing.assert_array_equal(pixels, again.pixels)
    np.testing.assert_array_equal(pixels, larger.pixels[:, :120])
    assert (pixels != other.pixels).mean() > 0.5
    assert counted(objects) > 5 and objects.min() == 0
    inside, outside = pixels[objects > 0].mean(), pixels[objects == 0].mean()
    assert (outside - inside if kind == "stained" else inside - outside) > 40


def test_a_sample_is_the_first_tile_of_its_picture(segment: tasks.Task, unet: Any) -> None:
    for sample in drawn(segment, unet):
        whole = segment.pictures(unet, sample)["whole"]
        first = next(tiles(*whole.shape, unet.plan))
        (tile,) = sample.feeds["pixels"]
        if not segment.extra(unet)["stretched"]:
            np.testing.assert_array_equal(tile, window(torch.from_numpy(whole)[..., None], first, unet.plan))
        assert tile.shape == (unet.plan.tile, unet.plan.tile, 1)


def test_pictures_decide_as_the_network_does(segment: tasks.Task, unet: Any) -> None:
    """A level of the map's picture tells, for every threshold in hundredths, on which side a pixel is."""
    sample = drawn(segment, unet)[1]
    pictures = segment.pictures(unet, sample)
    whole, threshold = pictures["whole"], segment.extra(unet)["threshold"]
    hundredths = np.floor(pictures["probability"] / 2.55 + 0.5)
    truth = pictures["truth"] > 0
    assert whole.shape == truth.shape == hundredths.shape and hundredths.max() <= 100
    mask = (hundredths - 0.5) / 100 > threshold
    answer = segment.answer_to(unet, sample, {})
    assert answer.text.en.split()[0] == str(counted(label(mask, connectivity=1)))
    if sample.extra["kind"] == unet.classes:
        assert f"really {sample.extra['count']}; {100 * (mask != truth).mean():.1f}" in answer.detail.en


def test_nothing_is_compared_with_a_truth_of_another_kind(segment: tasks.Task, unet: Any) -> None:
    for sample in drawn(segment, unet):
        said = segment.answer_to(unet, sample, {}).detail
        assert ("really" in said.en) == ("实有" in said.zh) == (sample.extra["kind"] == unet.classes)


def test_the_graph_cuts_connections(segment: tasks.Task, unet: Any) -> None:
    graph: Any = segment.graph(unet, [])
    pixels = torch.from_numpy(drawn(segment, unet)[0].feeds["pixels"])
    with torch.no_grad():
        whole = graph(pixels, torch.ones(LEVELS))["probability"]
        torch.testing.assert_close(whole, unet.probabilities(unet(unet.prepare(pixels)))[:, 1])
        for level in range(LEVELS):
            cut = graph(pixels, (torch.arange(LEVELS) != level).float())["probability"]
            assert (cut - whole).abs().max() > 1e-3, f"level {level + 1}"


def test_answers_of_either_language(segment: tasks.Task, unet: Any) -> None:
    probability = np.zeros((1, 20, 30), np.float32)
    probability[0, 2:6, 3:8] = probability[0, 10:14, 3:8] = 0.99
    probability[0, 18, 20] = 0.99  # too small to count
    answer = segment.answer(unet, {"probability": probability})
    noun = {"membranes": ("cells", "细胞"), "nuclei": ("nuclei", "细胞核")}[unet.classes]
    assert answer.text == Text(en=f"2 {noun[0]}", zh=f"2 个{noun[1]}")
    assert all("7" in answer.detail[language] for language in LANGUAGES)


def test_without_packs_the_drawn_samples_remain(
    segment: tasks.Task, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from export.tasks import segment as module

    monkeypatch.setattr(data, "places", lambda pack: [tmp_path / pack])
    module._nuclei.cache_clear()
    sources = {sample.source for sample in segment.samples(registry.build("unet-em"), "unet")}
    module._nuclei.cache_clear()
    assert sources == {"drawn", "scikit-image"}


def test_no_electron_micrograph_of_the_challenge_is_published(segment: tasks.Task) -> None:
    """Its terms allow testing software with it, and no more."""
    samples = segment.samples(registry.build("unet-em"), "unet")
    assert {sample.source for sample in samples} <= {"drawn", "dsb2018", "scikit-image"}
