"""Cells drawn in code, and packs of them, so that segmentation is tested without a data pack."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.draw import disk


def nucleus(height: int = 60, width: int = 70, places=((20, 20, 9), (21, 40, 9), (45, 30, 5))) -> np.ndarray:
    """Discs numbered from 1 on 0: row, column and radius of each."""
    objects = np.zeros((height, width), np.int32)
    for number, (row, column, radius) in enumerate(places, 1):
        objects[disk((row, column), radius, shape=objects.shape)] = number
    return objects


def picture(objects: np.ndarray) -> np.ndarray:
    """Bright objects on dark, a little noise: uint8 (H, W)."""
    noise = np.random.default_rng(1).integers(0, 30, objects.shape)
    return np.where(objects > 0, 200, 40).astype(np.uint8) + noise.astype(np.uint8)


def png(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "png")
    return file.getvalue()


def write_membranes(folder: Path, count: int = 30) -> Path:
    with zipfile.ZipFile(folder / "isbi2012_em.zip", "w") as pack:
        for number in range(count):
            grid = np.add.outer(np.arange(64), np.arange(64) * 0) + number
            interior = (grid % 16 > 2) & (grid.T % 16 > 2)
            pack.writestr(f"images/{number:02}.jpg", png(picture(interior)))
            pack.writestr(f"labels/{number:02}.png", png(interior))
    return folder


def write_nuclei(folder: Path) -> Path:
    for file, count in (("dsb2018_train.zip", 5), ("dsb2018_stage1test.zip", 3)):
        with zipfile.ZipFile(folder / file, "w") as pack:
            entries = []
            for number in range(count):
                objects = nucleus(144, 144 + 20 * number, ((40, 40, 14), (40, 66, 12), (100, 90, 20)))
                grey = picture(objects)
                colour = np.repeat(255 - grey[..., None], 3, 2) if number == 1 else grey  # stained: dark on bright
                names = {"file_name": f"images/{number}.jpg", "instance_file": f"instances/{number}.png"}
                pack.writestr(names["file_name"], png(colour))
                pack.writestr(names["instance_file"], png(objects.astype(np.uint8)))
                entries.append({**names, "split": "val" if number == 4 else "train"})
            pack.writestr("annotations.json", json.dumps({"images": entries}))
    return folder
