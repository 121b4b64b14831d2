"""The pictures that the demos show without a data pack, and the canvas on which some are drawn."""

import socket
import subprocess
import sys
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from export.drawings import canvas as drawing
from export.drawings.canvas import SIDE, Canvas
from export.labels import LABELS
from export.pictures import DRAWINGS, MEDICAL, PHOTOGRAPHS, PICTURES, Picture
from export.stamp import ROOT

ALL = tuple(dict.fromkeys(picture for shown in (*PICTURES.values(), MEDICAL) for picture in shown))
CLASSES = LABELS["cifar10"]["en"]


def each(*pictures: Picture) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("picture", pictures, ids=[picture.id for picture in pictures])


@cache
def made(picture: Picture) -> drawing.Image:
    return picture.make()


def test_ids_are_unique() -> None:
    assert len({picture.id for picture in ALL}) == len(ALL)


@each(*ALL)
def test_what_is_said_of_it(picture: Picture) -> None:
    assert picture.id.replace("-", "").isalpha() and picture.id == picture.id.lower()
    assert picture.title.en.isascii() and any("\u4e00" <= letter <= "\u9fff" for letter in picture.title.zh)
    known = {name for labels in LABELS.values() for name in labels["en"]}
    assert set(picture.shows) <= known
    assert picture.source in ("drawn", "scikit-image", "scikit-learn")
    terms, _, author = picture.licence.partition(", ")
    assert terms in ("drawn for this site", "CC0", "CC BY 2.0", "public domain", "no known copyright restrictions")
    assert author


@each(*ALL)
def test_its_pixels(picture: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a picture asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    pixels = picture.make()
    assert pixels.dtype == np.uint8 and pixels.ndim == 3 and pixels.shape[2] == 3
    assert min(pixels.shape[:2]) >= 256 and max(pixels.shape[:2]) <= 1500
    assert np.ptp(pixels) > 50, "there is something to see"
    assert pixels.tobytes() == made(picture).tobytes()


def test_every_class_has_a_drawing_that_shows_nothing_else() -> None:
    assert [picture.shows for picture in DRAWINGS[: len(CLASSES)]] == [(name,) for name in CLASSES]
    assert all(made(picture).shape == (SIDE, SIDE, 3) for picture in DRAWINGS)


def test_no_two_drawings_have_the_same_grain() -> None:
    """Each has a seed of its own."""
    grains = [np.diff(made(picture)[:9, :9].astype(int), axis=1).tobytes() for picture in DRAWINGS]
    assert len(set(grains)) == len(DRAWINGS)


def test_another_process_draws_the_same() -> None:
    code = (
        "import hashlib; from export.pictures import DRAWINGS; "
        "print(*(hashlib.sha256(p.make().tobytes()).hexdigest() for p in DRAWINGS[:3]))"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True) for _ in range(2)]
    assert runs[0] == runs[1] and len(set(runs[0].split())) == 3


def test_the_whole_silhouette_is_in_the_middle_square() -> None:
    horse = made(next(picture for picture in PHOTOGRAPHS if picture.id == "horse-silhouette"))
    assert horse.shape[0] == horse.shape[1]
    assert set(np.unique(horse[[0, -1]])) == {255} and (horse < 20).mean() > 0.2


@pytest.mark.parametrize(
    ("mask", "area"),
    [
        (lambda: drawing.ellipse(50, 50, 20), np.pi * 20**2),
        (lambda: drawing.ellipse(40, 60, 30, 10, 25), np.pi * 30 * 10),
        (lambda: drawing.leaf(50, 50, 30, 12, 70), 8 / 3 * 30 * 12),
        (lambda: drawing.box(10, 20, 40, 30), 300),
        (lambda: drawing.polygon("10,10 90,10 10,90"), 3200),
        (lambda: drawing.stroke("20,50 80,50", 8), 60 * 8 + np.pi * 16),
        (lambda: drawing.stroke("10,40 50,40 90,40", 10, 2), 80 * 6 + np.pi / 2 * 26),
        (lambda: drawing.soft(drawing.box(30, 30, 60, 60), 3), 900),
    ],
)
def test_shapes_have_their_area(mask: Callable[[], drawing.Mask], area: float) -> None:
    found = mask()
    assert found.min() >= 0 and found.max() <= 1 + 1e-9
    assert found.sum() / SIDE**2 * 100**2 == pytest.approx(area, rel=0.03)


def test_edges_are_antialiased() -> None:
    levels = np.unique(drawing.ellipse(50, 50, 20))
    assert len(levels) == drawing.FINER**2 + 1


def test_a_turn_is_clockwise() -> None:
    rows, columns = np.indices((SIDE, SIDE))
    mask = drawing.ellipse(50, 50, 40, 4, 30)
    assert np.polyfit(columns.ravel(), rows.ravel(), 1, w=mask.ravel())[0] > 0.4, "y goes down"


def test_light_comes_from_above_and_the_left() -> None:
    canvas = Canvas(0, "#404040")
    canvas.paint(drawing.ellipse(50, 50, 30), "#808080", 5)
    row, column = canvas.pixels[:, SIDE // 2, 0], canvas.pixels[SIDE // 2, :, 0]
    near, far = round(0.24 * SIDE), round(0.76 * SIDE)
    assert row[near] > row[SIDE // 2] > row[far] and column[near] > column[SIDE // 2] > column[far]


def test_a_gradient_goes_from_the_top_of_the_shape_to_its_bottom() -> None:
    canvas = Canvas(0, "#000000")
    canvas.paint(drawing.box(20, 25, 80, 75), "#ff0000 #0000ff")
    inside = canvas.pixels[SIDE // 4 : 3 * SIDE // 4, SIDE // 2]
    np.testing.assert_allclose(inside[[0, -1]], [[255, 0, 0], [0, 0, 255]], atol=1)
    assert (np.diff(inside[:, 0]) < 0).all() and not canvas.pixels[:, 0].any()


def test_shade_darkens_and_lightens() -> None:
    canvas = Canvas(0, "#646464")
    canvas.shade(drawing.box(0, 0, 50, 100), 0.5)
    canvas.shade(drawing.box(50, 0, 100, 100), -0.5)
    assert canvas.pixels[9, 9, 0] == pytest.approx(50) and canvas.pixels[9, -9, 0] == pytest.approx(177.5)
