"""ORL faces: do two pictures show the same person?"""

from pathlib import Path

import torch
from torch import Tensor

from models.data.orl import orl_faces
from models.training.problems.verification import Pairs, Verification, every

FOLD = 5  # people; the last five are the paper's test set (Section 3.1)


class ORL(Verification):
    """See the module. Measured on all pairs of the people numbered 36 to 40; 31 to 35 set the threshold."""

    pack = "orl_faces"
    fence = 0.01  # two of the 225 genuine pairs
    epoch = 5_000  # as many as the paper found enough for this set (Section 4.1)
    mirrored = True

    def __init__(self, folder: Path | None = None, validate: bool = False) -> None:
        people = torch.from_numpy(orl_faces(folder))
        *train, held, test = people.split(FOLD)
        if validate:
            *train, test = train
        self.train, self.held, self.test = torch.cat(train), held, test

    def pairs(self, images: Tensor) -> Pairs:
        return every(images)


PROBLEM = ORL
