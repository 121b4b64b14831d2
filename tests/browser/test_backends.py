"""Every exported network in a real browser against PyTorch, on WebAssembly and on WebGPU."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from export import tasks, verify
from export.manifest import Manifest, every, feeds, load
from models import registry
from tests.browser.demo import IMPORT, Demo

MANY = 20_000  # of a tap with more values, every n-th is compared: a page hands numbers over as text

HEAVY, FEW = 100_000_000, 2  # multiply-adds from which WebGPU without a graphics card takes seconds: samples it gets

RUN = f"""async ([src, backend, taps, count]) => {{
  {IMPORT}
  const some = (data) => Array.from(data).filter((_, i) => i % Math.ceil(data.length / {MANY}) === 0);
  runtime.use(backend);
  const manifest = await loadManifest(src);
  const all = [];
  for (const sample of manifest.samples.slice(0, count)) {{
    const names = [...manifest.outputs.map((output) => output.name), ...(all.length ? [] : taps)];
    const run = await runtime.run(manifest, await sampleFeeds(manifest, sample), names);
    const values = Object.entries(run.outputs).map(([name, {{ data }}]) =>
      [name, taps.includes(name) ? some(data) : Array.from(data)]);
    all.push({{ id: sample.id, backend: run.backend, outputs: Object.fromEntries(values) }});
  }}
  return all;
}}"""

RUN_WITH_CONTROLS = f"""async ([src, controls]) => {{
  {IMPORT}
  const manifest = await loadManifest(src);
  const set = Object.entries(controls).map(([name, values]) => [name, Float32Array.from(values)]);
  const given = {{ ...await sampleFeeds(manifest, manifest.samples[0]), ...Object.fromEntries(set) }};
  const {{ outputs }} = await runtime.run(manifest, given, manifest.outputs.map((output) => output.name));
  return Object.fromEntries(Object.entries(outputs).map(([name, {{ data }}]) => [name, Array.from(data)]));
}}"""


@pytest.mark.parametrize("backend", ["wasm", "webgpu"])
def test_every_sample_and_every_tap_equals_the_reference(backend, site, open_page):
    """Samples against PyTorch's outputs in the manifest; all feature maps of the first one against ONNX Runtime."""
    checked = 0
    for file, _ in exported(site):
        manifest = json.loads(file.read_text(encoding="utf-8"))
        page = open_page(f"en/papers/{manifest['slug']}/")
        taps = [tap["name"] for tap in manifest["taps"]]
        samples = manifest["samples"][: FEW if backend == "webgpu" and manifest["macs"] > HEAVY else None]
        results = page.evaluate(RUN, [f"../../../models/{manifest['slug']}/{file.name}", backend, taps, len(samples)])
        assert [result["id"] for result in results] == [sample["id"] for sample in samples]
        for result, sample in zip(results, samples, strict=True):
            where = f"{manifest['variant']}, {sample['id']}, {backend}"
            assert result["backend"] == backend, where
            for name, expected in sample["outputs"].items():
                values = result["outputs"][name]
                difference = np.abs(np.subtract(values[:: every(len(values))], expected)).max()
                assert difference <= manifest["tolerance"][name], f"{where}, {name}: {difference}"
                checked += 1
        for name, expected in reference(file.parent / manifest["model"]["file"], file, taps).items():
            values = expected.ravel()[:: -(-expected.size // MANY)]
            difference = np.abs(np.subtract(results[0]["outputs"][name], values)).max()
            assert difference <= 1e-3 * max(1.0, float(np.abs(expected).max())), (
                f"{manifest['variant']} {name}: {difference}"
            )
        page.context.close()
    assert checked


def test_controls_do_what_pytorch_does_with_the_same_settings(site, open_page):
    """Sliders and switches anywhere: the settings with which export has compared its random inputs."""
    checked = 0
    for file, facts in exported(site):
        if not any(given.control for given in facts.inputs):
            continue
        page = open_page(f"en/papers/{facts.slug}/")
        network, task = registry.build(facts.variant), tasks.load(facts.task)
        given = feeds(file.parent, facts, facts.samples[0])
        controls = list(task.defaults(network))
        for settings in task.random(network, 4, seed=7)[-2:]:
            given |= {name: settings[name] for name in controls}
            (expected,) = verify.reference(task.graph(network, []), [given])
            sent = [f"../../../models/{facts.slug}/{file.name}", {name: settings[name].tolist() for name in controls}]
            found = page.evaluate(RUN_WITH_CONTROLS, sent)
            for name, limit in facts.tolerance.items():
                difference = np.abs(np.subtract(found[name], expected[name].ravel())).max()
                assert difference <= limit, f"{facts.variant}, {name}: {difference}"
                checked += 1
        page.context.close()
    assert checked


def test_a_network_beside_another_has_maps_of_its_own(site, open_page):
    checked = 0
    ask = "(demo, [node, variant]) => demo.taps([node], variant).then((taps) => Array.from(taps[node].data))"
    for file, facts in exported(site):
        if not facts.beside:
            continue
        other = load(file.with_name(facts.beside))
        demo = Demo(open_page(f"en/papers/{facts.slug}/"))
        node = other.taps[-1].node
        own, maps = (demo.element.evaluate(ask, [node, variant]) for variant in (facts.variant, other.variant))
        assert own != maps, f"{facts.variant}, {other.variant}"
        demo.page.context.close()
        checked += 1
    assert checked


def exported(site: Path) -> Iterator[tuple[Path, Manifest]]:
    """The manifests of all networks, with their files."""
    for file in sorted(site.glob("models/*/*.json")):
        if "samples" in json.loads(file.read_text(encoding="utf-8")):
            yield file, load(file)


def reference(model: Path, file: Path, names: list[str]) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    facts = load(file)
    feeds_of_first = feeds(file.parent, facts, facts.samples[0])
    return dict(zip(names, session.run(names, feeds_of_first), strict=True))
