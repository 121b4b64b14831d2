"""VOC 2007: where are the things on a photograph, and of which of twenty kinds?"""

from pathlib import Path

from models.data.detection import Detection, voc2007
from models.training.problems.detection import Detect


class Things(Detect):
    """See the module."""

    pack = "voc2007"
    flips, zoom, stretch, light = 1, (0.7, 1.7), 1.4, 0.3

    @staticmethod
    def read(folder: Path | None) -> Detection:
        return voc2007(folder)


PROBLEM = Things
