"""Blood smears as a microscope shows them: red cells, white cells and platelets, drawn with known truth.

What is stained takes light away (Beer and Lambert), so that cells which overlap are darker where they do. Sizes and
colours are near those of the pack bccd; lengths are in pixels.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from skimage.filters import gaussian

Floats = NDArray[np.float64]

HEIGHT, WIDTH = 240, 320
LIGHT = (203.0, 205.0, 201.0)  # of the lamp through plain glass: red, green, blue
RED, WHITE, PLATELET = 1, 2, 3  # the pack's labels
HAEMOGLOBIN, PLASMA, NUCLEUS, GRANULES = (0.07, 0.33, 0.34), (0.12, 0.2, 0.03), (0.8, 1.0, 0.12), (0.5, 0.72, 0.1)
VISIBLE = 0.4  # of a cell's box must be in the picture, else it is not counted


@dataclass(frozen=True)
class Smear:
    """What is to be seen; the same seed gives the same picture."""

    seed: int
    red: int
    white: int
    platelets: int
    apart: float = 1.05  # least distance of two cells' middles, as a fraction of their radii's sum
    blur: float = 0.7  # standard deviation of what is out of focus


class Drawing(NamedTuple):
    """Pixels uint8 (240, 320, 3); boxes (n, 4): left, upper, right, lower edge; labels (n,)."""

    pixels: NDArray[np.uint8]
    boxes: Floats
    labels: NDArray[np.int64]


class Outline:
    """A round shape: 0 in its middle, 1 at its edge."""

    def __init__(self, random: np.random.Generator, x: float, y: float, radius: float, rough: float) -> None:
        self.x, self.y, self.radius = x, y, radius
        self.squeeze, self.turn = random.uniform(0.82, 1.0), random.uniform(0, np.pi)
        self.waves = [(n, rough * random.normal() / n, random.uniform(0, 2 * np.pi)) for n in (2, 3, 4, 5)]

    def distance(self, x: Floats, y: Floats) -> Floats:
        """How far out points are, as a fraction of the way to the edge."""
        sine, cosine = np.sin(self.turn), np.cos(self.turn)
        across = cosine * (x - self.x) + sine * (y - self.y)
        down = (cosine * (y - self.y) - sine * (x - self.x)) / self.squeeze
        angle = np.arctan2(down, across)
        edge = 1 + sum(height * np.cos(n * angle + phase) for n, height, phase in self.waves)
        return np.hypot(across, down) / (self.radius * edge)

    def mask(self, distance: Floats) -> Floats:
        """1 inside, 0 outside, and a pixel or two between."""
        return np.clip((1 - distance) * self.radius / 1.6 + 0.5, 0, 1)


def draw(smear: Smear) -> Drawing:
    """The smear, with the box around each cell that can be seen."""
    random = np.random.default_rng(smear.seed)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH] + 0.5
    absorbed, cells = np.zeros((HEIGHT, WIDTH, 3)), place(smear, random)
    boxes, labels = [], []
    for label, outline in cells:
        distance = outline.distance(x, y)
        absorbed += _cell(label, outline, distance, random, x, y)
        rows, columns = np.nonzero(outline.mask(distance) > 0.5)
        whole = 4 * outline.radius**2 * outline.squeeze
        box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) if len(rows) else (0, 0, 0, 0)
        if (box[2] - box[0]) * (box[3] - box[1]) >= VISIBLE * whole:
            boxes.append(box)
            labels.append(label)
    shade = 1 + 0.04 * (x / WIDTH - 0.5) - 0.05 * (y / HEIGHT - 0.5)  # the lamp is not quite in the middle
    seen = gaussian(LIGHT * np.exp(-absorbed) * shade[..., None], smear.blur, channel_axis=-1)
    seen += random.normal(0, 1.6, (HEIGHT, WIDTH, 1)) + random.normal(0, 0.8, (HEIGHT, WIDTH, 3))
    pixels = np.clip(np.floor(seen + 0.5), 0, 255).astype(np.uint8)
    return Drawing(pixels, np.array(boxes, float).reshape(-1, 4), np.array(labels, np.int64))


def place(smear: Smear, random: np.random.Generator) -> list[tuple[int, Outline]]:
    """Where the cells lie: at random, but no two nearer to each other than they may; the larger ones first."""
    wanted = [(WHITE, (38.0, 46.0), 0.04)] * smear.white + [(RED, (21.0, 29.0), 0.03)] * smear.red
    wanted += [(PLATELET, (7.0, 10.0), 0.12)] * smear.platelets
    found: list[tuple[int, Outline]] = []
    for label, radii, rough in wanted:
        for _ in range(400):  # then there is no room for more
            radius = random.uniform(*radii)
            margin = -0.3 * radius if label == RED else radius
            x, y = random.uniform(margin, WIDTH - margin), random.uniform(margin, HEIGHT - margin)
            near = smear.apart if label == RED else 1.05
            if all(np.hypot(x - o.x, y - o.y) >= near * (radius + o.radius) for _, o in found):
                found.append((label, Outline(random, x, y, radius, rough)))
                break
    return found


def _cell(label: int, outline: Outline, distance: Floats, random: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """The light that a cell takes away (240, 320, 3)."""
    mask = outline.mask(distance)
    if label == RED:  # thinner in its middle
        pale = random.uniform(0.25, 0.7) * np.exp(-((distance / random.uniform(0.4, 0.6)) ** 4))
        rim = 0.18 * np.exp(-(((distance - 0.9) / 0.09) ** 2))
        return (mask * (random.uniform(0.85, 1.1) * (1 - pale) + rim))[..., None] * HAEMOGLOBIN
    grain = 1 + 0.5 * gaussian(random.normal(0, 3, (HEIGHT, WIDTH)), 1.4)
    if label == PLATELET:
        return (mask * np.clip(grain, 0.3, 2) * np.exp(-(distance**4) / 2))[..., None] * GRANULES
    around, lobes = random.uniform(0, 2 * np.pi), int(random.integers(1, 4))
    nucleus = np.zeros_like(x)
    for lobe in range(lobes):
        angle, out = around + 2.2 * lobe, 0.0 if lobes == 1 else 0.38 * outline.radius
        radius = outline.radius * (0.66 if lobes == 1 else random.uniform(0.36, 0.46))
        part = Outline(random, outline.x + out * np.cos(angle), outline.y + out * np.sin(angle), radius, 0.06)
        nucleus = np.maximum(nucleus, part.mask(part.distance(x, y)))
    body = mask * (1 - nucleus) * np.clip(grain, 0.4, 2.2)
    return body[..., None] * PLASMA + (nucleus * np.clip(0.75 + 0.25 * grain, 0.6, 1.3))[..., None] * NUCLEUS
