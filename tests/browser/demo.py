"""The hands of the browser tests: what a reader does with a demo, and what the demo then says."""

import math
import re
from itertools import pairwise
from typing import Any

from playwright.sync_api import Page, Route, expect

# On a review page: the demo's own modules, which the page itself has loaded too.
IMPORT = """
  const load = (file) => import(new URL('../../../assets/demo/' + file, location.href).href);
  const { runtime } = await load('runtime.js');
  const { loadManifest, sampleFeeds } = await load('manifest.js');
  const { say } = await load('strings.js');
"""
LANGUAGES = ["en", "zh"]
Point = tuple[float, float]


def line(*corners: Point, steps: int = 12) -> list[Point]:
    """A stroke through corners, in fractions of the pad's side."""
    return [
        (x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps)
        for (x0, y0), (x1, y1) in pairwise(corners)
        for i in range(steps + 1)
    ]


def ring(x: float = 0.5, y: float = 0.5, width: float = 0.2, height: float = 0.3, steps: int = 36) -> list[Point]:
    """A closed ellipse."""
    turns = (2 * math.pi * i / steps for i in range(steps + 1))
    return [(x + width * math.sin(turn), y - height * math.cos(turn)) for turn in turns]


ONE = [line((0.5, 0.15), (0.5, 0.85))]
SEVEN = [line((0.3, 0.2), (0.7, 0.2), (0.45, 0.85))]
ZERO = [ring()]


def come_to_demo(page: Page) -> None:
    """Scroll to it, so that it begins. Its head goes below the page's own, which would lie over a pad."""
    page.locator("paper-demo").first.evaluate(
        "demo => scrollBy({ top: demo.getBoundingClientRect().top - 80, behavior: 'instant' })"
    )


class Held:
    """The requests for files of that name, which come when the test lets them."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page, self._pattern = page, re.compile(pattern)
        self._waiting: list[Route] = []
        page.context.route(self._pattern, self._keep)

    def _keep(self, route: Route) -> None:
        self._waiting.append(route)

    def come(self) -> None:
        """Wait until there is one."""
        while not self._waiting:
            self._page.wait_for_timeout(20)

    def let_go(self) -> None:
        """Those, as soon as there is one, and all that follow."""
        self.come()
        for route in self._waiting:
            route.continue_()
        self._page.context.unroute(self._pattern, self._keep)


class Demo:
    """The first `<paper-demo>` of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element = page.locator("paper-demo").first
        self.pad = self.element.locator("canvas.pd-pad-ink")
        self.answer = self.element.locator(".pd-digit")
        self.alert = self.element.locator(".pd-alert")
        self.backend = self.element.locator(".pd-foot select")
        self.camera = self.element.locator(".pd-tools button[aria-pressed]")
        self.lang = page.locator("html").get_attribute("lang") or "en"
        come_to_demo(page)
        # Longer than usual: a network that an earlier test left running on WebGPU may still keep the browser busy.
        expect(self.element.locator(".pd-frame:not([inert])")).to_be_visible(timeout=60_000)
        self.element.evaluate("demo => demo.addEventListener('result', ({ detail }) => { demo.latest = detail; })")

    def wait(self, state: str = "ready") -> None:
        expect(self.element).to_have_attribute("data-state", state, timeout=60_000)

    def draw(self, strokes: list[list[Point]]) -> None:
        """By mouse."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        assert box
        for stroke in strokes:
            places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for place in places[1:]:
                self.page.mouse.move(*place)
            self.page.mouse.up()

    def touch(self, strokes: list[list[Point]]) -> None:
        """By finger."""
        self.pad.scroll_into_view_if_needed()
        box = self.pad.bounding_box()
        assert box
        session = self.page.context.new_cdp_session(self.page)
        for stroke in strokes:
            for i, (x, y) in enumerate(stroke):
                place = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
                kind = "touchMove" if i else "touchStart"
                session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [place]})
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def clear(self) -> None:
        self.element.get_by_role("button", name={"en": "Clear", "zh": "清空"}[self.lang], exact=True).click()

    def sample(self, place: int) -> str:
        """The id of a sample."""
        return self.element.locator(".pd-samples input").nth(place).get_attribute("value") or ""

    def choose(self, sample: str) -> None:
        self.element.locator(f".pd-samples label:has(input[value='{sample}'])").click()

    def network(self, variant: str) -> None:
        self.element.locator(f".pd-networks label:has(input[data-variant='{variant}'])").click()

    def upload(self, name: str, kind: str, data: bytes) -> None:
        file: Any = {"name": name, "mimeType": kind, "buffer": data}
        self.element.locator("input[type=file]").set_input_files(file)

    def sentence(self, code: str) -> str:
        """What strings.js has for a code, in the page's language."""
        return self.page.evaluate(
            f"async ([key, lang]) => {{ {IMPORT} return (await load('strings.js')).say(lang, key); }}",
            [code, self.lang],
        )

    def expect_sentence(self, code: str) -> None:
        """The reader sees this sentence, and it is in their language."""
        expect(self.alert).to_have_attribute("data-code", code, timeout=60_000)
        sentence = self.sentence(code)
        expect(self.alert.locator("p").first).to_have_text(sentence)
        assert any("\u4e00" <= character <= "\u9fff" for character in sentence) == (self.lang == "zh")
