"""The map of all papers: by mouse, finger and keyboard, on a desk and on a phone, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from papers.schema import load_index, load_paper
from tests.browser.demo import LANGUAGES

INDEX = load_index()
PAPERS = {slug: load_paper(slug, None, INDEX) for slug in INDEX.slugs()}
PAPER = "resnet"
NEAR = (
    {PAPER}
    | {entry.to for entry in PAPERS[PAPER].lineage if isinstance(entry.to, str)}
    | {slug for slug, paper in PAPERS.items() if any(entry.to == PAPER for entry in paper.lineage)}
)
PHONE = {"viewport": {"width": 390, "height": 844}}
DESK = {"viewport": {"width": 1440, "height": 900}}


def card(page: Page, slug: str = PAPER):
    return page.locator(f"paper-lineage a[data-paper={slug}]:visible")


def standing_out(page: Page) -> set[str]:
    return set(page.locator("a[data-paper].is-near:visible").evaluate_all("nodes => nodes.map(n => n.dataset.paper)"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_every_paper_is_seen_and_linked(language, size, open_page):
    page = open_page(f"{language}/lineage/", java_script_enabled=False, **size)
    found = page.locator("a[data-paper]:visible").evaluate_all("nodes => nodes.map(n => n.dataset.paper)")
    assert sorted(found) == sorted(PAPERS)
    assert page.locator("paper-lineage [data-earlier]:visible").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["viewport"]["width"]
    expect(page.locator(".lp-map__panel")).to_be_hidden()
    boxes = page.locator("a[data-paper]:visible > g > rect").evaluate_all(
        "cards => cards.map(c => c.getBoundingClientRect()).map(b => [b.left, b.right, b.width, b.height])"
    )
    for left, right, width, height in boxes:
        assert left >= 0 and right <= size["viewport"]["width"]
        assert min(width, height) >= 24, "too small for a finger"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_goes_in_order_and_lets_neighbours_stand_out(language, size, open_page):
    page = open_page(f"{language}/lineage/", **size)
    order = page.locator("a[data-paper]:visible").evaluate_all("nodes => nodes.map(n => n.dataset.paper)")
    years = [PAPERS[slug].year for slug in order]
    assert years == sorted(years)
    place = order.index(PAPER)
    card(page, order[place - 2]).focus()
    for slug in (order[place - 1], PAPER):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.paper") == slug
    assert standing_out(page) == NEAR
    box, panel = card(page).bounding_box(), page.locator(".lp-map__panel").bounding_box()
    assert box and panel and box["y"] + box["height"] <= panel["y"], "the panel covers the card that has the focus"
    expect(page.locator(".lp-map__panel")).to_contain_text(PAPERS[PAPER].name)
    opacities = page.locator("a[data-paper]:visible").evaluate_all(
        "nodes => nodes.map(n => +getComputedStyle(n).opacity)"
    )
    assert min(opacities) > 0.2, "dimmed, never removed"
    page.keyboard.press("Escape")
    assert standing_out(page) == set()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/papers/{PAPER}/")


def test_a_mouse_points_and_leaves(open_page):
    page = open_page("en/lineage/", **DESK)
    card(page).hover()
    assert standing_out(page) == NEAR
    page.locator("h1").hover()
    assert standing_out(page) == set()
    card(page).click()
    page.wait_for_url(f"**/en/papers/{PAPER}/")


def test_a_finger_shows_first_and_follows_then(open_page):
    page = open_page("zh/lineage/", has_touch=True, is_mobile=True, **PHONE)
    card(page).tap()
    assert standing_out(page) == NEAR
    assert page.url.endswith("/zh/lineage/")
    page.locator(".lp-legend").tap(position={"x": 2, "y": 2})
    assert standing_out(page) == set()
    card(page).tap()
    card(page).tap()
    page.wait_for_url(f"**/zh/papers/{PAPER}/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_is_described_by_its_entry_in_the_list(language, open_page):
    page = open_page(f"{language}/lineage/")
    missing = page.locator("a[data-paper]").evaluate_all(
        "nodes => nodes.filter(n => !document.getElementById(n.getAttribute('aria-describedby'))?.innerText).length"
    )
    assert missing == 0
