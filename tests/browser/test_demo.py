"""LeNet's demo in the hands of a reader: mouse, finger, samples, networks. What all demos do: test_every_demo.py."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.demo import LANGUAGES, ONE, SEVEN, ZERO, Demo, Held

REVIEW = "{language}/papers/lenet/"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.mark.parametrize("language", LANGUAGES)
def test_drawing_by_mouse(language, open_page):
    demo = Demo(open_page(REVIEW.format(language=language)))
    for strokes, digit in ((ONE, "1"), (ZERO, "0"), (SEVEN, "7")):
        if demo.element.get_attribute("data-state") != "error":
            demo.clear()
        demo.draw(strokes)
        demo.wait()
        expect(demo.answer).to_have_text(digit)


def test_drawing_by_touch_does_not_scroll_the_page(open_page):
    page = open_page(REVIEW.format(language="zh"), **PHONE)
    demo = Demo(page)
    demo.clear()
    demo.pad.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    demo.touch(SEVEN)
    demo.wait()
    expect(demo.answer).to_have_text("7")
    assert page.evaluate("scrollY") == before


def test_another_finger_does_not_draw(open_page):
    """Nor does it end the stroke: a palm may rest on the pad."""
    pictures = []
    for palm in (False, True):
        page = open_page(REVIEW.format(language="en"), **PHONE)
        demo = Demo(page)
        demo.clear()
        demo.pad.scroll_into_view_if_needed()
        box = demo.pad.bounding_box()
        session = page.context.new_cdp_session(page)

        def touch(kind, *places, box=box, session=session):
            points = [
                {"id": i, "x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
                for i, (x, y) in enumerate(places)
            ]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        for i, place in enumerate(ONE[0]):
            touch("touchMove" if i else "touchStart", place)
            if palm and i == len(ONE[0]) // 2:
                touch("touchStart", place, (0.8, 0.8))
                touch("touchMove", place, (0.9, 0.7))
                touch("touchMove", place)  # a point that is no longer named is lifted
        touch("touchEnd")
        expect(demo.answer).to_have_text("1", timeout=60_000)
        pictures.append(demo.pad.evaluate("canvas => canvas.toDataURL()"))
    assert pictures[0] == pictures[1]


def test_the_network_chosen_last_is_the_one_on_show(open_page):
    page = open_page(REVIEW.format(language="en"))
    demo, waiting = Demo(page), Held(page, r"/lenet1\.json$")
    demo.network("lenet1")
    demo.network("lenet4")
    checked = demo.element.locator(".pd-networks input:checked")
    demo.wait()
    expect(checked).to_have_attribute("data-variant", "lenet4")
    waiting.let_go()
    page.wait_for_timeout(500)
    expect(checked).to_have_attribute("data-variant", "lenet4")
    assert demo.element.evaluate("demo => demo.latest.variant") == "lenet4"


def test_a_sample_chosen_during_a_run_is_not_answered_by_it(open_page):
    """The run was asked for a drawing; its answer comes when the sample is on show."""
    page = open_page(REVIEW.format(language="en"))
    demo = Demo(page)
    demo.clear()
    demo.draw(SEVEN)
    expect(demo.answer).to_have_text("7", timeout=60_000)
    demo.element.evaluate("""demo => {
      demo.answers = [];
      demo.addEventListener('result', ({ detail: { sample } }) =>
        demo.answers.push([sample, demo.querySelector('.pd-digit').textContent]));
    }""")
    waiting = Held(page, r"\.onnx$")
    demo.network("lenet4")
    waiting.come()
    demo.choose("zero")
    expect(demo.answer).to_have_text("0")
    waiting.let_go()
    page.wait_for_function("demo => demo.answers.length", arg=demo.element.element_handle(), timeout=60_000)
    demo.wait()
    assert all(each == ["zero", "0"] for each in demo.element.evaluate("demo => demo.answers"))


def test_undo_and_clear(open_page):
    demo = Demo(open_page(REVIEW.format(language="en")))
    demo.clear()
    demo.draw(ONE)
    expect(demo.answer).to_have_text("1")
    demo.draw([[(0.2, 0.5), (0.8, 0.5)]])
    demo.element.get_by_role("button", name="Undo").click()
    expect(demo.answer).to_have_text("1")
    demo.clear()
    expect(demo.answer).to_have_text("·")


def test_the_example_gives_way_to_a_stroke_and_a_chosen_sample_does_not(open_page):
    demo = Demo(open_page(REVIEW.format(language="en")))
    invitation = demo.element.locator(".pd-invitation")
    expect(invitation).to_be_visible()
    demo.draw(ONE)
    demo.wait()
    expect(demo.answer).to_have_text("1")
    expect(invitation).to_be_hidden()
    demo.choose("zero")
    demo.draw([[(0.5, 0.165), (0.53, 0.165)]])
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
    demo.wait()
    expect(demo.answer).to_have_text("0")


def test_every_network_answers_for_the_same_drawing(open_page, site):
    demo = Demo(open_page(REVIEW.format(language="en")))
    demo.clear()
    demo.draw(SEVEN)
    demo.wait()
    manifest = json.loads(next(site.glob("models/lenet/lenet5.json")).read_text(encoding="utf-8"))
    for sibling in manifest["siblings"]:
        demo.network(sibling["variant"])
        expect(demo.element.locator(".pd-who")).to_contain_text(sibling["title"]["en"])
        expect(demo.answer).to_have_text("7")
        demo.wait()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_choice_of_back_end_is_shown_with_its_time(language, open_page):
    demo = Demo(open_page(REVIEW.format(language=language)))
    demo.choose(demo.element.locator(".pd-samples input").nth(3).get_attribute("value"))
    demo.wait()
    expect(demo.element).to_have_attribute("data-backend", "wasm")
    expect(demo.element.locator(".pd-time")).to_contain_text("WebAssembly")
    demo.backend.select_option("webgpu")
    expect(demo.element).to_have_attribute("data-backend", "webgpu", timeout=60_000)
    expect(demo.element.locator(".pd-time")).to_contain_text("WebGPU")
