"""Omniglot: do two drawings show the same character?"""

from pathlib import Path

import torch
from torch import Tensor

from models.data.omniglot import omniglot
from models.training.problems.verification import Pairs, Verification, draw

HELD = 3  # alphabets that set the threshold, and as many to compare recipes on
PAIRS = 10_000  # measured on


class Omniglot(Verification):
    """See the module. Measured on the evaluation set: other alphabets, drawn by other people.

    Impostors are two different characters, of any alphabets.
    """

    pack = "omniglot"
    epoch = 40_000
    mirrored = False
    turned = True
    bend = 0.03  # hands differ by more than a turn and a shift

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        background, evaluation = omniglot(folder)
        images, alphabet = map(torch.from_numpy, background)
        count = 1 + int(alphabet.max())
        self.held = images[alphabet >= count - HELD]
        self.test = torch.from_numpy(evaluation.images)
        if validate:
            self.test = images[(alphabet >= count - 2 * HELD) & (alphabet < count - HELD)]
        self.train = images[alphabet < count - HELD * (1 + validate)]

    def pairs(self, images: Tensor) -> Pairs:
        return draw(images, torch.arange(PAIRS) % 2 == 1, torch.Generator().manual_seed(0))


PROBLEM = Omniglot
