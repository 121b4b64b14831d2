"""Portraits of people who do not exist, for networks that compare faces: the same person in several pictures.

A picture depends on who it is and on how it was taken; all of it is drawn, and nobody was the model.
"""

from dataclasses import dataclass

import numpy as np

from export.drawings.canvas import SIDE, Canvas, Image, Mask, blob, ellipse, soft, stroke

WIDTH = 210  # pixels of the portrait, which is as high as the canvas: 92 to 112, as the database of ORL has them


@dataclass(frozen=True)
class Person:
    """What stays the same from picture to picture. Lengths are hundredths of the canvas."""

    seed: int
    skin: str
    hair: str
    cut: str  # short, long, bun, curls or bald
    face: tuple[float, float]  # half axes of the head
    eyes: float  # from the middle of the face to an eye
    brows: float  # how heavy
    nose: float  # how long
    mouth: float  # half its width
    beard: float = 0.0  # how dense
    shirt: str = "#4a5568"


@dataclass(frozen=True)
class Shot:
    """How a picture was taken."""

    turn: float = 0.0  # of the head, -1 to the left and 1 to the right
    smile: float = 0.0
    glasses: bool = False
    light: float = 0.0  # from the left (-1) or from the right (1)
    closer: float = 1.0
    wall: str = "#8c949c"
    shift: float = 0.0  # of the head to the right
    gaze: float = 0.0  # where the eyes look
    hat: bool = False


def portrait(person: Person, shot: Shot = Shot()) -> Image:
    """The picture, uint8 (256, 210, 3)."""
    canvas = Canvas(person.seed, f"{shot.wall} {shot.wall}")
    _Sitter(canvas, person, shot).draw()
    left = (SIDE - WIDTH) // 2
    return canvas.finish()[:, left : left + WIDTH]


class _Sitter:
    """A person in front of the camera: `x` and `y` turn places on the face into places on the canvas."""

    def __init__(self, canvas: Canvas, person: Person, shot: Shot) -> None:
        self.canvas, self.person, self.shot = canvas, person, shot
        self.across, self.down = (1.4 * half * shot.closer for half in person.face)

    def x(self, part: float, depth: float = 1.0) -> float:
        """Of the head's half width; what stands out from the face moves when the head turns."""
        return 50 + self.shot.shift + self.across * (part + 0.24 * self.shot.turn * depth)

    def y(self, part: float) -> float:
        return 48 + self.down * part

    def line(self, *points: tuple[float, float], width: float, end: float | None = None, depth: float = 1.0) -> Mask:
        places = " ".join(f"{self.x(x, depth):.2f},{self.y(y):.2f}" for x, y in points)
        return stroke(places, width * self.shot.closer, None if end is None else end * self.shot.closer)

    def disc(self, x: float, y: float, across: float, down: float, turn: float = 0, depth: float = 1.0) -> Mask:
        return ellipse(self.x(x, depth), self.y(y), across * self.across, down * self.across, turn)

    def draw(self) -> None:
        canvas, person = self.canvas, self.person
        self._hair_behind()
        canvas.paint(self.disc(0, 2.05, 1.8, 1.25, depth=0), person.shirt, relief=6, texture=(0.05, 6, 6))
        canvas.paint(self.line((0, 0.6), (0, 1.35), width=0.95 * self.across, depth=0.2), person.skin, relief=3)
        canvas.shade(soft(self.line((-0.4, 1.05), (0.4, 1.05), width=5, depth=0.2), 2), 0.3)
        for side in (-1, 1):
            canvas.paint(self.disc(1.0 * side, 0.02, 0.13, 0.25, depth=-0.1), person.skin, relief=2)
        head = canvas.paint(self._head(), person.skin, relief=9, texture=(0.03, 3, 3))
        self._light(head)
        self._eyes()
        self._nose_and_mouth(head)
        self._hair_before(head)
        if self.shot.glasses:
            self._glasses()
        if self.shot.hat:
            canvas.paint(self.disc(0, -0.62, 1.14, 0.24, depth=0.3), "#30343c #22252b", relief=2)
            canvas.paint(self._cap(-0.66, 1.0), "#3a3f48 #2a2e36", relief=5)

    def _head(self) -> Mask:
        """An egg that stands on its tip; seen from the side it is a little narrower."""
        angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        jaw = 1 - 0.16 * np.clip(-np.cos(angles), 0, 1) ** 2
        points = zip(0.97 * jaw * np.sin(angles), -np.cos(angles), strict=True)
        return blob(" ".join(f"{self.x(x, 0.15):.2f},{self.y(y):.2f}" for x, y in points))

    def _light(self, head: Mask) -> None:
        for side in (-1, 1):
            dark = 0.16 + 0.5 * max(0, -side * self.shot.light)
            self.canvas.shade(soft(self.disc(0.85 * side, 0.1, 0.6, 1.4, depth=0), 7), dark, within=head)
        for side in (-1, 1):
            self.canvas.shade(soft(self.disc(0.55 * side, 0.3, 0.22, 0.16), 3), -0.12, within=head)

    def _eyes(self) -> None:
        canvas, person = self.canvas, self.person
        for side in (-1, 1):
            x = side * person.eyes
            canvas.shade(soft(self.disc(x, -0.1, 0.28, 0.2), 2), 0.24)
            canvas.paint(self.disc(x, -0.06, 0.19, 0.1), "#e8e4dc")
            canvas.paint(self.disc(x + 0.07 * self.shot.gaze, -0.06, 0.088, 0.092), "#3b2a20")
            canvas.paint(self.disc(x + 0.07 * self.shot.gaze - 0.03, -0.08, 0.022, 0.022), "#f4f4f4")
            canvas.paint(self.line((x - 0.2, -0.06), (x, -0.15), (x + 0.2, -0.05), width=0.9), "#2c211b")
            rise = 0.03 * self.shot.smile
            brow = self.line(
                (x - 0.24 * side, -0.3 - rise), (x, -0.36 - rise), (x + 0.27 * side, -0.26 - rise),
                width=person.brows, end=person.brows * 0.5,
            )  # fmt: skip
            canvas.paint(brow, person.hair if person.cut != "bald" else "#5a4a3e")

    def _nose_and_mouth(self, head: Mask) -> None:
        canvas, person, smile = self.canvas, self.person, self.shot.smile
        tip = 0.08 + person.nose
        canvas.shade(soft(self.line((0.05, -0.1), (0.12, tip - 0.05), width=3, depth=1.3), 1.5), 0.28)
        canvas.shade(soft(self.line((-0.05, -0.1), (-0.02, tip - 0.06), width=2.2, depth=1.4), 1.5), -0.25)
        canvas.shade(soft(self.disc(0, tip + 0.03, 0.2, 0.07, depth=1.4), 1.2), 0.32)
        for side in (-1, 1):
            canvas.paint(self.disc(0.09 * side, tip + 0.02, 0.035, 0.025, depth=1.4), "#3a2620")
            fold = self.line((0.2 * side, tip - 0.02), (0.36 * side, 0.45), (0.38 * side, 0.6), width=1.2)
            canvas.shade(soft(fold, 0.8), 0.1 + 0.2 * smile)
        if person.beard:
            chin = soft(self.disc(0, 0.72, 0.72, 0.6, depth=0.6), 3) * (1 - soft(self.disc(0, 0.42, 0.4, 0.12), 2))
            canvas.paint(chin * person.beard * head, person.hair, texture=(0.25, 2, 3))
        corner, middle = 0.5 - 0.05 * smile, 0.52 + 0.06 * smile
        wide = person.mouth * (1 + 0.22 * smile)
        if smile > 0.5:
            points = [(-wide, corner), (0, middle + 0.1), (wide, corner), (0, middle - 0.06)]
            canvas.paint(blob(" ".join(f"{self.x(x):.2f},{self.y(y):.2f}" for x, y in points)), "#f0ece6")
        lips = ((-wide, corner), (0, middle), (wide, corner))
        canvas.paint(self.line(*((x, y + 0.06) for x, y in lips), width=2.4), "#a8635a")
        canvas.paint(self.line(*lips, width=1.1), "#5e2f2b")

    def _hair_behind(self) -> None:
        canvas, person = self.canvas, self.person
        if person.cut == "long":
            canvas.paint(self.disc(0, 0.35, 1.26, 1.75, depth=0), person.hair, relief=5, texture=(0.3, 2, 30))
        elif person.cut == "bun":
            canvas.paint(self.disc(0, -1.2, 0.42, 0.36, depth=-0.2), person.hair, relief=4, texture=(0.25, 4, 4))
        elif person.cut == "curls":
            for turn in np.linspace(-2.2, 2.2, 15):
                curl = self.disc(1.06 * np.sin(turn), -0.98 * np.cos(turn), 0.34, 0.34, depth=0)
                canvas.paint(curl, person.hair, relief=3, texture=(0.3, 2, 2))

    def _cap(self, edge: float, wide: float) -> Mask:
        """The top of the head down to a line across the forehead."""
        points = [(-wide, edge + 0.1), (-0.9 * wide, -0.82), (0, -1.16), (0.9 * wide, -0.82), (wide, edge + 0.1)]
        points += [(0.45, edge - 0.03), (-0.45, edge - 0.03)]
        return blob(" ".join(f"{self.x(x, 0.15):.2f},{self.y(y):.2f}" for x, y in points))

    def _hair_before(self, head: Mask) -> None:
        canvas, person = self.canvas, self.person
        if person.cut == "bald":
            canvas.shade(soft(self.disc(-0.2, -0.72, 0.3, 0.14, depth=0.4), 3), -0.35, within=head)
            return
        edge = {"short": -0.58, "long": -0.5, "bun": -0.54, "curls": -0.55}[person.cut]
        canvas.paint(self._cap(edge, 1.04), person.hair, relief=4, texture=(0.3, 2, 12))
        if person.cut != "curls":
            for side in (-1, 1):
                lock = self.line((0.93 * side, -0.6), (0.98 * side, -0.1), width=4, end=1.5, depth=0.1)
                canvas.paint(lock, person.hair, relief=1)

    def _glasses(self) -> None:
        eyes = self.person.eyes
        for side in (-1, 1):
            outer, inner = (self.disc(side * eyes, -0.05, size, size * 0.84) for size in (0.33, 0.275))
            self.canvas.shade(inner, -0.12)
            self.canvas.paint(np.clip(outer - inner, 0, 1), "#1d1d20")
            self.canvas.paint(self.line((side * (eyes + 0.3), -0.08), (side * 1.02, -0.1), width=1.2), "#1d1d20")
        self.canvas.paint(self.line((-eyes + 0.3, -0.08), (0, -0.12), (eyes - 0.3, -0.08), width=1.3), "#1d1d20")


PEOPLE = {
    "ada": Person(11, "#d9b093", "#3a2a20", "long", (17, 25), 0.4, 1.6, 0.2, 0.3, shirt="#7a3b46"),
    "ben": Person(12, "#c79a7a", "#241c18", "short", (18.5, 25), 0.38, 3.0, 0.24, 0.34, 0.75, "#2f4858"),
    "cleo": Person(13, "#7d5238", "#17120f", "curls", (17.5, 24), 0.42, 2.0, 0.18, 0.38, shirt="#c08a3e"),
    "dan": Person(14, "#e2bfa6", "#8d8d8d", "bald", (19, 26), 0.37, 2.2, 0.27, 0.36, shirt="#3d4a3a"),
    "eva": Person(15, "#e3c2a8", "#b98d4f", "bun", (16, 25), 0.42, 1.3, 0.16, 0.27, shirt="#4d5f8a"),
    "finn": Person(16, "#d4a583", "#6e4326", "short", (17, 26.5), 0.36, 2.0, 0.22, 0.3, shirt="#8a8f98"),
}
