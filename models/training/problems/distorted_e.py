"""Distorted MNIST, E: digits that are warped elastically."""

from models.training.problems.distorted import Distorted


class E(Distorted):
    kind = "e"


PROBLEM = E
