"""The graph of a network -> one SVG a language, for phone, desk and paper, light and dark.

Blocks are laid out once, by ELK, in cards of fixed size; the text of either language is fitted into them. Colours are
custom properties with fallbacks: `--lp-ink`, `--lp-muted`, `--lp-paper`, `--lp-card`, `--lp-line`, and one for a term.
There is no style element, so that a strict policy for styles does not matter.
"""

import json
from html import escape
from pathlib import Path
from typing import Any

from export import terms
from export.cards import STYLES, Card, Line, Style, cards, fitted
from export.glyphs import number
from export.graph import INPUT, Graph, Node
from export.node import run_node
from papers.schema import LANGUAGES, Glossary

SCRIPT = Path(__file__).with_name("layout.mjs")
WIDTH = 340  # what a phone of 390 px leaves for a figure
MARGIN = 4

PAPER, CARD, LINE = "var(--lp-paper, #ffffff)", "var(--lp-card, #f6f8fa)", "var(--lp-line, #b9c2cc)"
PAST = 'fill="none" stroke="var(--lp-muted, #566070)" stroke-width="1.5"'
FONT = "var(--lp-font, system-ui, 'Noto Sans', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif)"


def draw(graph: Graph, variant: str, name: dict[str, str], glossary: Glossary) -> dict[str, str]:
    """The SVG of each language. Raises NodeError."""
    flat = [_elk(graph, style, glossary) for style in STYLES]
    index, plan = _lay_out(flat)
    return {
        language: _svg(graph, plan, STYLES[index], variant, name[language], language, glossary) for language in name
    }


# ------------------------------------------------------------------------------------------------------------- layout


def _elk(graph: Graph, style: Style, glossary: Glossary) -> dict[str, Any]:
    """The graph as ELK takes it. Sizes do not depend on the language."""
    sizes, rising = cards(graph, style, LANGUAGES[0], glossary), _rising(graph)
    ends = {(a, b): (b, a) if b in rising and a in rising | {_coarsest(graph).id} else (a, b) for a, b in graph.edges}
    return {
        "id": "root",
        "layoutOptions": {
            "elk.algorithm": "layered",
            "elk.direction": "DOWN",
            "elk.padding": f"[top={MARGIN},left={MARGIN},bottom={MARGIN},right={MARGIN}]",
            "elk.edgeRouting": "ORTHOGONAL",
            "elk.spacing.nodeNode": "10",
            "elk.spacing.edgeNode": "9",
            "elk.spacing.edgeEdge": "7",
            "elk.layered.spacing.nodeNodeBetweenLayers": "22",
            "elk.layered.spacing.edgeNodeBetweenLayers": "9",
            "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
            "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
        },
        "children": [
            {"id": id, "width": sizes[id].width, "height": sizes[id].height}
            for id in [INPUT, *(node.id for node in graph.nodes)]
        ],
        "edges": [
            {"id": f"{a} {b}", "sources": [above], "targets": [below]} for (a, b), (above, below) in ends.items()
        ],
    }


def _coarsest(graph: Graph) -> Node:
    """The first node whose maps are the smallest."""
    return min(graph.nodes, key=lambda node: node.output[-1])


def _rising(graph: Graph) -> set[str]:
    """The nodes that lead back to a finer resolution: they are laid out from the bottom up, and the whole is a U."""
    sides = [node.output[-1] for node in graph.nodes if len(node.output) == 4]
    if len(sides) < len(graph.nodes) or sides[-1] <= 2 * min(sides):
        return set()
    return {node.id for node in graph.nodes[graph.nodes.index(_coarsest(graph)) + 1 :]}


def _lay_out(graphs: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    """The first of the graphs that fits the width, and its index."""
    task = json.dumps({"width": WIDTH, "graphs": graphs})
    answer = json.loads(run_node(SCRIPT, given=task))
    return answer["index"], answer["graph"]


# ---------------------------------------------------------------------------------------------------------------- SVG


def _svg(
    graph: Graph, plan: dict[str, Any], style: Style, variant: str, name: str, language: str, glossary: Glossary
) -> str:
    wide = max(WIDTH, plan["width"])
    shift = (wide - plan["width"]) / 2
    id = f"diagram-{variant}-{language}"
    places = {child["id"]: (child["x"] + shift, child["y"]) for child in plan["children"]}
    drawn = cards(graph, style, language, glossary)
    links = [_place(places[INPUT], drawn[INPUT], "input")]
    for each in graph.nodes:
        kind, ghosts = ("operation" if each.kind == "operation" else "frame"), min(each.repeats - 1, 2)
        around = _shortcut(drawn[each.id]) if each.shortcut else ""
        link = f'<a class="node" data-node="{each.id}" href="#layer-{variant}-{each.id}">'
        links.append(f"{link}{_place(places[each.id], drawn[each.id], kind, ghosts, around)}</a>")
    arrows = "".join(_arrow(edge, shift) for edge in plan["edges"])
    title = escape(terms.phrase("title", language, name=name))
    description = escape(_description(graph, language, glossary))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(wide)} {number(plan["height"])}" '
        f'class="lp-diagram" lang="{language}" role="group" aria-labelledby="{id}-title" aria-describedby="{id}-desc" '
        f'font-family="{FONT}">\n'
        f'<title id="{id}-title">{title}</title>\n<desc id="{id}-desc">{description}</desc>\n'
        f'<g class="edges" fill="none" stroke="{LINE}" stroke-width="1.5">{arrows}</g>\n'
        + "\n".join(links)
        + "\n</svg>\n"
    )


def _description(graph: Graph, language: str, glossary: Glossary) -> str:
    names = (f"{terms.title(each, language)} ({terms.name(each.term, language, glossary)})" for each in graph.nodes)
    blocks = terms.phrase("then", language).join(names)
    if language == "zh":
        blocks = blocks.replace(" (", "（").replace(")", "）")
    flow = terms.phrase("flow", language, graph.parameters, shape=terms.size(graph.input), blocks=blocks)
    return f"{flow} {terms.phrase('press', language)}" if language == "en" else flow + terms.phrase("press", language)


def _place(corner: tuple[float, float], card: Card, kind: str, ghosts: int = 0, around: str = "") -> str:
    """A card at its place; `ghosts` are the outlines of repeated blocks behind it."""
    radius = card.height / 2 if kind == "operation" else 9
    box = f'width="{number(card.width)}" height="{number(card.height)}" rx="{number(radius)}"'
    back = "".join(
        f'<rect x="{3 * depth}" y="{3 * depth}" {box} fill="{CARD}" stroke="{LINE}"/>' for depth in range(ghosts, 0, -1)
    )
    fill = "none" if kind == "input" else CARD
    stroke = LINE if kind != "input" else "none"
    frame = f'<rect class="frame" {box} fill="{fill}" stroke="{stroke}"/>'
    text = "".join(map(_text, card.lines))
    place = f"translate({number(corner[0])} {number(corner[1])})"
    return f'<g class="{kind}" transform="{place}">{back}{frame}{card.picture}{text}{around}</g>'


def _shortcut(card: Card) -> str:
    """What goes in at the top, led past the block at its left, and added at the bottom."""
    x, top, bottom = 11.0, 9.0, card.height - 15
    line = f'<path d="M{number(x + 9)} {number(top)}h-3q-6 0 -6 6V{number(bottom - 5.5)}" {PAST}/>'
    plus = f'<path d="M{number(x - 3.5)} {number(bottom)}h7m-3.5 -3.5v7" {PAST}/>'
    return f'{line}<circle cx="{number(x)}" cy="{number(bottom)}" r="5.5" {PAST}/>{plus}'


def _text(line: Line) -> str:
    size = fitted(line.text, line.size, line.room, line.bold)
    bold = ' font-weight="700"' if line.bold else ""
    anchor = ' text-anchor="middle"' if line.centred else ""
    style = f'font-size="{number(size)}"{bold}{anchor} fill="{line.colour}"'
    return f'<text x="{number(line.x)}" y="{number(line.y)}" {style}>{escape(line.text)}</text>'


def _arrow(edge: dict[str, Any], shift: float) -> str:
    """A line through the bends that ELK chose, and a head that points down, or up where the path rises."""
    section = edge["sections"][0]
    points = [section["startPoint"], *section.get("bendPoints", []), section["endPoint"]]
    down = 1
    if not edge["id"].startswith(f"{edge['sources'][0]} "):
        points, down = points[::-1], -1
    end = points[-1]
    points[-1] = {"x": end["x"], "y": end["y"] - 5 * down}
    path = "L".join(f"{number(point['x'] + shift)} {number(point['y'])}" for point in points)
    x, y = end["x"] + shift, end["y"] - down
    head = f"M{number(x)} {number(y)}l-4 {-7 * down}h8z"
    return f'<path d="M{path}"/><path d="{head}" fill="{LINE}" stroke="none"/>'
