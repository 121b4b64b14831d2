"""The search index of one language, made by Pagefind from the pages as MkDocs leaves them.

The browser loads nothing of it before the reader types, and then only the parts in which the words of the query are.
Chinese is indexed character by character, and a query for several is one for that sequence, so that any term is found
without agreement on where words end: see docs/assets/search/query.js.
"""

import hashlib
import html
import re
import shutil
import subprocess
import tempfile
import unicodedata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "cache" / "search"

# What nobody looks for: it would only hide what somebody does look for.
EXCLUDED = (
    "[data-search-exclude]", ".headerlink", ".arithmatex", ".lp-planned", ".lp-links", ".lp-layers", ".lp-cards",
    "script", "style", "svg", "img", "pre",
)  # fmt: skip
# How much a word counts where it stands; plain text is 1, a heading up to 7.
WEIGHTS = {"lp-title": 6, "lp-original": 6, "lp-authors": 6, "lp-takeaway": 3}
NAME_WEIGHT, API_WEIGHT = 10, 0.2  # the names in the code are those of the papers, whose own pages come first
# Pagefind's own search boxes, and the engine for languages without word stems.
UNUSED = ("pagefind-*ui.*", "pagefind-highlight.js", "wasm.unknown.pagefind")

HEADING = re.compile(r"<h1\b([^>]*)>(.*?)</h1>", re.DOTALL)
PAPER_TITLE = re.compile(r'<p class="lp-title"[^>]*>(.*?)</p>', re.DOTALL)
HEADERLINK = re.compile(r'<a class="headerlink".*?</a>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
TEXT = re.compile(r">([^<]+)<")
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")  # and the punctuation, which parts words


class SearchError(Exception):
    """The index cannot be made; the text says why."""


def write_index(pages: dict[Path, str], language: str, target: Path, cache: Path = CACHE) -> bool:
    """Write the index of one language to `target`; `pages` are those of every language, by their path in the site.

    Returns False if an earlier index of the same pages could be taken. Raises SearchError.
    """
    wanted = {path: prepared(pages, path) for path in sorted(pages) if path.parts[0] == language}
    digest = hashlib.sha256(Path(__file__).read_bytes() + (ROOT / "constraints.txt").read_bytes())
    for path, text in wanted.items():
        digest.update(f"\0{path}\0{text}".encode())
    kept, stamp = cache / language, cache / f"{language}.txt"
    made = not (kept.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == digest.hexdigest())
    if made:
        stamp.unlink(missing_ok=True)
        shutil.rmtree(kept, ignore_errors=True)
        run_pagefind(wanted, kept)
        stamp.write_text(digest.hexdigest(), encoding="utf-8")
    shutil.copytree(kept, target, dirs_exist_ok=True)
    return made


def run_pagefind(pages: dict[Path, str], target: Path) -> None:
    """The pages, by their path in the site -> an index in `target`. Addresses in it start at the language's root."""
    from pagefind_bin import get_executable

    with tempfile.TemporaryDirectory() as folder:
        for path, text in pages.items():
            file = Path(folder, *path.parts[1:])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        selectors = [word for selector in EXCLUDED for word in ("--exclude-selectors", selector)]
        # For both languages: stems for English words, and none for Chinese characters.
        options = [
            "--site",
            folder,
            "--output-path",
            str(target),
            "--force-language",
            "en",
            "--root-selector",
            "article",
        ]
        done = subprocess.run(
            [str(get_executable()), *options, *selectors], capture_output=True, text=True, check=False
        )
    if done.returncode or not target.exists():
        raise SearchError(f"The search index could not be made: {done.stdout}{done.stderr}".strip())
    for pattern in UNUSED:
        for file in target.glob(pattern):
            file.unlink()


def prepared(pages: dict[Path, str], path: Path) -> str:
    """One page as Pagefind shall see it: with weights, and with the name and both titles of a paper as data."""
    text, below = pages[path], path.relative_to(path.parts[0])
    for kind, weight in WEIGHTS.items():
        text = text.replace(f'<p class="{kind}"', f'<p class="{kind}" data-pagefind-weight="{weight}"')
    heading = HEADING.search(text)
    if below.parts[0] == "api":
        text = text.replace("<article ", f'<article data-pagefind-weight="{API_WEIGHT}" ', 1)
    elif heading:
        data = {"title": plain(heading[2]), "full": paper_title(text), "other": paper_title(other_page(pages, path))}
        tags = "".join(
            f'<meta data-pagefind-meta="{key}[content]" content="{html.escape(spread(value))}">'
            for key, value in data.items()
            if value
        )
        names = " ".join(one_word(value) for value in dict.fromkeys(data.values()) if value)
        tags += f'<meta data-pagefind-meta="name[content]" content="{names}">'
        name = f'<h1{heading[1]} data-pagefind-weight="{NAME_WEIGHT}">{heading[2]}</h1>'
        text = text.replace(heading[0], tags + name, 1)
    return TEXT.sub(lambda match: f">{spread(match[1])}<", text)


def other_page(pages: dict[Path, str], path: Path) -> str:
    """The same page in the other language."""
    others = {page.parts[0] for page in pages} - {path.parts[0]}
    return next((pages[page] for other in others if (page := Path(other, *path.parts[1:])) in pages), "")


def paper_title(text: str) -> str:
    found = PAPER_TITLE.search(text)
    return plain(found[1]) if found else ""


def plain(text: str) -> str:
    return html.unescape(TAG.sub("", HEADERLINK.sub("", text))).strip()


def one_word(name: str) -> str:
    """A name as no text has it, so that whoever asks for it finds the page that bears it: `lpfastrcnn`.

    What is no ASCII letter is spelled by its number, as in docs/assets/search/query.js; else it would be taken apart.
    """
    known = [character for character in unicodedata.normalize("NFKC", name).lower() if character.isalnum()]
    spelled = (c if c.isascii() else "".join(chr(ord("a") + int(digit, 16)) for digit in f"{ord(c):x}") for c in known)
    return "lp" + "".join(spelled)


def spread(text: str) -> str:
    """Each Chinese character as a word of its own, also where it touches a word of letters."""
    return CHINESE.sub(r" \g<0> ", text)
