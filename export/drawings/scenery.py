"""What drawings stand before, on or in."""

import numpy as np

from export.drawings.canvas import SIDE, Canvas, box, ellipse, leaf, polygon, soft


def clouds(canvas: Canvas, top: float, bottom: float, amount: float) -> None:
    """White where noise is high, between two heights."""
    puffs = np.clip(2 * canvas.noise(45, 14) + amount, 0, 1)
    canvas.shade(soft(box(-20, top, 120, bottom), 8), -0.75, puffs)


def trees(canvas: Canvas, horizon: float, height: float, colour: str) -> None:
    """A row of trees behind the horizon, out of focus."""
    tops = horizon - height * (1 + 0.5 * canvas.noise(22, 200)[0])
    rows = np.arange(SIDE)[:, None] * 100 / SIDE
    row = soft(((rows > tops) & (rows < horizon + 1)).astype(float), 0.8)
    canvas.paint(row, colour, texture=(0.5, 7, 7))
    canvas.shade(soft(box(-10, horizon - 5, 110, horizon + 1), 2), 0.35, row)


def grass(canvas: Canvas, horizon: float) -> None:
    """A meadow, with blades that are finer in the distance."""
    canvas.paint(box(-1, horizon, 101, 101), "#8aa350 #56752f", texture=(0.14, 9, 3))
    blades, down = canvas.noise(1.6, 5), np.clip((np.arange(SIDE) * 100 / SIDE - horizon) / 40, 0, 1)[:, None]
    canvas.shade(np.clip(blades, 0, 1) * down, 0.55)
    canvas.shade(np.clip(-blades, 0, 1) * down, -0.2)


def road(canvas: Canvas, top: float) -> None:
    """Asphalt with a kerb at its far edge and a line along it."""
    canvas.paint(box(-1, top, 101, 101), "#8d8f92 #64666a", texture=(0.07, 2, 1))
    canvas.paint(box(-1, top - 1.6, 101, top), "#c0bdb4", texture=(0.1, 6, 2))
    for left in (-4, 30, 64):
        canvas.paint(polygon(f"{left},91 {left + 20},91 {left + 18},93.5 {left - 3},93.5"), "#d9d7cd")


def sea(canvas: Canvas, horizon: float) -> None:
    """Waves, longer and higher towards the front."""
    canvas.paint(box(-1, horizon, 101, 101), "#7f9fb4 #2f566f", texture=(0.15, 14, 1.6))
    crests = np.clip(canvas.noise(9, 2) - 0.35, 0, 1)
    canvas.shade(soft(box(-10, horizon + 6, 110, 110), 5), -0.6, crests)


def foliage(canvas: Canvas, x: float, y: float, length: float, turn: float, colours: str) -> None:
    """One leaf with its midrib, which throws a shadow."""
    canvas.shade(soft(leaf(x + 1, y + 1.5, length, 0.42 * length, turn), 1), 0.4)
    blade = canvas.paint(leaf(x, y, length, 0.4 * length, turn), colours, 1, (0.2, 4, 4))
    canvas.shade(soft(leaf(x, y, length, 0.05 * length, turn), 0.2), 0.4, blade)


def ground_shadow(canvas: Canvas, x: float, y: float, across: float, down: float, strength: float = 0.6) -> None:
    canvas.shade(soft(ellipse(x, y, across, down), down / 2), strength)
