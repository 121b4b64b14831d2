"""What a browser gets smaller than it was written: style sheets, scripts and fonts, without what no page needs.

The work is PurgeCSS's, esbuild's and fontTools'.
"""

import hashlib
import io
import json
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import fontTools
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from export.node import ROOT, run_node
from models import atomic

CACHE = ROOT / "build" / "cache" / "fonts"
PURGE = Path(__file__).with_name("purge.mjs")
ESBUILD = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"

WORD = re.compile(r"[\w-]+", re.ASCII)

# What the style sheets ask for of fonts that have all weights.
WEIGHTS: dict[str, float | tuple[float, float]] = {
    "source-sans-3-latin-wght-normal": (400, 600),
    "source-sans-3-latin-wght-italic": 400,
}
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "tnum"]
TYPED = frozenset(map(chr, range(0x20, 0x7F)))  # what a reader may type, whatever the pages say


def words(texts: Iterable[str], site: Path) -> str:
    """All words of the pages and of the scripts under `site`: among them is every name that a rule of style needs."""
    found = {word for text in texts for word in WORD.findall(text)}
    for script in site.rglob("*.js"):
        found.update(WORD.findall(script.read_text(encoding="utf-8")))
    return " ".join(sorted(found))


def purged(css: str, own: str, words: str) -> str:
    """A style sheet without the rules that need a name that is not among the words, then our own. Raises NodeError."""
    return run_node(PURGE, given=json.dumps({"css": css, "own": own, "words": words}))


def minify(assets: Path) -> None:
    """Write our scripts and style sheets anew, each in its place, without comments and long names. Raises NodeError."""
    files = [file for file in sorted(assets.rglob("*")) if file.suffix in (".js", ".css")]
    run_node(
        ESBUILD,
        "--minify",
        "--log-level=warning",
        "--allow-overwrite",
        f"--outdir={assets}",
        f"--outbase={assets}",
        *files,
    )


def subset_fonts(site: Path) -> None:
    """Leave only fonts that a style sheet names, with the characters that pages, scripts, manifests and readers use."""
    shown, styles = set(TYPED), ""
    for file in site.rglob("*"):
        if file.suffix in (".html", ".js", ".json"):
            shown.update(file.read_text(encoding="utf-8"))
        elif file.suffix == ".css":
            styles += file.read_text(encoding="utf-8")
    fonts = list(site.rglob("*.woff2"))
    for unused in (file for file in fonts if file.name not in styles):
        unused.unlink()
    used = [file for file in fonts if file.name in styles]
    with ProcessPoolExecutor() as pool:
        for file, content in zip(used, pool.map(subset, used, repeat(shown)), strict=True):
            file.write_bytes(content)


def subset(file: Path, shown: set[str]) -> bytes:
    """A WOFF2 font with some of its characters and weights; from the cache if it was made before."""
    font = TTFont(file, recalcTimestamp=False)
    kept = sorted(shown & set(map(chr, font.getBestCmap())))
    weights = WEIGHTS.get(file.stem)
    made_from = [fontTools.version, hashlib.sha256(file.read_bytes()).hexdigest(), kept, weights, FEATURES]
    cached = CACHE / f"{file.stem}.{hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]}.woff2"
    if not cached.exists():
        subsetter = Subsetter(Options(layout_features=FEATURES, hinting=False))
        subsetter.populate(text="".join(kept))
        subsetter.subset(font)
        if weights:
            font = instantiateVariableFont(font, {"wght": weights})
        content = io.BytesIO()
        font.flavor = "woff2"
        font.save(content)
        atomic.write(cached, content.getvalue())
    return cached.read_bytes()
