"""What a reader's browser may keep: the list of the site's files with their hashes, and the worker that keeps them.

The hash of the list is the version of the site. `sw.js` holds nothing but that hash; the list says which bytes belong
to the version, so that a page is never put together from two of them.
"""

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKER = Path("assets/offline/sw.js")  # the source, in docs/ and in the site; served at the root, whose pages it rules
LIST = "offline.json"
VERSION = "@version@"
HASH_DIGITS = 24

# Never asked for by a page, or of use only on the network.
LEFT_OUT = re.compile(
    r"(^|/)(\.nojekyll|404\.html|robots\.txt|sitemap\.xml|feed\.xml|screenshot\.png)$|\.(layers\.json|diagram\.\w+\.svg)$"
)
SHELL = re.compile(r"assets/(?!ort/|katex/fonts/)(?:.*\.(?:js|css|woff2)|logo\.svg|images/favicon\.png)$")
PLAIN_RUNTIME = re.compile(r"assets/ort/(ort\.wasm\.min\.mjs|ort-wasm-simd-threaded\.(mjs|wasm))$")
SEARCH = re.compile(r"(?:en|zh)/search/")
PAPER = re.compile(r"(?:(?:en|zh)/)?(?:papers|models|embed|api)/([^/]+)/")


def group(path: str, reviewed: list[str]) -> str:
    """The files that are kept or thrown away together: a reviewed paper, the runtime, a language's search, a folder."""
    paper = PAPER.match(path)
    if paper and paper[1] in reviewed:
        return paper[1]
    if path in ("index.html", "offline.html") or SHELL.search(path):
        return "/shell"
    if path.startswith("assets/ort/"):
        return "/runtime" if PLAIN_RUNTIME.match(path) else "/webgpu"
    if path.startswith("assets/katex/"):
        return "/formulas"
    if index := SEARCH.match(path):
        return f"/{index[0].rstrip('/')}"
    return f"/{path.rpartition('/')[0]}"


def write(site: Path, reviewed: list[str]) -> str:
    """Write the list and the worker of a finished site; returns its version. Run again after any change in `site`."""
    for name in (LIST, "sw.js"):
        (site / name).unlink(missing_ok=True)
    groups: dict[str, dict[str, tuple[str, int]]] = {}
    for file in sorted(site.rglob("*")):
        path = file.relative_to(site).as_posix()
        if file.is_file() and not LEFT_OUT.search(path) and path != WORKER.as_posix():
            content = file.read_bytes()
            entry = (hashlib.sha256(content).hexdigest()[:HASH_DIGITS], len(content))
            groups.setdefault(group(path, reviewed), {})[path] = entry
    text = json.dumps({"papers": reviewed, "groups": groups}, ensure_ascii=False, separators=(",", ":"))
    version = hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
    (site / LIST).write_text(text, encoding="utf-8")
    worker = (ROOT / "docs" / WORKER).read_text(encoding="utf-8").replace(VERSION, version)
    (site / "sw.js").write_text(worker, encoding="utf-8")
    (site / WORKER).unlink(missing_ok=True)
    return version
