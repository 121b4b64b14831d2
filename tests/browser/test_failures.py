"""What can go wrong on the way to an answer, and the sentence that the reader then sees, in both languages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserType, Page, Route, expect

from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import LANGUAGES, ONE, SEVEN, Demo, Held, come_to_demo

pytestmark = pytest.mark.parametrize("language", LANGUAGES)
REVIEW = "{}/papers/lenet/"

# A back end that is a little wrong: the real build, with 0.5 added to the first value of every float output.
WRONG = """
import * as ort from './{file}?real';
export const { Tensor, env } = ort;
export const InferenceSession = { async create(...options) {
  const session = await ort.InferenceSession.create(...options);
  return { release: () => session.release(), async run(...inputs) {
    const outputs = await session.run(...inputs);
    const wrong = Object.entries(outputs).map(([name, { data, dims, type }]) => {
      const values = data.slice();
      if (type === 'float32') values[0] += 0.5;
      return [name, { data: values, dims, type }];
    });
    return Object.fromEntries(wrong);
  } };
} };
"""


def missing(route: Route) -> None:
    route.fulfill(status=404, body="")


def flipped(route: Route) -> None:
    response = route.fetch()
    body = bytearray(response.body())
    body[len(body) // 2] ^= 1
    route.fulfill(response=response, body=bytes(body))


def wrong_numbers(route: Route) -> None:
    file = route.request.url.rsplit("/", 1)[-1]
    route.fulfill(content_type="text/javascript", body=WRONG.replace("{file}", file))


def intercept(pattern: str, handler: Callable[[Route], None]) -> Callable[[Page], None]:
    return lambda page: page.context.route(re.compile(pattern), handler)


@pytest.mark.parametrize(
    ("pattern", "handler", "code"),
    [
        (r"\.onnx$", missing, "model-missing"),
        (r"\.onnx$", flipped, "model-damaged"),
        (r"\.wasm$", missing, "runtime"),
        (r"ort\.wasm\.min\.mjs$", missing, "runtime"),
        (r"demo/worker\.js$", missing, "runtime"),
    ],
)
def test_a_missing_or_damaged_part_and_a_second_try(language, pattern, handler, code, open_page):
    page = open_page(REVIEW.format(language), prepare=intercept(pattern, handler))
    demo = Demo(page)
    demo.clear()
    demo.draw(SEVEN)
    demo.expect_sentence(code)
    page.context.unroute_all()
    demo.alert.locator("button").first.click()
    expect(demo.answer).to_have_text("7", timeout=60_000)
    expect(demo.alert.locator("p")).to_have_count(0)


def test_a_refused_file_after_a_failed_run_leaves_the_demo_alive(language, open_page):
    page = open_page(REVIEW.format(language), prepare=intercept(r"\.onnx$", missing))
    demo = Demo(page)
    demo.clear()
    demo.draw(SEVEN[:1])
    demo.expect_sentence("model-missing")
    demo.draw(ONE)  # the error stands, and the pad is not said to be empty
    page.wait_for_timeout(1000)
    expect(demo.element.locator(".pd-status")).not_to_have_text(demo.sentence("announce-blank"))
    demo.expect_sentence("model-missing")
    demo.upload("notes.txt", "text/plain", b"no picture")
    demo.expect_sentence("not-image")
    page.context.unroute_all()
    demo.clear()
    demo.draw(SEVEN)
    expect(demo.answer).to_have_text("7", timeout=60_000)
    expect(demo.alert.locator("p")).to_have_count(0)


def test_another_back_end_loads_in_sight(language, open_page):
    page = open_page(REVIEW.format(language))
    demo = Demo(page)
    demo.clear()
    demo.draw(SEVEN)
    demo.wait()
    waiting = Held(page, r"ort\.(jspi|webgpu)\.min\.mjs$")
    demo.backend.select_option("webgpu")
    expect(demo.element).to_have_attribute("data-state", "loading")
    expect(demo.element.locator(".pd-time")).to_be_hidden()
    waiting.let_go()
    demo.wait()
    expect(demo.answer).to_have_text("7", timeout=60_000)


def test_the_manifest_is_missing(language, open_page):
    page = open_page(REVIEW.format(language), prepare=intercept(r"lenet5\.json$", missing), wait_until="networkidle")
    come_to_demo(page)
    alert = page.locator("paper-demo .pd-alert p").first
    expect(alert).to_be_visible()
    assert page.locator("paper-demo img").count() >= 4  # the results computed beforehand stay
    page.context.unroute_all()
    page.locator("paper-demo .pd-alert button").first.click()
    Demo(page)


def test_the_first_picture_is_missing(language, open_page):
    """The results computed beforehand come back, and so does the demo at the second try."""
    page = open_page(f"{language}/papers/unet/", prepare=intercept(r"\.whole\.\w+\.webp$", missing))
    come_to_demo(page)
    demo = page.locator("paper-demo")
    expect(demo.locator(".pd-alert p").first).to_be_visible()
    expect(demo.locator(".pd-frame")).to_have_count(0)
    assert demo.locator("img").count() >= 4
    page.context.unroute_all()
    demo.locator(".pd-alert button").first.click()
    Demo(page)


def test_a_sample_is_missing(language, open_page):
    """What is on show stays, and is called so; the message goes with the next sample."""
    page = open_page(f"{language}/papers/faster-r-cnn/", prepare=intercept(r"overlapping\.pixels\.\w+\.bin$", missing))
    demo = Demo(page)
    checked = demo.element.locator(".pd-samples input:checked")
    first = checked.get_attribute("value")
    demo.choose("smear-overlapping")
    demo.expect_sentence("sample-missing")
    expect(checked).to_have_value(first)
    demo.choose("smear-sparse")
    expect(checked).to_have_value("smear-sparse")
    expect(demo.alert.locator("p")).to_have_count(0)


def test_the_network_is_gone(language, open_page):
    page = open_page(REVIEW.format(language), wait_until="networkidle")
    demo = Demo(page)
    page.context.set_offline(True)
    demo.choose(demo.element.locator(".pd-samples input").nth(2).get_attribute("value"))
    demo.expect_sentence("offline")
    page.context.set_offline(False)
    demo.alert.locator("button").first.click()
    demo.wait()


def test_webgpu_computes_wrong_numbers(language, open_page):
    """The canary must catch it, say so, and go on with WebAssembly."""
    page = open_page(REVIEW.format(language), prepare=intercept(r"ort\.(jspi|webgpu)\.min\.mjs$", wrong_numbers))
    demo = Demo(page)
    demo.clear()
    demo.backend.select_option("webgpu")
    demo.draw(SEVEN)
    demo.expect_sentence("webgpu-numbers")
    expect(demo.answer).to_have_text("7", timeout=60_000)
    expect(demo.element).to_have_attribute("data-backend", "wasm")
    expect(demo.backend).to_have_value("wasm")


def test_there_is_no_webgpu(language, browser_type: BrowserType, browser_type_launch_args, site_url):
    arguments = [argument for argument in ARGUMENTS if "webgpu" not in argument]
    browser: Browser = browser_type.launch(**{**browser_type_launch_args, "args": arguments})
    page = browser.new_page()
    page.goto(site_url + REVIEW.format(language))
    demo = Demo(page)
    demo.clear()
    demo.backend.select_option("webgpu")
    demo.draw(SEVEN)
    demo.expect_sentence("webgpu-unavailable")
    expect(demo.answer).to_have_text("7", timeout=60_000)
    expect(demo.element).to_have_attribute("data-backend", "wasm")
    browser.close()
