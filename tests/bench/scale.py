"""The site with more papers, copies of those there are under other names: its time to build, what a search loads."""

import gzip
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, Response
from rich.console import Console
from rich.progress import track
from ruamel.yaml import YAML

from export.pages import module_of
from export.server import open_server
from export.site import ROOT
from papers.schema import reviewed

COUNTS = (6, 57, 1000)
WORDS = ("residual", "anchor")  # looked for one after the other
FIND = """async (words) => {
  const { Engine } = await import(new URL('../assets/search/engine.js', location.href).href);
  window.engine ??= new Engine(location.href, 'en');
  return (await window.engine.find(words)).pages.length;
}"""
FILES = ("mkdocs.yml", "mkdocs.zh.yml", "constraints.txt", "package-lock.json", "pyproject.toml")


def measure(browser: Browser, folder: Path) -> list[str]:
    """A table with a row for each number of reviewed papers.

    The time of the first build and of one after a word was changed; what the first search loads, and the next one.
    """
    lines = [
        "| papers | first build, s | s a paper | after a change, s | first search, kB gzip | the next, kB gzip |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for count in track(COUNTS, "building", console=Console(stderr=True)):
        lay_out(folder, count)
        first = build(folder)
        loaded = " | ".join(f"{size / 1000:.1f}" for size in searches(browser, folder / "build" / "site"))
        slug = copies(count)[-1][0]
        review = folder / "papers" / slug / "review.en.md"
        text = review.read_text(encoding="utf-8")
        review.unlink()  # it is a hard link: the project's own text stays as it is
        review.write_text(f"{text}\nOne more sentence.\n", encoding="utf-8")
        lines.append(f"| {count} | {first:.1f} | {first / count:.3f} | {build(folder):.1f} | {loaded} |")
        shutil.rmtree(folder)
    return lines


def copies(count: int) -> list[tuple[str, str]]:
    """Names of so many papers, and what each is a copy of; first the reviewed ones themselves, which pages name."""
    originals = reviewed()
    return [
        (originals[i] if i < len(originals) else f"copy-{i:04}", originals[i % len(originals)]) for i in range(count)
    ]


def lay_out(folder: Path, count: int) -> None:
    """The project with so many papers in place of its own, and what was exported of each."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("docs", "export", "models"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.link)
    shutil.rmtree(folder / "docs" / "lists")  # they name papers that are not there
    (folder / "docs" / "lists").mkdir()
    for name in FILES:
        os.link(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")
    (folder / "papers").mkdir()
    for file in (ROOT / "papers").glob("*.*"):
        os.link(file, folder / "papers" / file.name)
    yaml = YAML()
    index = yaml.load(ROOT / "papers" / "index.yaml")
    for source in index["sources"]:
        for section in source["sections"]:
            section["papers"] = []
    source = index["sources"][0]
    for slug, original in copies(count):
        source["sections"][0]["papers"].append(slug)
        place = folder / "papers" / slug
        shutil.copytree(ROOT / "papers" / original, place, copy_function=os.link)
        facts = yaml.load(place / "paper.yaml")
        address = next(iter(facts["listed"].values()))
        facts |= {"slug": slug, "lineage": [], "listed": {source["id"]: address}}
        facts["bibtex"]["key"] = slug
        rewrite(yaml, facts, place / "paper.yaml")
        artefacts = ROOT / "build" / "artefacts" / original
        shutil.copytree(artefacts, folder / "build" / "artefacts" / slug, copy_function=os.link)
        if slug != original:
            os.link(module(ROOT, original), module(folder, slug))
    rewrite(yaml, index, folder / "papers" / "index.yaml")


def module(root: Path, slug: str) -> Path:
    """The source of a paper's network."""
    return root / "models" / f"{module_of(slug)}.py"


def rewrite(yaml: YAML, content: object, file: Path) -> None:
    file.unlink()  # it is a hard link
    yaml.dump(content, file)


def build(folder: Path) -> float:
    """Seconds of `python -m export.site build`."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "export.site", "build"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"the site with copies of its papers cannot be built: {run.stderr.strip()}")
    return time.perf_counter() - began


def searches(browser: Browser, site: Path) -> list[int]:
    """Gzipped bytes that the search for each of WORDS loads; the first also loads the engine."""
    answers: list[Response] = []
    sizes = []
    with open_server(site, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"{server.url}en/", wait_until="networkidle")
        page.on("response", lambda answer: answers.append(answer))
        for words in WORDS:
            answers.clear()
            if not page.evaluate(FIND, words):
                sys.exit(f"the site with copies of its papers finds nothing for {words!r}")
            page.wait_for_load_state("networkidle")
            sizes.append(sum(len(gzip.compress(answer.body(), 9)) for answer in list(answers)))
        page.close()
        server.shutdown()
    return sizes
