"""ISBI 2012: which pixels of an electron micrograph are the inside of a neuron, which its membrane?"""

from pathlib import Path
from typing import Any

import numpy as np
from skimage.measure import label
from skimage.metrics import adapted_rand_error

from models.data.microscopy import membranes
from models.training import Network
from models.training.problems.cells import Cells, answered

TRAINING = 24  # slices; the last six are for testing


class Membranes(Cells):
    """See the module. A cell is a connected part of the interior; neighbours are the four nearest pixels."""

    pack = "isbi2012_em"
    held_out = 4
    tile, views = 572, 4

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        pictures, interior = membranes(folder)
        count = TRAINING - self.held_out * validate
        self.learn(pictures[:count], [label(each, connectivity=1) for each in interior[:count]])
        test = slice(count, TRAINING if validate else None)
        self.test = pictures[test], interior[test]

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.pictures), "test": len(self.test[0])}

    def measure(self, network: Network) -> dict[str, Any]:
        """Pixel error: the share of pixels of the wrong class. Rand error: 1 - F-score of pairs of pixels in one cell.

        For the second, pixels on true membranes are left out, and the membrane that was answered counts as one more
        cell. Both are means over the slices.
        """
        answers = [answered(network, pixels) for pixels in self.test[0]]
        pairs = list(zip(self.test[1], answers, strict=True))
        rand = [adapted_rand_error(label(true, connectivity=1), label(found, connectivity=1)) for true, found in pairs]
        return {
            "test_pixel_error": round(float(np.mean([true != found for true, found in pairs])), 6),
            "test_rand_error": round(float(np.mean([error for error, _, _ in rand])), 6),
            "test_count": len(pairs),
            "threshold": round(network.threshold.item(), 2),
        }


PROBLEM = Membranes
