"""Reading lists and the list builder: `docs/lists/*.yaml` -> pages, BibTeX files and data under `lists/`."""

import html
import json
from typing import Any
from urllib.parse import quote, urlencode

from export.fragments import bibtex, front_matter
from export.library import Library
from export.words import say
from papers.lists import ROOT as LISTS
from papers.lists import ReadingList, Session, load_lists
from papers.schema import Paper


def names() -> list[str]:
    """The pages below the lists' index, in the order of the navigation."""
    return [*(file.stem for file in sorted(LISTS.glob("*.yaml"))), "build"]


def pages(library: Library, language: str, site_url: str) -> dict[str, str]:
    """Everything under `lists/` in one language, by file name. Raises ContentError."""
    found = load_lists(library.papers)
    files = {"index.md": index_page(library, found, language), "build.md": build_page(library, found, language)}
    for id, reading in found.items():
        files[f"{id}.md"] = list_page(library, reading, language)
        files[f"{id}.bib"] = "\n\n".join(entry(library.papers[slug]) for slug in reading.papers) + "\n"
    files["papers.json"] = data(library, found, language, site_url)
    return files


# ------------------------------------------------------------------------------------------------------------ the pages


def index_page(library: Library, lists: dict[str, ReadingList], language: str) -> str:
    """What lists there are, each with its extent, and the way to a list of one's own."""
    words = say(language)
    cards = "".join(
        f'<li id="{id}" class="lp-card lp-list"><h2><a href="{id}/">{html.escape(reading.title[language])}</a></h2>'
        f"<p>{html.escape(reading.description[language])}</p>"
        f'<p class="lp-extent">{extent(library, reading, language)}</p></li>'
        for id, reading in lists.items()
    )
    meta = front_matter(title=words("lists"), description=words("lists_intro"), hide=["navigation", "toc"])
    return (
        f'{meta}# {words("lists")}\n\n{words("lists_intro")}\n\n<ul class="lp-cards lp-lists">{cards}</ul>\n\n'
        f"## {words('lists_own')} {{#build}}\n\n{words('lists_own_text')}\n\n"
        f'<p class="lp-actions"><a class="lp-button" href="build/">{words("lists_build")}</a></p>\n'
    )


def list_page(library: Library, reading: ReadingList, language: str) -> str:
    """One list: for whom, the overview, and session by session why, what, and what to look at."""
    words = say(language)
    meta = front_matter(title=reading.title[language], description=reading.description[language], hide=["navigation"])
    facts = [
        (words("list_extent"), extent(library, reading, language)),
        (words("list_audience"), html.escape(reading.audience[language])),
        (words("list_prerequisites"), html.escape(reading.prerequisites[language])),
    ]
    about = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in facts)
    start = urlencode({"papers": ",".join(reading.papers), "title": reading.title[language]}, safe=",", quote_via=quote)
    actions = (
        f'<a class="lp-button" href="../{reading.id}.bib" download>{words("list_bib")}</a>'
        f'<a class="lp-button" href="../build/?{html.escape(start)}">{words("list_change")}</a>'
    )
    parts = [
        f"{meta}# {reading.title[language]}",
        f'<p class="lp-lead">{html.escape(reading.description[language])}</p>',
        f'<dl class="lp-about" id="about">{about}</dl>',
        f'<p class="lp-actions" id="download">{actions}</p>',
        f"## {words('list_overview')} {{#overview}}",
        overview(library, reading, language),
        *(session_part(library, reading, number, language) for number in range(1, len(reading.sessions) + 1)),
    ]
    return "\n\n".join(parts) + "\n"


def extent(library: Library, reading: ReadingList, language: str) -> str:
    """`12 weeks, 52 hours, 22 papers; 1 of them can be tried`"""
    words, ready = say(language), sum(slug in library.reviewed for slug in reading.papers)
    known = {"count": len(reading.sessions), "hours": f"{reading.hours:g}", "papers": len(reading.papers)}
    return words(f"list_{reading.unit}s", **known) + (words("list_ready", ready=ready) if ready else "")


def overview(library: Library, reading: ReadingList, language: str) -> str:
    words, rows = say(language), []
    for number, session in enumerate(reading.sessions, 1):
        papers = ("、" if language == "zh" else ", ").join(
            f'<a href="../../papers/{slug}/">{html.escape(library.papers[slug].name)}</a>' for slug in session.papers
        )
        rows.append(
            f'<tr><td>{number}</td><th scope="row"><a href="#{session.id}">{html.escape(session.title[language])}</a>'
            f"</th><td>{papers}</td><td>{session.hours:g}</td></tr>"
        )
    columns = (f"list_column_{reading.unit}", "list_subject", "papers", "list_column_hours")
    head = "".join(f'<th scope="col">{words(key)}</th>' for key in columns)
    return (
        f'<div class="lp-scroll" tabindex="0" role="region" aria-label="{words("list_overview")}">'
        f'<table class="lp-table lp-overview"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody>'
        f'<tfoot><tr><td></td><th scope="row">{words("total")}</th><td>{len(reading.papers)}</td>'
        f"<td>{reading.hours:g}</td></tr></tfoot></table></div>"
    )


def session_part(library: Library, reading: ReadingList, number: int, language: str) -> str:
    words, session = say(language), reading.sessions[number - 1]
    gap = " " if language == "en" else ""  # a full-width colon brings its own
    heading = words(f"list_{reading.unit}", number=number, title=session.title[language])
    papers = "".join(paper_item(library.papers[slug], language) for slug in session.papers)
    return (
        f"## {heading} {{#{session.id}}}\n\n"
        f'<p class="lp-hours">{hours(session, language)}</p>\n\n'
        f"{session.note[language]}\n\n"
        f'<ul class="lp-reading" data-search-exclude>{papers}</ul>\n\n'
        f'<p class="lp-look"><strong>{words("list_look")}</strong>{gap}{html.escape(session.look[language])}</p>'
    )


def hours(session: Session, language: str) -> str:
    return say(language)("list_hours", hours=f"{session.hours:g}")


def paper_item(paper: Paper, language: str) -> str:
    words = say(language)
    mark = f' <span class="lp-ready">{words("index_ready")}</span>' if paper.review else ""
    original = "" if language == "en" else f' <span lang="en">{html.escape(paper.title.en)}</span>'
    return (
        f'<li><a href="../../papers/{paper.slug}/">{html.escape(paper.name)}</a> <time>{paper.year}</time>{mark}'
        f'<p class="lp-reading__title">{html.escape(paper.title[language])}{original}</p>'
        f"<p>{html.escape(paper.takeaway[language])}</p></li>"
    )


# ---------------------------------------------------------------------------------------------------------- the builder


def build_page(library: Library, lists: dict[str, ReadingList], language: str) -> str:
    """`<list-builder>`; what is inside it is for readers without JavaScript."""
    words = say(language)
    meta = front_matter(
        title=words("build"), description=words("build_intro"), builder=True, hide=["navigation", "toc"]
    )
    ready = "".join(
        f'<li><a href="../{id}/">{html.escape(reading.title[language])}</a></li>' for id, reading in lists.items()
    )
    return (
        f"{meta}# {words('build')}\n\n{words('build_intro')}\n\n"
        f'<div data-search-exclude><list-builder src="../papers.json" lang="{language}">'
        f"<p>{words('build_script')}</p><ul>{ready}</ul></list-builder></div>\n"
    )


def data(library: Library, lists: dict[str, ReadingList], language: str, site_url: str) -> str:
    """What the builder knows of the papers and of the ready lists; one line each."""
    papers = [json.dumps(record(paper, language, site_url), ensure_ascii=False) for paper in library.papers.values()]
    starts = [
        json.dumps({"title": reading.title[language], "papers": reading.papers}, ensure_ascii=False)
        for reading in lists.values()
    ]
    return '{"papers": [\n' + ",\n".join(papers) + '\n], "lists": [\n' + ",\n".join(starts) + "\n]}\n"


def record(paper: Paper, language: str, site_url: str) -> dict[str, Any]:
    """One paper, as `docs/assets/builder/state.js` describes it."""
    return {
        "slug": paper.slug,
        "name": paper.name,
        "title": paper.title[language],
        "original": "" if language == "en" else paper.title.en,
        "authors": paper.authors,
        "venue": paper.venue[language],
        "year": paper.year,
        "url": f"{site_url}{language}/papers/{paper.slug}/",
        "bibtex": entry(paper),
        "find": " ".join([paper.title.en, paper.title.zh, *paper.keywords.en, *paper.keywords.zh]),
        "ready": bool(paper.review),
    }


def entry(paper: Paper) -> str:
    return bibtex(paper.bibtex.type, paper.bibtex.key, paper.bibtex.fields)
