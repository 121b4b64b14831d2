"""Distorted MNIST, R: digits that are rotated."""

from models.training.problems.distorted import Distorted


class R(Distorted):
    kind = "r"


PROBLEM = R
