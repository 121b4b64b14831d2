"""The rules of Chinese typography on this site, as a checker."""

import re

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
WIDE = r"，。、；：？！（）《》“”‘’…—"

# What is wrong, and how it looks. The text has no Markdown left in it, see `reading.prose`.
RULES = (
    ("half-width punctuation beside Chinese", rf"[{HAN}][,;:?!]|[,;:?!] ?[{HAN}]"),
    ("half-width parenthesis beside Chinese", rf"[{HAN}][()]|[()][{HAN}]"),
    ("half-width full stop after Chinese", rf"[{HAN}{WIDE}]\.|\.(?=[{HAN}])"),
    ("no space between Chinese and Latin or digits", rf"[{HAN}][A-Za-z0-9%$+−]|[A-Za-z0-9%$+][{HAN}]"),
    ("space beside full-width punctuation", r"[ \t][，。、；：？！（）《》”]|[，。、；：？！（）《》“][ \t]"),
    ("space between Chinese characters", rf"[{HAN}][ \t]+[{HAN}]"),
    ("line break between Chinese characters, shown as a space", rf"[{HAN}]\n[{HAN}]|[{WIDE}]\n|\n[{WIDE}]"),
    ("straight quotation mark beside Chinese", rf"[{HAN}{WIDE}][\"']|[\"'][{HAN}]"),
    ("other quotation marks than “”", r"[「」『』]"),
    ("doubled punctuation", r"[，。、；：？！]{2,}"),
    ("dots instead of ……", rf"[{HAN}] ?\.\.\.|(?<!…)…(?!…)"),
)


def faults(text: str) -> list[str]:
    """What is wrong with one paragraph of Chinese, each with the place; an empty list if nothing is."""
    if not re.search(f"[{HAN}]", text):
        return []
    found = []
    for name, pattern in RULES:
        for match in re.finditer(pattern, text):
            start, end = max(0, match.start() - 8), match.end() + 8
            found.append(f"{name}: …{text[start:end]!r}…")
    if text.count("“") != text.count("”"):
        found.append(f"unpaired quotation marks: {text[:20]!r}…")
    if text.count("（") != text.count("）"):
        found.append(f"unpaired parentheses: {text[:20]!r}…")
    if text.endswith("."):
        found.append(f"half-width full stop at the end: {text[-20:]!r}")
    return found
