"""Finding, reading and fetching data packs; the fetcher against a server on the loopback interface."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from digits import drawn, write
from typer.testing import CliRunner

from models import data
from models.data import DataError, PackNotFound, find, mnist
from models.data import __main__ as command
from models.data import fetch as fetching

NAMES = [file.name for file in fetching.PACKS["mnist"].files]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The three places, in order, none of which exists yet."""
    monkeypatch.setattr(data, "ROOT", tmp_path / "repository")
    monkeypatch.setenv("PAPERS_DATA", str(tmp_path / "own"))
    return [tmp_path / place / "mnist" for place in ("own", "repository/data", "shared/data")]


def test_places_are_searched_in_order(places: list[Path]) -> None:
    for folder in reversed(places):
        folder.mkdir(parents=True)
        assert find("mnist") == folder


def test_places_without_the_variable(places: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    places[0].mkdir(parents=True)
    places[2].mkdir(parents=True)
    monkeypatch.delenv("PAPERS_DATA")
    assert find("mnist") == places[2]


def test_pack_not_found_names_the_places_and_the_command(places: list[Path]) -> None:
    with pytest.raises(PackNotFound) as error:
        find("mnist")
    for words in ("$PAPERS_DATA", "data/", "../shared/data", "python -m models.data fetch mnist"):
        assert words in str(error.value)


def test_reads_what_was_written(tmp_path: Path) -> None:
    digits = drawn(20, 10)
    write(digits, tmp_path)
    for array, again in zip(digits, mnist(tmp_path), strict=True):
        np.testing.assert_array_equal(array, again)
        assert array.dtype == again.dtype


def flipped(raw: bytes) -> bytes:
    """One bit of it is another, so that the stream cannot be decompressed."""
    for place, bit in product(range(10, len(raw)), range(8)):
        damaged = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
        try:
            gzip.decompress(damaged)
        except zlib.error:
            return damaged
        except (OSError, EOFError):  # decompressed, but its sum is another, or its end
            continue
    raise AssertionError("every bit can be another")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda file: file.unlink(), "is missing"),
        (lambda file: file.write_bytes(flipped(file.read_bytes())), "is damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:-20]), "is damaged"),
        (lambda file: file.write_bytes(b"<html>not found</html>"), "is damaged"),
        (lambda file: file.write_bytes(gzip.compress(b"")), "does not hold what its name says"),
        (lambda file: file.write_bytes(gzip.compress(bytes(1000))), "does not hold what its name says"),
        (lambda file: file.write_bytes((file.parent / NAMES[1]).read_bytes()), "does not hold what its name says"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, damage, message: str) -> None:
    write(drawn(20, 10), tmp_path)
    damage(tmp_path / NAMES[0])
    with pytest.raises(DataError, match=f"{NAMES[0]} {message}.*fetch mnist"):
        mnist(tmp_path)


def test_images_and_labels_must_be_as_many(tmp_path: Path) -> None:
    write(drawn(20, 10), tmp_path)
    labels = (tmp_path / NAMES[3]).read_bytes()
    write(drawn(20, 11), tmp_path)
    (tmp_path / NAMES[3]).write_bytes(labels)
    with pytest.raises(DataError, match="11 t10k images but 10 labels"):
        mnist(tmp_path)


def test_the_pack_is_the_published_one() -> None:
    try:
        folder = find("mnist")
    except PackNotFound:
        pytest.skip("data pack mnist not found")
    assert [fetching.check(folder / file.name, file) for file in fetching.PACKS["mnist"].files] == [None] * 4
    digits = mnist()
    assert digits.train_images.shape == (60_000, 28, 28, 1)
    assert np.bincount(digits.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, str]]:
    """A folder with a good small pack, whose sums are the published ones for now, and the address that serves it."""
    folder = tmp_path / "served"
    write(drawn(20, 10), folder)
    files = []
    for file in fetching.PACKS["mnist"].files:
        raw = (folder / file.name).read_bytes()
        content_md5 = hashlib.md5(gzip.decompress(raw)).hexdigest()
        files.append(fetching.File(file.name, content_md5, file.gzip_md5 and hashlib.md5(raw).hexdigest()))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setitem(fetching.PACKS, "mnist", fetching.Pack((f"{address}/gone/", f"{address}/"), tuple(files)))
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield folder, address
    server.shutdown()
    server.server_close()


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command.app, list(arguments))
    return result.exit_code, result.output


def test_fetch_from_a_good_server(served: tuple[Path, str], tmp_path: Path) -> None:
    address = served[1]
    to = tmp_path / "new" / "mnist"
    code, output = run("fetch", "mnist", "--from", address, "--to", str(to))
    assert code == 0 and "4 files fetched" in output
    assert sorted(file.name for file in to.iterdir()) == sorted(NAMES)
    assert len(mnist(to).train_images) == 20
    (to / NAMES[2]).write_bytes(b"broken since")
    code, output = run("fetch", "mnist", "--from", address, "--to", str(to))
    assert code == 0 and "1 files fetched" in output


def test_fetch_falls_back_to_the_next_mirror(served: tuple[Path, str], tmp_path: Path) -> None:
    code, output = run("fetch", "mnist", "--to", str(tmp_path / "new"))
    assert code == 0 and "4 right" in output


def test_another_wrapper_of_the_training_images_is_accepted(served: tuple[Path, str], tmp_path: Path) -> None:
    folder, address = served
    file = folder / NAMES[0]
    file.write_bytes(gzip.compress(gzip.decompress(file.read_bytes()), 1, mtime=7))
    assert run("fetch", "mnist", "--from", address, "--to", str(tmp_path / "new"))[0] == 0


@pytest.mark.parametrize("name", [NAMES[0], NAMES[3]])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda raw: raw[: len(raw) // 2], "truncated"),
        (flipped, "damaged"),
        (lambda raw: gzip.compress(gzip.decompress(raw)[:-1] + b"!"), "MD5 differs"),
        (lambda raw: b"<html>sign in first</html>", "damaged"),
        (None, "could not be downloaded (404"),
    ],
)
def test_fetch_of_bad_files(served: tuple[Path, str], tmp_path: Path, name: str, damage, message: str) -> None:
    folder, address = served
    if damage:
        (folder / name).write_bytes(damage((folder / name).read_bytes()))
    else:
        (folder / name).unlink()
    to = tmp_path / "new"
    code, output = run("fetch", "mnist", "--from", address, "--to", str(to))
    assert not to.exists()  # an empty folder would be taken for the pack
    assert code == 1
    assert output.startswith("error: ") or "\nerror: " in output
    assert f"{address}/{name}" in output and message in output and "--from URL" in output


def test_fetch_without_network(tmp_path: Path) -> None:
    code, output = run("fetch", "mnist", "--from", "http://127.0.0.1:9", "--to", str(tmp_path))
    assert code == 1 and "could not be downloaded (no connection)" in output


def test_fetch_into_a_file(served: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    code, output = run("fetch", "mnist", "--from", served[1], "--to", str(tmp_path / "file"))
    assert code == 1 and "cannot write to" in output


def test_unknown_pack() -> None:
    code, output = run("fetch", "mnits")
    assert code == 1 and "known: mnist" in output


def test_list(places: list[Path]) -> None:
    assert "not found" in run("list")[1]
    write(drawn(20, 10), places[1])
    (places[1] / NAMES[0]).unlink()
    code, output = run("list")
    assert code == 0 and str(places[1]) in output and f"{NAMES[0]} is missing" in output
