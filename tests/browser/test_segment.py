"""Objects in micrographs: tiles, threshold, skip connections, pictures of any size, drawings with known truth."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from playwright.sync_api import expect
from skimage.measure import label

from export import manifest
from export.drawings.microscopy import DRAWINGS, Drawing
from export.manifest import Manifest
from models import registry
from models.data.microscopy import counted, stretched
from models.tiling import segment, tiles, window
from papers.schema import LANGUAGES, load_paper
from tests.browser import files
from tests.browser.demo import Demo, Held

pytestmark = pytest.mark.parametrize("slug", ["unet"])  # what all demos do: test_every_demo.py

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LARGE, DRAWN = "membranes-300", ("membranes", 300, 300, 420)  # a sample of several tiles, and how it is drawn
STEP = 97  # of the pixels that are compared


def facts_of(site: Path, slug: str, place: int = 0) -> Manifest:
    return manifest.load(site / "models" / slug / f"{load_paper(slug).need_review().variants[place].name}.json")


def drawing(kind: str, seed: int, height: int, width: int) -> Drawing:
    return DRAWINGS[kind](seed, height, width)


def pytorch(facts: Manifest, grey: np.ndarray, skips: tuple[int, ...] = (1, 1, 1, 1)) -> np.ndarray:
    """The probability map (H, W) of a whole picture."""
    network: Any = registry.build(facts.variant)
    seen = stretched(grey) if facts.extra["stretched"] else grey
    return segment(network, torch.from_numpy(seen[..., None]), torch.tensor(skips, dtype=torch.float32))[1].numpy()


def expect_map(demo: Demo, facts: Manifest, expected: np.ndarray) -> None:
    """Soon the demo has computed this."""
    demo.page.wait_for_function(
        """([demo, shape, step, expected, tolerance]) => {
          const found = demo.latest?.outputs.probability;
          return found && String(found.shape) === String(shape) && expected.every((value, i) =>
            Math.abs(value - found.data[i * step]) <= tolerance);
        }""",
        arg=[
            demo.element.element_handle(),
            [1, *expected.shape],
            STEP,
            expected.ravel()[::STEP].tolist(),
            facts.tolerance["probability"],
        ],
        timeout=60_000,
    )
    demo.wait()


def row(demo: Demo, place: int) -> list[str]:
    return demo.element.locator(f".pd-measures tbody tr:nth-child({place}) td").all_inner_texts()


def expect_numbers(demo: Demo, probability: np.ndarray, objects: np.ndarray, threshold: float) -> None:
    """The table says what Python counts and measures; a pixel whose probability is close may fall on either side."""
    mask, true = probability > threshold, objects > 0
    doubtful = int((np.abs(probability - threshold) < 1e-3).sum())
    assert abs(int(row(demo, 1)[0]) - counted(label(mask, connectivity=1))) <= doubtful
    assert int(row(demo, 1)[-1]) == counted(objects)
    error = float(row(demo, 2)[0].rstrip("\u00a0%")) / 100
    assert error == pytest.approx((mask != true).mean(), abs=0.0006 + doubtful / true.size)
    dice = 2 * (mask & true).sum() / (mask.sum() + true.sum())
    assert float(row(demo, 3)[0]) == pytest.approx(dice, abs=0.0006 + 2 * doubtful / true.sum())


def test_connections_and_threshold_do_what_pytorch_does(slug, site, open_page):
    """On a picture of several tiles, whose number is no multiple of a tile's side."""
    demo, facts, drawn = Demo(open_page(f"en/papers/{slug}/")), facts_of(site, slug), drawing(*DRAWN)
    boxes = demo.element.locator(".pd-skips input")
    demo.choose(LARGE)
    before = pytorch(facts, drawn.pixels)
    expect_map(demo, facts, before)
    expect_numbers(demo, before, drawn.objects, facts.extra["threshold"])
    for skips in ((0, 1, 1, 1), (1, 0, 1, 0)):
        for box, on in zip(boxes.all(), skips, strict=True):
            box.set_checked(bool(on))
        cut = pytorch(facts, drawn.pixels, skips)
        assert np.abs(cut - before).max() > 0.3
        expect_map(demo, facts, cut)
        assert len(row(demo, 1)) == 3, "as set, with all connections, in truth"
    demo.element.locator(".pd-verdict input[type=range]").first.fill("0.63")
    expect_numbers(demo, cut, drawn.objects, 0.63)


def test_the_answer_is_there_before_anything_runs(slug, site, open_page):
    asked = []
    watch = lambda page: page.on("request", lambda request: asked.append(request.url))  # noqa: E731
    demo = Demo(open_page(f"en/papers/{slug}/", wait_until="networkidle", prepare=watch))
    facts = facts_of(site, slug)
    demo.wait("idle")
    assert row(demo, 1)[0] in facts.samples[0].answer.text.en
    assert row(demo, 2)[0] in facts.samples[0].answer.detail.en
    assert not [url for url in asked if url.endswith((".onnx", ".wasm"))]
    page = open_page(f"en/papers/{slug}/", java_script_enabled=False)
    for sample in facts.samples:
        shown = page.locator(f".lp-samples li:has(img[src$='{sample.pictures['answer']}'])")
        expect(shown).to_contain_text(sample.answer.text.en)


def test_a_map_that_comes_late_is_not_taken_for_another_networks(slug, site, open_page):
    """The sample's known map is that of the network that was on show when the reader chose it."""
    page = open_page(f"en/papers/{slug}/")
    demo, facts = Demo(page), facts_of(site, slug, 1)
    sample = next(each for each in facts.samples if each.id == "nuclei-400")
    maps, networks = Held(page, r"nuclei-400\.probability"), Held(page, r"\.onnx$")
    demo.choose(sample.id)
    maps.come()
    demo.network(facts.variant)
    expect(demo.element.locator(".pd-networks input:checked")).to_have_attribute("data-variant", facts.variant)
    maps.let_go()
    cells = demo.element.locator(".pd-measures tbody tr:first-child td")
    expect(cells.last).to_have_text(str(sample.extra["count"]))
    page.wait_for_timeout(500)
    expect(cells.first).to_have_text("·")
    networks.let_go()
    with Image.open(site / "models" / slug / sample.pictures["whole"]) as whole:
        expect_map(demo, facts, pytorch(facts, np.array(whole.convert("L"))))


@pytest.mark.parametrize("place", [0, 1])
def test_a_picture_of_ones_own_of_any_size(place, slug, site, open_page):
    demo, facts = Demo(open_page(f"en/papers/{slug}/")), facts_of(site, slug, place)
    demo.network(facts.variant)
    rgb = np.random.default_rng(4).integers(60, 256, (151, 233, 3)).astype(np.uint8)
    demo.upload("own.png", "image/png", files.encode(Image.fromarray(rgb), "PNG"))
    expect_map(demo, facts, pytorch(facts, np.array(Image.fromarray(rgb).convert("L"))))
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
    expect(demo.element.locator(".pd-measures tbody tr")).to_have_count(1)
    demo.element.locator(".pd-size select").select_option("2")
    demo.page.wait_for_function(
        "demo => String(demo.latest.outputs.probability.shape) === '1,76,117'", arg=demo.element.element_handle()
    )


@pytest.mark.parametrize("kind", DRAWINGS)
def test_a_new_drawing_has_a_known_truth(kind, slug, site, open_page):
    demo = Demo(open_page(f"zh/papers/{slug}/"))
    facts = facts_of(site, slug, 0 if kind == "membranes" else 1)
    demo.network(facts.variant)
    demo.element.locator(f".pd-drawings button[data-kind={kind}]").click()
    drawn = drawing(kind, 1001, 256, 256)
    expect_map(demo, facts, pytorch(facts, drawn.pixels))
    assert row(demo, 1)[-1] == str(counted(drawn.objects))
    expect(demo.element.locator(".pd-segment .pd-caption")).to_contain_text("1001")


def test_tiles_are_shown_and_chosen_by_finger(slug, site, open_page):
    demo, facts, drawn = Demo(open_page(f"en/papers/{slug}/", **PHONE)), facts_of(site, slug), drawing(*DRAWN)
    plan: Any = registry.build(facts.variant, weights=False).plan
    demo.choose(LARGE)
    expect(demo.element.locator(".pd-grid")).to_be_hidden()
    demo.element.get_by_text("Show the tiles").tap()
    places = list(tiles(*drawn.pixels.shape, plan))
    radios = demo.element.locator(".pd-grid input")
    expect(radios).to_have_count(len(places))
    box = radios.nth(4).bounding_box()
    assert box and min(box["width"], box["height"]) >= 44
    radios.nth(4).tap()
    expect(demo.element.locator(".pd-tile figcaption")).to_contain_text("Tile 5 of 9")
    seen = demo.element.locator(".pd-window canvas").evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)"
        ".filter((_, i) => i % 4 === 0)"
    )
    expected = window(torch.from_numpy(drawn.pixels[..., None]), places[4], plan)
    np.testing.assert_array_equal(seen, expected.numpy().ravel())
    for control in demo.element.locator(".pd-check, .pd-choice span, .pd-verdict .pd-sliders label").all():
        assert control.bounding_box()["height"] >= 44
    demo.wait()


def test_feature_maps_are_those_of_the_chosen_tile(slug, open_page):
    page = open_page(f"en/papers/{slug}/")
    demo = Demo(page)
    demo.element.get_by_text("Show the tiles").click()
    demo.wait()
    page.locator("paper-diagram a.node[data-node=contracting_0]").first.click()
    canvas = page.locator("paper-diagram canvas").first
    expect(canvas).to_be_visible(timeout=60_000)
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    demo.element.locator(".pd-grid input").nth(3).check(force=True)
    page.wait_for_function(
        "([figure, before]) => figure.querySelector('canvas')?.toDataURL() !== before",
        arg=[page.locator("paper-diagram .pd-maps").first.element_handle(), before],
        timeout=60_000,
    )


def test_the_other_network_s_maps_are_of_the_picture_in_its_own_contrast(slug, site, open_page):
    """Its diagram can be opened while the first network is on show."""
    demo, other, folder = Demo(open_page(f"en/papers/{slug}/")), facts_of(site, slug, 1), site / "models" / slug
    sample, tap = other.samples[1], other.taps[0]
    assert facts_of(site, slug).extra["stretched"] != other.extra["stretched"]
    demo.choose(sample.id)
    demo.wait()
    expect(demo.element.locator(f".pd-samples input[value='{sample.id}']")).to_be_checked()
    found = demo.element.evaluate(
        """(demo, [node, variant, step]) => demo.taps([node], variant)
          .then((taps) => Array.from(taps[node].data).filter((_, i) => i % step === 0))""",
        [tap.node, other.variant, STEP],
    )
    session = onnxruntime.InferenceSession(folder / other.model.file, providers=["CPUExecutionProvider"])
    (expected,) = session.run([tap.name], manifest.feeds(folder, other, sample))
    np.testing.assert_allclose(found, expected.ravel()[::STEP], atol=1e-3 * np.abs(expected).max())


def test_the_keyboard_alone(slug, open_page):
    page = open_page(f"en/papers/{slug}/")
    demo = Demo(page)
    skips, looks = demo.element.locator(".pd-skips input"), demo.element.locator(".pd-verdict input[type=radio]")
    threshold = demo.element.locator(".pd-verdict input[type=range]").first
    before = float(threshold.input_value())
    threshold.focus()
    page.keyboard.press("ArrowRight")
    assert float(threshold.input_value()) == pytest.approx(before + 0.01)
    skips.first.focus()
    page.keyboard.press("Space")
    demo.wait()
    expect(skips.first).not_to_be_checked()
    looks.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(demo.element.locator(".pd-verdict input[value=change]")).to_be_checked()
    expect(demo.element.locator(".pd-verdict > .pd-caption")).to_contain_text("all connections")
    demo.element.get_by_label("Show the tiles").focus()
    page.keyboard.press("Space")
    demo.element.locator(".pd-grid input").first.focus()
    page.keyboard.press("ArrowRight")
    expect(demo.element.locator(".pd-tile figcaption")).to_contain_text("Tile 2 of 4")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_file_gets_a_sentence_and_the_picture_stays(language, slug, site, open_page):
    demo = Demo(open_page(f"{language}/papers/{slug}/"))
    # The map over the picture is computed anew as soon as the demo is touched, and may differ in the last digit.
    shown = "demo => [...demo.querySelectorAll('.pd-layers canvas:not(.pd-overlay)')].map(canvas => canvas.toDataURL())"
    demo.wait("idle")
    before = demo.element.evaluate(shown)
    for code, upload in files.bad(files.handwritten(site, "6")):
        if code == "no-ink":
            continue  # a blank picture is a picture
        demo.upload(*upload)
        demo.expect_sentence(code)
        assert demo.element.evaluate(shown) == before
        demo.alert.locator(".pd-close").click()
