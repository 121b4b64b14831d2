"""What the pages are made from, read once: the papers, the glossary, and what the export wrote."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from papers.schema import Glossary, Index, Paper, load_glossary, load_index, load_paper

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "build" / "artefacts"


class MissingArtefact(Exception):
    """The export has not written what a page needs; the text names the file and the command."""


@dataclass(frozen=True)
class Library:
    """`root` holds the papers, `weights` the cards, `artefacts` what `python -m export` made of them."""

    root: Path = ROOT / "papers"
    weights: Path = ROOT / "models" / "weights"
    artefacts: Path = ARTEFACTS

    @cached_property
    def index(self) -> Index:
        return load_index(self.root)

    @cached_property
    def glossary(self) -> Glossary:
        return load_glossary(self.root)

    @cached_property
    def papers(self) -> dict[str, Paper]:
        """By slug, in the index's order."""
        return {slug: load_paper(slug, self.root, self.index) for slug in self.index.slugs()}

    @cached_property
    def reviewed(self) -> dict[str, Paper]:
        """Those that have a review, networks and a demo."""
        return {slug: paper for slug, paper in self.papers.items() if paper.review}

    def text(self, slug: str, name: str) -> str:
        """An artefact's text. Raises MissingArtefact."""
        file = self.artefacts / slug / name
        if not file.exists():
            shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
            raise MissingArtefact(
                f"{shown} does not exist: run `python -m export {slug}`, and check the variant's name"
            )
        return file.read_text(encoding="utf-8")

    @cached_property
    def manifest(self) -> Callable[[str, str], dict[str, Any]]:
        """Of a slug and a variant. Not to be changed: a page asks for few, but for them often, and all get the same."""
        return lru_cache(maxsize=64)(lambda slug, variant: json.loads(self.text(slug, f"{variant}.json")))

    def metrics(self, variant: str) -> dict[str, Any]:
        """What was measured of a network, by name; empty where nothing has been yet."""
        card = self.weights / f"{variant}.json"
        return json.loads(card.read_text(encoding="utf-8"))["metrics"] if card.exists() else {}

    def layers(self, slug: str, variant: str) -> dict[str, Any]:
        return json.loads(self.text(slug, f"{variant}.layers.json"))

    def diagram(self, slug: str, variant: str, language: str) -> str:
        return self.text(slug, f"{variant}.diagram.{language}.svg")
