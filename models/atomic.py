"""Files that are there as a whole or not at all."""

import os
from pathlib import Path


def write(file: Path, content: bytes) -> None:
    """Put a file in its place, with its folder; who is interrupted leaves the one that was there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.part")
    draft.write_bytes(content)
    draft.replace(file)
