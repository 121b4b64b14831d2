"""Speed and size of the built site, in one run on one machine: `make bench`. Writes build/bench.md.

Milliseconds are medians over rounds of many runs of the same exported graph and input, one thread each; times of a page
are of one load from a cold cache on this machine's loopback. Nothing here fails: it measures.
"""

import json
import os
import platform
import threading
from datetime import date
from importlib.metadata import version
from typing import Annotated

import onnxruntime
import typer
from playwright.sync_api import sync_playwright

from export.install import find_browser
from export.server import open_server
from export.site import BUILD, NODE_MODULES, SITE
from tests.bench import scale, speed, weight
from tests.browser.conftest import ARGUMENTS

PARTS = ("speed", "pages", "scale", "lighthouse")
WORK = BUILD / "bench"


def processor() -> str:
    """What the machine calls its processor."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def npm_version(package: str) -> str:
    """Of an installed npm package."""
    return json.loads((NODE_MODULES / package / "package.json").read_text(encoding="utf-8"))["version"]


def main(
    parts: Annotated[
        list[str] | None, typer.Option("--part", help=f"One of {', '.join(PARTS)}; again for more")
    ] = None,
    variants: Annotated[list[str] | None, typer.Option("--variant", help="Of the networks, only these")] = None,
) -> None:
    """Measure, print the tables, and write them to build/bench.md."""
    wanted = parts or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: use {', '.join(PARTS)}", param_hint="--part")
    WORK.mkdir(parents=True, exist_ok=True)
    with open_server(SITE, 0) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=ARGUMENTS)
        tables = [
            f"{date.today()}, {processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}; "
            f"Python {platform.python_version()}, PyTorch {version('torch')}, ONNX Runtime {onnxruntime.__version__}, "
            f"onnxruntime-web {npm_version('onnxruntime-web')}, TensorFlow.js {npm_version('@tensorflow/tfjs-core')}, "
            f"Chromium {browser.version}. Times are milliseconds unless they say s."
        ]
        make = {
            "speed": lambda: speed.measure(browser, WORK / "speed", variants or []),
            "pages": lambda: weight.measure(browser, server.url),
            "scale": lambda: scale.measure(browser, WORK / "scale"),
            "lighthouse": lambda: weight.lighthouse(server.url),
        }
        tables += ["\n".join(make[part]()) for part in wanted]
        browser.close()
        server.shutdown()
    text = "\n\n".join(tables)
    (BUILD / "bench.md").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    typer.run(main)
