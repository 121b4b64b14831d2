"""Resizing, centring, rasterising."""

from pathlib import Path

import numpy as np
import pytest

from export import pixels

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pixels.json"
RANDOM = np.random.default_rng(3)


def test_fixtures_are_up_to_date() -> None:
    assert FIXTURES.read_text(encoding="utf-8") == pixels.fixtures(), (
        "refresh with: python -m export.pixels tests/fixtures/pixels.json"
    )
    assert FIXTURES.stat().st_size < 60_000


def test_same_size_changes_nothing() -> None:
    array = RANDOM.random((7, 5))
    np.testing.assert_allclose(pixels.resize(array, 7, 5), array, atol=1e-15)


@pytest.mark.parametrize("size", [(1, 1), (3, 20), (13, 2), (40, 40)])
def test_a_constant_stays_constant(size: tuple[int, int]) -> None:
    np.testing.assert_allclose(pixels.resize(np.full((11, 6), 7.0), *size), 7)


def test_halving_an_inner_point_keeps_its_energy() -> None:
    array = np.zeros((16, 16))
    array[8, 8] = 4
    assert pixels.resize(array, 8, 8).sum() == pytest.approx(1)


def test_colours_are_resized_one_by_one() -> None:
    array = RANDOM.random((6, 8, 3))
    each = np.stack([pixels.resize(array[..., channel], 3, 5) for channel in range(3)], -1)
    np.testing.assert_allclose(pixels.resize(array, 3, 5), each)


@pytest.mark.parametrize("place", [(0.3, 0.3), (0.5, 0.5), (0.72, 0.6)])
@pytest.mark.parametrize("scale", [0.05, 0.2, 0.27])
def test_ink_is_centred_wherever_and_however_large(place: tuple[float, float], scale: float) -> None:
    strokes = [[(place[0] + scale * x, place[1] + scale * y) for x, y in [(-1, -1), (0.6, -1), (-0.2, 1)]]]
    picture = pixels.centre_ink(pixels.rasterise(strokes, 0.25 * scale))
    rows, columns = np.indices(picture.shape)
    for axis in (rows, columns):
        assert abs((picture * axis).sum() / picture.sum() - 13.5) <= 0.51
    box = np.argwhere(picture)
    assert 18 <= max(box.max(0) - box.min(0)) + 1 <= 20
    assert picture.max() > 200


def test_no_ink_gives_nothing() -> None:
    assert not pixels.centre_ink(np.zeros((40, 30))).any()


@pytest.mark.parametrize(("drawn", "seen"), [(0.02, 0.4), (0.5, 0.5), (0.8, 0.8), (0.97, 0.84)])
def test_ink_is_placed_in_the_middle_and_keeps_a_usual_size(drawn: float, seen: float) -> None:
    strokes = [[(0.01, 0.01), (0.01, 0.01 + drawn - 0.01)]]
    box = np.argwhere(pixels.place_ink(pixels.rasterise(strokes, 0.01), 105))
    assert max(box.max(0) - box.min(0)) + 1 == pytest.approx(105 * seen, abs=1)
    assert np.abs(box.max(0) + box.min(0) - 104).max() <= 1
    assert not pixels.place_ink(np.zeros((20, 30)), 105).any()


def test_the_middle_of_a_picture_has_the_form_that_is_asked_for() -> None:
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:, 10:20] = 200
    assert (pixels.fit(picture, 10, 5) == 200).all()
    np.testing.assert_array_equal(pixels.fit(picture, 7), pixels.fit(picture, 7, 7))


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (300, 2)])
def test_thinnest_ink_survives(shape: tuple[int, int]) -> None:
    picture = pixels.centre_ink(np.full(shape, 255))
    assert picture.shape == (28, 28) and picture.dtype == np.uint8 and picture.max() == 255


def test_a_stroke_is_as_wide_as_its_pen() -> None:
    line = pixels.rasterise([[(0.2, 0.5), (0.8, 0.5)]], 0.1, 100)
    assert line[:, 50].sum() / 255 == pytest.approx(10, abs=0.1)
    assert line[50].sum() / 255 == pytest.approx(60 + 10, abs=0.6), "round caps reach half a pen further"


def test_a_dot_is_a_disc() -> None:
    dot = pixels.rasterise([[(0.5, 0.5)]], 0.4, 100)
    assert dot.sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)
