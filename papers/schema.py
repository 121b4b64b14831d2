"""The shape of everything that is written by hand under `papers/`, and the one way to read it.

An unknown key is an error, and so is a missing one: a typing mistake must not become a silent hole in a page.
Every problem is reported as a `ContentError` that names the file, the field, what is wrong and what to do
(`papers.content`).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, RootModel, model_validator

from papers.content import ContentError, Problem, Strict, fault, load

__all__ = [
    "ANCHORS", "DRAWING", "LANGUAGES", "Claim", "ContentError", "Distortion", "Glossary", "Index", "Paper", "Samples",
    "Text", "is_rate", "load_glossary", "load_index", "load_paper", "load_samples", "slugs",
]  # fmt: skip

ROOT = Path(__file__).resolve().parent
LANGUAGES = ("en", "zh")
LANGUAGE_NAMES = {"en": "English", "zh": "Chinese"}
# The sections of a review, in their order; cite, title and facts are generated.
ANCHORS = ("try", "problem", "idea", "architecture", "training", "results", "today", "course")
# What a paper's folder must hold; a paper whose readers draw also needs `samples.yaml`.
FILES = ("paper.yaml", "review.en.md", "review.zh.md", "notebook.py")
DRAWING = ("draw", "transform")  # demos
SMALLEST_SAMPLE_SET = 14


# ------------------------------------------------------------------------------------------------------ small types


def _filled(text: str) -> str:
    if not text.strip():
        raise fault("the text is empty", "write it, or take the whole entry out")
    return text.strip()


def _matching(pattern: str, example: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise fault(f"{text!r} is not written as it must be", f"write it like {example}")
        return text

    return AfterValidator(check)


Line = Annotated[str, AfterValidator(_filled)]
Slug = Annotated[str, _matching(r"[a-z0-9]+(-[a-z0-9]+)*", "`batch-normalization`: small letters, digits, hyphens")]
Name = Annotated[str, _matching(r"[a-z][a-z0-9_]*", "`test_error`: small letters, digits, underscores")]
Url = Annotated[str, _matching(r"https?://\S+", "`https://example.org/paper.pdf`")]
Doi = Annotated[str, _matching(r"10\.\d{4,9}/\S+", "`10.1109/5.726791`, without the resolver's address")]
Arxiv = Annotated[str, _matching(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", "`1512.03385`")]
Year = Annotated[int, Field(ge=1940, le=2100)]


class Text(Strict):
    """The same text in both languages; neither may be empty."""

    en: str  # English
    zh: str  # Chinese, written as a Chinese author would, see the glossary

    @model_validator(mode="after")
    def _both(self) -> Text:
        for language in LANGUAGES:
            if not getattr(self, language).strip():
                problem = f"the {LANGUAGE_NAMES[language]} text is empty"
                raise fault(problem, "write it: both languages are equals, and a page needs both", language)
        return self

    def __getitem__(self, language: str) -> str:
        return {"en": self.en, "zh": self.zh}[language]


class Keywords(Strict):
    """Words to find the page by."""

    en: Annotated[list[Line], Field(min_length=1)]  # as in the paper's own field
    zh: Annotated[list[Line], Field(min_length=1)]  # with the glossary's renderings


# ------------------------------------------------------------------------------------------------------- paper.yaml


class Ids(Strict):
    """Names under which libraries know the paper; null where it has none."""

    doi: Doi | None  # digital object identifier
    arxiv: Arxiv | None  # arXiv number, without a version


class Link(Strict):
    """A link in the page's header."""

    kind: Literal["paper", "pdf", "code"]  # the publisher's page, the text, the authors' code
    url: Url  # http or https
    label: Text  # what the reader presses


class Work(Strict):
    """A paper that has no folder here."""

    title: Line  # in its own language
    year: Year  # of publication
    url: Url | None = None  # a lasting address


class Lineage(Strict):
    """What this paper owes to an earlier one; the later papers are found by reading this the other way round."""

    type: Literal["builds-on", "uses", "extends", "refutes"]  # this paper ... that one
    to: Slug | Work  # a paper of this site by its slug, any other by title and year
    note: Text | None = None  # what exactly was taken over


class Bibtex(Strict):
    """The BibTeX entry, field by field; the page and the download are made from it."""

    type: Literal["article", "inproceedings", "misc", "book", "incollection", "techreport"]  # entry type
    key: Annotated[str, _matching(r"[A-Za-z0-9:_-]+", "`lecun1998gradient`")]  # citation key
    fields: Annotated[dict[Name, Line], Field(min_length=1)]  # author, title, year, ...; LaTeX is allowed


def is_rate(metric: str) -> bool:
    """Whether a metric is a fraction, read in per cent: errors, accuracies, `test_iou`, `map50`."""
    return re.search(r"(error|accuracy|rate|accept|iou|reject(_at_[\d_]+)?)$|^m?ap50", metric) is not None


class Claim(Strict):
    """A number the paper claims, with the place where it says so."""

    id: Slug  # the reviews refer to it by [[ claim("id") ]]
    variant: Slug  # the network whose measured number stands beside it
    metric: Name  # the card's name of the same quantity, test_error for instance
    value: float | None  # rates as fractions: 0.95 % is 0.0095; null where it could not be confirmed
    where: Line  # table, figure or section of the paper
    note: Text | None = None  # under which conditions

    @model_validator(mode="after")
    def _is_fraction(self) -> Claim:
        if self.value is not None and is_rate(self.metric) and not 0 <= self.value <= 1:
            raise fault(f"{self.value:g} is not a fraction", "divide the per cent by 100: 0.95 % is 0.0095", "value")
        return self


class Departure(Strict):
    """Something that is done here otherwise than in the paper."""

    variants: list[Slug] = Field(default=[])  # which networks it concerns, if not all
    text: Text  # what is different, and why


class Network(Strict):
    """A network that is trained here."""

    name: Slug  # as registered in `models`
    title: Text  # as shown in the switch and in tables


class Variant(Network):
    """A network that the reader can choose in the demo."""

    beside: Slug | None = None  # another variant, which answers next to this one and is not in the switch
    note: Text | None = None  # what the reader should know of its answers


class Review(Strict):
    """What there is once a paper has been reviewed: networks to try, and the paper's numbers beside ours."""

    checked: datetime.date  # when the review was last checked against the paper
    variants: Annotated[list[Variant], Field(min_length=1)]  # the networks of the demo; the first is shown on arrival
    measured: list[Network] = Field(default=[])  # networks without a demo, whose numbers stand beside the paper's
    claims: list[Claim]  # the numbers that stand beside ours
    comparison: Text  # what cannot be compared between claim and measurement, and why
    departures: list[Departure]  # what is not exactly the paper's

    def choices(self) -> list[Variant]:
        """The networks in the switch: those that are not only shown beside another."""
        partners = {variant.beside for variant in self.variants}
        return [variant for variant in self.variants if variant.name not in partners]

    def titles(self, language: str) -> dict[str, str]:
        """What every network is called, by its name."""
        return {network.name: network.title[language] for network in (*self.variants, *self.measured)}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Review:
        names: list[str] = []
        for field, networks in (("variants", self.variants), ("measured", self.measured)):
            for i, network in enumerate(networks):
                if network.name in names:
                    raise fault(f"variant {network.name!r} is listed twice", "take one out", field, i, "name")
                names.append(network.name)
        tried = names[: len(self.variants)]
        known = f"use one of {', '.join(tried)}, or add it to review.variants"
        for i, variant in enumerate(self.variants):
            if variant.beside is not None and variant.beside not in tried:
                raise fault(f"unknown variant {variant.beside!r}", known, "variants", i, "beside")
        partners = {variant.beside for variant in self.variants} - {None}
        for i, variant in enumerate(self.variants):
            if variant.name not in partners:
                continue
            if variant.beside is not None:
                raise fault(
                    "a network that answers beside another has none beside itself",
                    "leave it out",
                    "variants",
                    i,
                    "beside",
                )
            if variant.note is not None:
                raise fault(
                    "a network that answers beside another is not in the switch",
                    "give the note to the other",
                    "variants",
                    i,
                    "note",
                )
            if i == 0:
                raise fault(
                    "the first network is shown on arrival",
                    "list the one that it answers beside first",
                    "variants",
                    i,
                    "name",
                )
        known = f"use one of {', '.join(names)}, or add it to review.variants or to review.measured"
        ids = [claim.id for claim in self.claims]
        for i, claim in enumerate(self.claims):
            if claim.variant not in names:
                raise fault(f"unknown variant {claim.variant!r}", known, "claims", i, "variant")
            if claim.id in ids[:i]:
                raise fault(f"claim {claim.id!r} is listed twice", "give each claim its own id", "claims", i, "id")
        for i, departure in enumerate(self.departures):
            for j, name in enumerate(departure.variants):
                if name not in names:
                    raise fault(f"unknown variant {name!r}", known, "departures", i, "variants", j)
        return self

    def claim(self, id: str) -> Claim:
        """The claim of that id; KeyError when there is none."""
        return {claim.id: claim for claim in self.claims}[id]


class Paper(Strict):
    """`papers/<slug>/paper.yaml`: the facts of one paper. Prose is in the reviews beside it, once they are written."""

    slug: Slug  # the folder's name, and the page's address: frozen
    name: Line  # what everybody calls it, LeNet for instance
    title: Text  # the paper's title, and its Chinese translation
    authors: Annotated[list[Line], Field(min_length=1)]  # in the paper's order, given name first
    venue: Text  # journal or conference
    year: Year  # of publication
    ids: Ids  # DOI and arXiv number
    links: Annotated[list[Link], Field(min_length=1)]  # in the page's header
    listed: Annotated[dict[Slug, Url], Field(min_length=1)]  # the address that each source index gives, by its id
    task: Slug  # what the paper solves: a key of `tasks` in index.yaml
    demo: Name  # what the reader can do: a key of `demos` in index.yaml, and a pair of export and browser tasks
    keywords: Keywords  # to find the page by
    takeaway: Text  # one sentence under the title
    remark: Text | None = None  # what is unusual about the record, or loose in the source index
    lineage: list[Lineage]  # what it builds on
    bibtex: Bibtex  # how to cite the paper
    review: Review | None = None  # without it the page shows the facts alone

    def need_review(self) -> Review:
        """The review. Raises ValueError where it is still to be written."""
        if self.review is None:
            raise ValueError(f"papers/{self.slug}/paper.yaml has no review yet")
        return self.review


# -------------------------------------------------------------------------------------------- the other YAML files


class Section(Strict):
    """A section of a source index."""

    id: Slug  # part of the address
    title: Text  # heading
    papers: list[Slug]  # slugs, in the source's order


class Source(Strict):
    """One of the lists of papers that this site follows: its sections and order are kept."""

    id: Slug  # a key of `listed` in paper.yaml
    title: Text  # what it is called here
    sections: Annotated[list[Section], Field(min_length=1)]  # in the source's order

    @model_validator(mode="after")
    def _unique(self) -> Source:
        ids: set[str] = set()
        papers: set[str] = set()
        for i, section in enumerate(self.sections):
            if section.id in ids:
                raise fault(f"section {section.id!r} is listed twice", "join the two", "sections", i, "id")
            ids.add(section.id)
            for j, slug in enumerate(section.papers):
                if slug in papers:
                    at = ("sections", i, "papers", j)
                    raise fault(f"paper {slug!r} is listed twice", "keep it in one section only", *at)
                papers.add(slug)
        return self

    def slugs(self) -> list[str]:
        """Its papers, in its order."""
        return [slug for section in self.sections for slug in section.papers]


class Index(Strict):
    """`papers/index.yaml`: the source indexes, and the words by which papers are sorted and measured."""

    tasks: dict[Slug, Text]  # what papers solve
    demos: dict[Name, Text]  # what readers can do
    metrics: dict[Name, Text]  # what the claims of papers are numbers of
    sources: Annotated[list[Source], Field(min_length=1)]  # a paper is in one or more

    def slugs(self) -> list[str]:
        """All papers, each once: the first source's order, then what the others add."""
        return list(dict.fromkeys(slug for source in self.sources for slug in source.slugs()))


class Never(Strict):
    """Renderings that must not occur on any page."""

    zh: list[Line] = Field(default_factory=list)  # wrong or second Chinese renderings


class Term(Strict):
    """A term, its one rendering, and what it means."""

    en: Line  # as it stands in an English sentence
    zh: Line  # its one Chinese rendering
    definition: Text  # one or two sentences for a reader
    never: Never = Never()  # what a page must not say instead


class Glossary(RootModel[dict[Slug, Term]]):
    """`papers/glossary.yaml`: the readers' glossary, and what the tests enforce."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _consistent(self) -> Glossary:
        for key, term in self.root.items():
            for other_key, other in self.root.items():
                for wrong in other.never.zh:
                    if wrong in term.zh:
                        problem = f"the rendering {term.zh!r} contains {wrong!r}, forbidden by {other_key!r}"
                        raise fault(problem, "change the rendering or the list of wrong ones", key, "zh")
                if other_key != key and other.zh == term.zh:
                    problem = f"{term.zh!r} is also the rendering of {other_key!r}"
                    raise fault(problem, "one term, one rendering: join the two entries", key, "zh")
        return self

    def __getitem__(self, key: str) -> Term:
        return self.root[key]

    def __contains__(self, key: str) -> bool:
        return key in self.root

    def items(self) -> Iterator[tuple[str, Term]]:
        """Keys and terms, in the file's order."""
        return iter(self.root.items())


Coordinate = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Coordinate, Coordinate]


class Distortion(Strict):
    """How a drawing stands on a larger canvas before the reader touches it; squashed, then turned, then shifted."""

    angle: Annotated[float, Field(ge=-180, le=180)] = 0  # degrees, clockwise
    scale: Annotated[float, Field(gt=0)] = 1  # of both sides
    shift: tuple[float, float] = (0, 0)  # pixels of the canvas, to the right and down
    squash: Annotated[float, Field(gt=0)] = 1  # height divided by width, as if both had been equal


class Sample(Strict):
    """A drawing: strokes on a square pad, x to the right and y down, both from 0 to 1."""

    id: Slug  # file name of its picture
    label: Annotated[str, Field(min_length=1)] | None  # the digit it is; null if it is none
    title: Text  # as shown under the thumbnail
    width: Annotated[float, Field(ge=0.01, le=0.3)]  # of the pen, as a fraction of the pad's side
    distortion: Distortion | None = None  # for a demo that has such a canvas
    strokes: Annotated[list[Annotated[list[Point], Field(min_length=2)]], Field(min_length=1)]  # polylines, round caps


class Samples(RootModel[list[Sample]]):
    """`papers/<slug>/samples.yaml`: drawings made for this site, shown before the reader has drawn anything."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _enough(self) -> Samples:
        ids = [sample.id for sample in self.root]
        for i, id in enumerate(ids):
            if id in ids[:i]:
                raise fault(f"sample {id!r} is listed twice", "give each drawing its own id", i, "id")
        if len(ids) < SMALLEST_SAMPLE_SET:
            raise fault(f"only {len(ids)} drawings", f"draw at least {SMALLEST_SAMPLE_SET}, hard ones included")
        return self

    def __iter__(self) -> Iterator[Sample]:  # type: ignore[override]  # a list of samples, not of fields
        return iter(self.root)

    def __len__(self) -> int:
        return len(self.root)


# ---------------------------------------------------------------------------------------------------------- reading


def slugs(root: Path | None = None) -> list[str]:
    """The papers that have a folder, by name."""
    root = root or ROOT
    return sorted(d.name for d in root.iterdir() if d.is_dir() and not d.name.startswith((".", "_")))


def reviewed(root: Path | None = None) -> list[str]:
    """Those of them that have a review."""
    index = load_index(root)
    return [slug for slug in slugs(root) if load_paper(slug, root, index).review]


def load_index(root: Path | None = None) -> Index:
    """`index.yaml`, checked against the folders: none missing, none forgotten."""
    root = root or ROOT
    file = root / "index.yaml"
    index = load(Index, file)
    folders = slugs(root)
    problems = []
    for i, source in enumerate(index.sources):
        for j, section in enumerate(source.sections):
            for k, slug in enumerate(section.papers):
                if slug not in folders:
                    field = f"sources.{i}.sections.{j}.papers.{k}"
                    remedy = f"make the folder {root.name}/{slug}, or take the line out"
                    problems.append(Problem(file, field, f"there is no paper {slug!r}", remedy))
    for slug in folders:
        if slug not in index.slugs():
            remedy = "add it to the section it belongs to"
            problems.append(Problem(file, "sources", f"the folder {slug!r} is in no section", remedy))
    if problems:
        raise ContentError(*problems)
    return index


def load_glossary(root: Path | None = None) -> Glossary:
    """`glossary.yaml`."""
    return load(Glossary, (root or ROOT) / "glossary.yaml")


def load_samples(slug: str, root: Path | None = None) -> Samples:
    """`<slug>/samples.yaml`."""
    return load(Samples, (root or ROOT) / slug / "samples.yaml")


def load_paper(slug: str, root: Path | None = None, index: Index | None = None) -> Paper:
    """`<slug>/paper.yaml`, checked also against its folder, the papers it names, and the index, read if not given."""
    root = root or ROOT
    folder = root / slug
    file = folder / "paper.yaml"
    if not folder.is_dir():
        raise ContentError(Problem(folder, "", "there is no such paper", f"use one of: {', '.join(slugs(root))}"))
    paper = load(Paper, file)
    problems = []
    if paper.slug != slug:
        remedy = f"write `slug: {slug}`, or rename the folder to {paper.slug}"
        problems.append(Problem(file, "slug", f"it is {paper.slug!r} in the folder {slug!r}", remedy))
    needed = (*FILES, *(["samples.yaml"] if paper.demo in DRAWING else [])) if paper.review else ()
    for name in needed:
        if not (folder / name).is_file():
            problems.append(Problem(folder / name, "", "the file is missing", f"write {name}"))
    for i, lineage in enumerate(paper.lineage):
        if isinstance(lineage.to, str) and lineage.to not in slugs(root):
            remedy = "use the slug of a folder, or give {title, year} of a paper that has none"
            problems.append(Problem(file, f"lineage.{i}.to", f"there is no paper {lineage.to!r}", remedy))
    index = index or load_index(root)
    words = [("task", paper.task, index.tasks), ("demo", paper.demo, index.demos)]
    for i, claim in enumerate(paper.review.claims if paper.review else ()):
        words.append((f"review.claims.{i}.metric", claim.metric, index.metrics))
    for field, value, known in words:
        if value not in known:
            kind, remedy = field.rpartition(".")[2], f"use one of: {', '.join(known)}, or add it to index.yaml"
            problems.append(Problem(file, field, f"there is no {kind} {value!r}", remedy))
    sources = [source.id for source in index.sources if slug in source.slugs()]
    if sorted(paper.listed) != sorted(sources):
        remedy = f"give the address in exactly the sources that list it in index.yaml: {', '.join(sources)}"
        problems.append(Problem(file, "listed", f"it names {', '.join(paper.listed)}", remedy))
    if problems:
        raise ContentError(*problems)
    return paper
