"""Data Science Bowl 2018: which pixels of a micrograph are nuclei, and how many are there?"""

from pathlib import Path
from typing import Any

import numpy as np
from skimage.measure import label

from models.data.microscopy import counted, nuclei
from models.training import Network
from models.training.problems.cells import STEPS, Cells, answered, objectness


class NucleiProblem(Cells):
    """See the module."""

    pack = "dsb2018"
    tile, views, zoom, gamma = 332, 1, 2.0, 0.7  # other microscopes show nuclei larger and smaller, and dimmer
    # Nuclei are about ten pixels wide here, and the gaps between them one or two: the paper's weights, made for larger
    # cells, would reach from one gap to the next.
    w0, sigma = 1.0, 1.5

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        train, self.held = nuclei("train", folder), nuclei("val", folder)
        self.learn([each.pixels for each in train], [each.objects for each in train])
        self.test = self.held if validate else nuclei("test", folder)

    @property
    def counts(self) -> dict[str, int]:
        return {"train": len(self.pictures), "test": len(self.test)}

    def end(self, network: Network) -> None:
        """The threshold, in hundredths, of the best Dice on pictures that were not learned from."""
        scores = np.zeros(STEPS - 1)
        for pixels, objects in self.held:
            probability = objectness(network, pixels).numpy()
            scores += [dice(probability > step / STEPS, objects > 0) for step in range(1, STEPS)]
        network.threshold.fill_((int(scores.argmax()) + 1) / STEPS)

    def measure(self, network: Network) -> dict[str, Any]:
        """Dice: twice the pixels that are nucleus in truth and answer, over the sum of both counts.

        Count error: how far the number of connected parts of the answer is from the number of nuclei, as a fraction of
        the latter. Both are means over the pictures.
        """
        overlap, count = [], []
        for pixels, objects in self.test:
            found = answered(network, pixels)
            overlap.append(dice(found, objects > 0))
            number = counted(objects)
            count.append(abs(counted(label(found, connectivity=1)) - number) / max(number, 1))
        return {
            "test_dice": round(float(np.mean(overlap)), 6),
            "test_count_error": round(float(np.mean(count)), 6),
            "test_count": len(self.test),
            "threshold": round(network.threshold.item(), 2),
        }


def dice(found: np.ndarray, true: np.ndarray) -> float:
    """Of two masks; 0 if both are empty."""
    return float(2 * (found & true).sum() / max(found.sum() + true.sum(), 1))


PROBLEM = NucleiProblem
