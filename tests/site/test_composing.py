"""Slots, and what is said when one cannot be filled."""

import gzip
import json
import re
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from export import fragments, notebooks, pages
from export.finish import FinishError, finish
from export.library import Library
from export.slots import ReviewSlots, SlotError, fill
from export.words import say
from papers.schema import LANGUAGES, Network, Text, reviewed

LENET = Library().papers["lenet"]


def slots(library: Library | None = None, language: str = "en") -> ReviewSlots:
    return ReviewSlots(library or Library(), LENET, language)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one\n\n[[ dmeo() ]]", ["review.en.md:3", "[[ dmeo() ]]", "'dmeo' is undefined", "slots: claim, demo"]),
        ('[[ claim("lenet9") ]]', ["review.en.md:1", "lenet9", "it has: lenet1-error"]),
        ('\n[[ term("convolutoin") ]]', ["review.en.md:2", "glossary.yaml", "did you mean 'convolution'?"]),
        ('[[ metric("lenet5" ]]', ["review.en.md:1", "is not a slot"]),
        (
            'a [[ layers("lenet7") ]] b',
            ["review.en.md:1", "lenet7.layers.json does not exist", "python -m export lenet"],
        ),
        ("[[ demo(1, 2) ]]", ["review.en.md:1", "demo(1, 2)"]),
    ],
)
def test_a_slot_that_cannot_be_filled_names_file_line_and_remedy(text: str, said: list[str], tmp_path: Path) -> None:
    with pytest.raises(SlotError) as error:
        fill(text, slots(Library(artefacts=tmp_path)).functions(), "review.en.md")
    for part in said:
        assert part in str(error.value)


def test_a_metric_that_was_not_measured(tmp_path: Path) -> None:
    (tmp_path / "lenet5.json").write_text(json.dumps({"metrics": {"test_error": 0.00934}}), encoding="utf-8")
    library = Library(weights=tmp_path)
    assert slots(library).metric("lenet5", "test_error") == "0.93\N{NO-BREAK SPACE}%"
    assert slots(library, "zh").metric("lenet5", "test_error") == "0.93%"
    with pytest.raises(ValueError, match="no metric 'test_acuracy'; its card has: test_error"):
        slots(library).metric("lenet5", "test_acuracy")


def test_a_metric_of_one_class(tmp_path: Path) -> None:
    metrics = {"accuracy": {"four": 0.981, "nine": 0.97}}
    (tmp_path / "lenet5.json").write_text(json.dumps({"metrics": metrics}), encoding="utf-8")
    library = Library(weights=tmp_path)
    assert slots(library, "zh").metric("lenet5", "accuracy", "four") == "98.10%"
    with pytest.raises(ValueError, match="no 'accuracy' of 'five'; its card has: four, nine"):
        slots(library).metric("lenet5", "accuracy", "five")


def test_a_short_manifest_is_light_and_finds_its_files(site: Path) -> None:
    library = Library()
    folder = site / "en"
    short = json.loads(fragments.short_manifest(library, LENET, "../"))
    assert json.loads((folder / "lenet.demo.json").read_text(encoding="utf-8")) == short
    assert (folder / short["whole"]).is_file()
    for file in (short["model"]["file"], *(sample["image"] for sample in short["samples"])):
        assert ((folder / short["whole"]).parent / file).is_file(), file
    assert not short["siblings"] and len(short["samples"]) >= 10
    assert {sample["label"] for sample in short["samples"]} == set(short["labels"]["en"])
    assert len(gzip.compress((folder / "lenet.demo.json").read_bytes())) < 12_000
    whole = library.manifest("lenet", short["variant"])
    assert short["samples"][3]["outputs"] == whole["samples"][3]["outputs"]


def test_claims_carry_their_place_in_the_reader_s_language() -> None:
    assert slots().claim("lenet5-error") == "0.95\N{NO-BREAK SPACE}% (Fig.\N{NO-BREAK SPACE}9)"
    assert slots(language="zh").claim("lenet5-error") == "0.95%（图\N{NO-BREAK SPACE}9）"
    assert fragments.place("Table II, Section III.B", "zh").replace("\N{NO-BREAK SPACE}", "_") == "表_II, 第_III.B_节"
    unconfirmed = LENET.need_review().claims[0].model_copy(update={"value": None, "where": "Table 1"})
    assert [fragments.claim(unconfirmed, language) for language in LANGUAGES] == [
        "see Table\N{NO-BREAK SPACE}1",
        "见表\N{NO-BREAK SPACE}1",
    ]


def test_what_holds_of_several_results_is_said_once() -> None:
    """Also of a network that has no demo; one that has not been trained says so."""
    review = LENET.need_review()
    known = review.claims[0].model_copy(update={"note": {"en": "ten < twelve", "zh": "十 < 十二"}})
    other = known.model_copy(update={"variant": "lenet9", "id": "other"})
    alone = known.model_copy(update={"id": "alone", "note": {"en": "alone", "zh": "单独"}})
    measured = [Network(name="lenet9", title={"en": "LeNet-9", "zh": "LeNet-9"})]
    paper = LENET.model_copy(
        update={"review": review.model_copy(update={"claims": [known, other, alone], "measured": measured})}
    )
    metrics = {known.variant: {"test_error": 0.012, "test_errors": 12, "test_count": 1000}, "lenet9": {}}
    names = {"test_error": Text(en="Error at 5 % noise", zh="错误率")}
    table = BeautifulSoup(fragments.results(paper, metrics, names, "en"), "lxml").table
    assert "Error at 5\N{NO-BREAK SPACE}% noise" in table.caption.get_text()
    rows = [[cell.get_text(" ") for cell in row.select("th, td")] for row in table.select("tbody tr")]
    assert [len(body.select("tr")) for body in table.select("tbody")] == [3, 1]
    assert rows[0] == ["ten < twelve"]
    assert rows[1][2].startswith("1.20") and "12 of 1,000" in rows[1][2] and "twelve" not in rows[1][1]
    assert rows[2][0] == "LeNet-9" and rows[2][2] == say("en")("untrained")
    assert rows[3][1].endswith("alone")


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("test_false_reject_at_7_5", 0.026667, "2.67%"),
        ("test_equal_error_rate", 0.05, "5.00%"),
        ("map50_95", 0.39274, "39.27%"),
        ("ap50_by_class", 0.959, "95.90%"),
        ("test_dice", 0.91234, "0.9123"),
        ("test_count", 10_000, "10,000"),
    ],
)
def test_rates_are_read_in_per_cent(name: str, value: float, text: str) -> None:
    assert fragments.number(name, value, "zh") == text


@pytest.mark.parametrize(("value", "text"), [(3.14e-7, "3.1 × 10⁻⁷"), (0, "0"), (12.0, "1.2 × 10¹")])
def test_small_numbers(value: float, text: str) -> None:
    assert fragments.scientific(value) == text


def test_a_wrong_formula_is_named_with_its_page(tmp_path: Path) -> None:
    page = r'<head></head><span class="arithmatex">\(\frac{1}{\)</span>'
    with pytest.raises(FinishError, match=r"en/x/index.html: the formula .* cannot be set"):
        finish({Path("en/x/index.html"): page}, tmp_path)


def test_a_missing_picture_is_named_with_its_page(tmp_path: Path) -> None:
    with pytest.raises(FinishError, match=r"index.html: the picture no.png does not exist"):
        finish({Path("index.html"): '<head></head><img src="no.png">'}, tmp_path)


@pytest.mark.parametrize("slug", reviewed())
def test_notebooks_have_the_same_code_in_both_languages(slug: str) -> None:
    file = Library().root / slug / "notebook.py"
    texts = {language: notebooks.notebook(file, language) for language in LANGUAGES}
    books = {language: nbformat.reads(text, as_version=4) for language, text in texts.items()}
    code = {
        language: [cell.source for cell in book.cells if cell.cell_type == "code"] for language, book in books.items()
    }
    prose = {
        language: [cell.source for cell in book.cells if cell.cell_type == "markdown"]
        for language, book in books.items()
    }
    assert code["en"] == code["zh"] and len(code["en"]) > 2
    assert len(prose["en"]) == len(prose["zh"]) > 2 and prose["en"] != prose["zh"]
    for language, book in books.items():
        nbformat.validate(book)
        assert notebooks.notebook(file, language) == texts[language]


def test_a_page_names_few_related_papers_of_about_its_time() -> None:
    library, manifest = Library(), Library().manifest("lenet", "lenet5")
    twins = {f"{year}": LENET.model_copy(update={"slug": f"{year}", "year": year}) for year in range(1990, 2010)}
    library.__dict__.update(reviewed={LENET.slug: LENET, **twins}, manifest=lambda *_: manifest)
    found = re.findall(r"<time>(\d+)</time>", pages.related(library, LENET, "en"))
    assert found == ["1998", "1997", "1999", "1996", "2000", "1995"]
