"""What a block is called in either language, and the layer table that says so."""

import math
from typing import Any

from export.graph import Graph, Node, Shape
from papers.schema import LANGUAGES, Glossary

# Operations that join blocks, and standard blocks that no paper's glossary explains.
COMMON = {
    "sum": {"en": "sum", "zh": "求和"},
    "difference": {"en": "difference", "zh": "求差"},
    "product": {"en": "product", "zh": "逐元素相乘"},
    "concatenation": {"en": "concatenation", "zh": "拼接"},
    "matrix-product": {"en": "matrix product", "zh": "矩阵乘法"},
    "transposed-convolution": {"en": "transposed convolution", "zh": "转置卷积"},
    "plain-block": {"en": "plain block", "zh": "普通块"},
}
# Blocks that a network names by a word, not by the paper's sign for them.
PLAIN_NAMES = {
    "Output": {"en": "Output", "zh": "输出"},
    "Localisation": {"en": "Locate", "zh": "定位"},
    "Grid": {"en": "Grid", "zh": "网格"},
    "Sampler": {"en": "Sampler", "zh": "采样器"},
    "Average": {"en": "Average", "zh": "平均"},
    "First": {"en": "First", "zh": "第一层"},
    "Second": {"en": "Second", "zh": "第二层"},
    "Propose": {"en": "Propose", "zh": "提出候选"},
    "Pool": {"en": "Pool", "zh": "池化"},
    "Head": {"en": "Head", "zh": "检测头"},
}
# Those that it counts.
COUNTED = {
    "Block": {"en": "Block {number}", "zh": "第 {number} 块"},
    "Contracting": {"en": "Contracting {number}", "zh": "收缩 {number}"},
    "Expanding": {"en": "Expanding {number}", "zh": "扩张 {number}"},
    "Up": {"en": "Up {number}", "zh": "上卷积 {number}"},
}
SYMBOLS = {"sum": "+", "difference": "−", "product": "×", "concatenation": "‖", "matrix-product": "·", "pooling": "↓"}

# Other fixed words of diagram and table: (English, Chinese).
PHRASES = {
    "input": ("Input", "输入"),
    "maps": ("{count} map{s}", "{count} 张特征图"),
    "units": ("{count} unit{s}", "{count} 个单元"),
    "stride": ("stride {count}", "步幅 {count}"),
    "parts": ("{count} blocks", "{count} 个模块"),
    "parameters": ("{count} parameter{s}", "{count} 个参数"),
    "shared": ("same weights", "权值共享"),
    "comma": (", ", "，"),
    "title": ("Structure of {name}", "{name} 的结构"),
    "flow": (
        "From the input {shape}: {blocks}. {count} parameters in all.",
        "输入 {shape}，依次经过：{blocks}。共 {count} 个参数。",
    ),
    "then": (", then ", "；"),
    "press": ("Each block is a link to its row in the table of layers.", "每个模块都链接到各层表格中对应的一行。"),
}


def phrase(key: str, language: str, count: int | None = None, **fields: object) -> str:
    """A fixed text; `count` is written with separators and chooses the English plural."""
    text = PHRASES[key][LANGUAGES.index(language)]
    number = "" if count is None else f"{count:,}"
    return text.format(count=number, s="" if count == 1 else "s", **fields)


def name(term: str, language: str, glossary: Glossary) -> str:
    """The term's one rendering in that language."""
    if term in glossary:
        return str(getattr(glossary[term], language))
    return COMMON[term][language] if term in COMMON else term.replace("-", " ")


def title(node: Node, language: str) -> str:
    """The block's name in the paper, or the sign of an operation."""
    if node.title in PLAIN_NAMES:
        return PLAIN_NAMES[node.title][language]
    word, _, number = node.title.partition(" ")
    if word in COUNTED:
        return COUNTED[word][language].format(number=number)
    return node.title or SYMBOLS.get(node.term, "·")


def size(shape: Shape) -> str:
    """A shape as the papers write it, without a batch of one: `6@28×28`, `84`, `300 × 96@7×7`."""
    channels, *space = shape[1:] or (1,)
    each = f"{channels}@{'×'.join(map(str, space))}" if space else str(channels)
    return f"{shape[0]} × {each}" if shape[0] > 1 else each


def is_map(shape: Shape) -> bool:
    """Whether a shape has an extent, so that it is drawn as maps and not as units."""
    return math.prod(shape[2:]) > 1


def detail(node: Node, language: str) -> str:
    """Kernel, stride and number of maps: `5×5, 6 maps`."""
    parts = []
    if node.window:
        parts.append("×".join(map(str, node.window)))
    if node.stride > 1:
        parts.append(phrase("stride", language, node.stride))
    if node.parts:
        parts.append(phrase("parts", language, len(node.parts)))
    parts.append(
        phrase("maps" if len(node.output) > 2 else "units", language, node.output[1] if node.output[1:] else 1)
    )
    if node.turn > 1:
        parts.append(phrase("shared", language))
    return phrase("comma", language).join(parts)


def layers(graph: Graph, variant: str, glossary: Glossary) -> dict[str, Any]:
    """The layer table of one variant. Parameters and MACs are those of all repeats, so that they sum to the totals."""
    rows = [
        {
            "node": node.id,
            "title": {language: title(node, language) for language in LANGUAGES},
            "term": node.term,
            "name": {language: name(node.term, language, glossary) for language in LANGUAGES},
            "detail": {language: detail(node, language) for language in LANGUAGES},
            "source": vars(node.source) if node.source else None,
            "input": list(node.input),
            "output": list(node.output),
            "parameters": node.parameters,
            "macs": node.macs,
            "receptive_field": node.receptive_field,
            "repeats": node.repeats,
        }
        for node in graph.nodes
    ]
    return {
        "variant": variant,
        "totals": {"parameters": graph.parameters, "macs": graph.macs},
        "layers": rows,
        "edges": [list(edge) for edge in graph.edges],
    }
