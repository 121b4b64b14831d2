"""The cards of a diagram: a picture of what the block gives, its name, its shape; and the text that fits into them."""

import unicodedata
from dataclasses import dataclass, replace

from export import glyphs, terms
from export.glyphs import Glyph
from export.graph import INPUT, Graph, Node
from papers.schema import LANGUAGES, Glossary

INK, MUTED = "var(--lp-ink, #1d2430)", "var(--lp-muted, #566070)"

PICTURE = 84  # width that a wide card keeps for its picture
SMALLEST_TEXT, READABLE_TEXT = 8.0, 10.0


@dataclass(frozen=True)
class Line:
    """One line of text: `y` is its baseline, `x` its left end, or its middle if `centred`."""

    text: str
    x: float
    y: float
    size: float
    room: float
    colour: str = INK
    bold: bool = False
    centred: bool = False


@dataclass(frozen=True)
class Card:
    """A node with everything but its place."""

    width: float
    height: float
    picture: str
    lines: tuple[Line, ...]

    def at_least(self, height: float) -> "Card":
        """The same card, made higher if need be; the text stays in the middle of its part."""
        down = max(height - self.height, 0) / 2
        lines = tuple(replace(line, y=line.y + down) for line in self.lines)
        return replace(self, height=self.height + 2 * down, lines=lines)


@dataclass(frozen=True)
class Style:
    """How wide cards are, and whether the picture stands beside the text or above it."""

    width: float
    beside: bool


# From the most comfortable to what fits three, then four networks side by side.
STYLES = (*(Style(width, True) for width in (312, 280, 240)), *(Style(width, False) for width in (154, 124, 102, 78)))


def cards(graph: Graph, style: Style, language: str, glossary: Glossary) -> dict[str, Card]:
    """The card of each node by its id, as high as the language with the longest text needs it."""
    cards: dict[str, Card] = {}
    for other in (*LANGUAGES, language):  # the language itself last: its cards are kept
        drawn = {node.id: _card(node, style, other, glossary) for node in graph.nodes}
        drawn[INPUT] = _input(graph, style, other)
        cards = {id: card.at_least(cards[id].height if cards else 0) for id, card in drawn.items()}
    return cards


def _card(node: Node, style: Style, language: str, glossary: Glossary) -> Card:
    if node.kind == "operation":
        return _operation(node, style, language, glossary)
    picture = glyphs.network(node.parts) if node.parts else glyphs.glyph(node.output, node.term)
    own = node.turn == 1
    count = terms.phrase("parameters", language, node.parameters) if own else terms.phrase("shared", language)
    title = terms.title(node, language) + (f" ×{node.repeats}" if node.repeats > 1 else "")
    return _arrange(picture, title, terms.name(node.term, language, glossary), terms.size(node.output), count, style)


def _input(graph: Graph, style: Style, language: str) -> Card:
    title = terms.phrase("input", language)
    return _arrange(glyphs.glyph(graph.input, INPUT), title, "", terms.size(graph.input), "", style)


def _arrange(picture: Glyph, title: str, term: str, size: str, count: str, style: Style) -> Card:
    """Picture beside or above; title and term; shape and parameters."""
    if style.beside:
        left, room = PICTURE + 8, style.width - PICTURE - 20
        after = width(title, 16, True) + 8  # where the term begins, if it can be read there
        own = width(term, READABLE_TEXT) > room - after
        height = max(76.0 if own else 58.0, picture.height + 18)
        middle = height / 2
        body = glyphs.place(picture, (PICTURE - picture.width) / 2 + 4, (height - picture.height) / 2)
        lines = [
            Line(title, left, middle - (14 if own else 5), 16, room, INK, bold=True),
            Line(term, left, middle + 5, 13.5, room)
            if own
            else Line(term, left + after, middle - 5, 13.5, room - after),
            Line(f"{size} · {count}" if count else size, left, middle + (25 if own else 16), 13.5, room, MUTED),
        ]
        return Card(style.width, height, body, tuple(line for line in lines if line.text))
    top, centre, room = 10.0, style.width / 2, style.width - 10
    texts = [
        (title, 14.0, INK, True),
        (term, 12.0, INK, False),
        (size, 12.0, MUTED, False),
        (count, 12.0, MUTED, False),
    ]
    lines, y = [], top + picture.height + 4
    for text, points, colour, bold in texts:
        for line in _wrapped(text, points, room, bold):
            y += points + 4
            lines.append(Line(line, centre, y, points, room, colour, bold, centred=True))
    return Card(style.width, y + 10, glyphs.place(picture, centre - picture.width / 2, top), tuple(lines))


def _operation(node: Node, style: Style, language: str, glossary: Glossary) -> Card:
    """A pill: the sign, its name, and the shape where there is room for it."""
    wide = min(style.width, 190.0)
    text = f"{terms.title(node, language)}  {terms.name(node.term, language, glossary)}"
    longer = f"{text} · {terms.size(node.output)}"
    text = longer if width(longer, 13.5) <= wide - 20 else text
    return Card(wide, 30, "", (Line(text, wide / 2, 20, 13.5, wide - 10, INK, centred=True),))


def width(text: str, size: float, bold: bool = False) -> float:
    """A generous estimate of a text's width in px: fonts differ from machine to machine."""
    ems = sum(_em(letter) for letter in text)
    return ems * size * (1.06 if bold else 1)


def _em(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    if letter in " .,:;'|il·()":
        return 0.36
    return 0.98 if letter in "mwMW@" else 0.68 if letter.isupper() else 0.6


def _wrapped(text: str, size: float, room: float, bold: bool) -> list[str]:
    """The text on one line if it fits, else broken at its last space."""
    if width(text, size, bold) <= room or " " not in text:
        return [text] if text else []
    return list(text.rsplit(" ", 1))


def fitted(text: str, size: float, room: float, bold: bool = False) -> float:
    """The size at which the text fits, not above the one wished for."""
    return max(min(size, size * room / max(width(text, size, bold), 1e-9)), SMALLEST_TEXT)
