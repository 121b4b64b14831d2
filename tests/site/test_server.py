"""The server that this project brings: compressed text, and nothing sent again that has not changed."""

import gzip
import http.client
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import served

PAGE = "<!doctype html><title>Page</title>" + "<p>The same words again.</p>" * 100
MODEL = bytes(range(256)) * 8
Ask = Callable[..., tuple[http.client.HTTPResponse, bytes]]


@pytest.fixture(params=["/", "/sub/path/"], ids=["root", "sub-path"])
def ask(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ask]:
    """`ask("page/", method="HEAD", Accept_Encoding="gzip")`, all on one connection."""
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "model.onnx").write_bytes(MODEL)
    (tmp_path / "404.html").write_text("Nothing here", encoding="utf-8")
    with served(tmp_path, request.param) as url:
        connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)

        def ask(path: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, request.param + path, headers=named)
            answer = connection.getresponse()
            return answer, answer.read()

        yield ask
        connection.close()


def test_text_is_compressed_for_who_takes_it(ask: Ask) -> None:
    answer, body = ask("page/", Accept_Encoding="br, gzip;q=0.8")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(answer.headers["Content-Length"]) == len(body) < len(PAGE) / 4
    assert gzip.decompress(body).decode() == PAGE


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "br, gzip; q=0.0"])
def test_and_not_for_who_does_not(ask: Ask, accepted: str) -> None:
    answer, body = ask("page/", Accept_Encoding=accepted)
    assert answer.headers["Content-Encoding"] is None
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert body.decode() == PAGE


def test_other_files_are_sent_as_they_are(ask: Ask) -> None:
    answer, body = ask("model.onnx", Accept_Encoding="gzip")
    assert answer.headers["Content-Encoding"] is None
    assert body == MODEL


def test_a_head_is_that_of_the_answer(ask: Ask) -> None:
    for path, accepted in (("page/", "gzip"), ("page/", ""), ("model.onnx", "gzip")):
        (get, _), (head, nothing) = (ask(path, method, Accept_Encoding=accepted) for method in ("GET", "HEAD"))
        assert nothing == b""
        assert {**get.headers, "Date": ""} == {**head.headers, "Date": ""}


def test_what_has_not_changed_is_not_sent_again(ask: Ask, tmp_path: Path) -> None:
    tags = {accepted: ask("page/", Accept_Encoding=accepted)[0].headers["ETag"] for accepted in ("gzip", "")}
    assert tags["gzip"] != tags[""]
    for accepted, tag in tags.items():
        answer, body = ask("page/", Accept_Encoding=accepted, If_None_Match=tag)
        assert (answer.status, body, answer.headers["ETag"]) == (304, b"", tag)
    file = tmp_path / "page" / "index.html"
    before = file.stat()
    file.write_text(PAGE.replace("same", "mese"), encoding="utf-8")  # of the same size, in the same second
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))
    answer, body = ask("page/", Accept_Encoding="gzip", If_None_Match=tags["gzip"])
    assert answer.status == 200
    assert "mese" in gzip.decompress(body).decode()


def test_a_folder_and_a_missing_page(ask: Ask) -> None:
    answer, _ = ask("page", Accept_Encoding="gzip")
    assert (answer.status, answer.headers["Location"][-6:]) == (301, "/page/")
    answer, body = ask("none/", Accept_Encoding="gzip")
    assert (answer.status, body) == (404, b"Nothing here")
