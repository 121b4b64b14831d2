"""The Atom feeds: well-formed, with what Atom asks for, and every link leads to a page."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from export import feed
from export.library import Library
from export.site import site_url

LANGUAGES = ("en", "zh")
A = f"{{{feed.ATOM}}}"


@pytest.fixture(params=LANGUAGES)
def root(request: pytest.FixtureRequest, site: Path) -> ElementTree.Element:
    return ElementTree.fromstring((site / request.param / "feed.xml").read_bytes())


def test_every_reviewed_paper_has_an_entry(root: ElementTree.Element) -> None:
    links = [entry.find(f"{A}link").get("href") for entry in root.iter(f"{A}entry")]  # type: ignore[union-attr]
    assert {str(link).split("/")[-2] for link in links} == set(Library().reviewed)


def test_what_atom_asks_for(root: ElementTree.Element) -> None:
    assert root.tag == f"{A}feed" and root.find(f"{A}author/{A}name") is not None
    for element in (root, *root.iter(f"{A}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{A}{name}")) == 1 and element.findtext(f"{A}{name}")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", str(element.findtext(f"{A}updated")))
        relations = [(link.get("rel"), link.get("type")) for link in element.findall(f"{A}link")]
        assert len(relations) == len(set(relations))
    dates = [str(entry.findtext(f"{A}updated")) for entry in root.iter(f"{A}entry")]
    assert dates == sorted(dates, reverse=True)
    assert root.findtext(f"{A}updated") == dates[0]


def test_ids_are_unique_and_stay(site: Path) -> None:
    feeds = [ElementTree.fromstring((site / language / "feed.xml").read_bytes()) for language in LANGUAGES]
    ids = [str(tag.text) for root in feeds for tag in root.iter(f"{A}id")]
    assert len(ids) == len(set(ids))
    assert feed.identifier("en/lenet") in ids
    assert feed.identifier("en/lenet") == "urn:uuid:6ac9fbee-9e0b-5b45-a33b-784be2123d68"
    moved = feed.atom("en", "https://elsewhere.example/")
    assert {str(tag.text) for tag in ElementTree.fromstring(moved).iter(f"{A}id")} <= set(ids)


def test_links_resolve(root: ElementTree.Element, site: Path) -> None:
    for link in root.iter(f"{A}link"):
        address = str(link.get("href"))
        assert address.startswith(site_url())
        target = site / address.removeprefix(site_url())
        assert (target / "index.html" if address.endswith("/") else target).is_file(), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_name_their_feed(language: str, site: Path) -> None:
    """With a second word in `rel`: the theme asks for a sitemap at every link whose rel is exactly `alternate`."""
    for page in (site / language).rglob("index.html"):
        soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
        (link,) = soup.select('link[type="application/atom+xml"]')
        assert link["rel"] == ["alternate", "feed"]
        assert (page.parent / str(link["href"])).resolve() == (site / language / "feed.xml").resolve()
