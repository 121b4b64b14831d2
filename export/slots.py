"""What a review may say between `[[` and `]]`: every number, table and figure that is not written by hand."""

import difflib
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError

from export import fragments
from export.library import Library
from export.words import say
from papers.schema import Paper

# Blocks and comments of the template language are not for prose: their signs are such as no text contains.
SLOTS = Environment(
    variable_start_string="[[", variable_end_string="]]",
    block_start_string="[[%%", block_end_string="%%]]", comment_start_string="[[##", comment_end_string="##]]",
    undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False,
)  # fmt: skip


class SlotError(Exception):
    """A slot cannot be filled; the text names the file, the line, the slot and the remedy."""


def fill(text: str, functions: dict[str, Any], file: Path | str) -> str:
    """The text with its slots filled. Raises SlotError."""
    try:
        return SLOTS.from_string(text).render(functions)
    except TemplateSyntaxError as error:
        raise SlotError(
            f"{file}:{error.lineno}: {slot_at(text, error.lineno)} is not a slot: {error.message}"
        ) from None
    except Exception as error:
        line = template_line(error)
        known = f" (slots: {', '.join(sorted(functions))})" if "is undefined" in str(error) else ""
        raise SlotError(f"{file}:{line}: {slot_at(text, line)}: {error}{known}") from error


def template_line(error: BaseException) -> int:
    """The line of the text at which filling it stopped."""
    trace, line = error.__traceback__, 1
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def slot_at(text: str, line: int) -> str:
    lines = text.splitlines()
    found = re.search(r"\[\[.*?(\]\]|$)", lines[line - 1]) if 0 < line <= len(lines) else None
    return f"the slot `{found[0]}`" if found else "a slot"


class ReviewSlots:
    """The slots of one paper's review in one language; each method is a slot."""

    def __init__(self, library: Library, paper: Paper, language: str, home: str = "../../") -> None:
        """`home`: the way from the page to the language's first page."""
        self._library, self._paper, self._language, self._home = library, paper, language, home
        self._review = paper.need_review()
        self._say = say(language)

    def functions(self) -> dict[str, Callable[..., str]]:
        return {name: getattr(self, name) for name in dir(self) if not name.startswith("_") and name != "functions"}

    def demo(self) -> str:
        """The demo, with the samples' results inside it until the reader touches it."""
        return fragments.demo(self._library, self._paper, self._language, f"{self._home}../")

    def diagram(self, variant: str) -> str:
        svg = self._library.diagram(self._paper.slug, variant, self._language)
        return fragments.diagram(svg, variant)

    def layers(self, variant: str) -> str:
        layers = self._library.layers(self._paper.slug, variant)
        network = self._variant_title(variant)
        return fragments.layer_table(
            layers, network, self._library.glossary, self._language, self._home, self._paper.slug
        )

    def networks(self) -> str:
        """All networks of the demo in one table, and, folded, the structure of those that are not the default."""
        titles = {variant.name: variant.title[self._language] for variant in self._review.variants}
        table = fragments.networks({name: self._manifest(name) for name in titles}, titles, self._language)
        others = [
            fragments.folded(self._say("structure", network=titles[name]), self.diagram(name), self.layers(name))
            for name in list(titles)[1:]
        ]
        return "\n\n".join([table, *others])

    def metric(self, variant: str, name: str, label: str = "") -> str:
        """A measured number: `0.93 %`; with a label, that of one class where the card has one for each."""
        metrics = self._library.metrics(variant)
        if name not in metrics:
            raise ValueError(
                f"{variant} has no metric {name!r}; its card has: {', '.join(metrics) or 'none, train it first'}"
            )
        value = metrics[name]
        if label and label not in value:
            raise ValueError(f"{variant} has no {name!r} of {label!r}; its card has: {', '.join(value)}")
        return fragments.number(name, value[label] if label else value, self._language)

    def claim(self, id: str) -> str:
        """A number of the paper with its place: `0.95 % (Fig. 9)`."""
        ids = [claim.id for claim in self._review.claims]
        if id not in ids:
            raise ValueError(f"paper.yaml has no claim {id!r}; it has: {', '.join(ids)}")
        return fragments.claim(self._review.claim(id), self._language)

    def results(self) -> str:
        metrics = {name: self._library.metrics(name) for name in self._review.titles(self._language)}
        return fragments.results(self._paper, metrics, self._library.index.metrics, self._language)

    def departures(self) -> str:
        return fragments.departures(self._paper, self._language)

    def lineage(self) -> str:
        edges = fragments.lineage(self._paper, self._library.papers, self._language)
        return f"### {self._say('lineage')} {{#lineage}}\n\n{edges}"

    def notebook(self) -> str:
        other = {"en": "zh", "zh": "en"}[self._language]
        slug = self._paper.slug
        files = {self._language: f"{slug}.ipynb", other: f"{self._home}../{other}/papers/{slug}/{slug}.ipynb"}
        return self._say("notebook", **files)

    def parameters(self, variant: str) -> str:
        return f"{self._manifest(variant)['parameters']:,}"

    def macs(self, variant: str) -> str:
        return f"{self._manifest(variant)['macs']:,}"

    def size(self, variant: str) -> str:
        return f"{self._manifest(variant)['model']['bytes'] / 1000:,.0f} kB"

    def difference(self, variant: str) -> str:
        """The largest difference of any result between PyTorch and ONNX Runtime."""
        return fragments.scientific(max(self._manifest(variant)["verified"]["difference"].values()))

    def term(self, key: str, text: str | None = None) -> str:
        """A link to the glossary."""
        if key not in self._library.glossary:
            keys = [key for key, _ in self._library.glossary.items()]
            near = difflib.get_close_matches(key, keys, 1)
            raise ValueError(
                f"papers/glossary.yaml has no term {key!r}; {f'did you mean {near[0]!r}?' if near else 'add it'}"
            )
        term = self._library.glossary[key]
        definition = html.escape(term.definition[self._language])
        shown = text or getattr(term, self._language)
        return f'<a class="lp-term" href="{self._home}glossary/#{key}" title="{definition}">{html.escape(shown)}</a>'

    def _manifest(self, variant: str) -> dict[str, Any]:
        return self._library.manifest(self._paper.slug, variant)

    def _variant_title(self, name: str) -> str:
        return next(variant.title[self._language] for variant in self._review.variants if variant.name == name)
