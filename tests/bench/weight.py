"""What the pages weigh, how soon a demo answers, and what Lighthouse says."""

import json
import os
import subprocess
from pathlib import Path

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import track

from export.install import find_browser
from export.site import SITE
from papers.schema import LANGUAGES
from tests.browser.conftest import ARGUMENTS
from tests.browser.demo import Demo
from tests.browser.traffic import Traffic

SCORES = ("performance", "accessibility", "best-practices", "seo")


def reviews() -> list[str]:
    """The addresses of pages with a demo."""
    slugs = [folder.name for folder in sorted((SITE / "models").iterdir())]
    return [f"{language}/papers/{slug}/" for slug in slugs for language in LANGUAGES]


# From the press on a sample to the first live answer, on the page's own clock.
CLOCK = """demo => {
  addEventListener('pointerdown', () => { demo.touched = performance.now(); }, { capture: true, once: true });
  demo.addEventListener('result', () => { demo.took = performance.now() - demo.touched; }, { once: true });
}"""


def loads(browser: Browser, url: str, touch: bool) -> tuple[dict[str, int], float]:
    """Gzipped bytes of what a page loads until its demo is on show, by kind, and the milliseconds to its load event.

    With `touch`, what a touch of the demo loads instead, and the milliseconds to its first live answer.
    """
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    traffic = Traffic(page)
    page.goto(url, wait_until="networkidle")
    demo = Demo(page)  # comes into view
    page.wait_for_load_state("networkidle")
    milliseconds = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    before = set(traffic.weights()) if touch else set()
    if touch:
        demo.element.evaluate(CLOCK)
        demo.choose(demo.sample(1))
        demo.wait()
        page.wait_for_load_state("networkidle")
        milliseconds = demo.element.evaluate("demo => demo.took")
    kinds: dict[str, int] = {}
    for address, size in traffic.weights().items():
        if address not in before:
            kind = Path(address.split("?")[0]).suffix or ".html"
            kinds[kind] = kinds.get(kind, 0) + size
    context.close()
    return kinds, milliseconds


def measure(browser: Browser, url: str) -> list[str]:
    """A table with a row for each page with a demo."""
    lines = [
        "| page | kB gzip | load ms | demo's first run, kB gzip | ms to its first answer |",
        "| --- | --- | --- | --- | --- |",
    ]
    for route in track(reviews(), "pages", console=Console(stderr=True)):
        page_bytes, load = loads(browser, url + route, touch=False)
        demo_bytes, first = loads(browser, url + route, touch=True)
        parts = ", ".join(f"{kind} {size / 1000:,.0f}" for kind, size in sorted(demo_bytes.items()))
        lines.append(
            f"| {route} | {sum(page_bytes.values()) / 1000:.0f} | {load:.0f} | "
            f"{sum(demo_bytes.values()) / 1000:,.0f} ({parts}) | {first:.0f} |"
        )
    return lines


def lighthouse(url: str) -> list[str]:
    """A table with the scores of pages of every kind."""
    lines = ["| page | Lighthouse desktop (" + " / ".join(SCORES) + ") | mobile |", "| --- | --- | --- |"]
    others = [
        f"{language}/{page}" for page in ("", "papers/", "lists/cnn-course/", "lists/build/") for language in LANGUAGES
    ]
    for route in track([*others, *reviews()], "Lighthouse", console=Console(stderr=True)):
        lines.append(f"| {route} | {scores(url + route, 'desktop')} | {scores(url + route, 'mobile')} |")
    return lines


def scores(url: str, preset: str) -> str:
    """Scores of a page, or why there are none."""
    command = [
        "node_modules/.bin/lighthouse",
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(SCORES)}",
    ]
    command += ["--chrome-flags=" + " ".join(["--headless=new", *ARGUMENTS])] + (
        ["--preset=desktop"] if preset == "desktop" else []
    )
    environment = os.environ | {
        "CHROME_PATH": str(find_browser() or ""),
        "PATH": f".venv/bin{os.pathsep}{os.environ['PATH']}",
    }
    run = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if run.returncode:
        return f"no result: {run.stderr.strip().splitlines()[-1:]}"
    categories = json.loads(run.stdout)["categories"]
    return " / ".join(f"{100 * categories[name]['score']:.0f}" for name in SCORES)
