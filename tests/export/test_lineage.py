"""The lineage: sound as data, and complete, ordered and linked as a map, a list and on each paper's page."""

from itertools import pairwise
from typing import Any

import pytest
from lxml import etree, html

from export import fragments, lineage
from export.fragments import TYPES
from export.library import Library
from export.lineage_layout import SHEETS, Layout, Sheet, edges
from export.lineage_map import marks, svg
from export.words import say
from papers.schema import LANGUAGES

LIBRARY = Library()
PAPERS = LIBRARY.papers
EDGES = edges(PAPERS)
LAYOUTS = {sheet.name: Layout(sheet, PAPERS) for sheet in SHEETS}
SVG = "{http://www.w3.org/2000/svg}"


def drawn(sheet: str, language: str) -> Any:
    return etree.fromstring(svg(LAYOUTS[sheet], LIBRARY, language).encode())


# ---------------------------------------------------------------------------------------------------------- as data


@pytest.mark.parametrize("slug", PAPERS)
def test_no_paper_owes_anything_to_a_later_one(slug: str) -> None:
    for entry in PAPERS[slug].lineage:
        year = PAPERS[entry.to].year if isinstance(entry.to, str) else entry.to.year
        assert year <= PAPERS[slug].year, f"papers/{slug}/paper.yaml: lineage to {entry.to} is later than the paper"
        assert entry.to != slug, f"papers/{slug}/paper.yaml: the lineage leads to the paper itself"


def test_the_lineage_has_no_circle() -> None:
    left = {slug: {edge.earlier for edge in EDGES if edge.later == slug} for slug in PAPERS}
    while ready := [slug for slug, earlier in left.items() if not earlier & left.keys()]:
        for slug in ready:
            del left[slug]
    assert not left, f"the lineage of {', '.join(left)} runs in a circle"


def test_no_edge_is_there_twice() -> None:
    pairs = [(edge.later, edge.earlier) for edge in EDGES]
    assert sorted(set(pairs)) == sorted(pairs)


def test_a_circle_is_an_error_that_names_the_papers() -> None:
    changed = dict(PAPERS)
    for slug, other in (("resnet", "wrn"), ("wrn", "resnet")):
        edge = PAPERS["wrn"].lineage[0].model_copy(update={"to": other})
        changed[slug] = PAPERS[slug].model_copy(update={"year": 2016, "lineage": [edge]})
    with pytest.raises(ValueError, match=r"resnet.*wrn.*circle"):
        Layout(SHEETS[0], changed)


# ----------------------------------------------------------------------------------------------------------- the map


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_paper_has_one_place_of_its_own_in_its_lane_and_year(layout: Layout) -> None:
    assert set(layout.places) == set(PAPERS)
    assert len(set(layout.places.values())) == len(PAPERS)
    assert layout.years == sorted(layout.years)
    assert list(layout.places.values()) == sorted(layout.places.values())
    for slug, place in layout.places.items():
        assert layout.years[place.row] == PAPERS[slug].year
    for edge in EDGES:
        assert layout.places[edge.earlier].row < layout.places[edge.later].row


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_no_line_runs_under_a_card(layout: Layout) -> None:
    wide, high = layout.sheet.card
    cards = {slug: layout.corner(slug) for slug in PAPERS}
    for edge, points in layout.lines().items():
        assert all(0 <= x <= layout.sheet.width and 0 <= y <= layout.height for x, y in points)
        assert all(a[1] <= b[1] + 2 for a, b in pairwise(points)), f"{edge} runs back"
        for (x, top), (_, bottom) in list(pairwise(points))[1::2]:
            for slug, (left, y) in cards.items():
                beside = x <= left or x >= left + wide or bottom <= y or top >= y + high
                assert beside, f"{edge} runs under {slug} on the sheet {layout.sheet.name}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", LAYOUTS)
def test_the_svg_links_every_paper_and_types_every_edge(sheet: str, language: str) -> None:
    root = drawn(sheet, language)
    nodes = root.findall(f"{SVG}a")
    assert [node.get("data-paper") for node in nodes] == list(LAYOUTS[sheet].places)
    for node in nodes:
        paper = PAPERS[node.get("data-paper")]
        assert node.get("href") == f"../papers/{paper.slug}/"
        assert node.get("aria-label").startswith(f"{paper.name}{', ' if language == 'en' else '，'}{paper.year}")
        assert ("lp-node--ready" in node.get("class")) == bool(paper.review)
        assert "".join(node.itertext()) == paper.name
    lines = root.iterfind(f".//{SVG}path[@data-later]")
    found = sorted((line.get("data-later"), line.get("data-earlier"), line.get("class")) for line in lines)
    assert found == sorted((edge.later, edge.earlier, f"lp-edge lp-edge--{edge.type}") for edge in EDGES)
    heads = list(root.iterfind(f".//{SVG}g[@data-later]"))
    ends = [(later, head.get("data-earlier")) for head in heads for later in head.get("data-later").split()]
    assert sorted(ends) == sorted((edge.later, edge.earlier) for edge in EDGES)
    for tag in ("title", "desc"):
        assert root.find(f"{SVG}{tag}").text.strip()


def test_tasks_of_one_colour_have_different_marks() -> None:
    found = marks(LIBRARY.index.tasks)
    assert set(found) == set(LIBRARY.index.tasks)
    for sheet in SHEETS:
        for _, groups in sheet.lanes:
            for group in groups:
                shapes = [found[task] for task in LAYOUTS[sheet.name].tasks((group,))]
                assert len(shapes) == len(set(shapes))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_names_are_not_shrunk_below_what_can_be_read(sheet: Sheet) -> None:
    root = drawn(sheet.name, "en")
    assert min(float(text.get("font-size")) for text in root.iterfind(f".//{SVG}a//{SVG}text")) >= 8.5


# ---------------------------------------------------------------------------------------------- the list, and the pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_every_edge_from_both_sides(language: str) -> None:
    words, root = say(language), html.fromstring(f"<div>{lineage.listing(LIBRARY, language)}</div>")
    entries = root.xpath("//li[@id]")
    assert [entry.get("id") for entry in entries] == [
        f"lineage-{slug}" for slug in sorted(PAPERS, key=lambda slug: PAPERS[slug].year)
    ]
    said = set()
    for entry in entries:
        for line in entry.xpath("./ul/li"):
            for link in line.xpath("./a/@href"):
                said.add((entry.get("id").removeprefix("lineage-"), line.find("b").text, link))
    for edge in EDGES:
        assert (edge.later, words(edge.type), f"../papers/{edge.earlier}/") in said
        assert (edge.earlier, words(f"later-{edge.type}"), f"../papers/{edge.later}/") in said
    assert len(said) == 2 * len(EDGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_before_from_after(language: str) -> None:
    words = say(language)
    text = fragments.lineage(PAPERS["resnet"], PAPERS, language)
    before, after = text.split(f"**{words('after')}**")
    assert before.startswith(f"**{words('before')}**")
    assert f"**{words('builds-on')}** [VGG]" in before and f"**{words('later-extends')}**" in after
    assert "(../resnet/index.md)" not in text
    for side in (before, after):
        years = [line for line in side.splitlines() if line.startswith("- ")]
        assert years and all("20" in line for line in years)


def test_the_types_are_those_of_the_schema() -> None:
    assert TYPES == ("builds-on", "uses", "extends", "refutes")
    for language in LANGUAGES:
        for type in TYPES:
            assert say(language)(type) and say(language)(f"later-{type}") and say(language)(f"lineage_{type}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_markdown_that_no_empty_line_breaks(language: str) -> None:
    page = lineage.page(LIBRARY, language)
    figure = page[page.index("<div") : page.index("\n\n##", page.index("<div"))]
    assert "\n\n" not in figure
    ids = html.fromstring(f"<div>{page}</div>").xpath("//@id")
    assert len(ids) == len(set(ids))


def test_without_a_paper_it_names_outside_works_in_their_own_language() -> None:
    text = fragments.lineage(PAPERS["lenet"], {"lenet": PAPERS["lenet"]}, "zh")
    assert '<cite lang="en">[Backpropagation applied' in text and say("zh")("after") not in text
