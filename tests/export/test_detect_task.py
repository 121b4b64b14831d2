"""What the demo of detection shows: pictures brought to the canvas, smears with their truth, answers in words."""

import numpy as np
import pytest

from export import tasks, verify
from export.drawings import blood
from export.pixels import letterbox
from export.tasks import detect
from models import registry
from models.data.detection import GREY, Photograph
from models.training.problems import detection

CANVAS = (240, 320)  # of the networks on show
SMEAR = blood.Smear(3, 9, 1, 2)


@pytest.mark.parametrize("shape", [(240, 320), (480, 640), (300, 200), (97, 331), (40, 30), (1, 400)])
def test_pictures_come_to_the_canvas_as_in_training(shape: tuple[int, int]) -> None:
    coarse = np.random.default_rng(1).integers(0, 256, (6, 8, 3))
    rows, columns = (np.arange(side) * count // side for side, count in zip(shape, (6, 8), strict=True))
    picture = coarse[rows][:, columns].astype(np.uint8)
    none = np.zeros((0, 4), np.float32), np.zeros(0, np.int64), np.zeros(0, bool)
    learned = detection.letterbox(Photograph(picture, *none), CANVAS).pixels
    shown = letterbox(picture, *CANVAS, GREY)
    assert shown.shape == learned.shape
    off = np.abs(shown.astype(int) - learned)
    assert off.max() <= 2 and (off > 1).mean() < 0.001  # that one rounds between rows and columns


def test_a_smear_follows_from_its_seed() -> None:
    first, again, other = blood.draw(SMEAR), blood.draw(SMEAR), blood.draw(blood.Smear(4, 9, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.pixels, other.pixels)


def test_the_truth_lies_around_what_is_drawn() -> None:
    drawing = blood.draw(SMEAR)
    assert np.bincount(drawing.labels, minlength=4).tolist() == [0, 9, 1, 2]
    plain = np.ones(CANVAS, bool)
    for x1, y1, x2, y2 in drawing.boxes.astype(int):
        assert 0 <= x1 < x2 <= CANVAS[1] and 0 <= y1 < y2 <= CANVAS[0]
        inside = drawing.pixels[y1:y2, x1:x2].astype(int)
        for edge in (inside[2], inside[-3], inside[:, 2], inside[:, -3]):
            assert edge[:, 1].min() < 190, "the cell reaches to each side of its box"
        plain[max(y1 - 4, 0) : y2 + 4, max(x1 - 4, 0) : x2 + 4] = False
    plain[:12] = plain[-12:] = False  # where cells of which too little is seen may be
    plain[:, :12] = plain[:, -12:] = False
    assert drawing.pixels[plain][:, 1].min() > 170


def test_crowded_cells_overlap_only_as_far_as_they_may() -> None:
    for apart in (1.05, 0.6):
        cells = blood.place(blood.Smear(5, 30, 0, 0, apart), np.random.default_rng(5))
        assert len(cells) > 12
        nearest = min(
            np.hypot(a.x - b.x, a.y - b.y) / (a.radius + b.radius)
            for i, (_, a) in enumerate(cells)
            for _, b in cells[:i]
        )
        assert nearest >= apart and (nearest < 1 or apart > 1)


@pytest.mark.parametrize("canvas", [CANVAS, (300, 300), (120, 400)])
def test_samples_and_their_truth_are_on_the_networks_canvas(canvas: tuple[int, int]) -> None:
    network = registry.build("faster-rcnn-bccd", weights=False)
    drawing, network.canvas = blood.draw(SMEAR), canvas
    sample = next(each for each in detect.TASK.samples(network, "faster-r-cnn") if each.id == "smear-sparse")
    pixels, boxes = sample.feeds["pixels"][0], np.array(sample.extra["truth"]["boxes"])
    assert pixels.shape == (*canvas, 3)
    factor = min(canvas[0] / CANVAS[0], canvas[1] / CANVAS[1])
    np.testing.assert_allclose(
        boxes[:, 2:] - boxes[:, :2], factor * (drawing.boxes[:, 2:] - drawing.boxes[:, :2]), atol=0.2
    )
    for (x1, y1, x2, y2), old in zip(boxes.astype(int), drawing.boxes.astype(int), strict=True):
        inside = drawing.pixels[old[1] : old[3], old[0] : old[2]]
        np.testing.assert_allclose(pixels[y1:y2, x1:x2].mean((0, 1)), inside.mean((0, 1)), atol=12)


def test_counts_in_words() -> None:
    network = registry.build("faster-rcnn-bccd", weights=False)
    labels = np.zeros(100)
    labels[:4] = [1, 3, 1, 2]
    answer = tasks.load("detect").answer(network, {"labels": labels, "count": np.array([4.0])})
    assert answer.text.en == "2 red cells, 1 white cell, 1 platelet"
    assert answer.text.zh == "红细胞 2 个，白细胞 1 个，血小板 1 个"
    nothing = tasks.load("detect").answer(network, {"labels": labels * 0, "count": np.array([0.0])})
    assert (nothing.text.en, nothing.text.zh) == ("nothing found", "没有找到")


def test_thresholds_are_the_networks_own(facts, slug, variant, task, network, graph_file) -> None:
    """Every number of detections and every box as the network alone has it, wherever the sliders stand."""
    if facts.task != "detect":
        return
    import torch

    session, sample = verify.session(graph_file), detect.TASK.samples(network, slug)[1]
    pixels, counts = sample.feeds["pixels"], []
    for score, overlap in ((0.05, 0.05), (0.05, 0.95), (0.5, 0.3), (0.95, 0.3)):
        feeds = {"pixels": pixels, "score": np.float32([score]), "overlap": np.float32([overlap])}
        with torch.no_grad():
            x = network.prepare(torch.from_numpy(pixels))
            expected = network.detections(network(x), x.shape[2:], torch.tensor(score), torch.tensor(overlap))
        found = dict(zip(["boxes", "labels", "count"], session.run(["boxes", "labels", "count"], feeds), strict=True))
        counts.append(int(found["count"][0]))
        assert counts[-1] == int(expected["count"][0])
        assert np.array_equal(found["labels"], expected["labels"].numpy())
        assert np.abs(found["boxes"] - expected["boxes"].numpy()).max() <= facts.tolerance["boxes"]
    assert counts[1] > counts[0] > counts[3], "more overlap leaves more, a higher score fewer"
