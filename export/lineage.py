"""The page of the lineage: the map of all papers, what its signs mean, and the same as a list."""

import html

from export.fragments import TYPES, named_html, relations
from export.library import Library
from export.lineage_layout import GROUPS, HEADS, SHEETS, Layout, group
from export.lineage_map import WAY, mark, marks, svg
from export.words import say
from papers.schema import Paper


def page(library: Library, language: str) -> str:
    """The Markdown below the page's front matter."""
    words = say(language)
    sheets = "\n".join(svg(Layout(sheet, library.papers), library, language) for sheet in SHEETS)
    figure = (
        f'<div class="lp-lineage-figure" data-search-exclude><paper-lineage>\n{legend(library, language)}\n{sheets}\n'
        f'<div class="lp-map__panel" hidden><p>{words("lineage_hint")}</p></div>\n</paper-lineage></div>'
    )
    return "\n\n".join(
        [
            f"# {words('lineage_page')}",
            words("lineage_intro"),
            figure,
            f"## {words('lineage_list')} {{#list}}",
            words("lineage_list_intro"),
            f'<div class="lp-lineage-list" data-search-exclude>\n{listing(library, language)}\n</div>\n',
        ]
    )


def legend(library: Library, language: str) -> str:
    """Lines, marks, and the sign of a review."""
    words, shapes = say(language), marks(library.index.tasks)
    found = {paper.task for paper in library.papers.values()}
    tasks = [
        task for tasks in range(len(GROUPS)) for task in library.index.tasks if task in found and group(task) == tasks
    ]
    kinds = "".join(f"<li>{_sample(type)}{words(f'lineage_{type}')}</li>" for type in TYPES)
    groups = "".join(
        f'<li><svg viewBox="-7 -7 14 14" aria-hidden="true">{mark(shapes[task], task, 0, 0)}</svg>'
        f"{html.escape(library.index.tasks[task][language])}</li>"
        for task in tasks
    )
    ready = (
        '<li><svg class="lp-node--ready" viewBox="0 0 30 22" aria-hidden="true">'
        '<rect x="1" y="5" width="28" height="16" rx="4"/>'
        '<path class="lp-node__badge" d="M17 -0.5l10 5.5l-10 5.5z"/></svg>'
        f"{words('lineage_ready')}</li>"
    )
    return f'<div class="lp-legend"><ul>{kinds}{ready}</ul><ul class="lp-legend__tasks">{groups}</ul></div>'


def _sample(type: str) -> str:
    """A line of a type with its head, lying."""
    picture, end = HEADS[type]
    return (
        '<svg viewBox="0 0 44 14" aria-hidden="true" fill="none"><g transform="translate(42 7) rotate(90)">'
        f'<path class="lp-edge lp-edge--{type}" d="M0 {end:g}V40"/><g class="lp-head lp-edge--{type}">{picture}</g>'
        "</g></svg>"
    )


def listing(library: Library, language: str) -> str:
    """By year; each paper with its edges in words."""
    years = sorted({paper.year for paper in library.papers.values()})
    parts = []
    for year in years:
        entries = "".join(entry(library, paper, language) for paper in library.papers.values() if paper.year == year)
        parts.append(f'<h3 id="year-{year}">{year}</h3>\n<ul class="lp-lineage-year">{entries}</ul>')
    return "\n".join(parts)


def entry(library: Library, paper: Paper, language: str) -> str:
    """A paper, its task, and a line for each type of edge."""
    words = say(language)
    comma, colon, pause = (", ", ": ", ", ") if language == "en" else ("、", "：", "，")
    lines = []
    for side in relations(paper, library.papers):
        for type in TYPES:
            works = [named_html(work, library.papers, language, WAY) for kind, work, _ in side.edges if kind == type]
            if works:
                lines.append(f"<li><b>{words(side.prefix + type)}</b>{colon}{comma.join(works)}</li>")
    ready = f'<span class="lp-ready">{words("index_ready")}</span>' if paper.review else ""
    task = html.escape(library.index.tasks[paper.task][language])
    return (
        f'<li id="lineage-{paper.slug}"><a href="{WAY}{paper.slug}/">{html.escape(paper.name)}</a> '
        f"<span>{paper.year}{pause}{task}</span>{ready}<ul>{''.join(lines)}</ul></li>"
    )
