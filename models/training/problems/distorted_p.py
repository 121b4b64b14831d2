"""Distorted MNIST, P: digits that are put into perspective."""

from models.training.problems.distorted import Distorted


class P(Distorted):
    kind = "p"


PROBLEM = P
