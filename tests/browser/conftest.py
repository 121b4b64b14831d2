"""A real Chromium on the built site. The WebGPU of these tests is SwiftShader's: no graphics card is needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from export.install import find_browser

ARGUMENTS = [
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    found = find_browser()
    return {"args": ARGUMENTS} | ({"executable_path": str(found)} if found else {})


@pytest.fixture(scope="session")
def routes(site: Path) -> list[str]:
    """Every address of the built site, as a path: `en/papers/lenet/`."""
    pages = (page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html")))
    return [page.removesuffix("index.html") for page in pages]


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site_url: str) -> Iterator[OpenPage]:
    """`open_page("en/papers/lenet/", viewport=…, color_scheme=…)`: a page of a fresh context.

    Service workers are blocked, because a test could not intercept what they ask for; `service_workers="allow"`.
    At the end of the test the page must have raised no error and asked no other host for anything.
    """
    contexts, errors, foreign = [], [], []

    def open_page(
        route: str, wait_until: str = "load", prepare: Callable[[Page], None] | None = None, **options: object
    ) -> Page:
        context = browser.new_context(**{"service_workers": "block", **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(f"{route}: {error}"))
        page.on(
            "request",
            lambda request: request.url.startswith((site_url, "blob:", "data:")) or foreign.append(request.url),
        )
        if prepare:
            prepare(page)
        page.goto(site_url + route, wait_until=wait_until)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not foreign, f"requests that left the site: {foreign}"
    assert not errors, f"errors raised on a page: {errors}"
