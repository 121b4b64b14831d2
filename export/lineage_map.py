"""The plan of the map of all papers -> SVG. Colours and strokes are in docs/assets/css/lineage.css."""

from collections import defaultdict
from collections.abc import Iterable
from html import escape
from itertools import pairwise

from export.cards import fitted, width
from export.glyphs import number
from export.library import Library
from export.lineage_layout import HEADS, Edge, Layout, group
from export.words import say

# The tasks of one group differ by the shape of their mark, drawn around (0, 0).
MARKS = (
    '<circle r="4.2"/>',
    '<path d="M-4 -4h8v8h-8z"/>',
    '<path d="M0 -5.6l5 9h-10z"/>',
    '<path d="M0 -5.6l5.6 5.6l-5.6 5.6l-5.6 -5.6z"/>',
    '<path d="M-5.2 -1.7h3.5v-3.5h3.4v3.5h3.5v3.4h-3.5v3.5h-3.4v-3.5h-3.5z"/>',
)
WAY = "../papers/"  # from the page of the map to the papers' folder
NARROW_FONT = 1.14  # how much more of our font fits than of those that `width` knows


def svg(layout: Layout, library: Library, language: str) -> str:
    """One sheet, to be written into the page of the lineage."""
    words, sheet = say(language), layout.sheet
    id = f"lineage-{sheet.name}"
    shapes = marks(library.index.tasks)
    owners = defaultdict(list)
    for edge in layout.edges:
        owners[edge.earlier, edge.type].append(edge.later)
    paths = "".join(_line(edge, points) for edge, points in layout.lines().items())
    heads = "".join(_head(layout, *port, later) for port, later in owners.items())
    nodes = "\n".join(_card(layout, slug, library, language, shapes) for slug in layout.places)
    title = words("lineage_map", count=len(layout.papers), edges=len(layout.edges))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(sheet.width)} {number(layout.height)}" '
        f'class="lp-map lp-map--{sheet.name}" role="group" aria-labelledby="{id}-title" aria-describedby="{id}-desc">\n'
        f'<title id="{id}-title">{escape(title)}</title>\n'
        f'<desc id="{id}-desc">{escape(words("lineage_map_described"))}</desc>\n'
        f'<g aria-hidden="true">{_lanes(layout, library, language, shapes)}{_years(layout)}</g>\n'
        f'<g class="lp-map__edges" fill="none">{paths}{heads}</g>\n'
        f"{nodes}\n</svg>"
    )


def marks(tasks: Iterable[str]) -> dict[str, str]:
    """The mark of each task; tasks of one group get different ones, as far as there are shapes."""
    found: dict[str, str] = {}
    counts: dict[int, int] = defaultdict(int)
    for task in tasks:
        found[task] = MARKS[counts[group(task)] % len(MARKS)]
        counts[group(task)] += 1
    return found


def mark(shape: str, task: str, x: float, y: float) -> str:
    return f'<g class="lp-mark lp-group-{group(task)}" transform="translate({number(x)} {number(y)})">{shape}</g>'


def _lanes(layout: Layout, library: Library, language: str, shapes: dict[str, str]) -> str:
    """The lanes, and over them their tasks."""
    sheet, parts = layout.sheet, []
    for _, groups in sheet.lanes:
        lane = sheet.lane(groups[0])
        left = sheet.columns[2 * lane[0] + 1][0] - sheet.card[0] / 2 - 7
        right = sheet.columns[2 * lane[-1] + 1][0] + sheet.card[0] / 2 + 7
        size = f'width="{number(right - left)}" height="{number(layout.height - layout.head)}"'
        parts.append(f'<rect class="lp-map__lane" x="{number(left)}" y="{number(layout.head)}" {size} rx="8"/>')
        tasks = [task for task in library.index.tasks if task in layout.tasks(groups)] if sheet.titles else []
        for index, task in enumerate(tasks):
            y = layout.head - 14 - 18 * (len(tasks) - 1 - index)
            name = escape(library.index.tasks[task][language])
            text = f'<text class="lp-map__task" x="{number(left + 21)}" y="{number(y + 5)}">{name}</text>'
            parts.append(mark(shapes[task], task, left + 10, y) + text)
    return "".join(parts)


def _years(layout: Layout) -> str:
    sheet, parts = layout.sheet, []
    for row, year in enumerate(layout.years):
        if row and layout.years[row - 1] == year:
            continue
        top = layout.tops[row]
        y = top - sheet.year_gap / 2 - sheet.row_gap / 2 if sheet.left else top - 24
        if row:
            parts.append(f'<path class="lp-map__rule" d="M0 {number(y)}H{number(sheet.width)}"/>')
        baseline = top + sheet.card[1] / 2 + 5 if sheet.left else top - 9
        parts.append(f'<text class="lp-map__year" x="0" y="{number(baseline)}">{year}</text>')
    return "".join(parts)


def _line(edge: Edge, points: list[tuple[float, float]]) -> str:
    x, y = points[0]
    path = f"M{number(x)} {number(y)}"
    for index, ((x, y), (to_x, to_y)) in enumerate(pairwise(points)):
        middle = number((y + to_y) / 2)
        if index % 2 or abs(x - to_x) < 0.05:
            path += f"V{number(to_y)}"
        else:
            path += f"C{number(x)} {middle} {number(to_x)} {middle} {number(to_x)} {number(to_y)}"
    ends = f'data-later="{edge.later}" data-earlier="{edge.earlier}"'
    return f'<path class="lp-edge lp-edge--{edge.type}" {ends} d="{path}"/>'


def _head(layout: Layout, earlier: str, type: str, later: list[str]) -> str:
    x, y = layout.ports(earlier)[type], layout.corner(earlier)[1] + layout.sheet.card[1] + 1
    return (
        f'<g class="lp-head lp-edge--{type}" data-earlier="{earlier}" data-later="{" ".join(later)}" '
        f'transform="translate({number(x)} {number(y)})">{HEADS[type][0]}</g>'
    )


def _card(layout: Layout, slug: str, library: Library, language: str, shapes: dict[str, str]) -> str:
    """A paper: its mark, its name, and whether it can be tried; the list below the map describes it."""
    paper, (across, down), words = layout.papers[slug], layout.sheet.card, say(language)
    x, y = layout.corner(slug)
    comma = ", " if language == "en" else "，"
    said = [paper.name, str(paper.year), library.index.tasks[paper.task][language]]
    said += [words("index_ready")] if paper.review else []
    room = (across - 9) * NARROW_FONT
    lines = _wrapped(paper.name, layout.sheet.size, room)
    size = min(fitted(line.strip(), layout.sheet.size, room, True) for line in lines)
    leading = size * 1.12
    first = down / 2 + size * 0.35 - leading * (len(lines) - 1) / 2
    text = "".join(
        f'<tspan x="{number(across / 2)}" y="{number(first + leading * index)}">{escape(line)}</tspan>'
        for index, line in enumerate(lines)
    )
    text = f'<text font-size="{number(size)}">{text}</text>'
    ready = " lp-node--ready" if paper.review else ""
    badge = f'<path class="lp-node__badge" d="M{number(across - 14)} -6l10 6l-10 6z"/>' if paper.review else ""
    return (
        f'<a class="lp-node{ready}" href="{WAY}{slug}/" data-paper="{slug}" aria-label="{escape(comma.join(said))}" '
        f'aria-describedby="lineage-{slug}"><g transform="translate({number(x)} {number(y)})">'
        f'<rect width="{number(across)}" height="{number(down)}" rx="5"/>'
        f"{mark(shapes[paper.task], paper.task, 8, 0)}{text}{badge}</g></a>"
    )


def _wrapped(name: str, size: float, room: float) -> list[str]:
    """In one line, or in two that are as equal as can be."""
    if width(name, size, True) <= room:
        return [name]
    places = [index for index, letter in enumerate(name) if letter in " -" and 0 < index < len(name) - 1]
    if not places:
        return [name]
    halves = [(name[: index + 1], name[index + 1 :]) for index in places]
    return list(min(halves, key=lambda lines: max(width(line.strip(), size, True) for line in lines)))
