"""The packs of photographs with boxes, their problems and their measure, on pictures drawn in code."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from models import registry
from models.data import DataError, PackNotFound
from models.data.detection import CELLS, THINGS, Photograph, bccd, voc2007
from models.faster_r_cnn import FasterRCNN
from models.training import loop, problems
from models.training.problems import blood, detection, things
from models.training.problems.detection import average_precision, letterbox
from models.training.recipes import RECIPES, Stage

COLOURS = np.array([[200, 40, 40], [40, 60, 200], [240, 220, 60]])
STAGE = Stage(1)


def draw(seed: int, height: int = 48, width: int = 64) -> Photograph:
    """Two or three squares on grey whose colour is their class; the last one is difficult in every third picture."""
    random = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), detection.GREY, np.uint8)
    boxes, labels = [], []
    for place in range(random.integers(2, 4)):
        size, label = random.integers(9, 17), random.integers(0, 3)
        x, y = 2 + 21 * place, random.integers(0, height - size)
        pixels[y : y + size, x : x + size] = COLOURS[label]
        boxes.append([x, y, x + size, y + size])
        labels.append(label + 1)
    difficult = np.zeros(len(labels), bool)
    difficult[-1] = seed % 3 == 0
    return Photograph(pixels, np.array(boxes, np.float32), np.array(labels), difficult)


def write(folder: Path, pack: str, classes: tuple[str, ...], **parts: list[Photograph]) -> None:
    """A pack in the form of the real ones."""
    folder.mkdir(parents=True, exist_ok=True)
    categories = [{"id": number, "name": name} for number, name in enumerate(classes, 1)]
    with zipfile.ZipFile(folder / f"{pack}.zip", "w") as file:
        for part, photographs in parts.items():
            images, annotations = [], []
            for number, (pixels, boxes, labels, difficult) in enumerate(photographs, 1):
                name = f"images/{part}{number}.png"
                content = io.BytesIO()
                Image.fromarray(pixels).save(content, "PNG")
                file.writestr(name, content.getvalue())
                images.append({"id": number, "file_name": name, "height": pixels.shape[0], "width": pixels.shape[1]})
                for (x1, y1, x2, y2), label, hard in zip(boxes.tolist(), labels, difficult, strict=True):
                    box = {"bbox": [x1, y1, x2 - x1, y2 - y1], "category_id": int(label), "difficult": int(hard)}
                    annotations.append({"image_id": number} | box)
            content = {"categories": categories, "images": images, "annotations": annotations}
            file.writestr(f"annotations/{part}.json", json.dumps(content))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    parts = {"train": [draw(i) for i in range(12)], "val": [draw(20 + i) for i in range(4)]}
    write(tmp_path, "bccd", CELLS, test=[draw(40 + i) for i in range(8)], **parts)
    return tmp_path


def test_reads_what_was_written(folder: Path) -> None:
    pack = bccd(folder)
    assert pack.classes == CELLS and [len(part) for part in pack[1:]] == [12, 4, 8]
    for seed, photograph in enumerate(pack.train):
        for array, drawn in zip(photograph, draw(seed), strict=True):
            np.testing.assert_array_equal(array, drawn)
    assert pack.train[0].boxes.dtype == np.float32 and pack.train[0].labels.dtype == np.int64


def test_a_photograph_may_be_empty(tmp_path: Path) -> None:
    empty = Photograph(draw(0).pixels, np.zeros((0, 4)), np.zeros(0), np.zeros(0))
    write(tmp_path, "voc2007", THINGS, train=[empty], val=[], test=[])
    (read,) = voc2007(tmp_path).train
    assert read.boxes.shape == (0, 4) and len(read.labels) == len(read.difficult) == 0


def rewrite(folder: Path, name: str, content: bytes | None) -> None:
    """Replace one entry of the pack, or leave it out."""
    file = folder / "bccd.zip"
    with zipfile.ZipFile(file) as pack:
        entries = {each: pack.read(each) for each in pack.namelist()}
    entries.pop(name)
    with zipfile.ZipFile(file, "w") as pack:
        for each, old in (entries | ({name: content} if content is not None else {})).items():
            pack.writestr(each, old)


def smaller() -> bytes:
    content = io.BytesIO()
    Image.fromarray(draw(0).pixels[1:]).save(content, "PNG")
    return content.getvalue()


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "bccd.zip").unlink(),
        lambda folder: (folder / "bccd.zip").write_bytes((folder / "bccd.zip").read_bytes()[:-200]),
        lambda folder: rewrite(folder, "annotations/val.json", None),
        lambda folder: rewrite(folder, "annotations/val.json", b"{"),
        lambda folder: rewrite(folder, "images/test3.png", None),
        lambda folder: rewrite(folder, "images/test3.png", b"<html>"),
        lambda folder: rewrite(folder, "images/test1.png", smaller()),
        lambda folder: write(folder, "bccd", THINGS, train=[], val=[], test=[]),
    ],
)
def test_broken_packs_are_named(folder: Path, damage) -> None:
    damage(folder)
    with pytest.raises(DataError, match=r"bccd\.zip is missing or damaged .*; put the pack bccd there anew"):
        bccd(folder)


def test_missing_packs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.data.ROOT", tmp_path)
    monkeypatch.delenv("PAPERS_DATA", raising=False)
    with pytest.raises(PackNotFound, match="voc2007"):
        things.PROBLEM()


@pytest.mark.parametrize(("read", "sizes"), [(bccd, [205, 87, 72]), (voc2007, [1050, 90, 220])])
def test_the_packs_are_whole(read, sizes: list[int]) -> None:
    try:
        pack = read()
    except PackNotFound:
        pytest.skip("data pack not found")
    assert [len(part) for part in pack[1:]] == sizes
    for photograph in pack.train + pack.val + pack.test:
        height, width = photograph.pixels.shape[:2]
        boxes = photograph.boxes
        assert (boxes[:, 2:] > boxes[:, :2]).all() and (boxes >= 0).all()
        assert (boxes <= np.array([width, height] * 2) + 0.5).all()
        assert photograph.labels.min() >= 1 and photograph.labels.max() <= len(pack.classes)


def bounds(pixels: np.ndarray) -> list[int]:
    """Of what is not grey, in whole pixels."""
    rows, columns = np.nonzero(np.abs(pixels.astype(float) - np.array(detection.GREY)).max(2) > 40)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize(("height", "width"), [(48, 64), (24, 32), (216, 324), (324, 216), (100, 100)])
def test_letterbox(height: int, width: int) -> None:
    pixels = np.full((height, width, 3), detection.GREY, np.uint8)
    top, left, lower, right = height // 4, width // 8, height // 2, width // 2
    pixels[top:lower, left:right] = COLOURS[0]
    box = np.array([[left, top, right, lower], [0, 0, width, height]], np.float32)
    fitted = letterbox(Photograph(pixels, box, np.array([1, 1]), np.zeros(2, bool)), (240, 320))
    assert fitted.pixels.shape == (240, 320, 3)
    np.testing.assert_allclose(bounds(fitted.pixels), fitted.boxes[0], atol=1.5)
    x1, y1, x2, y2 = fitted.boxes[1]
    assert x2 - x1 == pytest.approx(320) or y2 - y1 == pytest.approx(240)
    assert (x1 + x2, y1 + y2) == pytest.approx((320, 240), abs=1)
    assert (x2 - x1) / (y2 - y1) == pytest.approx(width / height, rel=0.02)


@pytest.mark.parametrize("problem", [blood.PROBLEM, things.PROBLEM])
def test_boxes_move_with_their_objects(problem, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problem, "read", staticmethod(bccd))
    learned = problem(folder)
    pixels = torch.tensor(detection.GREY, dtype=torch.uint8).repeat(200, 48, 64, 1)
    pixels[:, 12:30, 8:24] = torch.tensor(COLOURS[1], dtype=torch.uint8)
    boxes, labels = torch.zeros(200, 2, 4), torch.tensor([[3, 0]]).repeat(200, 1)
    boxes[:, 0] = torch.tensor([8.0, 12, 24, 30])
    moved, found, kinds = learned.move(pixels, boxes, labels, torch.Generator().manual_seed(1))
    assert moved.shape == pixels.shape and found.shape == boxes.shape and kinds[:, 1].eq(0).all()
    assert found[:, 1].eq(0).all() and found[kinds == 0].eq(0).all()
    kept = (kinds[:, 0] == 3).nonzero()[:, 0].tolist()
    assert len(kept) > 150 and found.min() >= 0 and (found[..., ::2] <= 64).all() and (found[..., 1::2] <= 48).all()
    for place in kept:
        np.testing.assert_allclose(bounds(moved[place].numpy()), found[place, 0], atol=1.6)
    centres = (found[kept, 0, :2] + found[kept, 0, 2:]) / 2
    assert (centres[:, 0] > 32).any() and (centres[:, 0] < 32).any()  # mirrored, and not
    sizes = found[kept, 0, 2:] - found[kept, 0, :2]
    low, high = problem.zoom
    assert (sizes.amax(0) <= torch.tensor([16, 18]) * high * problem.stretch**0.5 + 0.01).all()
    assert (sizes.prod(1) < 16 * 18 * low**2 * 1.5).any() and (sizes.prod(1) > 16 * 18 * high**2 * 0.6).any()


def test_smears_are_turned_over_and_photographs_are_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(things.PROBLEM, "read", staticmethod(bccd))
    for problem, expected in ((blood.PROBLEM, 4), (things.PROBLEM, 2)):
        learned = problem(folder)
        learned.zoom, learned.stretch = (1.0, 1.0), 1.0
        boxes = torch.tensor([2.0, 4, 10, 14]).repeat(64, 1, 1)
        pixels, labels = torch.zeros(64, 48, 64, 3, dtype=torch.uint8), torch.ones(64, 1, dtype=torch.long)
        _, moved, _ = learned.move(pixels, boxes, labels, torch.Generator().manual_seed(1))
        assert len({tuple(box.round().tolist()) for box in moved[:, 0]}) == expected


def test_light_changes_and_boxes_stay(folder: Path) -> None:
    problem = blood.PROBLEM(folder)
    problem.begin(STAGE, tiny())
    images, boxes, labels, generator = problem.batch(torch.arange(4), STAGE, torch.Generator().manual_seed(1), "cpu")
    again = problem.batch(torch.arange(4), STAGE, torch.Generator().manual_seed(1), "cpu")
    other = problem.batch(torch.arange(4), STAGE, torch.Generator().manual_seed(2), "cpu")
    assert torch.equal(images, again[0]) and torch.equal(boxes, again[1]) and not torch.equal(images, other[0])
    assert images.min() >= 0 and images.max() <= 255 and labels.shape == boxes.shape[:2]
    assert isinstance(generator, torch.Generator)
    lit = problem.relight(torch.full((50, 2, 2, 3), 100.0), torch.Generator().manual_seed(1))
    assert lit.std() > 5 and (lit.flatten(1).std(1) > 0.5).any()  # pictures differ, and so do their colours


def test_difficult_objects_are_not_learned(folder: Path) -> None:
    problem = blood.PROBLEM(folder)
    problem.begin(STAGE, tiny())
    drawn = [draw(i) for i in range(12)] + [draw(20 + i) for i in range(4)]
    assert (problem.labels > 0).sum(1).tolist() == [int((~each.difficult).sum()) for each in drawn]


def test_validation_measures_on_its_own_part(folder: Path) -> None:
    assert blood.PROBLEM(folder).counts == {"train": 16, "test": 8}
    assert blood.PROBLEM(folder, validate=True).counts == {"train": 12, "test": 4}


def answers(photographs: list[Photograph], score: float = 0.9) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    return [(each.boxes, np.full(len(each.boxes), score), each.labels) for each in photographs]


def test_average_precision() -> None:
    photographs = [draw(seed) for seed in (1, 2, 4, 5, 7, 8)]  # none is difficult
    perfect = average_precision(photographs, answers(photographs), CELLS)
    assert perfect["map50"] == perfect["map50_95"] == 1 and set(perfect["ap50_by_class"].values()) == {1.0}
    assert perfect["test_images"] == 6 and perfect["test_objects"] == sum(len(each.boxes) for each in photographs)
    nothing = [(np.zeros((0, 4)), np.zeros(0), np.zeros(0))] * 6
    assert average_precision(photographs, nothing, CELLS)["map50"] == 0
    # 10 x 10 boxes moved by 2 have an IoU of 80 / 120: right at the thresholds 0.50, 0.55, 0.60 and 0.65, of ten.
    square = Photograph(photographs[0].pixels, np.array([[10.0, 10, 20, 20]]), np.array([2]), np.zeros(1, bool))
    moved = average_precision(
        [square], [(square.boxes + np.array([2, 0, 2, 0]), np.array([0.5]), np.array([2]))], CELLS
    )
    assert (moved["map50"], moved["map50_95"]) == (1, 0.4)
    assert moved["ap50_by_class"] == {"RBC": None, "WBC": 1.0, "Platelets": None}


def test_a_false_detection_costs_precision() -> None:
    square = Photograph(draw(1).pixels, np.array([[10.0, 10, 20, 20]]), np.array([1]), np.zeros(1, bool))
    boxes, labels = np.array([[40.0, 20, 50, 30], [10, 10, 20, 20]]), np.array([1, 1])
    for scores, expected in (([0.9, 0.8], 0.5), ([0.7, 0.8], 1.0)):
        assert average_precision([square], [(boxes, np.array(scores), labels)], CELLS)["map50"] == expected


def test_what_is_difficult_counts_neither_way() -> None:
    boxes = np.array([[10.0, 10, 20, 20], [40, 20, 60, 40]])
    one = Photograph(draw(1).pixels, boxes, np.array([1, 1]), np.array([False, True]))
    for boxes_found, scores in ((boxes, [0.5, 0.9]), (boxes[:1], [0.5])):
        found = (boxes_found, np.array(scores), np.ones(len(scores), int))
        measured = average_precision([one], [found], CELLS)
        assert measured["map50"] == 1 and measured["test_objects"] == 1


def tiny(seed: int = 0) -> FasterRCNN:
    torch.manual_seed(seed)
    return FasterRCNN(((8, 1), (16, 1), (16, 1)), 24, 3, (8, 12, 18), (50, 50), normalized=True, canvas=(48, 64))


def trained(folder: Path, epochs: int, seed: int = 1) -> FasterRCNN:
    recipe = dataclasses.replace(RECIPES["faster-rcnn-bccd"], seed=seed, precision="float32")
    stage = dataclasses.replace(recipe.stages[0], epochs=epochs, rate=5e-3)
    network = tiny(seed)
    loop.train(network, dataclasses.replace(recipe, stages=(stage,)), blood.PROBLEM(folder))
    return network


def test_it_learns(folder: Path) -> None:
    torch.set_num_threads(1)
    before, after = (blood.PROBLEM(folder).measure(network) for network in (tiny().eval(), trained(folder, 25)))
    assert before["map50"] < 0.2 < 0.6 < after["map50"]


def test_same_seed_same_weights(folder: Path) -> None:
    torch.set_num_threads(1)
    first, again, other = (trained(folder, 1, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize("name", ["faster-rcnn-bccd", "faster-rcnn-voc"])
def test_recipes_fit_their_networks(name: str) -> None:
    problem = problems.load(RECIPES[name].problem)
    network = registry.build(name, weights=False)
    assert network.classes == len({"bccd": CELLS, "voc2007": THINGS}[problem.pack])
