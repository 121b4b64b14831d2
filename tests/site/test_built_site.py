"""Every page of the built site, as files: what it refers to exists, and nothing is asked of others."""

import base64
import hashlib
import posixpath
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup, Tag

from papers.schema import reviewed

LANGUAGES = ("en", "zh")
# What a browser loads by itself, as against what a reader may follow.
LOADED = {"img": "src", "script": "src", "source": "src", "iframe": "src", "paper-demo": "src", "use": "href"}
LOADED_LINKS = {"stylesheet", "icon", "preload", "modulepreload", "manifest"}


@cache
def parsed(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")


@cache
def anchors(page: Path) -> frozenset[str]:
    return frozenset(str(tag["id"]) for tag in parsed(page).find_all(id=True))


@pytest.fixture(scope="module")
def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.fixture(scope="module")
def reviews(pages: list[Path]) -> list[Path]:
    written = reviewed()
    return [
        page
        for page in pages
        if page.parts[-4] in LANGUAGES and page.parts[-3] == "papers" and page.parts[-2] in written
    ]


def references(page: Path) -> Iterator[tuple[Tag, str]]:
    for tag in parsed(page).find_all(True):
        for attribute in ("href", "src"):
            if tag.has_attr(attribute) and tag.get("rel") not in (["canonical"], ["alternate", "language"]):
                yield tag, str(tag[attribute])


def test_there_are_pages(pages: list[Path], reviews: list[Path]) -> None:
    assert len(pages) > 20
    assert len(reviews) >= 2


def test_every_link_and_anchor_resolves(site: Path, pages: list[Path]) -> None:
    broken = []
    for page in (page for page in pages if page.name != "404.html"):
        for tag, reference in references(page):
            parts = urlsplit(reference)
            if parts.scheme or reference.startswith("//"):
                continue
            target = Path(posixpath.normpath(page.parent / unquote(parts.path))) if parts.path else page
            if target.is_dir():
                target /= "index.html"
            if not target.is_relative_to(site) or not target.is_file():
                broken.append(f"{page.relative_to(site)}: {reference}: no such file")
            elif parts.fragment.startswith("__"):  # a switch of Material's
                continue
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in anchors(target):
                broken.append(f"{page.relative_to(site)}: {reference}: no such anchor ({tag.name})")
    assert not broken, "\n".join(broken)


def test_references_are_relative(site: Path, pages: list[Path]) -> None:
    """So that the site works under any path. The 404 page cannot know how deep it is shown."""
    absolute = [
        f"{page.relative_to(site)}: {reference}"
        for page in pages
        if page.name != "404.html"
        for _, reference in references(page)
        if reference.startswith("/")
    ]
    assert not absolute


def test_nothing_is_loaded_from_others(site: Path, pages: list[Path]) -> None:
    foreign = []
    for page in pages:
        for tag, reference in references(page):
            loaded = tag.name in LOADED or (tag.name == "link" and LOADED_LINKS & set(tag.get("rel") or []))
            if loaded and (urlsplit(reference).netloc or reference.startswith("//")):
                foreign.append(f"{page.relative_to(site)}: {reference}")
    for style in site.rglob("*.css"):
        found = re.findall(r"(?:@import|url\()\s*[\"']?((?:https?:)?//[^\"')]+)", style.read_text(encoding="utf-8"))
        foreign += [f"{style.relative_to(site)}: {address}" for address in found]
    assert not foreign


def test_styles_find_their_files(site: Path) -> None:
    missing = []
    for style in site.rglob("*.css"):
        for address in re.findall(r"url\([\"']?([^\"')#]+)", style.read_text(encoding="utf-8")):
            if not address.startswith("data:") and not (style.parent / address).is_file():
                missing.append(f"{style.relative_to(site)}: {address}")
    assert not missing


def test_both_languages_have_the_same_pages_and_anchors(site: Path, pages: list[Path]) -> None:
    trees = {
        language: {page.relative_to(site / language) for page in pages if page.is_relative_to(site / language)}
        for language in LANGUAGES
    }
    assert trees["en"] == trees["zh"]
    different = {}
    for page in trees["en"]:
        own = [
            {
                str(tag["id"])
                for tag in parsed(site / language / page).select("main :is(h1, h2, h3, h4, tr, figure)[id]")
            }
            - titles(site / language / page)
            for language in LANGUAGES
        ]
        if own[0] != own[1]:
            different[str(page)] = sorted(own[0] ^ own[1])
    assert not different


def titles(page: Path) -> set[str]:
    """The anchor of the title, which nobody links to, is made from its words."""
    return {str(tag["id"]) for tag in parsed(page).select("main h1[id]")}


def test_formulas_are_rendered(site: Path, pages: list[Path], reviews: list[Path]) -> None:
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert "arithmatex" not in text and "katex-error" not in text, page.relative_to(site)
        if 'class="katex"' in text:
            (style,) = parsed(page).select("link[rel=stylesheet]")
            assert ".katex{" in (page.parent / str(style["href"])).read_text(encoding="utf-8"), page.relative_to(site)
    assert all('class="katex"' in page.read_text(encoding="utf-8") for page in reviews)


def test_the_first_paint_waits_for_one_style_sheet(site: Path, pages: list[Path]) -> None:
    for page in pages:
        assert len(parsed(page).select("link[rel=stylesheet]")) == 1, page.relative_to(site)
        for script in parsed(page).select("script[type=module]"):
            assert script.get("fetchpriority") == "low", page.relative_to(site)


def test_slots_are_filled(site: Path, pages: list[Path]) -> None:
    for page in pages:
        body = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        for code in body.select("code, pre, script"):
            code.decompose()
        assert "[[" not in body.get_text(), page.relative_to(site)


def test_policy_allows_exactly_the_scripts_of_the_page(site: Path, pages: list[Path]) -> None:
    for page in pages:
        soup, name = parsed(page), page.relative_to(site)
        metas = soup.select('meta[http-equiv="Content-Security-Policy"]')
        assert len(metas) == 1, name
        policy = str(metas[0]["content"])
        scripts = [
            tag.string or ""
            for tag in soup.find_all("script")
            if not tag.get("src") and tag.get("type") != "application/json"
        ]
        hashes = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
        assert set(re.findall(r"'sha256-([^']+)'", policy)) == hashes, name
        assert "default-src 'none'" in policy and "script-src 'self'" in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert "'unsafe-eval'" not in policy and "http" not in policy
        # A policy rules what comes after it.
        head = page.read_text(encoding="utf-8").split("Content-Security-Policy")[0]
        assert "<script" not in head and "<link" not in head, name
        handlers = [tag for tag in soup.find_all(True) if any(attribute.startswith("on") for attribute in tag.attrs)]
        assert not handlers, name


def test_pictures_keep_their_place_while_they_load(site: Path, pages: list[Path]) -> None:
    for page in pages:
        for image in parsed(page).select("article img, paper-demo img"):
            assert image.get("width") and image.get("height"), f"{page.relative_to(site)}: {image}"
            assert image.has_attr("alt"), f"{page.relative_to(site)}: {image}"


def test_each_page_names_itself_and_its_other_language(site: Path, reviews: list[Path]) -> None:
    for page in reviews:
        soup = parsed(page)
        language, other = page.parts[-4], {"en": "zh", "zh": "en"}[page.parts[-4]]
        assert soup.html is not None and soup.html["lang"] == language
        links = {str(tag["hreflang"]): str(tag["href"]) for tag in soup.select("link[hreflang]")}
        assert links[language] == soup.select("link[rel=canonical]")[0]["href"]
        assert links[other] == links[language].replace(f"/{language}/", f"/{other}/")
        names = [str(tag["name"]) for tag in soup.select("meta[name^=citation_]")]
        assert {"citation_title", "citation_author", "citation_publication_date", "citation_reference"} <= set(names)


def test_works_under_a_sub_path(sub_path_url: str, site: Path, reviews: list[Path]) -> None:
    for page in reviews:
        address = f"{sub_path_url}{page.parent.relative_to(site)}/"
        assert urlopen(address).status == 200
        for tag, reference in references(page):
            if tag.name in LOADED and not urlsplit(reference).scheme:
                path = posixpath.normpath(urlsplit(address).path + reference)
                assert urlopen(f"{address.split('/sub/')[0]}{path}").status == 200, reference
