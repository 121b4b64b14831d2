"""The parts of a page that are made from data: the demo before it runs, tables, lists, numbers. HTML or Markdown."""

import html
import json
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any, NamedTuple, get_args

import yaml

from export.library import Library
from export.words import NO_BREAK, percent, say
from papers.schema import DRAWING, Claim, Glossary, Lineage, Paper, Text, Work, is_rate

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SHOWN_SAMPLES, SHORT_SAMPLES = 12, 10
TYPES: tuple[str, ...] = get_args(Lineage.model_fields["type"].annotation)  # of the edges between papers


# -------------------------------------------------------------------------------------------------------------- numbers


def number(name: str, value: float, language: str) -> str:
    """A metric as it is read: errors and other rates in per cent, counts with their commas."""
    if is_rate(name):
        return percent(value, language)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def claim(claim: Claim, language: str) -> str:
    where = place(claim.where, language)
    if claim.value is None:
        return say(language)("see", where=where)
    value = percent(claim.value, language, ".3g") if is_rate(claim.metric) else f"{claim.value:g}"
    return f"{value} ({where})" if language == "en" else f"{value}（{where}）"


def place(where: str, language: str) -> str:
    """`Fig. 9` as a Chinese reader calls it; not broken between two lines."""
    if language == "zh":
        names = {r"Figs?\. (\S+)": r"图 \1", r"Table (\S+)": r"表 \1", r"Section (\S+)": r"第 \1 节"}
        for pattern, chinese in names.items():
            where = re.sub(pattern, chinese, where)
    return re.sub(r"(?<!,) ", NO_BREAK, where)


def scientific(value: float) -> str:
    """`3.1 × 10⁻⁷`"""
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def shape(dimensions: list[int]) -> str:
    """Without a batch of one: `6 × 28 × 28`."""
    return " × ".join(map(str, dimensions[1:] if dimensions[0] == 1 else dimensions))


# ------------------------------------------------------------------------------------------------------ facts and index


def facts(library: Library, paper: Paper, language: str) -> str:
    """What stands under a paper's name: title, authors, venue, links, and the idea in a sentence."""
    words, title = say(language), paper.title[language]
    original = f'<p class="lp-original" lang="en">{html.escape(paper.title.en)}</p>' if language != "en" else ""
    links = [(link.url, link.label[language]) for link in paper.links]
    links += [
        (paper.listed[source.id], words("listed", source=source.title[language]))
        for source in library.index.sources
        if source.id in paper.listed
    ]
    items = "".join(
        f'<li><a href="{html.escape(url)}" rel="external">{html.escape(text)}</a></li>' for url, text in links
    )
    between, comma = (", ", ", ") if language == "en" else ("、", "，")
    names = between.join(f'<span class="lp-author">{html.escape(author)}</span>' for author in paper.authors)
    venue, year = html.escape(paper.venue[language]), f"<time>{paper.year}</time>"
    venue = venue.replace(str(paper.year), year) if str(paper.year) in venue else f"{venue}{comma}{year}"
    remark = f'<p class="lp-remark">{html.escape(paper.remark[language])}</p>' if paper.remark else ""
    return (
        f'<div class="lp-facts"><p class="lp-title">{html.escape(title)}</p>{original}'
        f'<p class="lp-authors">{names}</p>'
        f'<p class="lp-venue">{venue}</p>'
        f'<ul class="lp-links">{items}</ul>'
        f'<p class="lp-takeaway">{html.escape(paper.takeaway[language])}</p>{remark}</div>'
    )


def index(library: Library, language: str) -> str:
    """The source indexes as nested lists inside `<paper-index>`, which reads the `data-` attributes of the entries."""
    words, parts = say(language), []
    for source in library.index.sources:
        parts.append(f'<h2 id="{source.id}">{html.escape(source.title[language])}</h2>')
        for section in source.sections:
            if len(source.sections) > 1:
                parts.append(f'<h3 id="{section.id}">{html.escape(section.title[language])}</h3>')
            entries = "".join(entry(library, library.papers[slug], language) for slug in section.papers)
            parts.append(f'<ul class="lp-index">{entries}</ul>')
    texts = {key: words(f"index_{key}") for key in ("find", "task", "year", "demo", "status", "sort", "any")}
    texts |= {key: words(f"index_{key}") for key in ("ready", "planned", "order", "newest", "oldest", "name")}
    texts |= {key: words(f"index_{key}") for key in ("found", "none", "reset")}
    attributes = "".join(f' data-text-{key}="{html.escape(text)}"' for key, text in texts.items())
    return f"<div data-search-exclude><paper-index{attributes}>\n" + "\n".join(parts) + "\n</paper-index></div>"


def entry(library: Library, paper: Paper, language: str) -> str:
    """One paper of the index."""
    words, known = say(language), library.index
    status = "ready" if paper.review else "planned"
    haystack = [paper.name, paper.title.en, paper.title.zh, *paper.authors, *paper.keywords.en, *paper.keywords.zh]
    task, demo = known.tasks[paper.task][language], known.demos[paper.demo][language]
    mark = f'<span class="lp-ready">{words("index_ready")}</span>' if paper.review else ""
    return (
        f'<li data-slug="{paper.slug}" data-task="{paper.task}" data-task-text="{task}" data-year="{paper.year}" '
        f'data-demo="{paper.demo}" data-demo-text="{demo}" data-status="{status}" '
        f'data-find="{html.escape(" ".join(haystack))}"><a href="{paper.slug}/">{html.escape(paper.name)}</a> '
        f"<time>{paper.year}</time>{mark}<p>{html.escape(paper.takeaway[language])}</p></li>"
    )


# ---------------------------------------------------------------------------------------------------------- the network


def demo(library: Library, paper: Paper, language: str, root: str, short: str = "") -> str:
    """`<paper-demo>` with what is seen before it runs, and without JavaScript; `root` is the way to the site's root.

    `short` is the address of a short manifest, for a page that is not the paper's own.
    """
    words, variant = say(language), paper.need_review().variants[0].name
    manifest = library.manifest(paper.slug, variant)
    models = f"{root}models/{paper.slug}/"
    shown = manifest["samples"][:SHOWN_SAMPLES]
    samples = "".join(sample(entry, manifest, language, models) for entry in shown)
    note = f"<p>{html.escape(manifest['note'][language])}</p>" if manifest["note"] else ""
    return (
        f'<div class="lp-figure lp-figure--{"short" if short else "demo"}" data-search-exclude>'
        f'<paper-demo id="demo" src="{short or f"{models}{variant}.json"}" '
        f'data-task="{manifest["task"]}" lang="{language}">'
        f'<p class="lp-precomputed">{words("precomputed")}</p><ul class="lp-samples">{samples}</ul>{note}'
        f'<p class="lp-credits">{words("pictures", credits=credits(shown, language))}</p>'
        f"</paper-demo></div>"
    )


def short_manifest(library: Library, paper: Paper, root: str) -> str:
    """The manifest of the paper's first network with its first samples and without the other networks.

    It weighs a few kB, which a page may load before anybody has touched the demo. Its paths are relative to the `whole`
    manifest. `root`: the way to the site's root.
    """
    variant = paper.need_review().variants[0].name
    manifest = library.manifest(paper.slug, variant)
    short = {"samples": manifest["samples"][:SHORT_SAMPLES], "siblings": []}
    whole = {"whole": f"{root}models/{paper.slug}/{variant}.json"}
    return json.dumps(manifest | short | whole, ensure_ascii=False, separators=(",", ":"))


def ink(manifest: dict[str, Any]) -> str:
    """The class of pictures that are black ink on nothing, which is light in the dark."""
    written = manifest["task"] in (*DRAWING, "compare") and manifest["inputs"][0]["shape"][-1] == 1
    return ' class="lp-ink"' if written else ""


def sample(entry: dict[str, Any], manifest: dict[str, Any], language: str, models: str) -> str:
    """A thumbnail, with the answer on it where the answer is a picture, and the answer in words.

    Where scripts run, the demo takes its place when the reader comes to it.
    """
    answer, detail = (html.escape(entry["answer"][key][language]) for key in ("text", "detail"))
    title = html.escape(entry["title"][language])
    image = entry["pictures"].get("answer", entry["image"])
    return (
        f'<li><img{ink(manifest)} loading="lazy" src="{models}{image}" alt="{title}" title="{title}">'
        f"<span><b>{answer}</b> {detail}</span></li>"
    )


def credits(samples: list[dict[str, Any]], language: str) -> str:
    """Whose the samples' pictures are, each credit once; one that belongs to a single picture names it."""
    comma, colon, semicolon = (", ", ": ", "; ") if language == "en" else ("，", "：", "；")
    pictures: dict[str, list[str]] = {}
    for entry in samples:
        text = comma.join(linked(part["text"][language], part["url"]) for part in entry["credit"])
        pictures.setdefault(text, []).append(html.escape(entry["title"][language]))
    return semicolon.join(
        f"{titles[0]}{colon}{text}" if len(titles) == 1 else text for text, titles in pictures.items()
    )


def linked(text: str, url: str | None) -> str:
    text = html.escape(text)
    return f'<a href="{html.escape(url)}" rel="external">{text}</a>' if url else text


def diagram(svg: str, variant: str) -> str:
    svg = re.sub(
        r"\n\s*\n", "\n", re.sub(r"<\?xml.*?\?>\s*", "", svg).strip()
    )  # Markdown ends a block at an empty line
    return (
        f'<div class="lp-figure lp-figure--diagram" data-search-exclude>'
        f'<paper-diagram demo="#demo" variant="{variant}">{svg}</paper-diagram></div>'
    )


def layer_table(table: dict[str, Any], network: str, glossary: Glossary, language: str, home: str, slug: str) -> str:
    """One row a block, each with an address of its own: `#layer-lenet5-c1`."""
    words = say(language)
    rows = []
    for layer in table["layers"]:
        term, field = layer["term"], layer.get("receptive_field")
        line = layer["source"] and layer["source"]["line"]
        kind = html.escape(layer["name"][language])
        if term in glossary:
            kind = f'<a href="{home}glossary/#{term}">{kind}</a>'
        detail = html.escape((layer.get("detail") or {}).get(language, ""))
        repeats = f" ×{layer['repeats']}" if layer.get("repeats", 1) > 1 else ""
        cells = [
            f"{kind}<small>{detail}</small>",
            shape(layer["output"]),
            f"{layer['parameters']:,}",
            f"{layer['macs']:,}",
            f"{field} × {field}" if field else "—",
            f'<a href="{home}api/{slug}/#L-{line}">{words("line", line=line)}</a>' if line else "—",
        ]
        rows.append(
            f'<tr id="layer-{table["variant"]}-{layer["node"]}" data-node="{layer["node"]}">'
            f'<th scope="row">{html.escape(layer["title"][language])}{repeats}</th>{row(cells)}</tr>'
        )
    columns = ("block", "kind", "output", "parameters", "macs", "receptive_field", "source")
    head = "".join(f'<th scope="col">{words(key)}</th>' for key in columns)
    totals = row(["", "", f"{table['totals']['parameters']:,}", f"{table['totals']['macs']:,}", "", ""])
    caption = words("layers", network=html.escape(network))
    return scrolling(
        f'<table class="lp-table lp-layers" id="layers-{table["variant"]}"><caption>{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
        f'<tfoot><tr><th scope="row">{words("total")}</th>{totals}</tr></tfoot></table>',
        caption,
    )


def networks(manifests: dict[str, dict[str, Any]], titles: dict[str, str], language: str) -> str:
    """What was exported of each network, and how far it is from PyTorch."""
    words, rows = say(language), []
    for name, manifest in manifests.items():
        found = manifest["verified"]["difference"]
        differences = [
            words("difference_of", value=scientific(found[output["name"]]), output=output["title"][language])
            for output in manifest["outputs"]
        ]
        cells = [
            f"{manifest['parameters']:,}",
            f"{manifest['macs']:,}",
            words(manifest["provenance"]["kind"], data=manifest["provenance"]["data"]),
            f"{manifest['model']['bytes'] / 1000:,.0f} kB",
            f"<small>{'<br>'.join(differences)}</small>",
        ]
        rows.append(f'<tr><th scope="row">{html.escape(titles[name])}</th>{row(cells)}</tr>')
    kinds = ", ".join(sorted({manifest["model"]["weights"] for manifest in manifests.values()}))
    heads = [words(key) for key in ("network", "parameters", "macs", "weights")]
    heads += [words("file", kind=kinds), words("difference")]
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return scrolling(
        f'<table class="lp-table lp-networks"><caption>{words("networks")}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        words("networks"),
    )


def folded(summary: str, *parts: str) -> str:
    """What a reader may skip, behind a line that opens it."""
    inside = "\n".join(parts)
    return f'<details class="lp-folded"><summary>{html.escape(summary)}</summary>\n{inside}\n</details>'


def row(cells: list[str]) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def scrolling(table: str, label: str) -> str:
    """A table that is wider than a phone scrolls by itself, also with the keyboard."""
    return f'<div class="lp-scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'


# ------------------------------------------------------------------------------------------------ claims and departures


def results(paper: Paper, metrics: dict[str, dict[str, Any]], names: Mapping[str, Text], language: str) -> str:
    """The paper's numbers beside ours, by network, and what cannot be compared; `names` are those of the metrics."""
    words, body, review = say(language), "", paper.need_review()
    titles = review.titles(language)
    named = {entry.metric: names[entry.metric][language].replace(" %", f"{NO_BREAK}%") for entry in review.claims}
    for condition, entries in groupby(review.claims, lambda entry: entry.note[language] if entry.note else ""):
        rows, shared = list(entries), ""
        note = f"<small>{html.escape(condition)}</small>" if condition else ""
        if note and len(rows) > 1:  # what holds of several rows is said once, above them
            shared, note = f'<tr><th colspan="3" scope="rowgroup">{html.escape(condition)}</th></tr>', ""
        body += f"<tbody>{shared}"
        for entry in rows:
            name = html.escape(titles[entry.variant])
            name += f"<small>{named[entry.metric]}</small>" if len(named) > 1 else ""
            body += (
                f'<tr><th scope="row">{name}</th><td>{claim(entry, language)}{note}</td>'
                f"<td>{measured(metrics[entry.variant], entry.metric, language)}</td></tr>"
            )
        body += "</tbody>"
    head = "".join(f'<th scope="col">{words(key)}</th>' for key in ("network", "claimed", "measured"))
    colon, comma = (": ", ", ") if language == "en" else ("：", "、")
    caption = f"{words('results')}{colon}{comma.join(named.values())}"
    table = (
        f'<table class="lp-table lp-results"><caption>{caption}</caption><thead><tr>{head}</tr></thead>{body}</table>'
    )
    return f"{scrolling(table, caption)}\n\n{review.comparison[language]}"


def measured(metrics: dict[str, Any], metric: str, language: str) -> str:
    words = say(language)
    if metric not in metrics:
        return words("untrained")
    value, stem = number(metric, metrics[metric], language), metric.removesuffix("_error")
    if f"{stem}_errors" not in metrics:
        return value
    count = words("count", errors=f"{metrics[f'{stem}_errors']:,}", count=f"{metrics[f'{stem}_count']:,}")
    return f"<strong>{value}</strong><small>{count}</small>"


def departures(paper: Paper, language: str) -> str:
    words, review = say(language), paper.need_review()
    titles = review.titles(language)
    lines = []
    for entry in review.departures:
        named = ("; " if language == "en" else "、").join(dict.fromkeys(titles[name] for name in entry.variants))
        concerns = f"**{words('concerns', variants=named).strip()}**" if entry.variants else ""
        lines.append(f"- {concerns}{' ' if concerns and language == 'en' else ''}{entry.text[language]}")
    return f"### {words('departures')} {{#departures}}\n\n" + "\n".join(lines)


Edges = list[tuple[str, str | Work, Text | None]]  # type, work and note, sorted by type


class Side(NamedTuple):
    """What is before or after a paper."""

    title: str  # key of its word
    prefix: str  # of the keys of its types' words
    edges: Edges


def relations(paper: Paper, papers: dict[str, Paper]) -> tuple[Side, Side]:
    """What the paper owes to earlier works, and which papers here owe something to it."""
    before: Edges = [(entry.type, entry.to, entry.note) for entry in paper.lineage]
    after: Edges = [
        (entry.type, later.slug, entry.note)
        for later in sorted(papers.values(), key=lambda later: later.year)
        for entry in later.lineage
        if entry.to == paper.slug
    ]
    for edges in (before, after):
        edges.sort(key=lambda edge: TYPES.index(edge[0]))
    return Side("before", "", before), Side("after", "later-", after)


def lineage(paper: Paper, papers: dict[str, Paper], language: str) -> str:
    """Before and after, each edge with its type in words and what exactly was taken over."""
    words, dash, parts = say(language), " — " if language == "en" else "——", []
    for side in relations(paper, papers):
        lines = [
            f"- **{words(side.prefix + type)}** {named(work, papers, language)}{dash + note[language] if note else ''}"
            for type, work, note in side.edges
        ]
        parts += [f"**{words(side.title)}**", "\n".join(lines)] if lines else []
    return "\n\n".join(parts)


def named(work: str | Work, papers: dict[str, Paper], language: str) -> str:
    """A work and its year, in Markdown, from another paper's page."""
    if isinstance(work, str):
        title, year = f"[{papers[work].name}](../{work}/index.md)", papers[work].year
    else:
        title, year = f'<cite lang="en">{f"[{work.title}]({work.url})" if work.url else work.title}</cite>', work.year
    return f"{title} ({year})" if language == "en" else f"{title}（{year}）"


def named_html(work: str | Work, papers: dict[str, Paper], language: str, way: str) -> str:
    """The same in HTML; `way` leads from the page to the papers' folder."""
    if isinstance(work, str):
        title, year = f'<a href="{way}{work}/">{html.escape(papers[work].name)}</a>', papers[work].year
    else:
        title, year = html.escape(work.title), work.year
        link = f'<a href="{html.escape(work.url)}" rel="external">{title}</a>' if work.url else title
        title = f'<cite lang="en">{link}</cite>'
    return f"{title}<time> ({year})</time>" if language == "en" else f"{title}<time>（{year}）</time>"


def front_matter(**fields: Any) -> str:
    """What the renderer and the theme have to know of a page."""
    return f"---\n{yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=1000)}---\n\n"


def bibtex(kind: str, key: str, fields: dict[str, str]) -> str:
    width = max(map(len, fields))
    lines = ",\n".join(f"  {name:<{width}} = {{{value}}}" for name, value in fields.items())
    return f"@{kind}{{{key},\n{lines}\n}}"
