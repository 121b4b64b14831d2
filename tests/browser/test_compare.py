"""Two pictures compared in the hands of a reader: pads, samples, files, threshold, gallery, another kind of input."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, expect

from export import tasks
from export.manifest import feeds, load
from models import registry
from tests.browser import files
from tests.browser.demo import LANGUAGES, Demo, line, ring

REVIEW = "{language}/papers/siamese/"
FOLDER = "models/siamese"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
CROSS = [line((0.2, 0.2), (0.8, 0.8)), line((0.8, 0.2), (0.2, 0.8))]
RING = [ring(width=0.3)]
ROUNDED = 0.11  # one in the last digit: the points of the gallery are constants, rounded as weights are


class Pair(Demo):
    """A demo with two inputs; `pad` and `upload` are those of the side that `at` names."""

    def at(self, side: str) -> "Pair":
        self.side = self.element.locator(f".pd-side[data-side={side}]")
        self.pad = self.side.locator("canvas.pd-pad-ink")
        return self

    def upload(self, name: str, kind: str, data: bytes) -> None:
        self.side.locator("input[type=file]").set_input_files({"name": name, "mimeType": kind, "buffer": data})

    @property
    def gallery(self) -> Locator:
        return self.element.locator(".pd-gallery button")

    def energy(self) -> float:
        self.wait()
        return float(self.element.locator(".pd-pin").inner_text())

    def seen(self) -> list[str]:
        return self.element.locator(".pd-eyes canvas").evaluate_all("all => all.map(each => each.toDataURL())")

    def threshold(self, value: float) -> None:
        self.element.locator(".pd-threshold input").fill(str(value))


def whole(site: Path, variant: str) -> dict:
    return json.loads((site / FOLDER / f"{variant}.json").read_text(encoding="utf-8"))


def test_two_drawings_by_mouse(open_page):
    demo = Pair(open_page(REVIEW.format(language="en")))
    demo.at("first").draw(CROSS)  # the example gives way
    demo.at("second").draw(RING)
    unlike = demo.energy()
    demo.side.get_by_role("button", name="Clear").click()
    expect(demo.answer).to_have_text("·")
    expect(demo.element.locator(".pd-sure")).to_have_text("nothing yet")
    demo.draw(CROSS)
    assert demo.energy() < 1 < unlike
    expect(demo.answer).to_have_text("=")
    demo.side.get_by_role("button", name="Undo").click()
    expect(demo.element.locator(".pd-pin")).not_to_have_text("0.0")
    assert demo.energy() > 1, "half a cross is no cross"


def test_two_drawings_by_touch_do_not_scroll_the_page(open_page):
    page = open_page(REVIEW.format(language="zh"), **PHONE)
    demo = Pair(page)
    demo.at("first").pad.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    for side in ("first", "second"):
        demo.at(side).touch(RING)
    assert demo.energy() < 1
    assert page.evaluate("scrollY") == before


def test_the_keyboard_chooses_samples_pictures_and_the_threshold(open_page):
    page = open_page(REVIEW.format(language="en"))
    demo = Pair(page)
    demo.element.locator(".pd-samples input").first.focus()
    page.keyboard.press("ArrowRight")
    first = demo.energy()
    demo.gallery.nth(3).focus()
    page.keyboard.press("Enter")
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
    demo.wait()
    assert demo.energy() == pytest.approx(float(demo.gallery.nth(3).inner_text()), abs=ROUNDED) != first
    slider = demo.element.locator(".pd-threshold input")
    slider.focus()
    page.keyboard.press("Home")
    expect(demo.answer).to_have_text("≠")
    page.keyboard.press("End")
    expect(demo.answer).to_have_text("=")
    assert slider.get_attribute("aria-valuetext") == "171.6: same character"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_threshold_divides_the_pair_and_the_gallery(language, site, open_page):
    demo = Pair(open_page(REVIEW.format(language=language)))
    manifest = whole(site, "siamese-omniglot")
    same, different = manifest["labels"][language]
    sample = manifest["samples"][1]
    demo.choose(sample["id"])
    demo.wait()
    energy, others = sample["outputs"]["energy"][0], sample["outputs"]["gallery"]
    own = manifest["extra"]["threshold"]
    for threshold in (round(energy - 1, 1), round(energy + 1, 1), own):
        if threshold == own:
            demo.element.locator(".pd-threshold button").click()
        else:
            demo.threshold(threshold)
        expect(demo.element.locator(".pd-sure")).to_have_text(same if energy <= threshold else different)
        expect(demo.element.locator(".pd-gallery .pd-below")).to_have_count(sum(each <= threshold for each in others))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", ["siamese-omniglot", "siamese-orl"])
def test_the_gallery_has_pytorch_s_order(variant, language, site, open_page):
    """Worked out anew by the network alone, for a pair that the page shows."""
    demo = Pair(open_page(REVIEW.format(language=language)))
    demo.network(variant)
    facts = load(site / FOLDER / f"{variant}.json")
    sample = facts.samples[2]
    demo.choose(sample.id)
    demo.wait()
    expect(demo.element.locator(f".pd-samples input[value='{sample.id}']")).to_be_checked()
    network = registry.build(variant)
    given = feeds(site / FOLDER, facts, sample)
    graph = tasks.load("compare").graph(network, [])
    with torch.no_grad():
        first, second = (graph.see(torch.from_numpy(given[name].copy())) for name in ("first", "second"))
        energy = network(first, second).item()
        distances = network.energy(network.embed(first), graph.points)[:, 0].numpy()
    assert demo.energy() == pytest.approx(energy, abs=0.2)
    titles = [each["title"][language] for each in facts.extra["gallery"]]
    shown = demo.gallery.evaluate_all("all => all.map(each => [each.title, Number(each.innerText)])")
    assert sorted(title for title, _ in shown) == sorted(titles)
    wanted = sorted(zip(distances.tolist(), titles, strict=True))
    for (title, value), (distance, expected) in zip(shown, wanted, strict=True):
        assert value == pytest.approx(distance, abs=0.2)
        assert title == expected or np.sum(np.abs(distances - distance) < 0.2) > 1, (
            "only what is as near may change places"
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("variant", ["siamese-omniglot", "siamese-orl"])
def test_whose_pictures_the_gallery_has(variant, language, site, open_page):
    demo = Pair(open_page(REVIEW.format(language=language)))
    demo.network(variant)
    line = demo.element.locator(".pd-gallery .pd-credit")
    parts = [part for each in load(site / FOLDER / f"{variant}.json").extra["gallery"] for part in each["credit"]]
    for part in parts:
        expect(line).to_contain_text(part["text"][language])
    links = line.locator("a").evaluate_all("links => links.map((link) => link.href)")
    assert sorted(links) == sorted({part["url"] for part in parts if part["url"]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_for_both_sides_and_a_bad_one_leaves_both_alone(language, site, open_page):
    demo = Pair(open_page(REVIEW.format(language=language)))
    six, *_ = files.good(files.handwritten(site, "6"))
    one, *_ = files.good(files.handwritten(site, "1"))
    demo.at("first").upload(*six)
    demo.at("second").upload(*one)
    before = demo.energy()
    assert before > 1
    demo.page.wait_for_timeout(300)
    seen = demo.seen()
    for code, upload in files.bad(files.handwritten(site, "6")):
        demo.at("second").upload(*upload)
        demo.expect_sentence(code)
        assert demo.energy() == before and demo.seen() == seen
        demo.alert.locator(".pd-close").click()
    demo.upload(*six)
    expect(demo.element.locator(".pd-pin")).to_have_text("0.0")


def test_another_kind_of_input_brings_its_own_samples_and_pictures(site, open_page):
    page = open_page(REVIEW.format(language="en"))
    demo = Pair(page)
    demo.at("first").draw(CROSS)
    demo.wait()
    demo.network("siamese-orl")
    faces = whole(site, "siamese-orl")
    inputs = demo.element.locator(".pd-samples input")
    expect(inputs).to_have_count(len(faces["samples"]))
    expect(inputs.first).to_be_checked()
    expect(demo.element.locator(".pd-photo")).to_have_count(2)
    expect(demo.element.locator(".pd-note")).to_contain_text("35 people")
    assert demo.energy() == pytest.approx(faces["samples"][0]["outputs"]["energy"][0], abs=0.2)
    # One of the gallery's own files is as far from the first picture as the gallery says.
    eva = faces["extra"]["gallery"][1]
    demo.at("second").upload("eva.webp", "image/webp", (site / FOLDER / eva["image"]).read_bytes())
    expect(demo.element.locator(".pd-samples input:checked")).to_have_count(0)
    expect(demo.element.locator(".pd-pin")).to_have_text(
        demo.element.locator(f"[title='{eva['title']['en']}']").inner_text()
    )
    demo.wait()
    demo.network("siamese-omniglot")
    expect(demo.element.locator(".pd-pad-ink")).to_have_count(2)
    expect(inputs.first).to_be_checked()


@pytest.mark.parametrize("variant", ["siamese-omniglot", "siamese-orl"])
def test_both_branches_show_their_own_feature_maps(variant, site, open_page):
    page = open_page(REVIEW.format(language="en"))
    demo = Pair(page)
    demo.network(variant)
    demo.choose(whole(site, variant)["samples"][1]["id"])
    demo.wait()
    maps = []
    for node in ("c1", "c1_2", "c3", "c3_2", "f6", "f6_2"):
        page.locator(f"paper-diagram a.node[data-node={node}]").first.click()
        canvas = page.locator("paper-diagram .pd-maps canvas").first
        expect(canvas).to_be_visible(timeout=60_000)
        maps.append(canvas.evaluate("canvas => canvas.toDataURL()"))
    assert len(set(maps)) == len(maps)
