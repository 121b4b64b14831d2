"""Every paper's folder and every page written by hand, in both languages: a new paper needs no change here."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import reading
from pydantic import BaseModel, RootModel
from typography import faults

from papers import schema

ROOT = schema.ROOT.parent
DOCS = ROOT / "docs"
SLUGS = schema.slugs()
REVIEWED = schema.reviewed()
GLOSSARY = schema.load_glossary()
TERMS = {language: {key: getattr(term, language) for key, term in GLOSSARY.items()} for language in schema.LANGUAGES}
PAGES = sorted(path.relative_to(DOCS / "en") for path in (DOCS / "en").rglob("*.md"))
NAMES = [str(page) for page in PAGES]
# Where the interface keeps its sentences, as quoted strings.
SENTENCES = [
    *sorted(str(file.relative_to(ROOT)) for file in DOCS.glob("assets/*/strings.js")),
    "export/words.py",
    "export/terms.py",
]
QUOTED = re.compile(r"'([^'\n]*)'|\"([^\"\n]*)\"")

# A per cent in a sentence is the paper's, so the sentence says where it stands. Ours come through slots.
PER_CENT = re.compile(r"\d\s?[%％]|per cent|百分之")
PLACE = {
    "en": re.compile(r"\b(Figs?\.|Figure|Tables?|Sections?|Appendix|equation)"),
    "zh": re.compile(r"图 ?\d|表 ?[\dIVX]|第 ?[\dIVX.A-Z]+ ?节|附录|式 ?\("),
}
# What only a measurement can say, and only with machine and back end: never typed by hand.
MEASURED = re.compile(r"\d ?(ms|milliseconds?|kB|KB|KiB|MB|MiB|毫秒|兆字节|千字节)(?![A-Za-z])")


def review(slug: str, language: str) -> str:
    return (schema.ROOT / slug / f"review.{language}.md").read_text(encoding="utf-8")


def texts(value: Any, path: str = "") -> list[tuple[str, str]]:
    """Every Chinese text inside a model, with its dotted path."""
    if isinstance(value, schema.Text):
        return [(f"{path}.zh", value.zh)]
    if isinstance(value, schema.Keywords):
        return [(f"{path}.zh", word) for word in value.zh]
    if isinstance(value, schema.Term):
        return [(f"{path}.zh", value.zh), *texts(value.definition, f"{path}.definition")]
    if isinstance(value, BaseModel):
        value = value.root if isinstance(value, RootModel) else dict(value)
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in texts(inner, f"{path}.{key}")]
    if isinstance(value, list):
        return [found for i, inner in enumerate(value) for found in texts(inner, f"{path}.{i}")]
    return []


def notebook_cells(slug: str) -> list[tuple[str, str, str]]:
    """Kind ("markdown" or "code"), language ("" for code) and text of each cell of the notebook."""
    source = (schema.ROOT / slug / "notebook.py").read_text(encoding="utf-8")
    cells = []
    for header, body in re.findall(r"^# %%(.*)\n((?:(?!# %%).*\n?)*)", source, flags=re.M):
        language = re.search(r'lang="(\w+)"', header)
        kind = "markdown" if "[markdown]" in header else "code"
        text = re.sub(r"^# ?", "", body, flags=re.M) if kind == "markdown" else body
        cells.append((kind, language.group(1) if language else "", text))
    return cells


def chinese_texts() -> dict[str, list[str]]:
    """All Chinese of the project by file: paragraphs of pages, texts of YAML files, cells of notebooks."""
    found: dict[str, list[str]] = {
        "papers/index.yaml": [text for _, text in texts(schema.load_index())],
        "papers/glossary.yaml": [text for _, text in texts(GLOSSARY)],
    }
    for slug in SLUGS:
        folder = f"papers/{slug}"
        found[f"{folder}/paper.yaml"] = [text for _, text in texts(schema.load_paper(slug))]
        if slug not in REVIEWED:
            continue
        if (schema.ROOT / slug / "samples.yaml").is_file():
            found[f"{folder}/samples.yaml"] = [text for _, text in texts(schema.load_samples(slug))]
        found[f"{folder}/review.zh.md"] = reading.prose(review(slug, "zh"), TERMS["zh"])
        cells = [text for kind, language, text in notebook_cells(slug) if language == "zh"]
        found[f"{folder}/notebook.py"] = reading.prose("\n\n".join(cells), TERMS["zh"])
    for page in sorted((DOCS / "zh").rglob("*.md")):
        found[str(page.relative_to(ROOT))] = reading.prose(page.read_text(encoding="utf-8"), TERMS["zh"])
    return found


CHINESE = chinese_texts()


# ------------------------------------------------------------------------------------------------ both languages


@pytest.mark.parametrize("slug", SLUGS)
def test_folder_is_complete(slug: str) -> None:
    assert schema.load_paper(slug).slug == slug


@pytest.mark.parametrize("slug", REVIEWED)
@pytest.mark.parametrize("language", schema.LANGUAGES)
def test_review_has_the_anchors_in_order(slug: str, language: str) -> None:
    sections = [anchor for level, anchor in reading.anchors(review(slug, language)) if level == 2]
    assert tuple(sections) == schema.ANCHORS


@pytest.mark.parametrize("slug", REVIEWED)
@pytest.mark.parametrize("what", ["anchors", "slots", "formulas", "figures", "code_blocks"])
def test_reviews_agree(slug: str, what: str) -> None:
    take = getattr(reading, what)
    english, chinese = take(review(slug, "en")), take(review(slug, "zh"))
    if what == "slots":  # a sentence may need its words in another order
        english, chinese = sorted(english), sorted(chinese)
    if what == "formulas":  # displayed ones are equal in their order; those in a sentence may move
        english, chinese = (english[0], len(english[1])), (chinese[0], len(chinese[1]))
    assert chinese == english


def test_both_trees_have_the_same_pages() -> None:
    chinese = sorted(path.relative_to(DOCS / "zh") for path in (DOCS / "zh").rglob("*.md"))
    assert chinese == PAGES


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("what", ["anchors", "slots", "formulas", "figures", "code_blocks"])
def test_pages_agree(page: str, what: str) -> None:
    take = getattr(reading, what)
    english, chinese = (take((DOCS / language / page).read_text(encoding="utf-8")) for language in schema.LANGUAGES)
    assert (sorted(chinese) == sorted(english)) if what == "slots" else (chinese == english)


@pytest.mark.parametrize("page", NAMES)
@pytest.mark.parametrize("language", schema.LANGUAGES)
def test_every_heading_has_its_own_anchor(page: str, language: str) -> None:
    anchors = [anchor for level, anchor in reading.anchors((DOCS / language / page).read_text("utf-8")) if level > 1]
    assert all(anchors) and len(set(anchors)) == len(anchors)


# -------------------------------------------------------------------------------------------------------- numbers


@pytest.mark.parametrize("slug", REVIEWED)
def test_review_has_the_right_length(slug: str, record_property: Any) -> None:
    words = reading.english_words(reading.prose(review(slug, "en"), TERMS["en"]))
    record_property("english_words", words)
    record_property("chinese_characters", reading.chinese_characters(reading.prose(review(slug, "zh"), TERMS["zh"])))
    assert 900 <= words <= 1500


def unsourced(paragraph: str, language: str) -> list[str]:
    """Sentences with a measured number typed by hand, or with a per cent that does not say where it stands."""
    # A full stop ends a sentence, not an abbreviation such as "Fig. 9" or a decimal point.
    sentences = re.split(r"(?<!Fig)(?<!Figs)\.\s+|。", paragraph)
    return [
        sentence
        for sentence in sentences
        if MEASURED.search(sentence) or (PER_CENT.search(sentence) and not PLACE[language].search(sentence))
    ]


@pytest.mark.parametrize("slug", REVIEWED)
@pytest.mark.parametrize("language", schema.LANGUAGES)
def test_no_measured_number_is_typed(slug: str, language: str) -> None:
    paragraphs = reading.prose(review(slug, language), TERMS[language])
    assert [sentence for paragraph in paragraphs for sentence in unsourced(paragraph, language)] == []


@pytest.mark.parametrize(
    ("language", "sentence", "wrong"),
    [
        ("en", "The error is 0.95 % (Fig. 9). Nothing more.", False),
        ("en", "Our network errs on 0.93 % of the digits. See Fig. 9 for theirs.", True),
        ("en", "It errs on one per cent of them.", True),
        ("en", "A digit takes 0.4 ms in the browser (Table 2).", True),
        ("en", "The file has 120 kB.", True),
        ("zh", "错误率为 0.95%（图 9）。", False),
        ("zh", "我们的错误率为 0.93%。论文见图 9。", True),
        ("zh", "每个数字用 0.4 毫秒（表 2）。", True),
    ],
)
def test_the_check_of_numbers(language: str, sentence: str, wrong: bool) -> None:
    assert bool(unsourced(sentence, language)) == wrong


@pytest.mark.parametrize("slug", REVIEWED)
def test_every_claim_says_where(slug: str) -> None:
    for claim in schema.load_paper(slug).need_review().claims:
        assert PLACE["en"].search(claim.where), f"{claim.id}: {claim.where!r} is no table, figure or section"


@pytest.mark.parametrize("slug", REVIEWED)
def test_slots_name_what_exists(slug: str) -> None:
    written = schema.load_paper(slug).need_review()
    names = {variant.name for variant in written.variants}
    claims = {claim.id for claim in written.claims}
    for name, arguments in reading.slots(review(slug, "en")):
        if name == "metric":
            assert arguments[0] in written.titles("en"), f"no such network: {arguments[0]}"
        elif name == "term":
            assert arguments[0] in GLOSSARY, f"no such term: {arguments[0]}"
        elif name == "claim":
            assert arguments[0] in claims
        elif arguments:
            assert arguments[0] in names, f"no such variant: {arguments[0]}"


@pytest.mark.parametrize("slug", REVIEWED)
@pytest.mark.parametrize("language", schema.LANGUAGES)
def test_a_term_is_linked_once(slug: str, language: str) -> None:
    terms = [arguments[0] for name, arguments in reading.slots(review(slug, language)) if name == "term"]
    assert sorted(set(terms)) == sorted(terms)


# -------------------------------------------------------------------------------------------------------- Chinese


@pytest.mark.parametrize("file", CHINESE)
def test_chinese_typography(file: str) -> None:
    assert [fault for text in CHINESE[file] for fault in faults(text)] == []


@pytest.mark.parametrize("file", CHINESE)
def test_a_term_has_one_rendering(file: str) -> None:
    wrong = [(word, term.zh) for _, term in GLOSSARY.items() for word in term.never.zh]
    text = "\n".join(CHINESE[file])
    assert [f"{word} instead of {right}" for word, right in wrong if word in text] == []


@pytest.mark.parametrize("file", [*SENTENCES, "mkdocs.zh.yml"])
def test_the_interface_uses_the_same_terms(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert [word for _, term in GLOSSARY.items() for word in term.never.zh if word in text] == []


@pytest.mark.parametrize("file", SENTENCES)
def test_the_typography_of_the_interface(file: str) -> None:
    quoted = [text for pair in QUOTED.findall((ROOT / file).read_text(encoding="utf-8")) for text in pair]
    assert any(reading.chinese_characters([text]) for text in quoted)
    assert [fault for text in quoted for fault in faults(text)] == []


@pytest.mark.parametrize("file", CHINESE)
def test_chinese_is_chinese(file: str) -> None:
    """Most of a Chinese page is Chinese: a paragraph that was left in English would show."""
    for text in CHINESE[file]:
        if len(text) > 200:
            assert reading.chinese_characters([text]) > len(text) / 5, text


# ------------------------------------------------------------------------------------------- drawings and notebooks


@pytest.mark.parametrize("slug", [slug for slug in REVIEWED if schema.load_paper(slug).demo in schema.DRAWING])
def test_drawings_cover_the_digits(slug: str) -> None:
    samples = list(schema.load_samples(slug))
    labels = [sample.label for sample in samples]
    assert {str(digit) for digit in range(10)} <= set(labels)
    assert labels.count(None) >= 2, "some drawings should be no digit"
    for sample in samples:
        points = [point for stroke in sample.strokes for point in stroke]
        margin = sample.width / 2
        assert all(margin <= v <= 1 - margin for point in points for v in point), f"{sample.id} leaves the pad"


@pytest.mark.parametrize("slug", REVIEWED)
def test_notebook_speaks_both_languages(slug: str) -> None:
    cells = notebook_cells(slug)
    languages = [language for kind, language, _ in cells if kind == "markdown"]
    assert languages == ["en", "zh"] * (len(languages) // 2), "each English cell is followed by its Chinese one"
    for kind, _, text in cells:
        if kind == "code":
            ast.parse(text)
    code = [text for kind, _, text in cells if kind == "code"]
    assert code and not any(re.search(r"[\u4e00-\u9fff]", text) for text in code), "code cells are shared: no Chinese"


def test_licence_of_the_site_is_named_in_both_languages() -> None:
    for language in schema.LANGUAGES:
        about = Path(DOCS / language / "about.md").read_text(encoding="utf-8")
        assert "MIT" in about and about.count("CC BY 4.0") >= 2
