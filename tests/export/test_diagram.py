"""Diagrams and layer tables: complete in both languages, and every text within its card."""

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

import pytest
import torch
from networks import NETWORKS
from torch import nn

from export import cards, diagram, terms
from export.graph import Graph
from export.node import NodeError
from export.trace import trace
from models.unet import UNet
from papers.schema import LANGUAGES, load_glossary

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "title", "desc", "g", "a", "path", "rect", "circle", "text"}
Element = ElementTree.Element


def drawings(slug: str, variant: str, files) -> Iterator[tuple[str, Element]]:
    for language in LANGUAGES:
        content = files(slug, variant)[f"{variant}.diagram.{language}.svg"]
        yield language, ElementTree.fromstring(content)


def corner(element: Element) -> tuple[float, float]:
    x, y = re.findall(r"-?[\d.]+", element.get("transform", "translate(0 0)"))[:2]
    return float(x), float(y)


def texts_fit(root: Element) -> None:
    """Each text, by the estimate that also sets its size, lies in its card; each card in the picture."""
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    for group in root.iter(f"{SVG}g"):
        frame = group.find(f"{SVG}rect[@class='frame']")
        if frame is None:
            continue
        x, y = corner(group)
        width, height = float(frame.get("width", 0)), float(frame.get("height", 0))
        assert x >= 0 and y >= 0 and x + width <= wide and y + height <= high
        for text in group.findall(f"{SVG}text"):
            size = float(text.get("font-size", 0))
            extent = cards.width(text.text or "", size, text.get("font-weight") == "700")
            left = float(text.get("x", 0)) - (extent / 2 if text.get("text-anchor") == "middle" else 0)
            assert left >= 0 and left + extent <= width + 0.5, text.text
            assert size <= float(text.get("y", 0)) + 1 and float(text.get("y", 0)) <= height - 2, text.text
            assert size >= 10, f"{text.text} can hardly be read"


def test_every_block_has_a_name_in_both_languages(slug: str, variant: str, files) -> None:
    """In words of export/terms.py or papers/glossary.yaml, and not left in the code's English."""
    glossary = load_glossary()
    for layer in json.loads(files(slug, variant)[f"{variant}.layers.json"])["layers"]:
        assert layer["term"] in glossary or layer["term"] in terms.COMMON, f"export/terms.py: add {layer['term']!r}"
    for _, root in (each for each in drawings(slug, variant, files) if each[0] == "zh"):
        for group in root.iter(f"{SVG}g"):
            bold = [text.text or "" for text in group.findall(f"{SVG}text") if text.get("font-weight") == "700"]
            title = "".join(bold[:1])
            words = set(re.findall(r"[A-Za-z]{4,}", title)) - {"Conv", "LeNet"}  # what the papers call them
            assert not words or re.search(r"[\u4e00-\u9fff]", title), f"export/terms.py: {title!r} has no Chinese"


def test_every_block_is_a_link_to_its_row(slug: str, variant: str, files) -> None:
    table = json.loads(files(slug, variant)[f"{variant}.layers.json"])
    glossary = load_glossary()
    for language, root in drawings(slug, variant, files):
        links = {link.get("data-node"): link for link in root.iter(f"{SVG}a")}
        assert list(links) == [layer["node"] for layer in table["layers"]]
        for layer in table["layers"]:
            link = links[layer["node"]]
            assert link.get("class") == "node" and link.get("href") == f"#layer-{variant}-{layer['node']}"
            shown = " ".join(text.text or "" for text in link.iter(f"{SVG}text"))
            words = terms.name(layer["term"], language, glossary)
            for word in (layer["title"][language], *words.split()):
                assert word in shown
            if layer["parameters"]:
                assert f"{layer['parameters']:,}" in shown and terms.size(tuple(layer["output"])) in shown


def test_a_block_that_is_named_by_a_word_has_it_in_both_languages(files) -> None:
    table = json.loads(files("lenet", "lenet4")["lenet4.layers.json"])
    assert {layer["node"]: layer["title"] for layer in table["layers"]}["output"] == {"en": "Output", "zh": "输出"}


def test_pictures_are_described_in_their_language(slug: str, variant: str, files) -> None:
    ids = set()
    for language, root in drawings(slug, variant, files):
        assert root.get("lang") == language
        title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
        assert title is not None and root.get("aria-labelledby") == title.get("id")
        assert description is not None and root.get("aria-describedby") == description.get("id")
        assert bool(re.search(r"[\u4e00-\u9fff]", f"{title.text}{description.text}")) == (language == "zh")
        ids |= {element.get("id") for element in root.iter() if element.get("id")}
    assert len(ids) == 2 * len(LANGUAGES), "ids must not meet when both stand in one page"


def test_texts_fit_and_a_phone_is_wide_enough(slug: str, variant: str, files) -> None:
    for _, root in drawings(slug, variant, files):
        assert float(root.get("viewBox", "").split()[2]) == diagram.WIDTH
        texts_fit(root)


def test_no_style_and_no_script(slug: str, variant: str, files) -> None:
    for _, root in drawings(slug, variant, files):
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in DRAWN
            assert "style" not in element.attrib
            for key in ("fill", "stroke"):
                assert re.fullmatch(r"none|var\(--lp-[a-z0-9-]+, #[0-9a-f]{6}\)", element.get(key, "none")), (
                    element.attrib
                )


@pytest.mark.parametrize("name", NETWORKS)
def test_made_up_networks_can_be_drawn(name: str) -> None:
    network: nn.Module = NETWORKS[name]()
    graph: Graph = trace(network, torch.zeros(1, 1, 16, 16))
    for svg in diagram.draw(graph, "made-up", {"en": "Made up", "zh": "示例"}, load_glossary()).values():
        root = ElementTree.fromstring(svg)
        assert len(list(root.iter(f"{SVG}a"))) == len(graph.nodes)
        texts_fit(root)
        assert float(root.get("viewBox", "").split()[2]) == diagram.WIDTH
    if name == "Chain":
        assert "×3" in svg


def test_without_the_layout_engine_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    script = tmp_path / "layout.mjs"
    script.write_bytes(diagram.SCRIPT.read_bytes())  # where no node_modules are in reach
    monkeypatch.setattr(diagram, "SCRIPT", script)
    graph = trace(NETWORKS["Chain"](), torch.zeros(1, 1, 16, 16))
    with pytest.raises(NodeError, match="npm ci"):
        diagram.draw(graph, "made-up", {"en": "Made up"}, load_glossary())


def test_rows_speak_both_languages(slug: str, variant: str, files) -> None:
    for layer in json.loads(files(slug, variant)[f"{variant}.layers.json"])["layers"]:
        for text in (layer["name"], layer["detail"]):
            assert set(text) == set(LANGUAGES) and all(text.values())
        assert re.search(r"[\u4e00-\u9fff]", layer["name"]["zh"] + layer["detail"]["zh"])


def test_a_network_that_goes_back_up_is_drawn_as_a_u() -> None:
    """Each level of the way down beside that of the way up, the arrows of which point upwards."""
    graph = trace(UNet(4, 204).eval(), torch.zeros(1, 1, 204, 204))
    root = ElementTree.fromstring(diagram.draw(graph, "u", {"en": "U"}, load_glossary())["en"])
    texts_fit(root)
    places = {link.get("data-node"): corner(link[0]) for link in root.iter(f"{SVG}a")}
    rising = [f"{kind}_{level}" for level in range(4) for kind in ("up", "expanding")] + ["output"]
    assert [places[node][1] for node in rising] == sorted((places[node][1] for node in rising), reverse=True)
    for level in range(4):
        (left, down), (right, up) = places[f"contracting_{level}"], places[f"expanding_{3 - level}"]
        assert left < right and abs(up - down) < 30
    heads = [path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("fill") == diagram.LINE]
    assert len(heads) == len(graph.edges)
    assert sum("l-4 7h8z" in head for head in heads) == 3 * 4 + 1  # up, concatenation, pair; output
