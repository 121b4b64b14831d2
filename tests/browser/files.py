"""Image files of every kind, good and bad, made from one upright handwritten six."""

import base64
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

Upload = tuple[str, str, bytes]


def handwritten(site: Path, label: str) -> Image.Image:
    """A drawn sample as a reader would photograph it: dark ink on white paper, 420 pixels wide."""
    manifest = json.loads((site / "models/lenet/lenet5.json").read_text(encoding="utf-8"))
    sample = next(sample for sample in manifest["samples"] if sample["label"] == label)
    ink = np.frombuffer(base64.b64decode(sample["inputs"]["pixels"]["base64"]), np.uint8).reshape(28, 28)
    return Image.fromarray(255 - ink).resize((420, 420), Image.Resampling.BICUBIC).convert("RGB")


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def good(six: Image.Image) -> list[Upload]:
    """Files that hold the six."""
    sixteen = Image.fromarray(np.asarray(six.convert("L")).astype(np.uint16) * 257)
    blank = Image.new("RGB", six.size, "white")
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180 degrees: who ignores this reads a nine
    inside = base64.b64encode(encode(six, "PNG")).decode()
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="420" height="420" onload="document.title='broken'">
      <script>document.title = 'broken'; fetch('https://example.org/')</script>
      <image width="420" height="420" href="data:image/png;base64,{inside}"/></svg>"""
    return [
        ("plain.png", "image/png", encode(six, "PNG")),
        ("sixteen-bit.png", "image/png", encode(sixteen, "PNG")),
        ("cmyk.jpg", "image/jpeg", encode(six.convert("CMYK"), "JPEG")),
        ("moving.gif", "image/gif", encode(six, "GIF", save_all=True, append_images=[blank], duration=100, loop=0)),
        ("upside-down.jpg", "image/jpeg", encode(six.rotate(180), "JPEG", exif=exif)),
        ("scripted.svg", "image/svg+xml", svg.encode()),
        ("wide.webp", "image/webp", encode(six.resize((1600, 1500)), "WEBP")),
        ("tiny.bmp", "image/bmp", encode(six.resize((24, 24)), "BMP")),
    ]


def bad(six: Image.Image) -> list[tuple[str, Upload]]:
    """Files that hold no readable picture, each with the code of the sentence the reader must see."""
    jpeg = encode(six, "JPEG", quality=95)
    huge = encode(Image.new("1", (20_000, 20_000), 1), "PNG")
    return [
        ("empty-file", ("empty.png", "image/png", b"")),
        ("not-image", ("letter.png", "image/png", b"Dear reader, this is no picture.\n" * 20)),
        ("not-image", ("cut.jpg", "image/jpeg", jpeg[:200])),
        ("not-image", ("broken.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>")),
        ("too-large", ("huge.png", "image/png", huge)),
        ("no-ink", ("blank.png", "image/png", encode(Image.new("RGB", (300, 300), "white"), "PNG"))),
    ]
