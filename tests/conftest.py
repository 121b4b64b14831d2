"""The built site, made once for all tests and served on a free port."""

import fcntl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from export.server import open_server

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def site() -> Path:
    """`build/site`, up to date; tests that run in parallel wait for the one that builds."""
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with (build / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for module in (["export"], ["export.site", "build"]):
            subprocess.run([sys.executable, "-m", *module], cwd=ROOT, check=True)
    return build / "site"


@contextmanager
def served(site: Path, mount: str) -> Iterator[str]:
    with open_server(site, 0, mount) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url.rstrip("/") + mount
        server.shutdown()


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """Where the site is served, with a final slash."""
    with served(site, "/") as url:
        yield url


@pytest.fixture(scope="session")
def sub_path_url(site: Path) -> Iterator[str]:
    """The same site under a sub-path, as some hosts serve it."""
    with served(site, "/sub/path/") as url:
        yield url
