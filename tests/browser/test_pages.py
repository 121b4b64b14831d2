"""Every page of the site: accessible in both themes, readable on a phone, alive without JavaScript."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from papers.schema import LANGUAGES, reviewed
from tests.browser.demo import Demo
from tests.browser.traffic import Traffic

AXE = Path("node_modules/axe-core/axe.min.js")
PHONE = {"width": 390, "height": 844}


Visit = Callable[..., Iterator[tuple[str, Page]]]


@pytest.fixture
def visit(routes: list[str], site_url: str, open_page: Callable[..., Page]) -> Visit:
    """`visit(only="en/", color_scheme=…)`: every page of the site, one after the other, in one context."""

    def visit(only: str = "", wait_until: str = "load", **options: object) -> Iterator[tuple[str, Page]]:
        page = open_page(only, wait_until=wait_until, **options)
        for route in (route for route in routes if route.startswith(only)):
            page.goto(site_url + route, wait_until=wait_until)
            yield route, page

    return visit


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme, visit):
    source = AXE.read_text(encoding="utf-8")
    findings = []
    for route, page in visit(color_scheme=scheme):
        page.evaluate(source)
        for violation in page.evaluate("async () => (await axe.run()).violations"):
            nodes = [node["html"][:160] for node in violation["nodes"]]
            findings.append(f"{route}: {violation['id']}: {violation['help']}: {nodes[:5]}")
    assert not findings, "\n".join(findings)


def test_nothing_is_wider_than_a_phone(visit):
    wide = {}
    for route, page in visit(viewport=PHONE, is_mobile=True, has_touch=True):
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide[route] = width
    assert not wide


def test_every_page_is_quiet(visit):
    """No error in the console, no answer but 200: nothing is missing and the Content-Security-Policy blocks nothing."""
    noise = []

    def listen(page: Page) -> None:
        page.on("console", lambda m: m.type == "error" and noise.append(f"{page.url}: {m.text} {m.location}"))
        page.on("response", lambda r: r.status >= 400 and noise.append(f"{page.url}: {r.status} {r.url}"))

    for _ in visit(wait_until="networkidle", prepare=listen):
        pass
    assert not noise, "\n".join(noise)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", reviewed())
def test_a_review_is_light_until_its_demo_is_touched(slug, language, open_page):
    """At most 250 kB, compressed, of all that a browser asks for by itself."""
    traffic: list[Traffic] = []
    page = open_page(
        f"{language}/papers/{slug}/",
        "networkidle",
        lambda page: traffic.append(Traffic(page)),
        viewport={"width": 1280, "height": 720},
    )
    Demo(page)  # comes into view
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)  # for what waits until the page has nothing to do
    weights = traffic[0].weights()
    assert len(weights) > 20 and sum(weights.values()) < 250_000, sorted(weights.items(), key=lambda item: -item[1])


@pytest.mark.parametrize(("language", "other"), [("en", "zh"), ("zh", "en")])
def test_the_language_switch_stays_on_the_page(language, other, visit):
    for route, page in visit(only=f"{language}/"):
        target = page.locator(f"a[hreflang={other}]").first.evaluate("link => link.href")
        assert target.endswith(f"/{other}/{route.removeprefix(f'{language}/')}")


def test_without_javascript_the_languages_and_the_samples_are_there(open_page):
    page = open_page("", java_script_enabled=False)
    assert page.locator("a[href*='en/']").count() and page.locator("a[href*='zh/']").count()
    for route in (f"{language}/papers/{slug}/" for language in LANGUAGES for slug in reviewed()):
        page = open_page(route, java_script_enabled=False)
        samples = page.locator("paper-demo img")
        assert samples.count() >= 4
        assert samples.evaluate_all("images => images.every(i => i.naturalWidth > 0 && i.alt)")
        assert page.locator("paper-diagram svg a.node").count() >= 3


def test_a_dark_screen_prints_on_light_paper(open_page):
    for route in ("en/papers/lenet/", "zh/lists/", "404.html"):
        page = open_page(route, color_scheme="dark")
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            "() => ['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name].match(/\\d+/g))"
        )
        ink, paper = (sum(map(int, colour[:3])) for colour in colours)
        assert ink < 200 < 700 < paper
