"""Handwriting for demos of networks that compare characters: letters and invented signs, as different hands write them.

A character is a list of strokes "x,y x,y ..." in a box of side 1, y down; a stroke that begins with "~" is a smooth
curve through its points. A hand turns them into polylines on a square pad, as its owner would have drawn them: the same
hand writes the same character in the same way at every call.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from export.drawings.canvas import parse, smooth
from papers.schema import Text

Points = NDArray[np.float64]  # (count, 2)
Strokes = list[list[list[float]]]  # polylines [x, y] in 0..1 of the pad

PEN = 5 / 105  # of the pad's side: the pen of Omniglot's drawings, most of whose lines are five pixels wide
SIZE = 0.64  # of the pad's side: about the median of the larger side of Omniglot's drawings
SPACING = 0.03  # between two points of a polyline, as fractions of the pad's side


@dataclass(frozen=True)
class Character:
    """Its name and its strokes."""

    id: str
    title: Text
    strokes: tuple[str, ...]


def _letter(id: str, sign: str, *strokes: str) -> Character:
    return Character(id, Text(en=sign, zh=sign), strokes)


def _invented(id: str, en: str, zh: str, *strokes: str) -> Character:
    return Character(id, Text(en=en, zh=zh), strokes)


CHARACTERS = {
    each.id: each
    for each in (
        _letter("a", "A", "0.1,1 0.5,0 0.9,1", "0.26,0.62 0.75,0.62"),
        _letter("e", "E", "0.85,0 0.15,0 0.15,1 0.88,1", "0.15,0.5 0.68,0.5"),
        _letter("f", "F", "0.85,0 0.15,0 0.15,1", "0.15,0.48 0.66,0.48"),
        _letter(
            "r", "R", "0.15,0 0.15,1", "~0.15,0.01 0.55,0 0.8,0.14 0.76,0.36 0.5,0.5 0.15,0.51", "0.42,0.51 0.88,1"
        ),
        _letter("m", "M", "0.05,1 0.18,0 0.5,0.72 0.82,0 0.95,1"),
        _letter("o", "O", "~0.5,0 0.16,0.14 0.06,0.5 0.18,0.88 0.52,1 0.86,0.86 0.95,0.5 0.84,0.14 0.52,0"),
        _letter(
            "q", "Q", "~0.5,0 0.16,0.14 0.06,0.5 0.18,0.86 0.52,0.96 0.86,0.82 0.95,0.48 0.84,0.14 0.52,0",
            "0.6,0.68 0.98,1",
        ),
        _letter("psi", "Ψ", "~0.06,0.08 0.1,0.42 0.32,0.62 0.68,0.62 0.9,0.42 0.95,0.08", "0.5,0 0.5,1"),
        _letter(
            "phi", "Ф", "0.5,0 0.5,1",
            "~0.5,0.2 0.16,0.28 0.04,0.5 0.18,0.72 0.5,0.78 0.82,0.72 0.96,0.5 0.84,0.28 0.5,0.2"
        ),
        _letter("zhe", "Ж", "0.5,0 0.5,1", "0.08,0 0.47,0.5 0.04,1", "0.92,0 0.53,0.5 0.96,1"),
        _letter(
            "omega", "Ω", "0.04,0.97 0.34,0.97",
            "~0.34,0.97 0.14,0.72 0.05,0.4 0.2,0.1 0.5,0 0.8,0.1 0.95,0.4 0.86,0.72 0.66,0.97", "0.66,0.97 0.96,0.97",
        ),
        _letter("lambda", "λ", "~0.08,0.02 0.26,0 0.4,0.2 0.58,0.62 0.74,0.92 0.94,0.98", "0.47,0.36 0.08,1"),
        _invented(
            "comet", "an invented sign, “comet”", "自创符号“彗星”",
            "~0.4,0 0.12,0.08 0.04,0.28 0.16,0.46 0.4,0.5 0.6,0.36 0.6,0.14 0.4,0",
            "~0.55,0.42 0.72,0.62 0.76,0.84 0.95,1", "0.5,0.86 0.9,0.6",
        ),
        _invented(
            "gate", "an invented sign, “gate”", "自创符号“城门”",
            "0.08,1 0.08,0.14 0.92,0.14 0.92,1", "~0.5,0.14 0.5,0.5 0.36,0.68 0.5,0.8 0.64,0.68 0.5,0.52",
            "0.3,0 0.72,0",
        ),
        _invented(
            "snail", "an invented sign, “snail”", "自创符号“蜗牛”",
            "~0.52,0.42 0.62,0.5 0.52,0.62 0.34,0.54 0.36,0.28 0.6,0.18 0.86,0.34 0.86,0.7 0.6,0.92 0.05,0.96",
            "0.05,0.96 0.05,0.62",
        ),
        _invented(
            "flag", "an invented sign, “flag”", "自创符号“旗子”",
            "0.12,0 0.12,1", "0.12,0.04 0.9,0.26 0.12,0.5", "~0.3,0.92 0.5,0.74 0.7,0.92 0.92,0.76",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """How somebody writes."""

    seed: int
    slant: float = 0.0  # how far the top leans to the right of the bottom, as a fraction of the height
    across: float = 1.0  # how wide, and how tall, the characters are
    down: float = 1.0
    careless: float = 0.02  # by how much the points of a stroke miss their places
    turn: float = 0.0  # degrees clockwise
    mirrored: bool = False
    pen: float = PEN

    def write(self, character: Character) -> Strokes:
        """The character on a pad, in its middle."""
        random = np.random.default_rng([self.seed, *character.id.encode()])
        strokes = []
        for stroke in character.strokes:
            points = parse(stroke.removeprefix("~"))
            points += random.normal(0, self.careless, points.shape) + random.normal(0, self.careless / 2, 2)
            strokes.append(_walk(points, curved=stroke.startswith("~")))
        return [np.round(self._place(points), 3).tolist() for points in strokes]

    def _place(self, points: Points) -> Points:
        x, y = (points - 0.5).T
        x = self.across * (x - self.slant * y) * (-1 if self.mirrored else 1)
        y = self.down * y
        sine, cosine = np.sin(np.radians(self.turn)), np.cos(np.radians(self.turn))
        return np.clip(0.5 + SIZE * np.stack([cosine * x - sine * y, sine * x + cosine * y], 1), 0.02, 0.98)


# Three hands, and what else may be done with a pen.
UPRIGHT = Hand(1)
SLANTED = Hand(2, slant=0.22, across=0.86, down=1.06, careless=0.03)
ROUND = Hand(3, slant=-0.08, across=1.14, down=0.92, careless=0.035)
MIRRORED = replace(ROUND, mirrored=True)
TURNED = replace(ROUND, turn=90.0)
OVERTURNED = replace(ROUND, turn=180.0)
SMALL = replace(ROUND, across=0.6, down=0.6)
THIN = replace(ROUND, pen=2.5 / 105)
THICK = replace(ROUND, pen=10 / 105)


def _walk(corners: Points, curved: bool) -> Points:
    """Points at even distances along a smooth curve through the corners, or along the lines between them."""
    pieces = [smooth(corners, closed=False)] if curved else [*np.stack([corners[:-1], corners[1:]], 1)]
    return np.concatenate([corners[:1], *map(_steps, pieces)])


def _steps(line: Points) -> Points:
    """Even steps along a line, without its start."""
    passed = np.concatenate([[0], np.hypot(*np.diff(line, axis=0).T).cumsum()])
    steps = max(1, round(passed[-1] * SIZE / SPACING))
    there = passed[-1] * np.arange(1, steps + 1) / steps
    return np.stack([np.interp(there, passed, axis) for axis in line.T], 1)
