"""The pack orl_faces: ten grey pictures of each of forty people (the AT&T database of faces)."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from models.data import DAMAGE, DataError, find

PEOPLE, PICTURES, HEIGHT, WIDTH = 40, 10, 112, 92


def orl_faces(folder: Path | None = None) -> np.ndarray:
    """All pictures, uint8 (40, 10, 112, 92, 1), in the order of the database. Raises PackNotFound or DataError."""
    file = (folder or find("orl_faces")) / "orl_faces.zip"
    try:
        with zipfile.ZipFile(file) as pack:
            faces = [
                np.asarray(Image.open(io.BytesIO(pack.read(f"s{person:02}/{picture:02}.png"))).convert("L"))
                for person in range(1, PEOPLE + 1)
                for picture in range(1, PICTURES + 1)
            ]
        return np.stack(faces).reshape(PEOPLE, PICTURES, HEIGHT, WIDTH, 1)
    except DAMAGE as error:
        raise DataError(f"{file} is missing or damaged ({error}); put the pack orl_faces there anew") from error
