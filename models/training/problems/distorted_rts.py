"""Distorted MNIST, RTS: digits that are rotated, scaled and put somewhere on a larger canvas."""

from models.training.problems.distorted import Distorted


class RTS(Distorted):
    kind = "rts"


PROBLEM = RTS
