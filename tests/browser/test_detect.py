"""Faster R-CNN's demo in the hands of a reader: thresholds, boxes, proposals, anchors, objectness, files."""

import re
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from export import tasks, verify
from export.drawings import blood
from export.manifest import load
from models import registry
from tests.browser import files
from tests.browser.camera import GRANTED, LIVE, SLOW_CAMERA, camera_page, with_camera
from tests.browser.demo import LANGUAGES, Demo, Held

REVIEW = "{language}/papers/faster-r-cnn/"
VARIANT = "faster-rcnn-bccd"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
CROWDED = "smear-crowded"
PIXELS = r"\.bin$"  # files of samples
LISTEN = """demo => demo.addEventListener('result', ({ detail }) => { window.found = Object.fromEntries(
  Object.entries(detail.outputs).map(([name, { data, shape }]) => [name, { data: Array.from(data), shape }])); })"""
OPACITY = """(canvas, [width, height]) => [...canvas.getContext('2d').getImageData(0, 0, width, height).data]
  .filter((_, i) => i % 4 === 3)"""


class Detector(Demo):
    """A demo that has answered for a sample."""

    def __init__(self, page: Page, sample: str = CROWDED) -> None:
        super().__init__(page)
        self.element.evaluate(LISTEN)
        self.scene = self.element.locator(".pd-scene")
        self.sum = self.element.locator(".pd-sum")
        self.items = self.element.locator(".pd-item")
        self.pressed = self.element.locator(".pd-item[aria-pressed=true]")
        self.choose(sample)
        page.wait_for_function("() => window.found")
        self.wait()

    def output(self, name: str) -> np.ndarray:
        found = self.page.evaluate(f"window.found.{name}")
        return np.array(found["data"]).reshape(found["shape"])

    def view(self, key: str) -> None:
        self.element.locator(f".pd-views label:has(input[value={key}])").click()

    def place(self, x: float, y: float) -> dict[str, float]:
        """Pixels of the picture -> pixels of the scene."""
        box = self.scene.bounding_box()
        assert box
        return {"x": x * box["width"] / 320, "y": y * box["height"] / 240}

    def alone(self) -> tuple[int, dict[str, float]]:
        """The number of a detection whose middle is in no other box, and where that is."""
        boxes = self.output("boxes")[: int(self.output("count")[0])]
        for number, (x1, y1, x2, y2) in enumerate(boxes[1:], 1):
            x, y = (x1 + x2) / 2, (y1 + y2) / 2
            around = (boxes[:, 0] <= x) & (x <= boxes[:, 2]) & (boxes[:, 1] <= y) & (y <= boxes[:, 3])
            if around.sum() == 1:
                return number, self.place(x, y)
        raise AssertionError("no box stands alone")

    def rectangles(self, kind: str) -> np.ndarray:
        """Left, upper, right, lower edge of what is drawn."""
        values: Any = self.scene.locator(f"rect.{kind}").evaluate_all(
            "all => all.map(one => ['x', 'y', 'width', 'height'].map(name => Number(one.getAttribute(name))))"
        )
        boxes = np.array(values).reshape(-1, 4)
        return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_s_pixels_come_with_the_first_touch(language, site, open_page):
    """Until then a small picture stands in for them; if they do not come, the reader can ask again."""
    gone = lambda page: page.context.route(re.compile(r"\.bin$"), lambda route: route.fulfill(status=404))  # noqa: E731
    page = open_page(REVIEW.format(language=language), wait_until="networkidle", prepare=gone)
    demo, sample = Demo(page), load(site / f"models/faster-r-cnn/{VARIANT}.json").samples[0]
    demo.wait("idle")
    expect(demo.element.locator(".pd-sum")).to_have_text(sample.answer.text[language])
    shown = demo.element.locator(".pd-photo")
    levels = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    assert shown.evaluate(levels) > 100
    demo.element.locator("input[data-input=score]").focus()
    demo.expect_sentence("sample-missing")
    page.context.unroute_all()
    demo.alert.locator("button").first.click()
    demo.wait()
    expect(demo.alert.locator("p")).to_have_count(0)
    expect(demo.element.locator(".pd-sum")).to_have_text(sample.answer.text[language])


def test_what_the_reader_does_while_the_pixels_come_is_kept(open_page):
    demo = Demo(page := open_page(REVIEW.format(language="en")))
    waiting, third = Held(page, PIXELS), demo.element.locator(".pd-item").nth(2)
    third.click()
    expect(third).to_have_attribute("aria-pressed", "true")
    waiting.let_go()
    demo.wait()
    expect(third).to_have_attribute("aria-pressed", "true")
    expect(third).to_be_focused()
    demo = Demo(page := open_page(REVIEW.format(language="en")))
    waiting, sum = Held(page, PIXELS), demo.element.locator(".pd-sum")
    before = sum.inner_text()
    demo.element.locator("input[data-input=score]").fill("0.95")
    expect(sum).to_have_text("")  # what was known is of another threshold
    expect(demo.element).to_have_attribute("data-state", "idle")
    waiting.let_go()
    demo.wait()
    expect(sum).not_to_have_text("")
    expect(sum).not_to_have_text(before)


def test_a_camera_is_not_let_go_when_the_pixels_come(browser_type, browser_type_launch_args, site_url):
    browser = with_camera(browser_type, browser_type_launch_args, GRANTED)
    page = camera_page(browser, site_url + REVIEW.format(language="en"), SLOW_CAMERA)
    demo, waiting = Demo(page), Held(page, PIXELS)
    demo.camera.click()
    waiting.let_go()
    expect(demo.element.get_by_role("img", name=demo.sentence("from-camera"))).to_be_visible()
    expect(demo.camera).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(LIVE) == 1
    demo.camera.click()
    assert page.evaluate(LIVE) == 0
    browser.close()


def test_sliders_say_what_pytorch_says(open_page):
    demo = Detector(open_page(REVIEW.format(language="en")))
    task, network = tasks.load("detect"), registry.build(VARIANT)
    sample = next(each for each in task.samples(network, "faster-r-cnn") if each.id == CROWDED)
    counts = []
    for score, overlap in ((0.5, 0.3), (0.15, 0.3), (0.15, 0.8), (0.9, 0.8)):
        feeds = sample.feeds | {"score": np.float32([score]), "overlap": np.float32([overlap])}
        (expected,) = verify.reference(task.graph(network, []), [feeds])
        count = int(expected["count"][0])
        for name, value in (("score", score), ("overlap", overlap)):
            demo.element.locator(f"input[data-input={name}]").fill(str(value))
        demo.page.wait_for_function("count => window.found.count.data[0] === count", arg=count)
        demo.wait()
        np.testing.assert_allclose(demo.output("boxes"), expected["boxes"], atol=0.05)
        np.testing.assert_allclose(demo.output("scores"), expected["scores"], atol=1e-3)
        np.testing.assert_array_equal(demo.output("labels"), expected["labels"])
        expect(demo.items).to_have_count(count)
        expect(demo.sum).to_have_text(task.answer(network, expected).text.en)
        counts.append(count)
    assert counts[0] < counts[1] < counts[2] > counts[3] > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_box_is_chosen_by_mouse_and_keyboard(language, open_page):
    page = open_page(REVIEW.format(language=language))
    demo = Detector(page)
    number, place = demo.alone()
    before = demo.element.locator(".pd-roi canvas").evaluate("canvas => canvas.toDataURL()")
    demo.scene.click(position=place)
    expect(demo.items.nth(number)).to_have_attribute("aria-pressed", "true")
    expect(demo.pressed).to_have_count(1)
    assert demo.element.locator(".pd-roi canvas").evaluate("canvas => canvas.toDataURL()") != before
    np.testing.assert_allclose(demo.rectangles("pd-origin")[0], demo.output("origins")[number], atol=1e-3)
    demo.scene.focus()
    page.keyboard.press("ArrowRight")
    expect(demo.items.nth(number + 1)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowUp")
    expect(demo.items.nth(number)).to_have_attribute("aria-pressed", "true")
    demo.items.nth(0).focus()
    page.keyboard.press("Enter")
    expect(demo.items.nth(0)).to_have_attribute("aria-pressed", "true")
    expect(demo.pressed).to_have_count(1)


def test_a_box_is_chosen_by_touch(open_page):
    demo = Detector(open_page(REVIEW.format(language="zh"), **PHONE))
    number, place = demo.alone()
    demo.scene.tap(position=place)
    expect(demo.items.nth(number)).to_have_attribute("aria-pressed", "true")


def test_the_features_are_those_of_the_chosen_proposal(open_page):
    demo = Detector(open_page(REVIEW.format(language="en")))
    proposals, pooled = demo.output("tap_propose"), demo.output("tap_pool")
    row = int(np.abs(proposals[:, :4] - demo.output("origins")[0]).max(1).argmin())
    assert pooled.shape[1:] == (96, 7, 7)
    canvas = demo.element.locator(".pd-roi canvas")
    assert canvas.evaluate("canvas => canvas.width") == 12 * 8 - 1  # twelve maps of seven in a row
    np.testing.assert_allclose(
        canvas.evaluate(OPACITY, [7, 7]), 255 * pooled[row, 0].ravel() / pooled[row].max(), atol=1
    )
    expect(demo.element.locator(".pd-roi figcaption")).to_contain_text("96 maps of 7 × 7")


def test_as_many_proposals_as_are_asked_for(open_page):
    demo = Detector(open_page(REVIEW.format(language="en")))
    demo.view("proposals")
    slider = demo.element.locator(".pd-view input[type=range]")
    for count in (1, 40, 300):
        slider.fill(str(count))
        expect(demo.scene.locator("rect.pd-proposal")).to_have_count(count)
    drawn = demo.rectangles("pd-proposal")[::-1]  # the best one lies on top
    np.testing.assert_allclose(drawn, demo.output("tap_propose")[:, :4], atol=1e-3)
    assert (np.diff(demo.output("tap_propose")[:, 4]) <= 0).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nine_anchors_stand_where_the_reader_points(language, open_page):
    page = open_page(REVIEW.format(language=language))
    demo = Detector(page)
    demo.view("anchors")
    sentence, cells = demo.element.locator(".pd-view p"), demo.element.locator(".pd-anchors li")
    shapes = registry.build(VARIANT).rpn.shapes.numpy()  # type: ignore[union-attr, operator]

    def expect_at(column: int, line: int) -> None:
        middle = np.array([8 * column + 4, 8 * line + 4])
        expect(sentence).to_contain_text(re.compile(rf"{middle[0]}\D+{middle[1]}\D"))
        boxes = demo.rectangles("pd-anchor")
        np.testing.assert_allclose(boxes[:, 2:] - boxes[:, :2], shapes, atol=0.02)
        np.testing.assert_allclose((boxes[:, 2:] + boxes[:, :2]) / 2, np.tile(middle, (9, 1)), atol=0.02)
        best = int(demo.output("anchors")[:, line, column].argmax())
        expect(cells.nth(best)).to_have_class("pd-best")

    demo.scene.click(position=demo.place(100, 60))
    expect_at(12, 7)
    demo.scene.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect_at(13, 8)
    demo.scene.click(position=demo.place(2, 238))
    page.keyboard.press("ArrowLeft")  # there is nothing beyond the edge
    expect_at(0, 29)


def test_objectness_of_all_anchors_or_of_one(open_page):
    demo = Detector(open_page(REVIEW.format(language="en")))
    demo.view("objectness")
    heat, anchors = demo.scene.locator("canvas.pd-heat"), demo.output("anchors")
    np.testing.assert_allclose(heat.evaluate(OPACITY, [40, 30]), 255 * anchors.max(0).ravel(), atol=1)
    demo.element.locator(".pd-view select").select_option("4")
    np.testing.assert_allclose(heat.evaluate(OPACITY, [40, 30]), 255 * anchors[4].ravel(), atol=1)
    demo.view("detections")
    expect(heat).to_be_hidden()


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_good_and_bad(language, open_page):
    demo = Detector(open_page(REVIEW.format(language=language)))
    before = demo.sum.inner_text()
    smear = Image.fromarray(blood.draw(blood.Smear(21, 7, 1, 0)).pixels)
    for code, upload in files.bad(smear)[:5]:
        demo.upload(*upload)
        demo.expect_sentence(code)
        expect(demo.sum).to_have_text(before)
        demo.alert.locator(".pd-close").click()
    for name, picture in (("large.png", smear.resize((1280, 960))), ("tall.png", smear.crop((60, 0, 220, 240)))):
        before = demo.sum.inner_text()
        demo.upload(name, "image/png", files.encode(picture, "PNG"))
        expect(demo.sum).not_to_have_text(before, timeout=60_000)
        expect(demo.items.first).to_be_visible()
        demo.wait()
    border = demo.scene.locator("canvas.pd-photo").evaluate(
        "it => [...it.getContext('2d').getImageData(2, 2, 1, 1).data]"
    )
    assert border == [123, 116, 103, 255], "what a tall picture leaves free is grey"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_smear_comes_with_its_truth(language, open_page):
    demo = Detector(open_page(REVIEW.format(language=language)))
    expect(demo.scene.locator("rect.pd-true")).to_have_count(0)
    demo.element.locator(".pd-check input").check()
    assert demo.scene.locator("rect.pd-true").count() > 10
    picture = "canvas => canvas.toDataURL()"
    before = demo.scene.locator("canvas.pd-photo").evaluate(picture)
    demo.page.evaluate("window.found = null")
    demo.element.get_by_role("button", name=demo.sentence("new-smear")).click()
    expect(demo.scene.locator("rect:not(.pd-true)")).to_have_count(0)  # those of the smear before
    demo.page.wait_for_function("() => window.found")
    assert demo.scene.locator("canvas.pd-photo").evaluate(picture) != before
    assert demo.scene.locator("rect.pd-true").count() > 3
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
