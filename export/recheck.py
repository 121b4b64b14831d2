"""The written files once more, without PyTorch: the graph in ONNX Runtime against the answers in its manifest."""

from pathlib import Path

import numpy as np
from pydantic import ValidationError

from export import manifest, verify


def wrong(folder: Path, variant: str) -> list[str]:
    """What is wrong with a variant's manifest or graph; empty if nothing is."""
    try:
        facts = manifest.load(folder / f"{variant}.json")
        content = (folder / facts.model.file).read_bytes()
    except (OSError, ValidationError) as error:
        return [f"{variant}.json cannot be used: {error}"]
    session = verify.session(content)
    names = [output.name for output in facts.outputs]
    largest = dict.fromkeys(names, 0.0)
    for sample in facts.samples:
        for name, value in zip(names, session.run(names, manifest.feeds(folder, facts, sample)), strict=True):
            values = np.asarray(value).reshape(-1)
            difference = np.abs(values[:: manifest.every(values.size)] - np.asarray(sample.outputs[name]))
            largest[name] = max(largest[name], float(difference.max()) if np.isfinite(values).all() else np.inf)
    problem = verify.excess(largest, facts.tolerance)
    return [f"{facts.model.file}: {problem}"] if problem else []
