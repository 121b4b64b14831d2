"""The built site over HTTP, for reading and testing here: `python -m export.site serve`."""

import errno
import gzip
import io
import re
import threading
from contextlib import suppress
from functools import lru_cache, partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

# In a page served by `make dev`: asks whether the site has been built anew, and loads it if so.
LIVE_SCRIPT = b"""
const wait = async (seen) => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1000));
  while (document.hidden) await pause(); // a browser has few connections to a host
  const answer = await fetch(`/__live?${seen}`).then((answer) => answer.text()).catch(pause);
  if (seen && answer && answer !== seen) location.reload();
  wait(answer ?? seen);
};
wait("");
"""

# Text, which hosts send compressed, and so does this server. A .wasm would take longer to compress than to send here.
TEXT = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml", ".txt", ".bib", ".ipynb"}
ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", re.IGNORECASE)


@lru_cache(maxsize=1024)
def compressed(file: Path, changed: int, size: int) -> bytes:
    """The content of a file, which is known by the time of its last change (in nanoseconds) and its size."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)


class Live:
    """The number of the build that is being served; `wait` returns when it is no longer the one that was seen."""

    def __init__(self) -> None:
        self.build = 1
        self._changed = threading.Condition()

    def changed(self) -> None:
        with self._changed:
            self.build += 1
            self._changed.notify_all()

    def wait(self, seen: str) -> str:
        with self._changed:
            if seen == str(self.build):
                self._changed.wait(timeout=20)
            return str(self.build)


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # a connection serves many requests
    timeout = 30  # seconds until an idle connection is closed
    disable_nagle_algorithm = True  # a head and its body are sent at once, not after a pause
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".mjs": "text/javascript",
        ".js": "text/javascript",
        ".wasm": "application/wasm",
        ".json": "application/json",
        ".onnx": "application/octet-stream",
        ".woff2": "font/woff2",
        ".bib": "text/plain; charset=utf-8",
        ".ipynb": "application/x-ipynb+json",
        ".html": "text/html; charset=utf-8",
    }

    def __init__(self, *arguments, mount: str, live: Live | None, **options) -> None:  # type: ignore[no-untyped-def]
        self.mount, self.live = mount, live
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if self.live and path == "/__live":
            self.answer(self.live.wait(query).encode(), "text/plain")
        elif self.live and path == "/__live.js":
            self.answer(LIVE_SCRIPT, "text/javascript")
        elif self.live and path.endswith("/") and Path(self.translate_path(path), "index.html").exists():
            page = Path(self.translate_path(path), "index.html").read_bytes()
            self.answer(
                page.replace(b"</body>", b'<script type="module" src="/__live.js"></script></body>'), "text/html"
            )
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The head of the answer for a file; text is sent compressed to who takes it, and only if it has changed."""
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        if file.suffix not in TEXT or not file.is_file():
            return super().send_head()
        packed = ACCEPTS_GZIP.search(self.headers.get("Accept-Encoding", "")) is not None
        try:
            state = file.stat()
            body = compressed(file, state.st_mtime_ns, state.st_size) if packed else file.read_bytes()
        except OSError:  # gone since: the site is being replaced
            return super().send_head()
        tag = f'"{state.st_mtime_ns:x}-{state.st_size:x}{"-gzip" if packed else ""}"'
        unchanged = tag in self.headers.get("If-None-Match", "")
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", tag)
        self.send_header("Vary", "Accept-Encoding")
        if not unchanged:
            self.send_header("Content-Type", self.guess_type(file))
            self.send_header("Content-Length", str(len(body)))
            if packed:
                self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        return None if unchanged else io.BytesIO(body)

    def translate_path(self, path: str) -> str:
        inside = path.startswith(self.mount)
        return super().translate_path("/" + path[len(self.mount) :] if inside else "/no-such-page")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code == 404 and page.exists():
            self.answer(page.read_bytes(), "text/html; charset=utf-8", code)
        else:
            super().send_error(code, message, explain)

    def answer(self, body: bytes, kind: str, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the terminal is for what has to be read."""

    def handle(self) -> None:
        with suppress(ConnectionError, TimeoutError):  # the reader has left the page
            super().handle()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class PortError(Exception):
    """The port cannot be had; the text says what to do."""


def open_server(folder: Path, port: int, mount: str = "/", live: Live | None = None) -> Server:
    """A server of `folder`, for this machine only, under the path `mount`; port 0: any free one. Raises PortError."""
    try:
        return Server(("127.0.0.1", port), partial(Handler, directory=str(folder), mount=mount, live=live))
    except (OSError, OverflowError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise PortError(
                f"Port {port} is in use: stop what uses it, or choose another one, PORT={port + 1}."
            ) from None
        raise PortError(f"Port {port} cannot be used ({error}): choose another one, PORT=8080 for instance.") from None
