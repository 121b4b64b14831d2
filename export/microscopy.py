"""Cases on which what the browser does with micrographs is held to what Python does, as JSON.

Tiles, contrast, counting and drawing are each written twice: in `models/tiling.py`, `models/data/microscopy.py` and
`export/drawings/`, and in `docs/assets/demo/tiling.js` and `docs/assets/demo/microscopy.js`. `python -m
export.microscopy tests/fixtures/segment.json` writes the cases.
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from skimage.measure import label

from export.drawings.microscopy import DRAWINGS
from models.data.microscopy import counted, stretched
from models.tiling import Plan, tiles, window

SMALLEST, BORDER, PITCH = 204, 92, 16  # of the tiles that U-Net takes


def fixtures() -> str:
    """Cases for the tests of both languages."""
    random = np.random.default_rng(12)
    contrasts = [
        random.integers(20, 70, (9, 14)),
        random.normal(200, 15, (12, 8)).clip(0, 255),
        np.full((4, 5), 90),
        np.where(random.random((10, 10)) < 0.3, 250, 4),
    ]
    pictures = [random.integers(0, 256, shape) for shape in ((5, 7), (40, 21), (1, 3))]
    masks = [random.random((17, 23)) < share for share in (0.3, 0.5, 0.62, 0.9)]
    rgb = random.integers(0, 256, (6, 9, 3)).astype(np.uint8)
    cases: dict[str, Any] = {
        "grey": [{"input": rgb.tolist(), "expected": np.asarray(Image.fromarray(rgb).convert("L")).tolist()}],
        "stretched": [
            {"input": grey.tolist(), "expected": stretched(grey).tolist()}
            for grey in (np.asarray(each, np.uint8) for each in contrasts)
        ],
        "tiles": [
            {"height": height, "width": width, "tile": tile, "expected": [list(t) for t in tiles(height, width, plan)]}
            for height, width, tile in ((256, 256, 332), (144, 191, 332), (1, 1, 204), (390, 130, 252), (512, 512, 572))
            for plan in (Plan(tile, BORDER, PITCH),)
        ],
        "window": [_window(np.asarray(each, np.uint8)) for each in pictures],
        "parts": [
            {"mask": mask.astype(int).tolist(), "expected": counted(label(mask, connectivity=1))} for mask in masks
        ],
        "drawings": [_drawing(name, seed) for name in DRAWINGS for seed in (1, 90)],
    }
    return json.dumps(cases, separators=(",", ":")) + "\n"


def _window(pixels: np.ndarray) -> dict[str, Any]:
    """The last tile of a picture: its border and, of its values, every 97th."""
    height, width = pixels.shape
    plan = Plan(SMALLEST, BORDER, PITCH)
    *_, last = tiles(height, width, plan)
    values = window(torch.from_numpy(pixels)[..., None], last, plan).numpy().ravel()[::97]
    return {"input": pixels.tolist(), "tile": SMALLEST, "expected": values.tolist()}


def _drawing(name: str, seed: int) -> dict[str, Any]:
    """A small drawing; where its objects are as the places at which rows of pixels go over from one to the other."""
    height, width = 36, 44
    pixels, objects = DRAWINGS[name](seed, height, width)
    changes = np.flatnonzero(np.diff((objects > 0).ravel(), prepend=False))
    return {
        "name": name,
        "seed": seed,
        "height": height,
        "width": width,
        "pixels": pixels.ravel().tolist(),
        "changes": changes.tolist(),
        "count": counted(objects),
    }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m export.microscopy tests/fixtures/segment.json")
    Path(sys.argv[1]).write_text(fixtures(), encoding="utf-8")
