"""What a network that compares pictures is shown: pairs, easy and hard, and a gallery in which to look for the first.

Characters are drawn in code or come from the evaluation set of Omniglot, if its pack is found. Faces are drawn, or
those of a public figure in a picture of the public domain; no other person's face is shown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.filters import gaussian

from export.drawings import characters as pen
from export.drawings.characters import CHARACTERS, Hand
from export.drawings.faces import PEOPLE, Shot, portrait
from export.pictures import COLLINS
from export.pixels import fit, place_ink, rasterise
from models import data
from models.data.omniglot import SIDE, omniglot
from models.data.orl import HEIGHT, WIDTH
from papers.schema import Text

Pixels = NDArray[np.uint8]
DRAWN = "drawn for this site, CC BY 4.0"
THUMBNAIL = 112  # pixels, the height of a picture on the page


@dataclass(frozen=True)
class View:
    """One picture: what the network is given, and what the page shows."""

    title: Text
    pixels: Pixels  # (1, H, W, C): ink of one channel, or RGB
    picture: Pixels  # (112, W) or (112, W, 3)
    source: str
    licence: str
    extra: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # strokes that can be drawn on


@dataclass(frozen=True)
class Pair:
    """Two pictures, and whether both show the same; None where opinions may differ."""

    id: str
    title: Text
    same: bool | None
    first: View
    second: View


@cache
def written(hand: Hand, name: str) -> View:
    """A character by a hand."""
    strokes = hand.write(CHARACTERS[name])
    return View(
        CHARACTERS[name].title,
        place_ink(rasterise(strokes, hand.pen), SIDE).reshape(1, SIDE, SIDE, 1),
        255 - rasterise(strokes, hand.pen, THUMBNAIL),
        "drawn",
        DRAWN,
        MappingProxyType({"strokes": strokes, "width": hand.pen}),
    )


def characters() -> Iterator[Pair]:
    """Pairs of drawn characters, then those of Omniglot."""

    def pair(id: str, en: str, zh: str, same: bool | None, first: tuple[Hand, str], second: tuple[Hand, str]) -> Pair:
        return Pair(id, Text(en=en, zh=zh), same, written(*first), written(*second))

    one, two, three = pen.UPRIGHT, pen.SLANTED, pen.ROUND
    yield pair("psi-psi", "Ψ, two hands", "Ψ，两个人写的", True, (three, "psi"), (two, "psi"))
    yield pair("a-omega", "A and Ω", "A 与 Ω", False, (three, "a"), (one, "omega"))
    yield pair("zhe-zhe", "Ж, two hands", "Ж，两个人写的", True, (one, "zhe"), (three, "zhe"))
    yield pair(
        "snail-snail", "An invented sign, two hands", "自创符号，两个人写的", True, (three, "snail"), (one, "snail")
    )
    yield pair("e-f", "E and F", "E 与 F", False, (one, "e"), (three, "f"))
    yield pair("o-q", "O and Q", "O 与 Q", False, (one, "o"), (three, "q"))
    yield pair("psi-phi", "Ψ and Ф", "Ψ 与 Ф", False, (three, "psi"), (one, "phi"))
    yield pair("r-mirrored", "R and its mirror image", "R 与它的镜像", None, (one, "r"), (pen.MIRRORED, "r"))
    yield pair(
        "flag-mirrored", "A sign and its mirror image", "符号与它的镜像", None, (one, "flag"), (pen.MIRRORED, "flag")
    )
    yield pair(
        "lambda-turned", "λ and λ turned by 90°", "λ 与旋转 90° 的 λ", None, (one, "lambda"), (pen.TURNED, "lambda")
    )
    yield pair("m-overturned", "M upside down is W", "M 倒过来是 W", None, (one, "m"), (pen.OVERTURNED, "m"))
    yield pair("a-pens", "A, thin pen and thick", "A，细笔与粗笔", True, (pen.THIN, "a"), (pen.THICK, "a"))
    yield pair("omega-small", "Ω, large and small", "Ω，大与小", True, (one, "omega"), (pen.SMALL, "omega"))
    yield pair("comet-gate", "Two invented signs", "两个自创符号", False, (one, "comet"), (three, "gate"))
    yield pair("itself", "The same drawing twice", "同一幅字迹用两次", True, (one, "comet"), (one, "comet"))
    yield from _omniglot()


def _omniglot() -> Iterator[Pair]:
    """By two of the twenty people who drew the evaluation set, each character once; none if there is no pack."""
    try:
        _, evaluation = omniglot()
    except data.PackNotFound:
        return

    def view(character: int, drawer: int) -> View:
        ink = evaluation.images[character, drawer - 1][None]  # (1, 105, 105, 1)
        title = Text(en=f"Omniglot, character {character}", zh=f"Omniglot，第 {character} 个字符")
        picture = fit(np.repeat(255 - ink[0], 3, axis=2), THUMBNAIL)[..., 0]
        return View(title, ink, picture, "omniglot", "MIT, Brenden Lake")

    for first, second in ((40, 40), (215, 215), (40, 47), (215, 218)):
        en, zh = f"character {first}", f"第 {first} 个字符"
        if second != first:
            en, zh = f"characters {first} and {second}", f"第 {first} 与第 {second} 个字符"
        title = Text(en=f"Omniglot, {en}, two hands", zh=f"Omniglot，{zh}，两个人写的")
        yield Pair(f"omniglot-{first}-{second}", title, first == second, view(first, 3), view(second, 11))


PLAIN = Shot()
SMILING = Shot(smile=1, turn=0.3)
GLASSES = Shot(glasses=True, turn=-0.3)
LIT = Shot(light=0.9, turn=0.2)
HAT = Shot(hat=True, closer=1.05)
TURNED = Shot(turn=-0.6, gaze=-0.5)
OTHERS = ((1, TURNED), (2, Shot(smile=0.4, turn=0.4, closer=0.94, shift=2)))


def _face(title: Text, whole: Pixels, source: str = "drawn", licence: str = DRAWN) -> View:
    """The middle of a picture as the database of ORL would have it."""
    return View(
        title, fit(whole, HEIGHT, WIDTH)[None], fit(whole, THUMBNAIL, THUMBNAIL * WIDTH // HEIGHT), source, licence
    )


@cache
def drawn(name: str, shot: Shot = PLAIN) -> View:
    """A person who does not exist."""
    return _face(Text(en=f"{name.title()}, drawn", zh=f"{name.title()}（画的）"), portrait(PEOPLE[name], shot))


@cache
def collins(left: int = 140, top: int = 5, height: int = 200, change: str = "") -> View:
    """Eileen Collins in a piece of NASA's picture, which is then changed, or not."""
    wide = height * WIDTH // HEIGHT
    piece = COLLINS.make()[top : top + height, left : left + wide]
    if change == "mirrored":
        piece = piece[:, ::-1]
    elif change == "darker":
        piece = (0.45 * piece).astype(np.uint8)
    elif change == "blurred":
        piece = np.floor(gaussian(piece, 4, channel_axis=2, preserve_range=True) + 0.5).astype(np.uint8)
    return _face(COLLINS.title, piece, COLLINS.source, COLLINS.licence)


def people() -> Iterator[Pair]:
    """Pairs of faces."""

    def pair(id: str, en: str, zh: str, same: bool, first: View, second: View) -> Pair:
        return Pair(id, Text(en=en, zh=zh), same, first, second)

    one = "Eileen Collins", "艾琳·柯林斯"
    yield pair("collins-moved", f"{one[0]}, moved", f"{one[1]}，移动取景", True, collins(), collins(132, 0, 208))
    yield pair(
        "ada-smiling",
        "Drawn: Ada, serious and smiling",
        "画的：Ada，严肃与微笑",
        True,
        drawn("ada"),
        drawn("ada", SMILING),
    )
    yield pair("ada-ben", "Drawn: Ada and Ben", "画的：Ada 与 Ben", False, drawn("ada"), drawn("ben"))
    yield pair(
        "collins-ada", f"{one[0]} and Ada, who is drawn", f"{one[1]}与画出来的 Ada", False, collins(), drawn("ada")
    )
    yield pair(
        "collins-mirrored", f"{one[0]}, mirrored", f"{one[1]}，左右翻转", True, collins(), collins(change="mirrored")
    )
    yield pair("collins-closer", f"{one[0]}, closer", f"{one[1]}，靠近", True, collins(), collins(154, 22, 166))
    yield pair("collins-darker", f"{one[0]}, darker", f"{one[1]}，变暗", True, collins(), collins(change="darker"))
    yield pair("collins-blurred", f"{one[0]}, blurred", f"{one[1]}，模糊", True, collins(), collins(change="blurred"))
    yield pair(
        "ben-glasses",
        "Drawn: Ben without and with glasses",
        "画的：Ben，不戴与戴眼镜",
        True,
        drawn("ben"),
        drawn("ben", GLASSES),
    )
    yield pair(
        "cleo-light",
        "Drawn: Cleo, light from one side",
        "画的：Cleo，一侧打光",
        True,
        drawn("cleo"),
        drawn("cleo", LIT),
    )
    yield pair(
        "dan-hat", "Drawn: Dan without and with a hat", "画的：Dan，不戴与戴帽子", True, drawn("dan"), drawn("dan", HAT)
    )
    yield pair("ben-finn", "Drawn: Ben and Finn, alike", "画的：Ben 与 Finn，相像", False, drawn("ben"), drawn("finn"))
    yield pair(
        "two-hats",
        "Drawn: Dan and Finn, the same hat",
        "画的：Dan 与 Finn，同一顶帽子",
        False,
        drawn("dan", HAT),
        drawn("finn", HAT),
    )
    yield pair("ada-eva", "Drawn: Ada and Eva", "画的：Ada 与 Eva", False, drawn("ada"), drawn("eva"))


@dataclass(frozen=True)
class Collection:
    """What there is for one kind of picture."""

    pairs: tuple[Pair, ...]
    gallery: Mapping[str, View]  # by the name of its file


@cache
def collection(shows: str) -> Collection:
    """For networks that compare "characters" or "faces"."""
    if shows == "characters":
        names = ("a", "e", "r", "m", "q", "psi", "zhe", "omega", "lambda", "comet", "snail", "flag")
        return Collection(tuple(characters()), {name: written(pen.SLANTED, name) for name in names})
    gallery = {f"{name}-{i}": drawn(name, shot) for name in ("ada", "ben", "cleo", "dan", "finn") for i, shot in OTHERS}
    return Collection(tuple(people()), {"collins": collins(146, 8, 188), "eva": drawn("eva", TURNED), **gallery})
