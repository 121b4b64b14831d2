"""The site: stage the Markdown, run MkDocs once per language, finish the pages, put everything in `build/site`.

    python -m export.site build     what is out of date
    python -m export.site serve     export, build, serve
    python -m export.site dev       the same, and again whenever a file is saved

Every step is skipped when what it reads has not changed. MkDocs sees plain Markdown only; another renderer of Markdown
could take its place by changing `render` here.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console

from export import feed, lists, offline, pages, search, shrink
from export.finish import KATEX, FinishError, finish
from export.node import NodeError
from export.server import Live, PortError, open_server
from models import atomic
from papers.schema import LANGUAGES, ContentError, load_index, reviewed

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
SITE = BUILD / "site"
STAMPS = BUILD / "cache" / "site.json"
NODE_MODULES = ROOT / "node_modules"
ORT_FILES = (
    "ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm",
    "ort.jspi.min.mjs", "ort-wasm-simd-threaded.jspi.mjs", "ort-wasm-simd-threaded.jspi.wasm",
    "ort.webgpu.min.mjs", "ort-wasm-simd-threaded.asyncify.mjs", "ort-wasm-simd-threaded.asyncify.wasm",
)  # fmt: skip
FONTS = (
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2",
    "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-italic.woff2",
    "@fontsource/source-serif-4/files/source-serif-4-latin-600-normal.woff2",
)

console = Console(stderr=True, highlight=False)
app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
Port = Annotated[int, typer.Option(help="on 127.0.0.1", min=0, max=65535)]


class SiteError(Exception):
    """The site cannot be built; the text names the file and the remedy."""


# What a writer can mend: shown as one message, without a trace.
ERRORS = (SiteError, FinishError, NodeError, search.SearchError, ContentError, pages.SlotError)


def site_url() -> str:
    """Where the site will stand, with a final slash: from SITE_URL, or this machine."""
    return os.environ.get("SITE_URL", "http://127.0.0.1:8000/").rstrip("/") + "/"


# ------------------------------------------------------------------------------------------------------------ the build


def build(pool: ProcessPoolExecutor | None = None) -> bool:
    """Bring `build/site` up to date; True if something had to be done. Raises SiteError, ContentError and the like."""
    with alone():
        if code() != LOADED:
            raise SiteError("The code of export/ or papers/ has changed since this was started: start it again.")
        inputs = digest(*sources())
        if stamp("site") == inputs and SITE.exists():
            return False
        for language in LANGUAGES:
            pages.stage(language, BUILD / "docs" / language, site_url())
        out_of_date = [language for language in LANGUAGES if stamp(language) != language_digest(language)]
        with console.status(f"MkDocs: {' and '.join(out_of_date)}" if out_of_date else "Assembling"):
            own_pool = pool or ProcessPoolExecutor(len(LANGUAGES))
            render_all(out_of_date, own_pool)
            if pool is None:
                own_pool.shutdown()
            assemble()
        write_stamp("site", inputs)
        return True


@contextmanager
def alone() -> Iterator[None]:
    """Who builds meanwhile, `make dev` beside `make test` for instance, waits."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / ".site-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def render_all(languages: Sequence[str], pool: ProcessPoolExecutor) -> None:
    """Render languages, and stamp those that came out well with what they were when it began. Raises SiteError."""
    before = {language: language_digest(language) for language in languages}
    for language in languages:
        write_stamp(language, "")  # from here on what lies there is neither old nor new
    for language, warnings in zip(languages, pool.map(render, languages), strict=True):
        if warnings:
            raise SiteError("\n".join(warnings))
        write_stamp(language, before[language])


def render(language: str) -> list[str]:
    """build/docs/<language> -> HTML in build/html/<language>; returns MkDocs' warnings, each an error to us."""
    os.environ |= {"NO_MKDOCS_2_WARNING": "1", f"SITE_URL_{language.upper()}": f"{site_url()}{language}/"}
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.config import load_config

    warnings: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: warnings.append(f"docs/{language}: {record.getMessage()}")  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    logger.handlers[:] = [handler]
    name = "mkdocs.yml" if language == "en" else f"mkdocs.{language}.yml"
    config = load_config(str(ROOT / name), site_dir=str(BUILD / "html" / language))
    config["nav"] = [unfold(entry, BUILD / "docs" / language) for entry in config["nav"] or []]
    mkdocs_build(config)
    return warnings


def unfold(entry: dict[str, str], docs: Path) -> dict[str, object]:
    """`papers/index.md` with the papers below it, in the index's order; likewise `api/index.md` and the lists."""
    ((title, page),) = entry.items()
    folder = Path(page).parent
    slugs = load_index().slugs
    names = {"papers": slugs, "api": slugs, "lists": lists.names}.get(folder.name, list)()
    below = [f"{folder}/{name}" for name in names]
    files = [file for name in below for file in (f"{name}/index.md", f"{name}.md") if (docs / file).exists()]
    return {title: [page, *files] if files else page}


def assemble() -> None:
    """Everything that is served, made beside the old site and then put in its place."""
    new = BUILD / "site.new"
    shutil.rmtree(new, ignore_errors=True)
    html: dict[Path, str] = {}
    for language in LANGUAGES:
        source = BUILD / "html" / language
        shutil.copytree(
            source, new / language, ignore=shutil.ignore_patterns("404.html", "*.gz", "*.map", "lunr", "workers")
        )
        for page in (page for page in source.rglob("*.html") if page.name != "404.html"):
            html[Path(language) / page.relative_to(source)] = page.read_text(encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "assets", new / "assets")
    shutil.copy(ROOT / "docs" / "theme" / "assets" / "logo.svg", new / "assets")
    for file in FONTS:
        copy(NODE_MODULES / file, new / "assets" / "fonts")
    for name in ORT_FILES:
        copy(NODE_MODULES / "onnxruntime-web" / "dist" / name, new / "assets" / "ort")
    copy_katex(new / "assets" / "katex")
    for slug in reviewed():  # a paper that has another name now leaves its files behind
        if not (BUILD / "artefacts" / slug).is_dir():
            raise SiteError(f"build/artefacts/{slug} is missing: run `python -m export`.")
        shutil.copytree(BUILD / "artefacts" / slug, new / "models" / slug, ignore=shutil.ignore_patterns("stamp.json"))
    html |= pages.plain_pages(urlsplit(site_url()).path, site_url())
    sitemaps = "".join(f"Sitemap: {site_url()}{language}/sitemap.xml\n" for language in LANGUAGES)
    (new / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{sitemaps}", encoding="utf-8")
    (new / ".nojekyll").touch()
    for language in LANGUAGES:
        (new / language / "feed.xml").write_text(feed.atom(language, site_url()), encoding="utf-8")
    with ThreadPoolExecutor() as indexing:  # each index is the work of a process of its own
        list(indexing.map(lambda language: search.write_index(html, language, new / language / "search"), LANGUAGES))
    finish(html, new)
    shrink.minify(new / "assets")
    shrink.subset_fonts(new)
    offline.write(new, reviewed())  # last: it lists what is there
    old = BUILD / "site.old"
    shutil.rmtree(old, ignore_errors=True)
    if SITE.exists():
        SITE.rename(old)
    new.rename(SITE)
    shutil.rmtree(old, ignore_errors=True)


def copy(file: Path, folder: Path) -> None:
    if not file.exists():
        raise SiteError(f"{file.relative_to(ROOT)} is missing: remove node_modules and run `make install`.")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder)


def copy_katex(folder: Path) -> None:
    """KaTeX's style and its fonts in the one format that every browser reads; text does not wait for them."""
    for font in sorted((KATEX / "dist" / "fonts").glob("*.woff2")):
        copy(font, folder / "fonts")
    css = (KATEX / "dist" / "katex.min.css").read_text(encoding="utf-8")
    css = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)', "", css)
    css = css.replace("@font-face{", "@font-face{font-display:swap;")
    (folder / "katex.min.css").write_text(css, encoding="utf-8")


# ---------------------------------------------------------------------------------------------------- what is unchanged


def sources() -> Iterator[Path]:
    """Every file the site is made of."""
    for name in ("docs", "papers", "models", "export", "build/artefacts"):
        yield from (file for file in (ROOT / name).rglob("*") if file.is_file() and not is_hidden(file))
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "constraints.txt", "package-lock.json"):
        yield ROOT / name


def is_hidden(file: Path) -> bool:
    """Nothing of the site: what Python, editors and file managers leave."""
    return "__pycache__" in file.parts or file.name.startswith(".")


def code() -> dict[Path, bytes]:
    """The hashes of what runs here."""
    files = [*(ROOT / "export").rglob("*.py"), *(ROOT / "papers").glob("*.py")]
    return {file: hashlib.sha256(file.read_bytes()).digest() for file in files}


def language_digest(language: str) -> str:
    """What MkDocs' output for one language depends on."""
    files = [
        *(BUILD / "docs" / language).rglob("*"),
        *(ROOT / "docs" / "theme").rglob("*"),
        *(ROOT / "models").rglob("*.py"),
    ]
    configuration = [ROOT / "mkdocs.yml", ROOT / "mkdocs.zh.yml", ROOT / "constraints.txt", Path(__file__)]
    return digest(*(file for file in files if file.is_file()), *configuration)


def digest(*files: Path) -> str:
    total = hashlib.sha256(site_url().encode())
    for file in sorted(files):
        total.update(f"\0{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


LOADED = code()  # as it was when it was started


def stamps() -> dict[str, str]:
    """What was rendered and assembled last, by its digest; nothing where that cannot be told."""
    try:
        found: dict[str, str] = json.loads(STAMPS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def stamp(name: str) -> str | None:
    return stamps().get(name)


def write_stamp(name: str, value: str) -> None:
    atomic.write(STAMPS, json.dumps(stamps() | {name: value}).encode())


# ----------------------------------------------------------------------------------------------------- the command line


def run_export() -> None:
    """Bring the artefacts up to date, in a process of its own: PyTorch is heavy, and its code may have been edited."""
    if subprocess.run([sys.executable, "-m", "export"], cwd=ROOT, check=False).returncode:
        raise SiteError("The export stopped, for the reason above.")


@app.command(name="build")
def build_command() -> None:
    """Bring build/site up to date from papers/, docs/ and build/artefacts/."""
    done = build()
    console.print(f"{'Built' if done else 'Up to date'}: {SITE.relative_to(ROOT)}")


@app.command()
def serve(port: Port = 8000) -> None:
    """Export, build, and serve at http://127.0.0.1:PORT/."""
    with open_server(SITE, port) as server:  # before the work, so that a busy port is known at once
        run_export()
        build()
        console.print(f"The site is at {server.url} (Ctrl-C stops it)")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


@app.command()
def dev(port: Port = 8000) -> None:
    """Serve, and rebuild when a file is saved; open pages load themselves anew."""
    from threading import Thread

    from watchfiles import watch

    live = Live()
    with open_server(SITE, port, live=live) as server, ProcessPoolExecutor(len(LANGUAGES)) as pool:
        run_export()
        build(pool)
        # What a renderer imports takes longer than what it does: both are made ready for the first save.
        with alone():
            render_all(LANGUAGES, pool)
        console.print(f"The site is at {server.url} and follows what you save (Ctrl-C stops it)")
        Thread(target=server.serve_forever, daemon=True).start()
        folders = [ROOT / name for name in ("papers", "models", "docs")]
        with suppress(KeyboardInterrupt):
            for changes in watch(*folders, debounce=200, step=50):
                try:
                    if any(Path(path).suffix not in (".md", ".css", ".js", ".html") for _, path in changes):
                        run_export()
                    if build(pool):
                        live.changed()
                        console.print("Built anew.")
                except ERRORS as error:
                    console.print(str(error), style="red", markup=False)
                except Exception:  # a template, a configuration, a file that is gone again: go on
                    console.print_exception()


@app.command()
def screenshot(to: Path = ROOT / "docs" / "assets" / "screenshot.png") -> None:
    """Photograph the first demo of the built site for the README."""
    from threading import Thread

    from playwright.sync_api import sync_playwright

    from export.install import find_browser

    with open_server(SITE, 0) as server, sync_playwright() as playwright:
        Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 1300}, color_scheme="light")
        page.goto(f"{server.url}en/papers/{load_index().slugs()[0]}/", wait_until="networkidle")
        page.screenshot(path=to)
        browser.close()
    console.print(f"Written: {to}")


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # an end that also ends the processes that render
    try:
        app(standalone_mode=False)
    except (*ERRORS, PortError) as error:
        sys.exit(str(error))
    except typer.TyperException as error:  # a port that is none, an option that there is not
        console.print(error.format_message(), style="red", markup=False)
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)  # what was asked for is not done


if __name__ == "__main__":
    main()
