"""What the demo of every reviewed paper does, whatever its task: samples, networks, back ends, maps, keyboard."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from papers.schema import LANGUAGES, reviewed
from tests.browser.demo import Demo

pytestmark = pytest.mark.parametrize("slug", reviewed())
SLOW = 240_000  # ms: without a graphics card, WebGPU needs a minute for the first answer of a detector
# Each time its maps are computed, a block gets a fresh canvas.
PAINTED = """() => {
  const canvas = document.querySelector('paper-diagram canvas');
  const pixels = canvas?.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer;
  return pixels && new Set(new Uint32Array(pixels)).size > 2;
}"""
DRAWN = "document.querySelector('paper-diagram canvas')?.toDataURL()"


def test_nothing_of_the_runtime_loads_before_a_touch(slug, open_page):
    asked = []
    watch = lambda page: page.on("request", lambda request: asked.append(request.url))  # noqa: E731
    demo = Demo(open_page(f"en/papers/{slug}/", wait_until="networkidle", prepare=watch))
    expect(demo.element).to_have_attribute("data-state", "idle")
    assert not [url for url in asked if url.endswith((".onnx", ".wasm", "worker.js")) or "/ort/" in url]
    demo.choose(demo.sample(1))
    demo.wait()
    assert [url for url in asked if url.endswith(".onnx")]


def test_on_a_phone_a_demo_begins_when_the_reader_comes_to_it(slug, open_page):
    for come in (lambda page: page.mouse.wheel(0, 1000), lambda page: page.keyboard.press("Tab")):
        page = open_page(f"zh/papers/{slug}/", wait_until="networkidle", viewport={"width": 390, "height": 664})
        page.mouse.move(200, 300)
        results = page.locator("paper-demo img")
        assert results.count() >= 4 and not page.locator(".pd-frame").count()  # what was computed beforehand
        come(page)
        expect(page.locator(".pd-frame")).to_be_visible(timeout=60_000)


def test_a_slider_says_its_value_once(slug, open_page):
    """The slider itself is read out; the number beside it is for the eyes."""
    demo = Demo(open_page(f"en/papers/{slug}/"))
    assert demo.element.locator("output:not([aria-live=off])").count() == 0


def test_the_keyboard_alone_can_do_everything(slug, open_page):
    page = open_page(f"en/papers/{slug}/")
    demo = Demo(page)
    focused = "document.activeElement"

    def tab_to(condition: str, limit: int = 160) -> None:
        for _ in range(limit):
            page.keyboard.press("Tab")
            if page.evaluate(f"{focused}.matches({json.dumps(condition)})"):
                return
        raise AssertionError(f"Tab does not reach {condition}")

    tab_to(".pd-samples input")
    before = page.evaluate(f"{focused}.value")
    page.keyboard.press("ArrowRight")
    demo.wait()
    assert page.evaluate(f"{focused}.value") != before
    if demo.element.locator(".pd-networks").count():
        tab_to(".pd-networks input")
        shown = page.evaluate(f"{focused}.dataset.variant")
        page.keyboard.press("ArrowRight")
        expect(demo.element.locator(".pd-networks input:checked")).not_to_have_attribute("data-variant", shown)
    tab_to(".pd-foot select")
    page.keyboard.press("ArrowDown")
    expect(demo.element).to_have_attribute("data-backend", "webgpu", timeout=SLOW)
    tab_to("paper-diagram a.node")
    node = page.evaluate(f"{focused}.dataset.node")
    page.keyboard.press("Enter")
    expect(page.locator("paper-diagram canvas").first).to_be_visible(timeout=SLOW)
    page.keyboard.press("Escape")
    assert page.evaluate(f"{focused}.dataset.node") == node
    # The file button opens the browser's own dialog.
    button = demo.element.get_by_role("button", name=demo.sentence("file"))
    if button.count():
        demo.wait()
        with page.expect_file_chooser():
            # Focused only now: by the time this answers, the browser has also heard that its dialogs are to be caught.
            button.first.focus()
            page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_block_shows_live_feature_maps(slug, language, open_page, site):
    page = open_page(f"{language}/papers/{slug}/")
    demo = Demo(page)
    demo.choose(demo.sample(1))
    demo.wait()
    diagram = page.locator("paper-diagram").first
    variant = diagram.get_attribute("variant")
    manifest = json.loads((site / f"models/{slug}/{variant}.json").read_text(encoding="utf-8"))
    nodes = [tap["node"] for tap in manifest["taps"] if tap["node"] != "input"]
    assert len(nodes) >= 3
    for node in nodes:
        diagram.locator(f"a.node[data-node={node}]").click()
        page.wait_for_function(PAINTED)
    before = page.evaluate(DRAWN)
    demo.choose(demo.sample(2))
    page.wait_for_function(f"before => ({DRAWN} ?? before) !== before", arg=before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_embedded_demo_stands_alone(slug, language, open_page):
    demo = Demo(open_page(f"embed/{slug}/{language}/"))
    demo.choose(demo.sample(1))
    demo.wait()
    expect(demo.element).to_have_attribute("data-backend", "wasm")
    expect(demo.element.locator(".pd-status")).not_to_be_empty()


def test_a_damaged_network_is_not_used_and_a_second_try_works(slug, open_page):
    def flip(page: Page) -> None:
        page.context.route(re.compile(r"\.onnx$"), lambda route: route.fulfill(body=b"\0" * 100))

    page = open_page(f"zh/papers/{slug}/", prepare=flip)
    demo = Demo(page)
    demo.choose(demo.sample(1))
    demo.expect_sentence("model-damaged")
    page.context.unroute_all()
    demo.alert.locator("button").first.click()
    demo.wait()
    expect(demo.alert.locator("p")).to_have_count(0)
