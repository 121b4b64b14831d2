"""The animals of CIFAR-10."""

import numpy as np

from export.drawings.canvas import Canvas, Image, blob, box, ellipse, polygon, soft, stroke
from export.drawings.scenery import foliage, grass, ground_shadow, trees


def eye(canvas: Canvas, x: float, y: float, radius: float, iris: str) -> None:
    canvas.paint(ellipse(x, y, 1.25 * radius), "#1a1411")
    canvas.paint(ellipse(x, y, radius), iris)
    canvas.paint(ellipse(x, y, 0.6 * radius), "#0b0909")
    canvas.paint(ellipse(x - 0.35 * radius, y - 0.4 * radius, 0.28 * radius), "#ffffff")


def bird() -> Image:
    canvas = Canvas(3, "#9db77a #6f9158")
    canvas.shade(np.clip(canvas.noise(40, 40), 0, 1), -0.5)
    canvas.shade(np.clip(canvas.noise(30, 30), 0, 1), 0.45)
    canvas.paint(stroke("-3,84 30,80 66,82 104,75", 7, 4.5), "#6d5138", 2, (0.35, 7, 1.5))
    canvas.paint(polygon("68,58 76,56 97,84 93,89 88,88"), "#4a3d33 #6a584a", texture=(0.2, 2, 6))
    canvas.paint(stroke("48,70 47,76 45,80", 1.5), "#5b4032")
    canvas.paint(stroke("57,70 57,76 55,80", 1.5), "#5b4032")
    body = canvas.paint(
        blob("24,33 27,25 34,19.5 43,20.5 50,27 58,35 69,45 77,56 77,63 69,69 57,73 45,72 35,65 29,55 27,44"),
        "#7c6550 #c9bca6",
        7,
        (0.16, 2.5, 2.5),
    )
    canvas.paint(
        soft(blob("23,30 30,25 38,32 41,45 48,58 46,66 37,64 29,54 25,42"), 0.9) * body,
        "#d9702a #cf7f40",
        5,
        (0.14, 2, 3),
    )
    wing = canvas.paint(
        blob("45,38 54,37 66,45 76,57 84,71 74,67 62,63 51,56 45,48"), "#66523f #54422f", 2.5, (0.2, 3, 2)
    )
    for line in ("50,46 64,54 80,68", "49,50 62,58 76,67", "56,42 70,52 82,68"):
        canvas.shade(stroke(line, 0.9), 0.45, wing)
        canvas.shade(soft(stroke(line, 1.4), 0.4), -0.25, wing)
    canvas.paint(polygon("25,29.5 14,33.5 25.5,34.5"), "#6b5a49 #2f2822")
    eye(canvas, 32, 28, 1.9, "#2a1a12")
    for x in (45, 55):
        canvas.paint(stroke(f"{x - 3},80 {x},79 {x + 3},80.5", 1.7), "#5b4032")
    for x, y, turn in ((9, 76, 40), (18, 88, 20), (92, 70, -40)):
        foliage(canvas, x, y, 9, turn, "#7fa548 #4c7429")
    return canvas.finish()


def cat() -> Image:
    canvas = Canvas(4, "#7d8794 #a3a6a8")
    canvas.paint(box(-1, 76, 101, 101), "#9c7250 #7a5438", texture=(0.2, 14, 1.2))
    ground_shadow(canvas, 52, 94, 42, 4)
    fur = (0.2, 2, 4)
    canvas.paint(stroke("72,90 88,90 95,78 91,64", 7, 5), "#7b6650", 2, fur)
    body = canvas.paint(blob("32,54 50,50 68,54 78,72 80,92 70,98 30,98 20,92 22,72"), "#8d765c #7f6a52", 8, fur)
    for line in ("24,70 37,72", "22,79 36,81", "76,70 63,72", "78,79 64,81", "79,88 66,90", "21,88 34,90"):
        canvas.shade(soft(stroke(line, 2.8, 1.2), 0.6), 0.5, body)
    canvas.paint(soft(blob("41,58 50,56 59,58 61,72 50,84 39,72"), 1) * body, "#e4dccd", 3, fur)
    for x in (41, 59):
        canvas.shade(soft(stroke(f"{x},72 {x},96", 12), 1), 0.25, body)
        canvas.paint(stroke(f"{x},70 {x},95", 10, 9), "#9a8468 #8d765c", 2.5, fur)
        canvas.paint(ellipse(x, 96, 6.5, 3.8), "#e4dccd", 1.5)
    for ear, inner in (("22,34 23,3 48,20", "27,25 26.5,10 39,19"), ("78,34 77,3 52,20", "73,25 73.5,10 61,19")):
        canvas.paint(soft(polygon(ear), 0.3), "#75604a #8d765c", 1.5, fur)
        canvas.paint(soft(polygon(inner), 0.8), "#c79a8a #9a7766")
    canvas.shade(soft(ellipse(50, 60, 24, 5), 2), 0.4, body)
    head = canvas.paint(
        blob("50,14 63,16 74,25 79,38 82,47 72,54 61,60 50,62 39,60 28,54 18,47 21,38 26,25 37,16"),
        "#86705a #a58f73",
        7,
        fur,
    )
    for line in ("50,14 50,28", "43,15 45,27", "57,15 55,27", "36,18 40,26", "64,18 60,26"):
        canvas.shade(soft(stroke(line, 2.4, 1.2), 0.4), 0.6, head)
    for line in ("20,42 31,42", "22,49 33,46", "80,42 69,42", "78,49 67,46"):
        canvas.shade(soft(stroke(line, 2.2, 1.2), 0.4), 0.5, head)
    for middle in (37.5, 62.5):
        canvas.paint(soft(ellipse(middle, 36, 8.5, 6.5), 0.8), "#cdbb9f")
        canvas.paint(ellipse(middle, 36.5, 6.4, 5.2), "#1f1a16")
        canvas.paint(ellipse(middle, 36.5, 5.4, 4.5), "#93a53e #c3cb6c")
        canvas.paint(ellipse(middle, 36.5, 1.9, 4.1), "#0b0909")
        canvas.paint(ellipse(middle - 1.8, 34.6, 1), "#ffffff")
    canvas.paint(soft(blob("50,42 55,45 62,50 60,57 50,60 40,57 38,50 45,45"), 0.7), "#ece5d8", 2.5)
    canvas.paint(blob("46,45.5 54,45.5 50,50"), "#b8716a #8f4c48", 0.8)
    canvas.shade(stroke("42,54 46.5,55 50,51 53.5,55 58,54", 0.9), 0.75)
    for side in (-1, 1):
        for rise in (-3, 0, 3):
            canvas.shade(stroke(f"{50 + 9 * side},{52 + rise / 3} {50 + 34 * side},{51 + rise}", 0.5, 0.2), -0.8)
    return canvas.finish()


def deer() -> Image:
    canvas = Canvas(5, "#b9c7b0 #a9b893")
    trees(canvas, 58, 60, "#3d5230")
    for x in (8, 58, 90):
        canvas.paint(soft(stroke(f"{x},0 {x + 1},58", 3, 4), 0.7), "#3a3024", texture=(0.3, 2, 8))
    grass(canvas, 57)
    ground_shadow(canvas, 54, 93, 32, 3)
    fur = (0.13, 2, 2)
    for leg in ("44,62 43,78 45,93", "71,60 75,74 72,82 73,93"):
        canvas.paint(stroke(leg, 6, 2.4), "#6b4527", 1.5)
    body = canvas.paint(
        blob("33,50 44,45 58,46.5 71,44.5 79,49 81,57 77,64 66,66.5 52,68 41,67.5 34,62"), "#a8703f #8a5932", 7, fur
    )
    canvas.paint(soft(blob("40,66 52,67 66,65 66,70 52,72 40,70"), 1) * body, "#d8bd98")
    canvas.paint(blob("78,48 84,51 84,58 80,58"), "#efe6d6 #c2a37a", 1)
    for leg in ("38,62 37,78 36,93", "76,58 80,72 78,82 79,94"):
        canvas.paint(stroke(leg, 8, 2.6), "#94602f #5b3a20", 1.5)
    for antler in (
        "25,23 28,12 24,3",
        "27,15 33,9 33,4",
        "26,19 20,13 19,7",
        "22,23 16,15 8,12",
        "17,16 15,9 12,5",
        "19,18 12,19 8,17",
    ):
        canvas.paint(stroke(antler, 1.8, 0.9), "#d5bf98 #8d744e")
    canvas.paint(blob("33,66 31,54 25,42 20,32 26,24 32,27 38,38 46,48 48,58 42,66"), "#a46c3c #95602f", 4.5, fur)
    canvas.paint(blob("28,25 35,18 40,18 37,24 31,28"), "#8d5b33 #c39a75", 1)
    canvas.paint(blob("7,34 10,29 17,24 24,21.5 29,24 29,30 24,35 16,37.5 9,38"), "#a06938 #b07a48", 3, fur)
    canvas.paint(soft(blob("6,35 12,34 15,36 10,39 7,38"), 0.5), "#dcc6a6")
    canvas.paint(ellipse(7.6, 34.2, 1.6, 1.3), "#1d1613")
    eye(canvas, 20.5, 27, 1.2, "#20130c")
    return canvas.finish()


def dog() -> Image:
    canvas = Canvas(6, "#8fa676 #7d9660")
    canvas.shade(np.clip(canvas.noise(35, 30), 0, 1), 0.35)
    grass(canvas, 72)
    ground_shadow(canvas, 50, 97, 36, 4)
    fur = (0.12, 2.5, 4)
    body = canvas.paint(blob("34,56 50,52 66,56 75,74 77,103 23,103 25,74"), "#b9834a #a06d3a", 8, fur)
    canvas.paint(soft(blob("41,60 50,58 59,60 60,80 55,100 45,100 40,80"), 1) * body, "#efe5d4", 3, fur)
    canvas.shade(soft(ellipse(50, 63, 17, 6), 2), 0.4, body)
    head = canvas.paint(
        blob("50,8 62,10 72,20 74,36 70,50 60,63 50,67 40,63 30,50 26,36 28,20 38,10"), "#c28b4e #b07a42", 7, fur
    )
    canvas.paint(
        soft(blob("50,8 54,20 54,36 62,46 62,58 50,66 38,58 38,46 46,36 46,20"), 0.9) * head, "#f1e8da", 4, fur
    )
    for ear in ("31,13 22,17 14,34 15,52 22,58 29,47 32,30", "69,13 78,17 86,34 85,52 78,58 71,47 68,30"):
        canvas.shade(soft(blob(ear), 1.6), 0.35)
        canvas.paint(blob(ear), "#86552b #6d4221", 3.5, fur)
    for x in (38, 62):
        canvas.shade(soft(ellipse(x, 32, 5, 4), 1.2), 0.35)
        eye(canvas, x, 32.5, 3, "#3b2112")
    canvas.paint(blob("42,44 50,42 58,44 56,50 50,53.5 44,50"), "#2c2625 #0f0c0c", 1.8)
    canvas.paint(blob("45,59 55,59 56,67 50,72 44,67"), "#e08a8a #c4605f", 1.5)
    canvas.shade(stroke("50,53 50,58.5", 0.9), 0.8)
    canvas.shade(stroke("38,56 43,60 50,58.5 57,60 62,56", 1.2), 0.75)
    for x in (40, 60):
        canvas.paint(ellipse(x, 98, 8, 5), "#e9decb", 2)
    return canvas.finish()


def frog() -> Image:
    canvas = Canvas(7, "#6f6046 #85704f")
    canvas.shade(np.clip(canvas.noise(18, 12), 0, 1), 0.55)
    for x, y, turn in ((12, 84, 20), (80, 92, -15), (86, 28, 40), (14, 20, -35), (52, 16, 10)):
        foliage(canvas, x, y, 19, turn, "#94733f #6b5230")
    ground_shadow(canvas, 52, 80, 46, 7, 0.7)
    skin = (0.22, 3.5, 3.5)
    canvas.paint(stroke("70,78 84,82 97,81", 6, 3), "#48682a", 1.5)
    body = canvas.paint(
        blob("5,56 9,47 19,39 32,35 46,37 62,43 78,54 89,69 85,79 66,81 42,82 25,78 10,68"), "#5f8433 #a3ad6b", 7, skin
    )
    canvas.paint(soft(blob("6,61 20,66 32,70 42,82 28,82 13,73"), 1.2) * body, "#dcdab0", 3, (0.1, 2, 2))
    canvas.shade(soft(stroke("33,47 48,45 66,53 82,67", 2), 0.6), -0.3, body)
    for x, y, size in ((45, 43, 3), (57, 49, 3.6), (70, 56, 3.2), (41, 55, 2.4), (53, 61, 2.8), (20, 49, 2)):
        canvas.shade(soft(ellipse(x, y, size, 0.7 * size, 25), 0.6), 0.5, body)
    canvas.shade(stroke("5.5,57 15,60 26,58.5 34,53", 1), 0.65, body)
    canvas.shade(soft(ellipse(37, 48.5, 3, 3.2), 0.4), 0.35, body)
    canvas.shade(soft(ellipse(74, 69, 20, 14), 2), 0.3, body)
    thigh = canvas.paint(blob("55,68 64,57 78,55 90,62 95,74 89,82 71,83 58,80"), "#648a37 #4c6c2b", 4, skin)
    for x, y, turn in ((68, 64, 60), (77, 66, 70), (86, 70, 80)):
        canvas.shade(soft(ellipse(x, y, 6, 1.6, turn), 0.6), 0.5, thigh)
    canvas.paint(stroke("91,81 74,85 58,86", 5, 3), "#5d7f33", 1.5)
    canvas.paint(stroke("33,68 29,78 34,86", 7.5, 4.5), "#66893a #557533", 2)
    for toe in ("58,86 47,84", "58,86 46,88", "58,86 49,92", "34,86 25,85", "34,86 26,90", "34,86 36,92"):
        canvas.paint(stroke(toe, 2.2, 1.6), "#668a3c")
    canvas.paint(ellipse(27, 37.5, 8, 7.2), "#6c9140 #4f702c", 2)
    canvas.paint(ellipse(26.4, 37.5, 5.6, 5.2), "#d3ad3c #a97a20")
    canvas.paint(ellipse(26, 37.5, 3.8, 2.4), "#0c0a08")
    canvas.paint(ellipse(24.4, 35.4, 1.2), "#ffffff")
    return canvas.finish()


def horse() -> Image:
    canvas = Canvas(8, "#a9c8e2 #dbe6ea")
    trees(canvas, 50, 12, "#5f7a4a")
    grass(canvas, 50)
    ground_shadow(canvas, 55, 93, 34, 3)
    hide, coat = "#7d4524", (0.08, 4, 4)
    canvas.paint(stroke("80,46 88,54 89,68 86,80", 4, 6), "#24170f", 2, (0.4, 1.2, 8))
    for leg in ("40,62 42,76 40,92", "70,60 75,72 72,80 72,92"):
        canvas.paint(stroke(leg, 8, 3.6), "#4c2814", 1.5)
    canvas.paint(
        blob("30,47 40,43 54,45 67,41.5 77,43.5 83,51 81,60 72,64 56,67 42,66 32,61"), "#91522c #6b381c", 7, coat
    )
    for leg in ("35,60 34,76 33,93", "77,57 81,71 78,80 79,93"):
        canvas.paint(stroke(leg, 10, 3.6), f"{hide} #5a2f18", 2)
    for x, y in ((33, 93.5), (79, 93.5), (40, 92.5), (72, 92.5)):
        canvas.paint(polygon(f"{x - 2},{y - 2} {x + 1.8},{y - 2} {x + 2.4},{y + 1.5} {x - 3},{y + 1.5}"), "#1c1511")
    canvas.paint(blob("31,62 27,50 22,38 20,26 24,15 31,17 38,28 46,41 48,54 42,63"), "#8c4e2a #7a4222", 5, coat)
    canvas.paint(
        blob("24,12 29,17 29,25 24,31 17,38 11,42.5 6.5,41 6,36.5 11,29 16,20 20,14"), f"#8a4c28 {hide}", 3.5, coat
    )
    canvas.paint(polygon("23,14 24,6 27.5,13"), hide, 1)
    for lock in ("25,11 20,15 18,22", "27,13 34,22 41,34 47,44", "28,15 36,25 41,38 44,48", "29,18 37,30 40,42"):
        canvas.paint(stroke(lock, 3, 2), "#20140d", 1, (0.4, 2, 5))
    canvas.shade(soft(ellipse(8.5, 38.5, 3.4, 3), 1), 0.5)
    canvas.paint(ellipse(7.8, 37, 0.8), "#120b08")
    canvas.paint(soft(stroke("18,18 12,28 9,33", 1.6, 1), 0.3), "#eadfd2")
    eye(canvas, 20, 21, 1.2, "#180d08")
    return canvas.finish()
