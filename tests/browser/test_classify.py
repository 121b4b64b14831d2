"""What is on a picture: two networks side by side, sliders, files, the camera."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from export import manifest, tasks
from export.manifest import Manifest
from export.pictures import DRAWINGS
from export.pixels import fit
from models import registry
from papers.schema import LANGUAGES, load_paper, reviewed
from tests.browser import files
from tests.browser.camera import GRANTED, KEEP_STREAM, LIVE, NO_CAMERA, SLOW_CAMERA, camera_page, with_camera
from tests.browser.demo import Demo

pytestmark = pytest.mark.parametrize("slug", [slug for slug in reviewed() if load_paper(slug).demo == "classify"])

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
SLOW_DECODER = """
  const decode = window.createImageBitmap;
  window.createImageBitmap = async (...wish) => {
    await new Promise((done) => { setTimeout(done, 1000); });
    window.decoded = (window.decoded ?? 0) + 1;
    return decode(...wish);
  };
"""


def networks(site: Path, slug: str) -> list[Manifest]:
    """The network on show, and the one beside it."""
    folder = site / "models" / slug
    facts = manifest.load(folder / f"{load_paper(slug).need_review().variants[0].name}.json")
    return [facts, *([manifest.load(folder / facts.beside)] if facts.beside else [])]


def pytorch(facts: Manifest, pixels: np.ndarray, branches: np.ndarray | None = None) -> np.ndarray:
    """The probabilities that PyTorch gives to a picture, with the sliders so."""
    controls = [torch.tensor(given.control.default) for given in facts.inputs if given.control]
    if branches is not None:
        controls = [torch.from_numpy(branches)]
    graph = tasks.load(facts.task).graph(registry.build(facts.variant), [])
    with torch.no_grad():
        return graph(torch.from_numpy(pixels.copy()), *controls)["probabilities"].numpy()[0]


def expect_probabilities(demo: Demo, facts: list[Manifest], expected: list[np.ndarray]) -> None:
    """Soon the demo has computed these, each network its own."""
    tolerance = max(each.tolerance["probabilities"] for each in facts) + 1e-3
    demo.page.wait_for_function(
        """([demo, expected, tolerance]) => {
          const { outputs, beside } = demo.latest ?? {};
          const found = [outputs, beside].filter(Boolean).map((each) => Array.from(each.probabilities.data));
          return found.length === expected.length && expected.every((values, network) =>
            values.every((value, i) => Math.abs(value - found[network][i]) <= tolerance));
        }""",
        arg=[demo.element.element_handle(), [each.tolist() for each in expected], tolerance],
    )


def has_sliders(site: Path, slug: str) -> bool:
    return any(given.control for given in networks(site, slug)[0].inputs)


def test_sliders_do_what_pytorch_does_with_the_same_settings(slug, site, open_page):
    if not has_sliders(site, slug):
        return
    demo, facts = Demo(open_page(f"en/papers/{slug}/")), networks(site, slug)
    sliders = demo.element.locator(".pd-groups input")
    sample = facts[0].samples[1]
    pixels = manifest.read_input(site / "models" / slug, facts[0].inputs[0], sample.inputs["pixels"])
    demo.choose(sample.id)
    count = sliders.count()
    random = np.random.default_rng(3).integers(0, 21, count) / 20
    before = [pytorch(each, pixels) for each in facts]
    expect_probabilities(demo, facts, before)
    for settings in (np.eye(count)[1], np.full(count, 0.5), random, np.zeros(count)):
        branches = settings.astype(np.float32)
        for i, value in enumerate(branches):
            sliders.nth(i).fill(f"{value:.2f}")
        expected = [pytorch(each, pixels, branches) for each in facts]
        assert max(np.abs(new - old).max() for new, old in zip(expected, before, strict=True)) > 0.05
        expect_probabilities(demo, facts, expected)
        before = expected
    demo.element.get_by_role("button", name="Reset").click()
    expect_probabilities(demo, facts, [pytorch(each, pixels) for each in facts])


def test_one_slider_moves_all_and_a_choice_of_sample_leaves_them(slug, site, open_page):
    if not has_sliders(site, slug):
        return
    demo = Demo(open_page(f"en/papers/{slug}/", **PHONE))
    everything, first = demo.element.locator(".pd-all input"), demo.element.locator(".pd-groups input").first
    for slider in (everything, first):
        box = slider.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 90
    everything.tap(position={"x": 2, "y": 22})
    expect(first).to_have_value("0")
    first.focus()
    demo.page.keyboard.press("End")
    demo.page.keyboard.press("ArrowLeft")
    expect(first).to_have_value("0.95")
    demo.choose(demo.sample(2))
    demo.wait()
    expect(first).to_have_value("0.95")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answers_are_read_out(language, slug, site, open_page):
    demo, facts = Demo(open_page(f"{language}/papers/{slug}/")), networks(site, slug)
    place = 3
    demo.choose(facts[0].samples[place].id)
    demo.wait()
    for each in facts:
        sample = each.samples[place]
        expect(demo.element.locator(".pd-status")).to_contain_text(each.title[language])
        expect(demo.element.locator(".pd-status")).to_contain_text(sample.answer.text[language])
        expect(demo.element.locator(".pd-chances thead")).to_contain_text(sample.answer.text[language])


def test_a_picture_of_ones_own(slug, site, open_page):
    demo, facts = Demo(open_page(f"en/papers/{slug}/")), networks(site, slug)
    picture = DRAWINGS[3].make()
    demo.upload("own.png", "image/png", files.encode(files.Image.fromarray(picture), "PNG"))
    side = facts[0].inputs[0].shape[1]
    expect_probabilities(demo, facts, [pytorch(each, fit(picture, side)[None]) for each in facts])
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
    expect(demo.element.locator(".pd-credit")).to_be_empty()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_file_gets_a_sentence_and_the_picture_stays(language, slug, site, open_page):
    demo = Demo(open_page(f"{language}/papers/{slug}/"))
    demo.choose(demo.sample(1))
    demo.wait()
    shown = "demo => [...demo.querySelectorAll('.pd-input canvas')].map(canvas => canvas.toDataURL())"
    before, answer = demo.element.evaluate(shown), demo.element.locator(".pd-chances").inner_text()
    for code, upload in files.bad(files.handwritten(site, "6")):
        if code == "no-ink":
            continue  # a blank picture is a picture
        demo.upload(*upload)
        demo.expect_sentence(code)
        assert demo.element.evaluate(shown) == before
        assert demo.element.locator(".pd-chances").inner_text() == answer
        demo.alert.locator(".pd-close").click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_camera_starts_and_is_let_go(language, slug, browser_type, browser_type_launch_args, site_url):
    browser = with_camera(browser_type, browser_type_launch_args, GRANTED)
    page = camera_page(browser, f"{site_url}{language}/papers/{slug}/", KEEP_STREAM)
    demo = Demo(page)
    ended = "() => stream.getTracks().every((track) => track.readyState === 'ended')"
    for stop in (lambda: demo.camera.click(), lambda: demo.choose(demo.sample(2))):
        demo.camera.click()
        expect(demo.camera).to_have_attribute("aria-pressed", "true")
        picture = demo.element.get_by_role("img", name=demo.sentence("from-camera"))
        expect(picture).to_be_visible()
        demo.wait()
        seen = picture.evaluate("canvas => canvas.toDataURL()")
        page.wait_for_function("([canvas, seen]) => canvas.toDataURL() !== seen", arg=[picture.element_handle(), seen])
        assert not page.evaluate(ended)
        stop()
        expect(demo.camera).to_have_attribute("aria-pressed", "false")
        assert page.evaluate(ended)
    browser.close()


def test_a_camera_that_is_let_go_while_it_starts(slug, browser_type, browser_type_launch_args, site_url):
    """However often it is pressed: at most one stream lives, and the button always stops it."""
    browser = with_camera(browser_type, browser_type_launch_args, GRANTED)
    page = camera_page(browser, f"{site_url}en/papers/{slug}/", SLOW_CAMERA)
    demo = Demo(page)
    for presses, pressed in ((2, "false"), (3, "true")):
        for _ in range(presses):
            demo.camera.click()
        page.wait_for_timeout(1500)
        expect(demo.camera).to_have_attribute("aria-pressed", pressed)
        assert page.evaluate(LIVE) == (pressed == "true")
    demo.camera.click()
    assert page.evaluate(LIVE) == 0
    expect(demo.alert.locator("p")).to_have_count(0)
    browser.close()


def test_a_picture_that_takes_long_gives_way_to_a_newer_choice(slug, open_page):
    page = open_page(f"en/papers/{slug}/", prepare=lambda page: page.add_init_script(SLOW_DECODER))
    demo = Demo(page)
    picture = files.encode(files.Image.fromarray(DRAWINGS[3].make()), "PNG")
    demo.upload("own.png", "image/png", picture)
    demo.choose(demo.sample(2))
    page.wait_for_function("() => window.decoded === 1")
    page.wait_for_timeout(300)
    expect(demo.element.locator(".pd-samples input:checked")).to_have_value(demo.sample(2))
    demo.upload("own.png", "image/png", picture)
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)


def test_no_answer_stands_beside_another_picture(slug, site, open_page):
    """What is known of a sample beforehand is not shown for other settings, nor for a picture whose run failed."""
    hold = lambda page: page.context.route(re.compile(r"\.onnx$"), lambda route: None)  # noqa: E731
    demo = Demo(open_page(f"en/papers/{slug}/", prepare=hold))
    table = demo.element.locator(".pd-chances")
    expect(table).to_contain_text("%")
    if has_sliders(site, slug):
        demo.element.locator(".pd-sliders input").first.fill("0.5")
        demo.choose(demo.sample(2))
        expect(demo.element.locator(".pd-samples input:checked")).to_have_value(demo.sample(2))
        expect(table).not_to_contain_text("%")
    gone = lambda page: page.context.route(re.compile(r"\.onnx$"), lambda route: route.fulfill(status=404))  # noqa: E731
    demo = Demo(open_page(f"en/papers/{slug}/", prepare=gone))
    demo.upload("own.png", "image/png", files.encode(files.Image.fromarray(DRAWINGS[3].make()), "PNG"))
    demo.expect_sentence("model-missing")
    expect(demo.element.locator(".pd-chances")).not_to_contain_text("%")


@pytest.mark.parametrize("language", LANGUAGES)
def test_something_dropped_that_is_no_file_is_told(language, slug, open_page):
    demo = Demo(open_page(f"{language}/papers/{slug}/"))
    demo.element.locator(".pd-picture").evaluate("""box => {
      const dataTransfer = new DataTransfer();
      dataTransfer.setData('text/plain', 'a picture');
      box.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }""")
    demo.expect_sentence("not-image")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("arguments", "script", "code"),
    [(["--deny-permission-prompts"], "", "camera-denied"), ([], NO_CAMERA, "camera-missing")],
)
def test_no_camera(arguments, script, code, language, slug, browser_type, browser_type_launch_args, site_url):
    browser = with_camera(browser_type, browser_type_launch_args, *arguments)
    demo = Demo(camera_page(browser, f"{site_url}{language}/papers/{slug}/", script))
    demo.camera.click()
    demo.expect_sentence(code)
    expect(demo.camera).to_have_attribute("aria-pressed", "false")
    demo.choose(demo.sample(1))
    demo.wait()
    browser.close()


def test_whose_picture_it_is_stands_beside_it(slug, site, open_page):
    """With links to the licence and to the author's page, also without JavaScript."""
    demo, facts = Demo(open_page(f"en/papers/{slug}/")), networks(site, slug)
    for sample in facts[0].samples:
        demo.choose(sample.id)
        credit = demo.element.locator(".pd-credit")
        expect(credit).to_contain_text(sample.title.en)
        expect(credit).to_contain_text(sample.credit[-1].text.en)
        links = credit.locator("a").evaluate_all("links => links.map((link) => link.href)")
        assert links == [part.url for part in sample.credit if part.url], json.dumps(sample.id)
