"""BCCD: where are the cells on a blood smear, and of which kind?"""

from pathlib import Path

from models.data.detection import Detection, bccd
from models.training.problems.detection import Detect


class Cells(Detect):
    """See the module. A smear has no above or below, and all were taken at one magnification."""

    pack = "bccd"
    flips, zoom, stretch, light = 2, (0.85, 1.25), 1.15, 0.15

    @staticmethod
    def read(folder: Path | None) -> Detection:
        return bccd(folder)


PROBLEM = Cells
