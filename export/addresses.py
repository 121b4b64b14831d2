"""The addresses that the site has published, in `docs/addresses.txt`: they stay, so the file only grows.

    make addresses      add what the built site has and the file lacks

One page or file a line, then the anchors in it that somebody may have linked to; `*/` stands for each language. Left
out are the lines of source code, and what follows from the code's own names.
"""

import re
from pathlib import Path

from bs4 import BeautifulSoup

from papers.schema import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "addresses.txt"
SITE = ROOT / "build" / "site"

DOWNLOADS = ("*.bib", "*.ipynb", "feed.xml")
UNLISTED = {"404.html", "offline.html"}  # shown in place of other pages
ANCHORS = "main :is(h2, h3, h4, tr, table, figure, section, dt, li, paper-demo)[id]"
NOT_OURS = re.compile(r"__|fn(ref)?:|L-\d")  # Material's, footnotes, lines of code

Addresses = dict[str, set[str]]  # `*/papers/lenet/`: {"cite", …}


def in_site(site: Path) -> Addresses:
    """What a built site offers; in both languages or not at all."""
    found: Addresses = {}
    for page in site.rglob("*.html"):
        path = page.relative_to(site).as_posix()
        if path not in UNLISTED:
            anchors = set() if "/api/" in path else anchors_of(page)
            found[path.removesuffix("index.html")] = anchors
    for pattern in DOWNLOADS:
        found |= {file.relative_to(site).as_posix(): set() for file in site.rglob(pattern)}
    return {neutral: anchors for path, anchors in found.items() if (neutral := neutral_of(path, found))}


def neutral_of(path: str, found: Addresses) -> str:
    """`en/about/` as `*/about/` if all languages have it; '' for the other languages'."""
    language, _, rest = path.partition("/")
    if language not in LANGUAGES or any(f"{other}/{rest}" not in found for other in LANGUAGES):
        return path
    return f"*/{rest}" if language == LANGUAGES[0] else ""


def anchors_of(page: Path) -> set[str]:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "lxml")
    return {str(tag["id"]) for tag in soup.select(ANCHORS) if not NOT_OURS.match(str(tag["id"]))}


def read(file: Path = FILE) -> Addresses:
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    entries = [line.split() for line in lines if line and not line.startswith("#")]
    return {("" if path == "/" else path): {anchor[1:] for anchor in anchors} for path, *anchors in entries}


def unfold(addresses: Addresses) -> Addresses:
    """With a line for each language."""
    return {
        path.replace("*", language, 1): anchors
        for path, anchors in addresses.items()
        for language in (LANGUAGES if path.startswith("*/") else [""])
    }


def add(new: Addresses, file: Path = FILE) -> int:
    """Add to the file what it lacks; returns how many pages and anchors that was."""
    known = read(file)
    total = {path: known.get(path, set()) | new.get(path, set()) for path in known.keys() | new.keys()}
    lines = [" ".join([path or "/", *(f"#{anchor}" for anchor in sorted(total[path]))]) for path in sorted(total)]
    head = "# Published addresses and their anchors: `make addresses` adds to them, nothing takes one away.\n"
    file.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return sum(len(anchors) + 1 for anchors in total.values()) - sum(len(anchors) + 1 for anchors in known.values())


if __name__ == "__main__":
    print(f"{add(in_site(SITE))} addresses added to {FILE.relative_to(ROOT)}")
