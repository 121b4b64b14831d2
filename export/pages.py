"""Papers and artefacts -> plain Markdown, one tree per language in `build/docs/<language>`."""

import ast
import html
import shutil
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from export import fragments, lineage, lists
from export.fragments import front_matter
from export.library import ROOT, Library
from export.notebooks import notebook
from export.slots import ReviewSlots, SlotError, fill
from export.words import say
from papers.schema import LANGUAGES, Paper

__all__ = ["SlotError", "plain_pages", "stage"]

OTHER = {"en": "zh", "zh": "en"}
OTHER_NAME = {"en": "中文", "zh": "English"}
RELATED = 6  # cards at the end of a page
PLAIN = Environment(
    variable_start_string="[[", variable_end_string="]]", undefined=StrictUndefined, keep_trailing_newline=True
)


def stage(language: str, target: Path, site_url: str, library: Library | None = None) -> None:
    """Write the whole tree of one language anew. Raises SlotError, ContentError."""
    library = library or Library()
    shutil.rmtree(target, ignore_errors=True)
    written = ROOT / "docs" / language
    for file in sorted(written.rglob("*")):
        if file.is_file() and not file.name.startswith("."):  # what editors and file managers leave
            put(target / file.relative_to(written), file.read_text(encoding="utf-8"))
    put(target / "index.md", home_page(library, language, target))
    put(target / "papers" / "index.md", papers_page(library, language))
    put(target / "glossary.md", glossary_page(library, language))
    put(target / "lineage.md", lineage_page(library, language))
    put(target / "api" / "index.md", api_index(library, language))
    for name, text in lists.pages(library, language, site_url).items():
        put(target / "lists" / name, text)
    for slug, paper in library.papers.items():
        folder = target / "papers" / slug
        put(folder / "index.md", paper_page(library, paper, language, site_url))
        put(folder / f"{slug}.bib", citation(paper) + "\n")
    for slug, paper in library.reviewed.items():
        put(target / "papers" / slug / f"{slug}.ipynb", notebook(library.root / slug / "notebook.py", language))
        put(target / "api" / f"{slug}.md", api_page(paper, language))


def put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def home_page(library: Library, language: str, target: Path) -> str:
    """The first page; a demo on it gets a short manifest beside it."""
    file = Path("docs", language, "index.md")

    def demo(slug: str) -> str:
        paper, short = library.papers[slug], f"{slug}.demo.json"
        put(target / short, fragments.short_manifest(library, paper, "../"))
        return fragments.demo(library, paper, language, "../", short)

    slots = {
        "demo": demo,
        "papers": lambda: cards(library, language, "papers/"),
        "count": lambda: str(len(library.papers)),
    }
    return fill((ROOT / file).read_text(encoding="utf-8"), slots, file)


# ------------------------------------------------------------------------------------------------------- a paper's page


def paper_page(library: Library, paper: Paper, language: str, site_url: str) -> str:
    """The facts, then the review; where that is still to be written, what the paper builds on and what builds on it."""
    address = f"{site_url}{language}/papers/{paper.slug}/"
    meta = front_matter(
        title=paper.name,
        description=paper.takeaway[language],
        demo=bool(paper.review),
        hide=["navigation"],
        citation=citation_tags(paper, language, address),
    )
    body = review(library, paper, language) if paper.review else neighbours(library, paper, language)
    end = related(library, paper, language) + cite(paper, language, address, site_url)
    header = fragments.facts(library, paper, language)
    if paper.review:
        header += f'\n\n<save-offline slug="{paper.slug}"></save-offline>'
    return f"{meta}# {paper.name}\n\n{header}\n\n{body}\n\n{end}"


def review(library: Library, paper: Paper, language: str) -> str:
    """The review of a paper with its slots filled."""
    file = library.root / paper.slug / f"review.{language}.md"
    shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
    return fill(file.read_text(encoding="utf-8"), ReviewSlots(library, paper, language).functions(), shown)


def neighbours(library: Library, paper: Paper, language: str) -> str:
    """What there is to say of a paper before its review: lineage."""
    words, parts = say(language), [f'<p class="lp-planned">{say(language)("planned")}</p>']
    lines = fragments.lineage(paper, library.papers, language)
    if lines:
        parts.append(f"## {words('lineage')} {{#lineage}}\n\n{lines}")
    return "\n\n".join(parts)


def related(library: Library, paper: Paper, language: str) -> str:
    """Other papers of the same task that can be tried already: those of about the same time."""
    others = (each for each in library.reviewed.values() if each.task == paper.task and each.slug != paper.slug)
    nearest = sorted(others, key=lambda each: abs(each.year - paper.year))[:RELATED]
    items = "".join(card(library, each, language, "../") for each in nearest)
    title = say(language)("related")
    return f'## {title} {{#related}}\n\n<ul class="lp-cards">{items}</ul>\n\n' if items else ""


def cite(paper: Paper, language: str, address: str, site_url: str) -> str:
    words = say(language)
    parts = [
        f"## {words('cite')} {{#cite}}",
        words("cite_paper", file=f"{paper.slug}.bib"),
        f"```bibtex\n{citation(paper)}\n```",
    ]
    if paper.review:
        checked = paper.review.checked
        page = {
            "author": "{" + words("contributors") + "}",
            "title": words("review_of", name=paper.name),
            "year": str(checked.year),
            "url": address,
            "note": words("reviewed", date=checked.isoformat()),
        }
        source = f"{site_url}embed/{paper.slug}/{language}/"
        embed = f'<iframe src="{source}" width="100%" height="720" title="{paper.name}" allow="camera"></iframe>'
        parts += [
            words("cite_page"),
            f"```bibtex\n{fragments.bibtex('misc', f'livepapers-{paper.slug}-{language}', page)}\n```",
            words("embed"),
            f"```html\n{embed}\n```",
            f'<p class="lp-reviewed">{words("reviewed", date=checked.isoformat())}</p>',
        ]
    return "\n\n".join(parts) + "\n"


def citation(paper: Paper) -> str:
    return fragments.bibtex(paper.bibtex.type, paper.bibtex.key, paper.bibtex.fields)


def citation_tags(paper: Paper, language: str, address: str) -> list[list[str]]:
    """What reference managers read: a review is a work of its own that refers to the paper, else it is the paper."""
    words = say(language)
    record = [["citation_title", paper.title.en], *(["citation_author", author] for author in paper.authors)]
    record.append(["citation_publication_date", str(paper.year)])
    record += [["citation_doi", paper.ids.doi]] if paper.ids.doi else []
    keywords = ["citation_keywords", "; ".join(getattr(paper.keywords, language))]
    if paper.review is None:
        return [*record, keywords]
    return [
        ["citation_title", words("review_of", name=paper.name)],
        ["citation_author", words("contributors")],
        ["citation_publication_date", f"{paper.review.checked:%Y/%m/%d}"],
        ["citation_language", language],
        keywords,
        ["citation_public_url", address],
        ["citation_reference", "; ".join("=".join(entry) for entry in record)],
    ]


# ------------------------------------------------------------------------------------------------------ lists of things


def papers_page(library: Library, language: str) -> str:
    """Every paper, source by source and section by section; a script adds filters, the page is complete without it."""
    words = say(language)
    page = front_matter(
        title=words("papers"), description=words("papers_intro"), index=True, hide=["navigation", "toc"]
    )
    parts = [f"{page}# {words('papers')}", words("papers_intro"), fragments.index(library, language)]
    return "\n\n".join(parts) + "\n"


def cards(library: Library, language: str, way: str) -> str:
    """The papers that can be tried, each a card; `way` leads from the page to the papers' folder."""
    items = "".join(card(library, paper, language, way) for paper in library.reviewed.values())
    return f'<ul class="lp-cards">{items}</ul>'


def card(library: Library, paper: Paper, language: str, way: str) -> str:
    manifest = library.manifest(paper.slug, paper.need_review().variants[0].name)
    root = "../../../" if way == "../" else "../"
    models, mark = f"{root}models/{paper.slug}/", fragments.ink(manifest)
    pictures = "".join(f'<img{mark} src="{models}{sample["image"]}" alt="">' for sample in manifest["samples"][:4])
    return (
        f'<li class="lp-card"><a href="{way}{paper.slug}/"><span class="lp-card__pictures">{pictures}</span>'
        f"<strong>{paper.name}</strong> <time>{paper.year}</time></a>"
        f'<p class="lp-card__title">{html.escape(paper.title[language])}</p>'
        f"<p>{html.escape(paper.takeaway[language])}</p></li>"
    )


def lineage_page(library: Library, language: str) -> str:
    words = say(language)
    hidden = ["navigation", "toc"]
    page = front_matter(title=words("lineage_page"), description=words("lineage_described"), lineage=True, hide=hidden)
    return page + lineage.page(library, language)


def glossary_page(library: Library, language: str) -> str:
    words, other = say(language), OTHER[language]
    terms = list(library.glossary.items())
    if language == "en":
        terms.sort(key=lambda entry: entry[1].en.lower())
    parts = [
        f"## {getattr(term, language)} {{#{key}}}\n\n"
        f'<p class="lp-rendering" lang="{other}">{html.escape(getattr(term, other))}</p>\n\n{term.definition[language]}'
        for key, term in terms
    ]
    page = front_matter(title=words("glossary"), description=words("glossary_intro"), hide=["navigation"])
    body = "\n\n".join(['<div class="lp-glossary" markdown>', *parts, "</div>"])
    return f"{page}# {words('glossary')}\n\n{words('glossary_intro')}\n\n{body}\n"


# ------------------------------------------------------------------------------------------------------- API and source


def module_of(slug: str) -> str:
    return slug.replace("-", "_")


def api_index(library: Library, language: str) -> str:
    words = say(language)
    lines = []
    for slug in library.reviewed:
        source = ROOT / "models" / f"{module_of(slug)}.py"
        docstring = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
        lines.append(f'- [models.{module_of(slug)}]({slug}.md): <span lang="en">{docstring.splitlines()[0]}</span>')
    page = front_matter(title=words("api"), description=words("api_intro"), hide=["navigation"])
    networks = "\n".join(lines)
    return (
        f"{page}# {words('api')}\n\n{words('api_intro')}{words('api_language')}\n\n"
        f"## {words('api_networks')} {{#networks}}\n\n{networks}\n\n"
        f"## {words('api_registry')} {{#registry}}\n\n::: models.registry\n    options: {{heading_level: 3}}\n"
    )


def api_page(paper: Paper, language: str) -> str:
    """What the module offers, then its whole text, each line with an address: `#L-42`."""
    words, name = say(language), f"models.{module_of(paper.slug)}"
    code = (ROOT / "models" / f"{module_of(paper.slug)}.py").read_text(encoding="utf-8")
    lines = highlight(code, PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)).rstrip("\n").split("\n")
    listing = "\n".join(f'<span class="lp-line" id="L-{number}">{line}</span>' for number, line in enumerate(lines, 1))
    page = front_matter(title=name, description=f"{name}: {paper.name}", hide=["navigation"])
    return (
        f"{page}# {name}\n\n[{paper.name}](../papers/{paper.slug}/index.md). {words('api_language')}\n\n::: {name}\n\n"
        f"## {words('source')} {{#source}}\n\n"
        f'<div class="highlight lp-source" data-search-exclude><pre tabindex="0"><code>{listing}</code></pre></div>\n'
    )


# ----------------------------------------------------------------------------------------------- pages without Material


def plain_pages(base: str, site_url: str, library: Library | None = None) -> dict[Path, str]:
    """The choice of languages, the pages for what is not there, and the demos alone, by their path in the site."""
    library = library or Library()
    found = {Path("index.html"): page("choice"), Path("404.html"): page("404", base=base)}
    found[Path("offline.html")] = page("offline")
    for slug, paper in library.reviewed.items():
        for language in LANGUAGES:
            for folder, depth in (
                (f"embed/{slug}/{language}", 3),
                *([(f"embed/{slug}", 2)] if language == "en" else []),
            ):
                way = "../" * depth
                found[Path(folder, "index.html")] = embed_page(library, paper, language, way, site_url)
    return found


def page(name: str, **fields: str) -> str:
    return PLAIN.from_string((ROOT / "docs" / "pages" / f"{name}.html").read_text(encoding="utf-8")).render(fields)


def embed_page(library: Library, paper: Paper, language: str, base: str, site_url: str) -> str:
    words = say(language)
    return page(
        "embed",
        language=language,
        base=base,
        slug=paper.slug,
        title=html.escape(words("demo_of", name=paper.name)),
        description=html.escape(paper.takeaway[language]),
        review_url=f"{site_url}{language}/papers/{paper.slug}/",
        demo=fragments.demo(library, paper, language, base),
        read=words("read"),
        other=OTHER[language],
        other_name=OTHER_NAME[language],
        other_href=f"{base}embed/{paper.slug}/{OTHER[language]}/",
    )
