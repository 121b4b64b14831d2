"""The index of all papers: filters, order, find-as-you-type, and an address that keeps them."""

import re

import pytest
from playwright.sync_api import Page, expect

from papers.schema import load_index, load_paper
from tests.browser.demo import LANGUAGES

INDEX = load_index()
PAPERS = {slug: load_paper(slug, None, INDEX) for slug in INDEX.slugs()}


def shown(page: Page) -> list[str]:
    """Slugs of the entries that can be seen, in the page's order."""
    return page.locator("paper-index li[data-slug]:visible").evaluate_all(
        "items => items.map(item => item.dataset.slug)"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_every_section_is_complete_and_in_order(language, open_page):
    page = open_page(f"{language}/papers/", java_script_enabled=False)
    assert shown(page) == [slug for source in INDEX.sources for slug in source.slugs()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_filters_and_order_stand_in_the_address(language, open_page):
    page = open_page(f"{language}/papers/")
    page.locator("select[name=task]").select_option("object-detection")
    page.locator("select[name=sort]").select_option("oldest")
    expected = {slug for slug, paper in PAPERS.items() if paper.task == "object-detection"}
    assert set(shown(page)) == expected and len(shown(page)) == len(expected)
    years = [PAPERS[slug].year for slug in shown(page)]
    assert years == sorted(years)
    expect(page).to_have_url(re.compile("task=object-detection.*sort=oldest"))
    address = page.url
    other = page.locator("a.lp-language").first.evaluate("link => link.href")
    assert other.split("?")[1] == address.split("?")[1]
    again = open_page(address.split("/", 3)[3])
    assert shown(again) == shown(page)
    expect(again.locator("select[name=task]")).to_have_value("object-detection")
    again.locator("paper-index button[type=reset]").click()
    expect(again).to_have_url(address.split("?")[0])
    assert set(shown(again)) == set(PAPERS)


def test_find_as_you_type_in_both_languages(open_page):
    for language, query in (("en", "redmon look"), ("zh", "目标检测")):
        page = open_page(f"{language}/papers/")
        page.locator("input[name=find]").press_sequentially(query)
        assert "yolo-v1" in shown(page) and "unet" not in shown(page)
    page.locator("input[name=find]").fill("no such paper")
    assert shown(page) == []
    expect(page.locator(".lp-count")).to_contain_text("没有符合条件的论文")


def test_an_address_with_nonsense_shows_everything(open_page):
    page = open_page("en/papers/?evil=<script>&sort=sideways&colour=red&task=detection&year=1066")
    assert set(shown(page)) == set(PAPERS)
