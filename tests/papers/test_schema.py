"""Broken content: every message names the file, the field, and the remedy."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from papers.schema import ContentError, load_glossary, load_index, load_paper, load_samples, slugs

PAPER: dict[str, Any] = {
    "slug": "tiny",
    "name": "TinyNet",
    "title": {"en": "A tiny network", "zh": "一个很小的网络"},
    "authors": ["Ada Example"],
    "venue": {"en": "Journal of Examples", "zh": "示例学报"},
    "year": 1999,
    "ids": {"doi": "10.1234/tiny", "arxiv": None},
    "links": [{"kind": "paper", "url": "https://example.org/tiny", "label": {"en": "Paper", "zh": "论文"}}],
    "listed": {"first": "https://example.org/list"},
    "task": "classification",
    "demo": "draw",
    "keywords": {"en": ["tiny"], "zh": ["小"]},
    "takeaway": {"en": "Small works.", "zh": "小也够用。"},
    "lineage": [
        {"type": "builds-on", "to": "other"},
        {"type": "uses", "to": {"title": "An older paper", "year": 1980}, "note": {"en": "the idea", "zh": "想法"}},
    ],
    "bibtex": {"type": "article", "key": "example1999tiny", "fields": {"title": "A tiny network", "year": "1999"}},
    "review": {
        "checked": "2026-11-20",
        "variants": [{"name": "tiny-a", "title": {"en": "A", "zh": "A"}}],
        "claims": [
            {"id": "tiny-error", "variant": "tiny-a", "metric": "test_error", "value": 0.01, "where": "Table 1"}
        ],
        "comparison": {"en": "Same data.", "zh": "数据相同。"},
        "departures": [{"variants": ["tiny-a"], "text": {"en": "Smaller.", "zh": "更小。"}}],
    },
}
SECTION: dict[str, Any] = {"id": "one", "title": {"en": "One", "zh": "一"}, "papers": ["tiny", "other"]}
INDEX: dict[str, Any] = {
    "tasks": {"classification": {"en": "Classification", "zh": "分类"}},
    "demos": {"draw": {"en": "Draw", "zh": "手写"}},
    "metrics": {"test_error": {"en": "Error", "zh": "错误率"}},
    "sources": [{"id": "first", "title": {"en": "First", "zh": "第一"}, "sections": [SECTION]}],
}
GLOSSARY: dict[str, Any] = {
    "feature-map": {
        "en": "feature map",
        "zh": "特征图",
        "definition": {"en": "An image of features.", "zh": "特征的图像。"},
        "never": {"zh": ["特征地图"]},
    },
    "stride": {"en": "stride", "zh": "步幅", "definition": {"en": "A step.", "zh": "一步。"}},
}
SAMPLES: list[dict[str, Any]] = [
    {
        "id": f"one-{i}",
        "label": "1",
        "title": {"en": "1", "zh": "1"},
        "width": 0.1,
        "strokes": [[[0.5, 0.1], [0.5, 0.9]]],
    }
    for i in range(24)
]


def write(file: Path, data: Any) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A good tree of two papers."""
    write(tmp_path / "index.yaml", INDEX)
    write(tmp_path / "glossary.yaml", GLOSSARY)
    for slug in ("tiny", "other"):
        write(
            tmp_path / slug / "paper.yaml",
            {**PAPER, "slug": slug, "lineage": PAPER["lineage"] if slug == "tiny" else []},
        )
        write(tmp_path / slug / "samples.yaml", SAMPLES)
        for name in ("review.en.md", "review.zh.md", "notebook.py"):
            write(tmp_path / slug / name, "text")
    return tmp_path


def everything(root: Path) -> None:
    load_index(root)
    load_glossary(root)
    load_paper("tiny", root)
    load_samples("tiny", root)


def change(name: str, path: str, value: Any) -> Callable[[Path], None]:
    """Set one field of a YAML file, by dotted path; `...` deletes it."""

    def apply(root: Path) -> None:
        data = yaml.safe_load((root / name).read_text(encoding="utf-8"))
        steps: list[Any] = [int(step) if step.isdigit() else step for step in path.split(".")]
        inner = data
        for step in steps[:-1]:
            inner = inner[step]
        if value is ...:
            del inner[steps[-1]]
        else:
            inner[steps[-1]] = value
        write(root / name, data)

    return apply


def replace(name: str, text: str | bytes) -> Callable[[Path], None]:
    def apply(root: Path) -> None:
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    return apply


def remove(name: str) -> Callable[[Path], None]:
    return lambda root: (root / name).unlink()


P, IX, G, S = "tiny/paper.yaml", "index.yaml", "glossary.yaml", "tiny/samples.yaml"

# What is broken: how, then the file, the field and words of the remedy that the message must contain.
BROKEN: dict[str, tuple[Callable[[Path], None], str, str, str]] = {
    "missing field": (change(P, "year", ...), P, "year", "add `year:`"),
    "missing inner field": (change(P, "review.claims.0.where", ...), P, "review.claims.0.where", "add `where:`"),
    "missing language": (change(P, "takeaway.zh", ...), P, "takeaway.zh", "add `zh:`"),
    "empty language": (change(P, "takeaway.zh", "  "), P, "takeaway.zh", "both languages"),
    "empty English": (change(P, "review.departures.0.text.en", ""), P, "review.departures.0.text.en", "both languages"),
    "unknown field": (change(P, "yaer", 1999), P, "yaer", "did you mean `year`"),
    "unknown inner field": (change(P, "review.claims.0.wher", "x"), P, "review.claims.0.wher", "did you mean `where`"),
    "unknown field, nothing like it": (change(P, "zzz", 1), P, "zzz", "remove it"),
    "unknown field of a sample": (change(S, "0.colour", "red"), S, "0.colour", "remove it"),
    "unknown field of a term": (change(G, "stride.defnition", "x"), G, "stride.defnition", "did you mean `definition`"),
    "year as text": (change(P, "year", "nineteen"), P, "year", "whole number"),
    "year out of range": (change(P, "year", 19), P, "year", "correct the value"),
    "number where text is needed": (change(P, "bibtex.fields.year", 1999), P, "bibtex.fields.year", "between quotes"),
    "text where a list is needed": (change(P, "authors", "Ada Example"), P, "authors", "write a list"),
    "no authors": (change(P, "authors", []), P, "authors", "correct the value"),
    "bad address": (change(P, "links.0.url", "example.org"), P, "links.0.url", "https://"),
    "bad DOI": (change(P, "ids.doi", "https://doi.org/10.1234/tiny"), P, "ids.doi", "without the resolver"),
    "bad arXiv number": (change(P, "ids.arxiv", "arXiv:1512.03385"), P, "ids.arxiv", "1512.03385"),
    "bad kind of link": (change(P, "links.0.kind", "video"), P, "links.0.kind", "'paper', 'pdf'"),
    "bad slug": (change(P, "review.variants.0.name", "Tiny A"), P, "review.variants.0.name", "hyphens"),
    "bad date": (change(P, "review.checked", "last week"), P, "review.checked", "2026-11-20"),
    "per cent instead of a fraction": (change(P, "review.claims.0.value", 1.7), P, "review.claims.0.value", "divide"),
    "claim of an unknown variant": (
        change(P, "review.claims.0.variant", "tiny-b"), P, "review.claims.0.variant", "tiny-a",
    ),
    "departure of an unknown variant": (
        change(P, "review.departures.0.variants", ["tiny-a", "tiny-b"]), P, "review.departures.0.variants.1", "tiny-a",
    ),
    "claim twice": (change(P, "review.claims", PAPER["review"]["claims"] * 2), P, "review.claims.1.id", "own id"),
    "variant twice": (
        change(P, "review.variants", PAPER["review"]["variants"] * 2), P, "review.variants.1.name", "take one",
    ),
    "measured variant of the demo": (
        change(P, "review.measured", PAPER["review"]["variants"]), P, "review.measured.0.name", "take one",
    ),
    "beside a network without a demo": (
        change(P, "review", PAPER["review"] | {
            "variants": [PAPER["review"]["variants"][0] | {"beside": "tiny-b"}],
            "measured": [{"name": "tiny-b", "title": {"en": "B", "zh": "B"}}],
        }), P, "review.variants.0.beside", "tiny-a",
    ),
    "beside itself": (change(P, "review.variants.0.beside", "tiny-a"), P, "review.variants.0.beside", "leave it out"),
    "a note on a network that is only beside another": (
        change(P, "review.variants", [
            PAPER["review"]["variants"][0] | {"beside": "tiny-b"},
            {"name": "tiny-b", "title": {"en": "B", "zh": "B"}, "note": {"en": "B.", "zh": "B。"}},
        ]), P, "review.variants.1.note", "to the other",
    ),
    "first, and only beside another": (
        change(P, "review.variants", [
            {"name": "tiny-b", "title": {"en": "B", "zh": "B"}},
            PAPER["review"]["variants"][0] | {"beside": "tiny-b"},
        ]), P, "review.variants.0.name", "first",
    ),
    "lineage to an unknown slug": (change(P, "lineage.0.to", "nobody"), P, "lineage.0.to", "title, year"),
    "lineage of an unknown type": (change(P, "lineage.0.type", "likes"), P, "lineage.0.type", "'builds-on'"),
    "lineage without a year": (change(P, "lineage.1.to.year", ...), P, "lineage.1.to.year", "add `year:`"),
    "slug is not the folder's": (change(P, "slug", "tinny"), P, "slug", "write `slug: tiny`"),
    "unknown task": (change(P, "task", "segmentation"), P, "task", "use one of: classification"),
    "unknown kind of demo": (change(P, "demo", "dance"), P, "demo", "use one of: draw"),
    "listed in a source that does not": (
        change(P, "listed", {"second": "https://example.org/list"}), P, "listed", "exactly the sources that list it",
    ),
    "listed nowhere": (change(P, "listed", {}), P, "listed", "correct the value"),
    "a review without networks": (change(P, "review.variants", []), P, "review.variants", "correct the value"),
    "no Chinese review": (remove("tiny/review.zh.md"), "tiny/review.zh.md", "", "write review.zh.md"),
    "no notebook": (remove("tiny/notebook.py"), "tiny/notebook.py", "", "write notebook.py"),
    "no drawings": (remove(S), S, "", "write samples.yaml"),
    "no paper.yaml": (remove(P), P, "", "write paper.yaml"),
    "no index": (remove(IX), IX, "", "write index.yaml"),
    "no glossary": (remove(G), G, "", "write glossary.yaml"),
    "empty file": (replace(P, ""), P, "", "write it"),
    "YAML: indentation": (replace(P, "slug: tiny\n  name: x\n"), P, "line 2", "correct the YAML"),
    "YAML: unclosed quote": (replace(P, 'slug: tiny\nname: "x\n'), P, "line 3", "correct the YAML"),
    "YAML: a key twice": (replace(P, "slug: tiny\nslug: tiny\n"), P, "line 2", "correct the YAML"),
    "YAML: a mapping as a key": (replace(P, "{a: b}: c\n"), P, "line 1", "correct the YAML"),
    "YAML: a date that is none": (replace(P, "checked: 2026-02-30\n"), P, "", "2026-11-20"),
    "a metric without a name": (
        change(P, "review.claims.0.metric", "test_luck"), P, "review.claims.0.metric", "one of: test_error",
    ),
    "YAML: a control character": (replace(P, "slug: \x07\n"), P, "", "control character"),
    "not UTF-8": (replace(P, b"name: \xff\xfe"), P, "", "UTF-8"),
    "a list instead of a mapping": (replace(P, "- a\n- b\n"), P, "", "write a mapping"),
    "paper in two sections": (
        change(IX, "sources.0.sections", [SECTION, {**SECTION, "id": "again"}]),
        IX, "sources.0.sections.1.papers.0", "one section only",
    ),
    "section twice": (change(IX, "sources.0.sections", [SECTION] * 2), IX, "sources.0.sections.1.id", "join"),
    "index names a paper without a folder": (
        change(IX, "sources.0.sections.0.papers", ["tiny", "other", "ghost"]),
        IX, "sources.0.sections.0.papers.2", "make the folder",
    ),
    "folder that the index forgot": (change(IX, "sources.0.sections.0.papers", ["tiny"]), IX, "sources", "add it"),
    "two terms with one rendering": (change(G, "stride.zh", "特征图"), G, "zh", "join the two"),
    "rendering forbidden elsewhere": (change(G, "stride.zh", "特征地图"), G, "stride.zh", "change the"),
    "key that is not kebab-case": (change(G, "Stride", GLOSSARY["stride"]), G, "Stride", "hyphens"),
    "point off the pad": (change(S, "3.strokes.0.1", [0.5, 1.2]), S, "3.strokes.0.1.1", "correct the value"),
    "stroke of one point": (change(S, "0.strokes", [[[0.5, 0.5]]]), S, "0.strokes.0", "correct the value"),
    "sample twice": (change(S, "1.id", "one-0"), S, "1.id", "own id"),
    "too few drawings": (replace(S, yaml.safe_dump(SAMPLES[:5])), S, "", "at least 14"),
    "distortion to nothing": (change(S, "0.distortion", {"scale": 0}), S, "0.distortion.scale", "correct the value"),
    "label that is a number": (change(S, "0.label", 1), S, "0.label", "between quotes"),
}  # fmt: skip


def test_good_tree_passes(root: Path) -> None:
    everything(root)
    assert slugs(root) == ["other", "tiny"]
    assert load_paper("tiny", root).need_review().claim("tiny-error").value == 0.01


@pytest.mark.parametrize("name", BROKEN)
def test_message_names_file_field_and_remedy(name: str, root: Path) -> None:
    damage, file, field, remedy = BROKEN[name]
    damage(root)
    with pytest.raises(ContentError) as caught:
        everything(root)
    assert any(
        problem.file == root / file and field in problem.field and remedy in problem.remedy
        for problem in caught.value.problems
    ), str(caught.value)
    message = str(caught.value)
    assert str(root / file) in message and field in message and remedy in message


def test_all_problems_of_a_file_are_reported_at_once(root: Path) -> None:
    change(P, "year", ...)(root)
    change(P, "review.claims.0.where", ...)(root)
    with pytest.raises(ContentError) as caught:
        load_paper("tiny", root)
    assert {problem.field for problem in caught.value.problems} == {"year", "review.claims.0.where"}


def test_unknown_paper(root: Path) -> None:
    with pytest.raises(ContentError, match="use one of: other, tiny"):
        load_paper("nobody", root)


def test_a_paper_without_a_review_needs_only_its_facts(root: Path) -> None:
    change(P, "review", ...)(root)
    for name in ("review.en.md", "review.zh.md", "notebook.py", "samples.yaml"):
        remove(f"tiny/{name}")(root)
    paper = load_paper("tiny", root)
    assert paper.review is None
    with pytest.raises(ValueError, match="has no review yet"):
        paper.need_review()
