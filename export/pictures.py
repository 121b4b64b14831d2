"""Pictures for the demos that need no data pack and no network: drawn here in code, or bundled with scikit-image and
scikit-learn.

None shows a private person. Each is RGB, as large as it comes; the tasks cut and resize.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.resources import files

import numpy as np
from PIL import Image as Files

from export.drawings import animals, vehicles
from export.drawings.canvas import Image
from export.labels import ByData
from papers.schema import Text


@dataclass(frozen=True)
class Picture:
    """A picture and what there is to say of it."""

    id: str
    title: Text
    shows: tuple[str, ...]  # the English labels, of any data set, that are right for it
    source: str
    licence: str  # with the author
    make: Callable[[], Image]  # (H, W, 3)


def _drawn(id: str, en: str, zh: str, make: Callable[[], Image], *shows: str) -> Picture:
    return Picture(id, Text(en=en, zh=zh), shows, "drawn", "drawn for this site, CC BY 4.0", make)


def _scikit_image(id: str, en: str, zh: str, file: str, licence: str, *shows: str) -> Picture:
    make = partial(_read, "skimage", f"data/{file}")
    return Picture(id, Text(en=en, zh=zh), shows, "scikit-image", licence, make)


def _scikit_learn(id: str, en: str, zh: str, file: str, licence: str, *shows: str) -> Picture:
    make = partial(_read, "sklearn", f"datasets/images/{file}")
    return Picture(id, Text(en=en, zh=zh), shows, "scikit-learn", licence, make)


def _read(package: str, file: str) -> Image:
    """A file of an installed package, on white where it is transparent.

    The packages' own functions are avoided: they download what they do not find.
    """
    with files(package).joinpath(file).open("rb") as stream:
        picture = Files.open(stream).convert("RGBA")
    white = Files.new("RGBA", picture.size, "white")
    return np.asarray(Files.alpha_composite(white, picture).convert("RGB"))


def _horse_silhouette() -> Image:
    """With white above and below, so that the middle square has all of the horse."""
    horse = _read("skimage", "data/horse.png")
    above, below = divmod(horse.shape[1] - horse.shape[0], 2)
    return np.pad(horse, ((above, above + below), (0, 0), (0, 0)), constant_values=255)


DRAWINGS = (
    _drawn("airplane", "Airliner above the clouds", "云层之上的客机", vehicles.airplane, "airplane"),
    _drawn("automobile", "Red car on a road", "公路上的红色轿车", vehicles.automobile, "automobile"),
    _drawn("bird", "Bird on a branch", "枝头的小鸟", animals.bird, "bird"),
    _drawn("cat", "Sitting tabby cat", "端坐的虎斑猫", animals.cat, "cat"),
    _drawn("deer", "Deer at the edge of a wood", "林边的鹿", animals.deer, "deer"),
    _drawn("dog", "Dog on a meadow", "草地上的小狗", animals.dog, "dog"),
    _drawn("frog", "Frog among dry leaves", "枯叶间的青蛙", animals.frog, "frog"),
    _drawn("horse", "Horse on a meadow", "草地上的马", animals.horse, "horse"),
    _drawn("ship", "Freighter at sea", "海上的货轮", vehicles.ship, "ship"),
    _drawn("truck", "Truck on a road", "公路上的卡车", vehicles.truck, "truck"),
    _drawn("ship-on-road", "A ship on a road", "开上公路的轮船", vehicles.ship_on_road, "ship"),
    _drawn("empty-sky", "Empty sky", "空无一物的天空", vehicles.empty_sky),
    _drawn("checkerboard", "Checkerboard", "棋盘格", vehicles.checkerboard),
)

# Licences and authors as `skimage/data/_fetchers.py` and `sklearn/datasets/images/README.txt` state them. That README
# names one author for both of its photographs but links each to another's page; the address is what is certain.
PHOTOGRAPHS = (
    _scikit_image("chelsea", "Chelsea, a cat", "猫咪 Chelsea", "chelsea.png", "CC0, Stéfan van der Walt", "cat"),
    Picture(
        "horse-silhouette",
        Text(en="Silhouette of a horse", zh="马的剪影"),
        ("horse",),
        "scikit-image",
        "CC0, Andreas Preuss (marauder)",
        _horse_silhouette,
    ),
    _scikit_image("coffee", "A cup of coffee", "一杯咖啡", "coffee.png", "CC0, Rachel Michetti"),
    _scikit_image(
        "rocket", "Falcon 9 on its launch pad", "发射台上的“猎鹰 9 号”火箭", "rocket.jpg", "public domain, SpaceX"
    ),
    _scikit_image(
        "coins",
        "Greek coins from Pompeii",
        "庞贝出土的希腊钱币",
        "coins.png",
        "no known copyright restrictions, Brooklyn Museum",
    ),
    _scikit_image("grass", "Grass in shades of grey", "草地（灰度）", "grass.png", "CC0, linolafett"),
    _scikit_learn(
        "china",
        "Tower above a lake, China",
        "湖畔楼阁（中国）",
        "china.jpg",
        "CC BY 2.0, danielbuechele, www.flickr.com/photos/danielbuechele/6061409035",
    ),
    _scikit_learn(
        "flower",
        "An orange flower",
        "一朵橙色的花",
        "flower.jpg",
        "CC BY 2.0, vultilion, www.flickr.com/photos/vultilion/6056698931",
    ),
)

# For networks that compare faces: a public figure.
COLLINS = _scikit_image(
    "collins", "Eileen Collins, astronaut", "宇航员艾琳·柯林斯", "astronaut.png", "public domain, NASA"
)

# For networks that look at tissue and cells.
MEDICAL = (
    _scikit_image(
        "tissue",
        "Stained glands of a colon",
        "染色的结肠腺体切片",
        "ihc.png",
        "no known copyright restrictions, Center for Microscopy And Molecular Imaging (CMMI)",
    ),
    _scikit_image("cell", "A cell floating in saline", "悬浮在盐水中的细胞", "cell.png", "CC0, Paul Müller et al."),
    _scikit_image("retina", "Retina of a human eye", "人眼视网膜", "retina.jpg", "CC0, Mikael Häggström"),
)

# What a network that names things is shown, by the data that it learned from.
PICTURES = ByData("export/pictures.py: PICTURES", {"cifar10": DRAWINGS + PHOTOGRAPHS})
