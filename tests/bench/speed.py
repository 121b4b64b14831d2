"""Milliseconds of every exported network: natively, in the site's worker, in the bare runtime, in TensorFlow.js."""

import json
import shutil
import statistics
import threading
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from rich.console import Console
from rich.progress import track

from export import manifest, verify
from export.server import open_server
from export.site import NODE_MODULES, SITE
from tests.bench import tensorflow

HERE = Path(__file__).parent
LIBRARIES = ("tfjs-core/dist/tf-core.min.js", "tfjs-backend-wasm/dist/tf-backend-wasm.min.js")
WASM = ("tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm")
PAGE = (
    '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">{}'
    '<script type="module" src="speed.js"></script>'
)


def lay_out(folder: Path) -> None:
    """A site for timing: the built one under `site/`, and what it is compared with."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "tensorflow").mkdir(parents=True)
    (folder / "site").symlink_to(SITE)
    for name in ("speed.js", "bare.js", "tensorflow.js"):
        shutil.copy(HERE / name, folder)
    for name in LIBRARIES:
        shutil.copy(NODE_MODULES / "@tensorflow" / name, folder / "tensorflow")
    for name in WASM:
        shutil.copy(NODE_MODULES / "@tensorflow" / "tfjs-backend-wasm" / "dist" / name, folder / "tensorflow")
    scripts = "".join(f'<script src="tensorflow/{Path(name).name}"></script>' for name in LIBRARIES)
    (folder / "index.html").write_text(PAGE.format(scripts), encoding="utf-8")


def native(file: Path, taps: bool = False) -> float:
    """Median milliseconds of a run on native ONNX Runtime with one thread."""
    facts = manifest.load(file)
    session = verify.session((file.parent / facts.model.file).read_bytes())
    feeds = manifest.feeds(file.parent, facts, facts.samples[0])
    names = [output.name for output in facts.outputs] + [tap.name for tap in facts.taps if taps]
    times: list[float] = []
    while len(times) < 2030 and sum(times) < 5_000:
        began = time.perf_counter()
        session.run(names, feeds)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[len(times) // 50 :])


def measure(browser: Browser, folder: Path, variants: list[str]) -> list[str]:
    """A table with a row for each network; `variants`: these only, or all."""
    lay_out(folder)
    lines = [
        "| network | bytes | native | native, all taps | wasm | wasm, to the page | all taps | bare runtime | ratio "
        "| bare runtime, asked | ratio | TensorFlow.js | first session | second | WebGPU "
        "| difference, wasm | difference, WebGPU |",
        "| --- " * 17 + "|",
    ]
    files = [file for file in sorted(SITE.glob("models/*/*.json")) if "samples" in json.loads(file.read_text("utf-8"))]
    files = [file for file in files if not variants or file.stem in variants]
    with open_server(folder, 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for file in track(files, "networks", console=Console(stderr=True)):
            lines.append(row(browser, server.url, folder, file))
        server.shutdown()
    return lines


def row(browser: Browser, url: str, folder: Path, file: Path) -> str:
    facts = manifest.load(file)
    rebuilt = facts.variant in tensorflow.NETWORKS
    if rebuilt:
        tensorflow.write(facts.variant, folder / "weights")

    def run(backend: str, **what: bool) -> dict[str, Any]:
        page = browser.new_page()  # a fresh one: nothing is compiled yet
        page.goto(url)
        page.wait_for_function("() => Boolean(window.measure)")
        request = {"src": f"{facts.slug}/{file.name}", "backend": backend, "rebuilt": False, "bare": False} | what
        found: dict[str, Any] = page.evaluate("window.measure", request)
        page.close()
        return found

    wasm, webgpu = run("wasm", rebuilt=rebuilt, bare=True), run("webgpu")
    first, second = wasm["sessions"]
    cells = [
        facts.variant,
        f"{facts.model.bytes:,}",
        f"{native(file):.3f}",
        f"{native(file, taps=True):.3f}",
        f"{wasm['ours inside']:.2f}",
        f"{wasm['ours']:.2f}",
        f"{wasm['taps']:.2f}",
        f"{wasm['bare']:.2f}",
        f"{wasm['ours inside'] / wasm['bare']:.2f}",
        f"{wasm['asked inside']:.2f}",
        f"{wasm['ours inside'] / wasm['asked inside']:.2f}",
        f"{wasm['tensorflow']:.2f}" if rebuilt else "",
        f"{first:.0f}",
        f"{second:.0f}",
        f"{webgpu['ours inside']:.1f}" if webgpu["backend"] == "webgpu" else "none",
        *(" ".join(f"{name} {value:.1e}" for name, value in each["difference"].items()) for each in (wasm, webgpu)),
    ]
    return "| " + " | ".join(cells) + " |"
