"""Pairs of pictures, drawn and from packs, and the task that compares them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from export import pairs, tasks
from export.drawings import characters, faces
from export.pixels import place_ink, rasterise
from models import data, registry

VARIANTS = {"characters": "siamese-omniglot", "faces": "siamese-orl"}


@pytest.fixture(params=VARIANTS)
def shows(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def without_packs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(data, "places", lambda pack: [tmp_path / pack])
    pairs.collection.cache_clear()
    yield
    pairs.collection.cache_clear()


def test_without_a_pack_there_are_a_dozen_pairs_and_a_dozen_in_the_gallery(without_packs, shows: str) -> None:
    found = pairs.collection(shows)
    assert len(found.pairs) >= 12 and len(found.gallery) == 12
    assert {pair.same for pair in found.pairs} >= {True, False}
    assert {view.source for view in found.gallery.values()} <= {"drawn", "scikit-image"}


def test_every_picture_has_its_shape_and_no_two_of_the_gallery_are_equal(shows: str) -> None:
    network, found = registry.build(VARIANTS[shows]), pairs.collection(shows)
    views = [*(view for pair in found.pairs for view in (pair.first, pair.second)), *found.gallery.values()]
    channels = {"characters": 1, "faces": 3}[shows]
    assert {view.pixels.shape for view in views} == {(1, network.height, network.width, channels)}
    assert {view.picture.shape[0] for view in views} == {pairs.THUMBNAIL}
    assert len({view.pixels.tobytes() for view in found.gallery.values()}) == 12


def test_faces_are_drawn_or_in_the_public_domain() -> None:
    found = pairs.collection("faces")
    views = [*(view for pair in found.pairs for view in (pair.first, pair.second)), *found.gallery.values()]
    assert {view.licence for view in views} == {pairs.DRAWN, "public domain, NASA"}


def test_pairs_of_omniglot_are_of_the_evaluation_set() -> None:
    try:
        _, evaluation = pairs.omniglot()
    except data.PackNotFound:
        pytest.skip("data pack omniglot not found")
    taken = [pair for pair in pairs.collection("characters").pairs if pair.first.source == "omniglot"]
    assert len(taken) == 4 and {pair.same for pair in taken} == {True, False}
    known = {drawing.tobytes() for drawing in evaluation.images.reshape(-1, 105 * 105)}
    assert all(view.pixels.tobytes() in known for pair in taken for view in (pair.first, pair.second))


@pytest.mark.parametrize("hand", [characters.UPRIGHT, characters.SLANTED, characters.ROUND, characters.TURNED])
def test_characters_are_as_large_and_as_heavy_as_those_of_omniglot(hand: characters.Hand) -> None:
    """Nine drawings in ten have a longer side of 42 to 88 pixels; the middle one has 7.7 per cent ink."""
    inks = [place_ink(rasterise(hand.write(each), hand.pen), 105) for each in characters.CHARACTERS.values()]
    for ink in inks:
        box = np.argwhere(ink)
        assert 42 <= (box.max(0) - box.min(0)).max() + 1 <= 89
    assert np.median([ink.mean() / 255 for ink in inks]) == pytest.approx(0.077, abs=0.03)


def test_a_hand_writes_the_same_again_and_another_hand_does_not() -> None:
    psi = characters.CHARACTERS["psi"]
    assert characters.ROUND.write(psi) == characters.ROUND.write(psi) != characters.SLANTED.write(psi)
    for strokes in map(characters.THICK.write, characters.CHARACTERS.values()):
        assert all(0 <= value <= 1 for stroke in strokes for point in stroke for value in point)


def test_a_portrait_changes_with_the_shot_and_with_the_person() -> None:
    ada, ben = faces.PEOPLE["ada"], faces.PEOPLE["ben"]
    plain = faces.portrait(ada)
    assert plain.shape == (256, faces.WIDTH, 3)
    np.testing.assert_array_equal(plain, faces.portrait(ada))
    shots = [faces.Shot(smile=1), faces.Shot(glasses=True), faces.Shot(hat=True), faces.Shot(light=0.9)]
    pictures = [plain, faces.portrait(ben), *(faces.portrait(ada, shot) for shot in shots)]
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_the_energies_are_the_network_s_own(shows: str) -> None:
    network, task = registry.build(VARIANTS[shows]), tasks.load("compare")
    graph, sample = task.graph(network, []), task.samples(network, "siamese")[1]
    first, second = (torch.from_numpy(sample.feeds[name]) for name in ("first", "second"))
    with torch.no_grad():
        found = graph(first, second)
        grey = [pixels.float() @ torch.tensor([[0.299], [0.587], [0.114]]) if shows == "faces" else pixels
                for pixels in (first, second)]  # fmt: skip
        assert found["energy"].item() == pytest.approx(network(*map(network.prepare, grey)).item(), abs=1e-4)
        swapped = graph(second, first)
    assert swapped["energy"].item() == pytest.approx(found["energy"].item(), abs=1e-4)
    gallery = found["gallery"]
    assert gallery.shape == (1, 12) and 0 <= gallery.min() <= gallery.max() <= network.highest


def test_a_picture_of_the_gallery_is_nowhere_from_itself(shows: str) -> None:
    network, task = registry.build(VARIANTS[shows]), tasks.load("compare")
    graph = task.graph(network, [])
    for place, view in enumerate(pairs.collection(shows).gallery.values()):
        pixels = torch.from_numpy(view.pixels)
        with torch.no_grad():
            found = graph(pixels, pixels)
        assert found["energy"].item() == found["gallery"][0, place].item() == pytest.approx(0, abs=1e-4)


def test_the_answer_is_said_in_both_languages(shows: str) -> None:
    network, task = registry.build(VARIANTS[shows]), tasks.load("compare")
    threshold = network.threshold.item()
    for energy, place in ((threshold - 0.1, 0), (threshold + 0.1, 1)):
        answer = task.answer(network, {"energy": np.array([[energy]])})
        assert (answer.text.en, answer.text.zh) == tuple(
            task.labels(network)[language][place] for language in ("en", "zh")
        )
        assert answer.detail.en == f"energy {energy:.1f}, threshold {threshold:.1f}"
        assert answer.detail.zh == f"能量 {energy:.1f}，阈值 {threshold:.1f}"


def test_the_gallery_s_files_are_what_the_network_is_given(shows: str) -> None:
    network, task = registry.build(VARIANTS[shows]), tasks.load("compare")
    files = task.gallery(network)
    assert [each["image"] for each in task.extra(network)["gallery"]] == list(files)
    for view, picture in zip(pairs.collection(shows).gallery.values(), files.values(), strict=True):
        np.testing.assert_array_equal(255 - picture[..., None] if shows == "characters" else picture, view.pixels[0])
