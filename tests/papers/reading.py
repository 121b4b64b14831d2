"""Taking a hand-written Markdown page apart: anchors, slots, formulas, prose."""

import html
import re

SLOT = re.compile(r"\[\[\s*(\w+)\((.*?)\)\s*\]\]", re.S)
FENCE = re.compile(r"^( *)(```+|~~~+).*?^\1\2 *$", re.S | re.M)
DISPLAY = re.compile(r"\$\$.*?\$\$", re.S)
INLINE = re.compile(r"(?<![\\$])\$[^$\n]+(?:\n[^$\n]+)?\$")
HEADING = re.compile(r"^(#+) +(.*?)(?: *\{#([\w-]+)\})? *$", re.M)
# Slots that stand for a block of the page; the others stand for a word or a number in a sentence.
WORDS = ("term", "metric", "claim", "parameters", "macs", "size", "difference", "count")


def anchors(page: str) -> list[tuple[int, str]]:
    """Level and explicit anchor of each heading, "" for a heading that has none."""
    return [(len(marks), anchor or "") for marks, _, anchor in HEADING.findall(FENCE.sub("", page))]


def slots(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Name and arguments of each slot; of a term only its key, because its text depends on the language."""
    found = [(name, tuple(re.findall(r'"([^"]*)"', arguments))) for name, arguments in SLOT.findall(page)]
    return [(name, arguments[:1] if name == "term" else arguments) for name, arguments in found]


def formulas(page: str) -> tuple[list[str], list[str]]:
    """Displayed formulas and formulas in a line, without white space."""
    page = FENCE.sub("", page)
    displayed = [re.sub(r"\s", "", formula) for formula in DISPLAY.findall(page)]
    inline = [re.sub(r"\s", "", formula) for formula in INLINE.findall(DISPLAY.sub("", page))]
    return displayed, inline


def figures(page: str) -> list[str]:
    """Addresses of the pictures."""
    return re.findall(r"!\[[^\]]*\]\(([^) ]+)", page)


def code_blocks(page: str) -> list[str]:
    """Fenced blocks, without the comments, which are translated."""
    blocks = [match.group(0) for match in FENCE.finditer(page)]
    return [re.sub(r"\s*#.*", "", block) for block in blocks]


def prose(page: str, terms: dict[str, str]) -> list[str]:
    """The paragraphs as the reader sees them; `terms` says what a term slot without a text stands for.

    A formula or a piece of code becomes `x`, a slot for a number `0`. A line break inside a paragraph is kept.
    """

    def slot(match: re.Match[str]) -> str:
        name, arguments = match.group(1), re.findall(r'"([^"]*)"', match.group(2))
        if name == "term":
            return arguments[1] if len(arguments) > 1 else terms[arguments[0]]
        return "0" if name in WORDS else "\n\n"

    page = re.sub(r"\A---\n.*?\n---\n", "", page, flags=re.S)
    page = re.sub(r"<!--.*?-->", "", FENCE.sub("\n\n", page), flags=re.S)
    page = SLOT.sub(slot, DISPLAY.sub("\n\n", page))
    page = INLINE.sub("x", page)
    page = re.sub(r"`[^`]+`", "x", page)
    page = HEADING.sub(r"\n\2\n", page)
    page = re.sub(r"^\{[^}]*\}$", "", page, flags=re.M)  # the class of a paragraph
    page = re.sub(r'^ *(?:\?\?\?\+?|!!!) *\w+ *(?:"(.*)")? *$', r"\n\1\n", page, flags=re.M)  # folded answers, notes
    page = re.sub(r"!?\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?", r"\1", page)  # links and pictures
    page = html.unescape(re.sub(r"<[^>]+>", "", page))
    page = re.sub(r"^ *(?:[-*+]|\d+\.) +", "\n", page, flags=re.M)  # list items
    page = re.sub(r"^ *\|?[-:| ]{5,}$", "\n", page, flags=re.M).replace("|", "\n\n")  # tables
    page = re.sub(r"\*\*|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|\*", "", page)  # emphasis
    paragraphs = [re.sub(r" *\n *", "\n", paragraph.strip()) for paragraph in re.split(r"\n\s*\n", page)]
    return [paragraph for paragraph in paragraphs if paragraph]


def english_words(paragraphs: list[str]) -> int:
    """Words, numbers not counted."""
    return sum(len(re.findall(r"[A-Za-z][A-Za-z'’-]*", paragraph)) for paragraph in paragraphs)


def chinese_characters(paragraphs: list[str]) -> int:
    """Chinese characters, punctuation not counted."""
    return sum(len(re.findall(r"[\u4e00-\u9fff]", paragraph)) for paragraph in paragraphs)
