"""The first page: a demo before the text, light until it is touched, and the ways into the rest."""

import pytest
from playwright.sync_api import expect

from tests.browser.demo import LANGUAGES, ONE, SEVEN, Demo

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
HEAVY = (".onnx", ".wasm", "worker.js")
SHIFT = """() => new Promise((done) => {
  let total = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) total += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(total), 300);
})"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_newcomer_draws_a_digit_on_arrival(language, open_page):
    asked = []
    watch = lambda page: page.on("request", lambda request: asked.append(request.url))  # noqa: E731
    demo = Demo(open_page(f"{language}/", wait_until="networkidle", prepare=watch))
    expect(demo.answer).to_have_text("0")
    assert not [url for url in asked if url.endswith(HEAVY) or "/ort/" in url]
    assert [url for url in asked if url.endswith("lenet.demo.json")]
    demo.draw(ONE)  # the example gives way: the reader need not clear the pad
    demo.wait()
    expect(demo.answer).to_have_text("1")
    demo.clear()
    demo.draw(SEVEN)
    expect(demo.answer).to_have_text("7")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_nothing_moves_when_the_demo_comes_alive(language, device, open_page):
    system_fonts = lambda page: page.route("**/*.woff2", lambda route: route.abort())  # noqa: E731
    page = open_page(f"{language}/", wait_until="networkidle", prepare=system_fonts, **device)
    Demo(page)
    assert page.evaluate(SHIFT) < 0.01


def test_the_pad_is_on_the_first_screen_of_a_phone(open_page):
    for language in LANGUAGES:
        demo = Demo(open_page(f"{language}/", **PHONE))
        box = demo.pad.bounding_box()
        assert box and box["y"] + box["height"] < PHONE["viewport"]["height"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_leads_on(language, open_page):
    page = open_page(f"{language}/")
    links = page.locator("article a").evaluate_all("links => links.map((link) => new URL(link.href).pathname)")
    for way in ("papers/", "papers/lenet/", "lineage/", "lists/", "lists/build/", "contributing/"):
        assert f"/{language}/{way}" in links
