"""The packs bccd and voc2007: photographs with boxes around the objects in them."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from models.data import DAMAGE, DataError, find

GREY = (123, 116, 103)  # their mean pixel, around a photograph that does not fill a network's canvas
CELLS = ("RBC", "WBC", "Platelets")
THINGS = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip


class Photograph(NamedTuple):
    """Pixels RGB uint8 (H, W, 3); boxes float32 (n, 4): left, upper, right, lower edge; labels int64 (n,) from 1.

    `difficult` bool (n,): hardly to be recognised, so that finding or missing it counts neither way.
    """

    pixels: np.ndarray
    boxes: np.ndarray
    labels: np.ndarray
    difficult: np.ndarray


class Detection(NamedTuple):
    """The names of the classes, of which label 1 is the first, and the pack's three parts."""

    classes: tuple[str, ...]
    train: list[Photograph]
    val: list[Photograph]
    test: list[Photograph]


def bccd(folder: Path | None = None) -> Detection:
    """Blood smears with boxes of three kinds of cells, 240 x 320 pixels. Raises PackNotFound or DataError."""
    return _pack("bccd", CELLS, folder)


def voc2007(folder: Path | None = None) -> Detection:
    """Photographs with boxes of twenty kinds of things, the shorter side 216. Raises PackNotFound or DataError."""
    return _pack("voc2007", THINGS, folder)


def _pack(name: str, classes: tuple[str, ...], folder: Path | None) -> Detection:
    file = (folder or find(name)) / f"{name}.zip"
    try:
        with zipfile.ZipFile(file) as pack:
            parts = [list(_photographs(pack, part, classes)) for part in ("train", "val", "test")]
    except DAMAGE as error:
        raise DataError(f"{file} is missing or damaged ({error}); put the pack {name} there anew") from error
    return Detection(classes, *parts)


def _photographs(pack: zipfile.ZipFile, part: str, classes: tuple[str, ...]) -> Iterator[Photograph]:
    """The photographs of one part, in the order of its list. Raises KeyError or ValueError where they do not fit."""
    content = json.loads(pack.read(f"annotations/{part}.json"))
    names = tuple(category["name"] for category in sorted(content["categories"], key=lambda each: each["id"]))
    if names != classes:
        raise ValueError(f"annotations/{part}.json has the classes {', '.join(names)}")
    objects: dict[int, list[dict[str, Any]]] = {image["id"]: [] for image in content["images"]}
    for each in content["annotations"]:
        objects[each["image_id"]].append(each)
    for image in content["images"]:
        pixels = np.asarray(Image.open(io.BytesIO(pack.read(image["file_name"]))).convert("RGB"))
        if pixels.shape[:2] != (image["height"], image["width"]):
            raise ValueError(f"{image['file_name']} is not of the size that annotations/{part}.json says")
        own = objects[image["id"]]
        boxes = np.array([each["bbox"] for each in own], np.float32).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        labels = np.array([each["category_id"] for each in own], np.int64)
        yield Photograph(pixels, boxes, labels, np.array([each["difficult"] for each in own], bool))
