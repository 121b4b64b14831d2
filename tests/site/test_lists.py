"""The pages of the reading lists, their BibTeX, and what the builder is given."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from export import lists
from export.library import Library
from papers.lists import load_lists
from papers.schema import LANGUAGES

LIBRARY = Library()
LISTS = load_lists(LIBRARY.papers)
EVERY = pytest.mark.parametrize(("language", "id"), [(language, id) for language in LANGUAGES for id in LISTS])


def page(site: Path, language: str, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / language / "lists" / name / "index.html").read_text(encoding="utf-8"), "lxml")


@EVERY
def test_a_page_shows_the_whole_list_in_its_order(site: Path, language: str, id: str) -> None:
    soup, reading = page(site, language, id), LISTS[id]
    headings = [str(tag["id"]) for tag in soup.select("article h2[id]")]
    assert headings == ["overview", *(session.id for session in reading.sessions)]
    links = [str(tag["href"]).strip("/").split("/")[-1] for tag in soup.select(".lp-reading li > a")]
    assert links == reading.papers
    for session in reading.sessions:
        assert session.note[language] in soup.get_text() and session.look[language] in soup.get_text()


@EVERY
def test_the_hours_add_up(site: Path, language: str, id: str) -> None:
    rows = [[cell.get_text() for cell in row.select("td, th")] for row in page(site, language, id).select("tr")[1:]]
    *parts, total = rows
    assert sum(float(row[-1]) for row in parts) == float(total[-1]) == LISTS[id].hours
    assert int(total[-2]) == len(LISTS[id].papers)


@EVERY
def test_the_bibtex_has_every_paper_once(site: Path, language: str, id: str) -> None:
    text = (site / language / "lists" / f"{id}.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.M)
    assert keys == [LIBRARY.papers[slug].bibtex.key for slug in LISTS[id].papers]
    assert len(set(keys)) == len(keys)
    assert page(site, language, id).select(f'a[href="../{id}.bib"][download]')


@EVERY
def test_a_list_opens_in_the_builder(site: Path, language: str, id: str) -> None:
    (address,) = (str(tag["href"]) for tag in page(site, language, id).select('a[href^="../build/?"]'))
    query = parse_qs(urlsplit(address).query)
    assert query == {"papers": [",".join(LISTS[id].papers)], "title": [LISTS[id].title[language]]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builder_knows_every_paper(language: str) -> None:
    text = lists.pages(LIBRARY, language, "https://example.org/sub/")["papers.json"]
    known = json.loads(text)
    assert [paper["slug"] for paper in known["papers"]] == LIBRARY.index.slugs()
    for paper in known["papers"]:
        assert paper["url"] == f"https://example.org/sub/{language}/papers/{paper['slug']}/"
        assert paper["bibtex"].startswith("@") and paper["bibtex"].endswith("}")
        assert bool(paper["original"]) == (language == "zh")
    assert [start["papers"] for start in known["lists"]] == [reading.papers for reading in LISTS.values()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_builder_is_loaded_on_its_page_only(site: Path, language: str) -> None:
    for file in (site / language).rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert ("list-builder.js" in text) == (file.parent.name == "build"), file


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_javascript_the_builder_leads_to_the_ready_lists(site: Path, language: str) -> None:
    inside = page(site, language, "build").select_one("list-builder")
    assert inside is not None and "JavaScript" in inside.get_text()
    assert [str(tag["href"]) for tag in inside.select("a")] == [f"../{id}/" for id in LISTS]
