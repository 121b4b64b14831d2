"""The vehicles of CIFAR-10, and pictures that a network may stumble over."""

import numpy as np

from export.drawings.canvas import SIDE, Canvas, Image, blob, box, ellipse, polygon, soft, stroke
from export.drawings.scenery import clouds, ground_shadow, road, sea, trees


def wheel(canvas: Canvas, x: float, y: float, radius: float) -> None:
    canvas.paint(ellipse(x, y, radius), "#1d1d1f", 1.2)
    canvas.paint(ellipse(x, y, 0.6 * radius), "#c3c6ca #75787d")
    canvas.paint(ellipse(x, y, 0.42 * radius), "#55585c #8b8e92")
    for turn in range(0, 180, 36):
        canvas.paint(ellipse(x, y, 0.55 * radius, 0.07 * radius, turn), "#c9ccd0")
    canvas.paint(ellipse(x, y, 0.15 * radius), "#e0e2e4")


def airplane() -> Image:
    canvas = Canvas(1, "#3c79bd #b7d4ea")
    clouds(canvas, 70, 110, 0.3)
    canvas.paint(polygon("40,45 51,45 67,31 62,30"), "#9aa2ab #b9c0c6")
    canvas.paint(polygon("74,43 86,24 94,23 91,42"), "#1f4f96 #2b64b4", 1.5)
    canvas.paint(polygon("87,42 97,36 100,36 94,43"), "#a7afb7")
    body = canvas.paint(
        blob("5,53 9,48.5 18,45.5 34,44 60,43 78,41.5 96,39.5 97,41.5 86,47 66,53 44,57 20,58 9,56.5"),
        "#f4f6f8 #dfe4e8",
        4,
    )
    canvas.shade(soft(blob("4,58 30,57 60,54 98,42 98,50 60,62 30,66 4,62"), 1.5), 0.45, body)
    canvas.paint(polygon("8,52.4 92,43.6 90,44.9 60,49.4 8,54.2"), "#2759a6")
    for x in range(18, 80, 3):
        canvas.paint(ellipse(x, 50.2 - 0.086 * x, 0.65, 0.85), "#34424f")
    canvas.paint(polygon("8.6,50 13,47.6 14,49.4 9,51.4"), "#26323d")
    canvas.paint(polygon("82,45 98,47 100,50 96,50 84,47.5"), "#8e98a2 #b2bac1")
    canvas.paint(ellipse(45, 61.5, 5.6, 2.7, 6), "#d8dde1 #6d7681", 1)
    canvas.paint(ellipse(40.2, 61, 0.9, 2.3), "#262b31")
    wing = canvas.paint(polygon("36,53 54,51.5 84,70 80,71.5"), "#aab3bb #87919b", 1)
    canvas.shade(polygon("36,53 41,53.6 82,71 80,71.5"), -0.4, wing)
    return canvas.finish()


def automobile() -> Image:
    canvas = Canvas(2, "#b9d0e2 #dfe6e8")
    trees(canvas, 48, 24, "#4d6a3a")
    road(canvas, 48)
    ground_shadow(canvas, 50, 77, 46, 4, 0.75)
    body = canvas.paint(
        blob(
            "4,66 4.5,58 10,52.5 22,49.5 30,47.5 39,36.5 46,33.5 58,32.8 68,35 78,45 84,48.5 93,51 96.5,57 96.5,67 "
            "94,73 60,75 30,75 7,73.5"
        ),
        "#cf2630 #8f1420",
        4,
    )
    canvas.shade(soft(box(4, 50.5, 96, 52), 0.6), -0.5, body)
    canvas.shade(soft(box(0, 69, 100, 78), 1), 0.5, body)
    glass = canvas.paint(blob("33,48 36,44 41.5,37.8 47,36 56,35.6 66,37.5 75,46.5 72,48.2 50,48.8"), "#27333d #56656f")
    canvas.shade(polygon("38,49 46,35 51,35 43,49"), -0.35, glass)
    canvas.paint(box(54, 34, 56, 49), "#a61924")
    for line in ("33,50 34,60 37,71", "55,49 55.4,72", "76,49 74,60 70,70"):
        canvas.shade(stroke(line, 0.5), 0.5, body)
    for x in (49, 68):
        canvas.paint(ellipse(x, 54, 2, 0.55), "#e3c9c6")
    canvas.paint(blob("4.5,58 9,54.5 13,55 11,59 6,60.5"), "#f7f3de #c9c4ac")
    canvas.paint(blob("92.5,53.5 96,55.5 96.4,60 93,59"), "#f0604c #8c0d10")
    canvas.paint(blob("31,48.6 34.5,46 36,48 34,50"), "#c1222c", 0.6)
    for x in (22, 77):
        canvas.paint(ellipse(x, 71, 10.6, 10.2), "#160b0c")
        wheel(canvas, x, 72.5, 9)
    return canvas.finish()


def _paint_ship(canvas: Canvas) -> None:
    """A freighter whose waterline is at 70."""
    canvas.paint(polygon("60,32 70,32 69,45 61,45"), "#c7472f #8f2c1d", 2)
    canvas.paint(polygon("60,34.5 70,34.5 69.8,37 60.2,37"), "#f1ede4")
    canvas.paint(stroke("30,24 30,52", 0.9), "#5a5c5e")
    canvas.paint(stroke("78,26 78,46", 0.8), "#5a5c5e")
    for line in ("30,26 16,50", "30,26 44,48", "30,30 20,52"):
        canvas.paint(stroke(line, 0.5), "#6c6e70")
    for left, top, right, bottom in ((50, 44, 84, 56), (53, 38, 80, 44.5), (56, 41, 62, 44)):
        house = canvas.paint(box(left, top, right, bottom), "#fbfaf6 #d7dadb", 1)
        canvas.shade(box(left, bottom - 1, right, bottom), 0.3, house)
    for y, first, last in ((41, 55, 79), (47, 52, 83), (51.5, 52, 83)):
        for x in range(first, last, 3):
            canvas.paint(box(x, y - 0.8, x + 1.6, y + 0.8), "#2f3d49")
    for left, colour in ((16, "#b5602f"), (27, "#3f6d8e"), (38, "#9c9a8f")):
        canvas.paint(box(left, 48, left + 10, 57), colour, 0.8, (0.15, 1.2, 9))
    hull = canvas.paint(
        blob("3,52 5,51.6 14,55.5 40,56.5 88,55.5 97,53 96,60 92,71 60,72 30,72 12,71 7,62"),
        "#2f4a66 #1b2c40",
        3,
        (0.07, 10, 3),
    )
    canvas.shade(stroke("4,53 14,57 40,58 88,57 96,54.5", 0.7), -0.7, hull)
    canvas.paint(box(0, 67.5, 100, 73) * hull, "#a33a2c #6d221a")


def ship() -> Image:
    canvas = Canvas(9, "#8fb4d3 #e3e9ea")
    clouds(canvas, -10, 40, 0.05)
    sea(canvas, 54)
    _paint_ship(canvas)
    canvas.shade(soft(polygon("8,72 93,72 88,90 14,90"), 2), 0.4, 0.7 + 0.3 * canvas.noise(14, 1.6))
    canvas.shade(
        soft(stroke("4,73 20,71.5 50,72.5 80,71.5 99,73", 1.5, 1), 0.5), -0.75, 0.75 + 0.5 * canvas.noise(5, 2)
    )
    return canvas.finish()


def truck() -> Image:
    canvas = Canvas(10, "#a6c4dd #dde5e8")
    trees(canvas, 62, 20, "#586f47")
    road(canvas, 62)
    ground_shadow(canvas, 51, 86, 48, 4, 0.75)
    canvas.paint(box(10, 70, 96, 77), "#26282b", 1)
    freight = canvas.paint(box(33, 22, 97, 71), "#f2f2ee #cfd1d0", 1.5)
    for x in range(37, 97, 5):
        canvas.shade(soft(stroke(f"{x},23 {x},70", 0.5), 0.2), 0.2, freight)
    canvas.paint(box(33, 47, 97, 52), "#2d6aa8 #235489")
    canvas.shade(box(33, 68.5, 97, 71), 0.35, freight)
    canvas.shade(soft(box(33, 22, 37, 71), 1), 0.25, freight)
    cab = canvas.paint(blob("4,76 4,62 5,52 9,36 13,32 24,31 30,33 31,50 31,76 18,78"), "#3d7fc2 #24558c", 3)
    canvas.paint(polygon("7.5,50 11.5,36 14,35.5 13,50"), "#a9c0cd #4b5a66")
    canvas.paint(polygon("15.5,50 16,36 26,35.5 26.5,50"), "#2a3742 #667681")
    canvas.shade(polygon("17,50 21,36 23,36 19,50"), -0.3)
    for line in ("14,36 14,76", "28,34 28.5,74", "14,60 28,60"):
        canvas.shade(stroke(line, 0.5), 0.45, cab)
    canvas.paint(ellipse(25.5, 56, 1.6, 0.5), "#dfe5ea")
    canvas.paint(box(3, 71, 12, 76), "#3a3d40", 0.8)
    canvas.paint(blob("4,62 8,62 8,67 4,67.5"), "#fbf5da #cfc7a3")
    canvas.paint(stroke("12,38 7,38 7,45", 1.4), "#202326")
    for x in (20, 68, 85):
        canvas.paint(ellipse(x, 78, 9, 8.6), "#141516")
        wheel(canvas, x, 79, 7.8)
    return canvas.finish()


def empty_sky() -> Image:
    """Nothing to see: what does a network make of it?"""
    return Canvas(11, "#3d7fc6 #a5cbea").finish()


def checkerboard() -> Image:
    """Eight by eight fields, dark and light."""
    canvas = Canvas(12, "#e9e4d8 #e2dccf")
    rows, columns = np.indices((SIDE, SIDE)) * 8 // SIDE
    canvas.paint(((rows + columns) % 2).astype(float), "#2b2b2d", texture=(0.1, 3, 3))
    return canvas.finish()


def ship_on_road() -> Image:
    """The freighter of `ship`, where no ship belongs."""
    canvas = Canvas(13, "#b9d0e2 #dfe6e8")
    trees(canvas, 58, 24, "#4d6a3a")
    road(canvas, 58)
    ground_shadow(canvas, 50, 74, 44, 4, 0.75)
    _paint_ship(canvas)
    return canvas.finish()
