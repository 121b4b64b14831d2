"""What taps cost a run that does not fetch them: `python -m export.bench`, on the exported graphs.

Two sessions of native ONNX Runtime, one thread each: the graph as exported, and the same graph without its taps. Their
runs alternate, so that whatever else the machine does falls on both.
"""

import statistics
import sys
import time
from pathlib import Path

import onnx

from export import manifest, verify
from export.__main__ import ARTEFACTS

RUNS = 3000


def compare(file: Path, runs: int = RUNS) -> tuple[float, float]:
    """Median microseconds of a run for the results only: with taps in the graph, and without."""
    facts = manifest.load(file)
    content = (file.parent / facts.model.file).read_bytes()
    names = [output.name for output in facts.outputs]
    model = onnx.load_from_string(content)
    results = [output for output in model.graph.output if output.name in names]
    del model.graph.output[:]
    model.graph.output.extend(results)
    sessions = [verify.session(content), verify.session(model.SerializeToString())]
    feed = manifest.feeds(file.parent, facts, facts.samples[0])
    times: list[list[float]] = [[], []]
    for _ in range(runs):
        for session, spent in zip(sessions, times, strict=True):
            start = time.perf_counter()
            session.run(names, feed)
            spent.append(1e6 * (time.perf_counter() - start))
    with_taps, without = (statistics.median(spent[runs // 10 :]) for spent in times)
    return with_taps, without


def main() -> None:
    """One line a graph."""
    files = [file for file in sorted(ARTEFACTS.glob("*/*.json")) if "." not in file.stem and file.stem != "stamp"]
    if not files:
        sys.exit("nothing has been exported: run python -m export")
    for file in files:
        taps, plain = compare(file)
        print(f"{file.stem}: {taps:.1f} µs with taps, {plain:.1f} µs without: {taps / plain - 1:+.1%}")


if __name__ == "__main__":
    main()
