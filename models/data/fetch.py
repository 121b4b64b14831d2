"""Fetch a pack's canonical files, checked, whole or not at all."""

import gzip
import hashlib
import os
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import pooch
import requests
from pooch.utils import get_logger


@dataclass(frozen=True)
class File:
    """One file of a pack and its published MD5 sums: of the content, and of the gzip file where that is known."""

    name: str
    content_md5: str
    gzip_md5: str | None = None


@dataclass(frozen=True)
class Pack:
    """A pack's files and the public mirrors that serve them, in the order in which they are tried."""

    mirrors: tuple[str, ...]
    files: tuple[File, ...]


PACKS = {
    "mnist": Pack(
        mirrors=(
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        files=(
            # Packers differ for this one file: only its content counts.
            File("train-images-idx3-ubyte.gz", "6bbc9ace898e44ae57da46a324031adb"),
            File("train-labels-idx1-ubyte.gz", "a25bea736e30d166cdddb491f175f624", "d53e105ee54ea40749a09fcbcd1e9432"),
            File("t10k-images-idx3-ubyte.gz", "2646ac647ad5339dbf082846283269ea", "9fb629c4189551a2d022fa330f9573f3"),
            File("t10k-labels-idx1-ubyte.gz", "27ae3e4e09519cfbb04c329615203637", "ec29112dd5afa0611ce80d1b7f02629c"),
        ),
    ),
}


# What reading a damaged file of a pack may raise.
DAMAGE = (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error)


class FetchError(RuntimeError):
    """A file could not be had, or is not what it should be; the text says what each source gave."""


def check(file: Path, expected: File) -> str | None:
    """What is wrong with a file, in words; None if its content is the published one."""
    if not file.is_file():
        return "is missing"
    try:
        content = gzip.decompress(file.read_bytes())
    except DAMAGE as error:
        return f"is truncated or damaged ({error})"
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != expected.content_md5:
        return "has other content than the published file (MD5 differs)"
    return None


def fetch(name: str, folder: Path, source: str | None = None, progressbar: bool = True) -> list[str]:
    """Bring the pack's files into `folder` from `source` or else its mirrors; returns the names of those fetched.

    Files that are there and right are kept. New ones appear only when all of them have passed their checks. Raises
    FetchError.
    """
    pack = PACKS[name]
    wanted = [file for file in pack.files if check(folder / file.name, file) is not None]
    if not wanted:
        return []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as partial:
            for file in wanted:
                _fetch_one(file, Path(partial), (source,) if source else pack.mirrors, progressbar)
            for file in wanted:
                os.replace(Path(partial, file.name), folder / file.name)
    except OSError as error:
        raise FetchError(f"cannot write to {folder}: {error}") from error
    finally:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()  # or it would be taken for the pack
    return [file.name for file in wanted]


def _fetch_one(file: File, partial: Path, sources: tuple[str, ...], progressbar: bool) -> None:
    """One file from the first source that serves it right."""
    get_logger().setLevel("ERROR")
    reasons = []
    for source in sources:
        url = f"{source.rstrip('/')}/{file.name}"
        known = f"md5:{file.gzip_md5}" if file.gzip_md5 else None
        try:
            pooch.retrieve(url, known, file.name, partial, downloader=pooch.HTTPDownloader(progressbar, timeout=30))
            wrong = check(partial / file.name, file)
        except requests.HTTPError as error:
            wrong = f"could not be downloaded ({error})"
        except requests.ConnectionError:
            wrong = "could not be downloaded (no connection)"
        except requests.RequestException as error:
            wrong = f"could not be downloaded ({type(error).__name__})"
        except ValueError:  # pooch: the sum differs
            wrong = "is truncated, damaged or another file (MD5 differs)"
        if wrong is None:
            return
        (partial / file.name).unlink(missing_ok=True)
        reasons.append(f"{url} {wrong}")
    raise FetchError("; ".join(reasons) + ". Try again, or name another source with --from URL")
