"""What MkDocs leaves to be done in a page: formulas, image sizes, wide tables, what it loads, and its policy."""

import base64
import hashlib
import html
import json
import re
from functools import partial
from pathlib import Path

from PIL import Image

from export.loading import Loading
from export.node import run_node
from export.shrink import purged, words
from models import atomic

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "cache" / "maths.json"
KATEX = ROOT / "node_modules" / "katex"

FORMULA = re.compile(r'<(span|div) class="arithmatex">(.*?)</\1>', re.DOTALL)
IMAGE = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+)"')
CHARSET = re.compile(r"<meta charset=[^>]*>")
# A table of Markdown has no class: it gets what makes it scroll by itself on a narrow screen, also without JavaScript.
TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
SCRIPT = re.compile(r"<script(?![^>]*\b(?:src|type=\"application/))[^>]*>(.*?)</script>", re.DOTALL)

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'self'",
}

Formula = tuple[str, bool]  # TeX, and whether it stands on its own line


class FinishError(Exception):
    """A page cannot be finished; the text names the page and what is wrong in it."""


def finish(pages: dict[Path, str], site: Path) -> None:
    """Finish the pages, given by their path under `site`, and write them there. Raises FinishError, NodeError."""
    rendered = render_formulas({path: formulas(text) for path, text in pages.items()})
    texts = {path: finished(text, path, site, rendered) for path, text in pages.items()}
    loading = Loading(site, partial(purged, words=words(texts.values(), site)))
    for path, text in texts.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(loading.shorten(text, path), encoding="utf-8")
    loading.tidy()


def finished(text: str, path: Path, site: Path, rendered: dict[Formula, str]) -> str:
    """One page, as the reader gets it."""
    page = FORMULA.sub(lambda match: rendered[formula(match)], text)
    page = IMAGE.sub(lambda match: with_size(match[0], site / path), page)
    page = TABLE.sub(r'<div class="lp-scroll" tabindex="0"><table class="lp-table">\1</table></div>', page)
    return CHARSET.sub(lambda match: match[0] + policy(page), page, count=1)


def formula(match: re.Match[str]) -> Formula:
    r"""The TeX between `\(` and `\)` or `\[` and `\]`."""
    tex = html.unescape(match[2]).strip()
    return tex[2:-2].strip(), tex.startswith("\\[")


def formulas(text: str) -> list[Formula]:
    return [formula(match) for match in FORMULA.finditer(text)]


def render_formulas(wanted: dict[Path, list[Formula]]) -> dict[Formula, str]:
    """Every formula of every page as HTML, in one Node process; those rendered before come from the cache."""
    script = Path(__file__).with_name("maths.mjs")
    version = hashlib.sha256(script.read_bytes() + (KATEX / "package.json").read_bytes()).hexdigest()[:16]
    cache = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    needed = sorted({formula for page in wanted.values() for formula in page})
    keys = {formula: f"{version} {formula[1]:d} {formula[0]}" for formula in needed}
    new = [formula for formula in needed if keys[formula] not in cache]
    if new:
        answers = json.loads(run_node(script, given=json.dumps(new)))
        for formula_, answer in zip(new, answers, strict=True):
            if "error" in answer:
                page = next(path for path, found in wanted.items() if formula_ in found)
                raise FinishError(f"{page}: the formula {formula_[0]!r} cannot be set: {answer['error']}")
            cache[keys[formula_]] = answer["html"]
        atomic.write(CACHE, json.dumps(cache, ensure_ascii=False).encode())
    return {formula: cache[keys[formula]] for formula in needed}


def with_size(tag: str, page: Path) -> str:
    """The image tag with the picture's width and height, so that nothing moves while it loads."""
    source = SOURCE.search(tag)
    if " width=" in tag or not source or source[1].startswith("data:") or source[1].endswith(".svg"):
        return tag
    file = (page.parent / source[1]).resolve()  # the page's own folder may not be there yet
    if not file.exists():
        raise FinishError(f"{page}: the picture {source[1]} does not exist")
    with Image.open(file) as image:
        return tag.replace("<img", f'<img width="{image.width}" height="{image.height}"', 1)


def policy(page: str) -> str:
    """The Content-Security-Policy, with the hash of each script that stands in the page itself."""
    hashes = dict.fromkeys(hash_of(script) for script in SCRIPT.findall(page))
    rules = POLICY | {"script-src": " ".join([POLICY["script-src"], *(f"'{h}'" for h in hashes)])}
    content = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def hash_of(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
