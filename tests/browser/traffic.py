"""What a page weighs on the wire."""

import gzip

from playwright.sync_api import Page, Response


class Traffic:
    """All that a page asks for from now on, each address once: then the browser's cache has it."""

    def __init__(self, page: Page) -> None:
        self._answers: dict[str, Response] = {}
        page.on("response", lambda answer: self._answers.setdefault(answer.url, answer))

    def weights(self) -> dict[str, int]:
        """Bytes by address, compressed as the smallest gzip does it."""
        return {
            url: len(gzip.compress(answer.body(), 9))
            for url, answer in list(self._answers.items())
            if answer.ok and not url.startswith(("data:", "blob:"))
        }
