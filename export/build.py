"""One variant: network + paper -> graph, manifest, diagram, layer table and sample pictures, as bytes by file name."""

import base64
import hashlib
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from PIL import Image

from export import diagram, manifest, onnx, safety, tasks, terms, verify
from export.credits import credit
from export.graph import INPUT, Graph
from export.node import NodeError
from export.tasks import Answer, Array, Control, Feeds, Sample, Task, Value
from export.trace import blocks, read
from models import data, registry
from papers.schema import LANGUAGES, ContentError, Glossary, Paper, Text, Variant, load_glossary, load_paper

RANDOM_INPUTS = 16
MAPS = Text(en="What {title} gives", zh="{title} 的输出")
SEEN = Text(en="What the network sees", zh="网络看到的输入")


class BuildError(Exception):
    """Something about the variant keeps it from being exported; the text says what to do."""


# What a contributor can mend: shown as one message, without a trace.
ERRORS = (
    BuildError,
    ContentError,
    FileNotFoundError,
    KeyError,
    data.DataError,
    registry.WeightsError,
    NodeError,
    safety.UnsafeGraph,
    verify.VerificationError,
)


def build(slug: str, variant: str) -> dict[str, bytes]:
    """All files of a variant, verified. Raises BuildError, VerificationError, UnsafeGraph or what the inputs raise."""
    torch.set_num_threads(1)  # sums in the same order every time
    paper, glossary = load_paper(slug), load_glossary()
    task = tasks.load(paper.demo)
    network = registry.build(variant)
    module = task.graph(network, [path for path, _ in blocks(network)])
    samples, defaults = task.samples(network, slug), task.defaults(network)
    names = [value.name for value in task.inputs(network)]
    feeds = [defaults | sample.feeds for sample in samples] + task.random(network, RANDOM_INPUTS)
    inputs = [{name: each[name] for name in names} for each in feeds]
    with torch.no_grad():
        program = torch.export.export(module, tuple(torch.from_numpy(inputs[0][name]) for name in names))
    given = sum(not isinstance(value, Control) for value in task.inputs(network))
    graph = read(program, network, "network", given)

    results = [output.name for output in task.outputs(network)]
    taps = {tasks.tap(INPUT): INPUT} | {tasks.tap(node.path, node.turn): node.id for node in graph.nodes if node.path}
    keep = [*results, *taps]
    answers = [{name: answer[name] for name in keep} for answer in verify.reference(module, inputs)]
    tolerance = _tolerance(task, answers[:-RANDOM_INPUTS])
    model = onnx.convert(program, names, keep)
    weights, content, difference = choose(list(onnx.candidates(model)), inputs, answers, tolerance)

    pictures = [{name: _picture(array) for name, array in task.pictures(network, sample).items()} for sample in samples]
    choice, digest = _choice(paper, variant), hashlib.sha256(content).hexdigest()
    file = f"{variant}.{digest[:8]}.onnx"
    facts = manifest.Manifest(
        format=1,
        slug=slug,
        variant=variant,
        task=task.name,
        title=choice.title,
        note=choice.note,
        model=manifest.Model(file=file, sha256=digest, bytes=len(content), opset=safety.OPSET, weights=weights),
        inputs=[_input(value, inputs[0][value.name]) for value in task.inputs(network)],
        outputs=[
            manifest.Output(
                name=output.name,
                shape=list(answers[0][output.name].shape),
                type=str(answers[0][output.name].dtype),
                title=output.title,
                unit=output.unit,
                better=output.better,
            )
            for output in task.outputs(network)
        ],
        labels=task.labels(network),
        taps=_taps(taps, graph, answers[0]),
        parameters=graph.parameters,
        macs=graph.macs,
        tolerance=tolerance,
        verified=manifest.Verified(
            runtime=verify.RUNTIME, difference={name: manifest.rounded(difference[name], 3) for name in results}
        ),
        samples=[
            _sample(sample, more, answer, task.answer_to(network, sample, answer), results, task.shown(network))
            for sample, more, answer in zip(samples, pictures, answers, strict=False)
        ],
        siblings=[
            manifest.Sibling(variant=each.name, title=each.title, src=f"{each.name}.json")
            for each in paper.need_review().choices()
        ],
        beside=f"{choice.beside}.json" if choice.beside else None,
        extra=task.extra(network),
        **_weights(variant),
    )
    files = {f"{variant}.json": facts.content(), file: content}
    files |= _figures(graph, paper, variant, glossary)
    for sample, more in zip(samples, pictures, strict=True):
        files[_image(sample)] = _picture(sample.thumbnail)
        files |= {_file(sample, name, "webp", content): content for name, content in more.items()}
        large = {name: array.tobytes() for name, array in sample.feeds.items() if array.nbytes > manifest.FEW_BYTES}
        files |= {_file(sample, name, "bin", content): content for name, content in large.items()}
    files |= {name: _picture(picture, exact=True) for name, picture in task.gallery(network).items()}
    return files


def choose(
    candidates: Sequence[tuple[str, bytes]],
    inputs: Sequence[Feeds],
    answers: Sequence[verify.Outputs],
    tolerance: Mapping[str, float],
) -> tuple[str, bytes, dict[str, float]]:
    """The smallest candidate whose results stay within the tolerance: kind, content, differences.

    Raises VerificationError if even float32 does not.
    """
    for kind, content in sorted(candidates, key=lambda candidate: len(candidate[1])):
        found = verify.differences(content, inputs, answers)
        problem = verify.excess(found, tolerance)
        if problem is None:
            return kind, content, found
        if kind == "fp32":
            break
    raise verify.VerificationError(f"the exported graph is wrong: {problem}")


def _tolerance(task: Task, answers: Sequence[verify.Outputs]) -> dict[str, float]:
    """What the task allows, for the largest value of each output, to one digit and never below the fraction itself."""
    limits = {}
    for name, fraction in task.allowed.items():
        if name in answers[0]:
            largest = max(float(np.abs(answer[name]).max()) for answer in answers)
            limit = fraction * max(largest, 1.0)
            unit = 10.0 ** math.floor(math.log10(limit))
            limits[name] = manifest.rounded(math.ceil(limit / unit - 1e-9) * unit, 6)
    return limits


def _choice(paper: Paper, variant: str) -> Variant:
    choices = {each.name: each for each in paper.need_review().variants}
    if variant not in choices:
        raise BuildError(
            f"papers/{paper.slug}/paper.yaml: review.variants does not list {variant!r}: {', '.join(choices)}"
        )
    return choices[variant]


def _weights(variant: str) -> dict[str, Any]:
    """Metrics and provenance, from the card that training and evaluation wrote."""
    card = registry.card(variant)
    if card is None:
        raise BuildError(f"models/weights/{variant}.json is missing: bring it back, or make train VARIANT={variant}")
    provenance = manifest.Provenance(
        kind="trained-here", data=card["data"]["name"], recipe=card["recipe"], seed=card["seed"]
    )
    return {"metrics": card["metrics"], "provenance": provenance}


def _taps(taps: Mapping[str, str], graph: Graph, answer: verify.Outputs) -> list[manifest.Tap]:
    nodes = {node.id: node for node in graph.nodes}
    return [
        manifest.Tap(
            name=name,
            node=node,
            shape=list(answer[name].shape),
            title=Text(**{lang: MAPS[lang].format(title=terms.title(nodes[node], lang)) for lang in LANGUAGES})
            if node != INPUT
            else SEEN,
        )
        for name, node in taps.items()
    ]


def _input(value: Value, array: Array) -> manifest.Input:
    control = None
    if isinstance(value, Control):
        control = manifest.Control(
            title=value.title, default=list(value.default), low=value.low, high=value.high, step=value.step
        )
    return manifest.Input(
        name=value.name, shape=list(array.shape), type=str(array.dtype), unit=value.unit, control=control
    )


def _file(sample: Sample, name: str, kind: str, content: bytes) -> str:
    """Where something of a sample lies: in one file for all variants for which it is the same."""
    return f"samples/{sample.id}.{name}.{hashlib.sha256(content).hexdigest()[:8]}.{kind}"


def _data(sample: Sample, name: str) -> manifest.Data:
    """In the manifest itself, if the bytes are few enough."""
    content = sample.feeds[name].tobytes()
    if len(content) > manifest.FEW_BYTES:
        return manifest.Data(file=_file(sample, name, "bin", content))
    return manifest.Data(base64=base64.b64encode(content).decode())


def _kept(values: Array) -> list[float]:
    """Of many values, every n-th."""
    return [manifest.rounded(float(value), 6) for value in values.flat[:: manifest.every(values.size)]]


def _sample(
    sample: Sample,
    pictures: Mapping[str, bytes],
    outputs: verify.Outputs,
    answer: Answer,
    results: Sequence[str],
    shown: Sequence[str],
) -> manifest.Sample:
    return manifest.Sample(
        id=sample.id,
        label=sample.label,
        title=sample.title,
        source=sample.source,
        credit=credit(sample.licence),
        image=_image(sample),
        pictures={name: _file(sample, name, "webp", picture) for name, picture in pictures.items()},
        inputs={name: _data(sample, name) for name in sample.feeds},
        answer=manifest.Answer(text=answer.text, detail=answer.detail),
        outputs={name: _kept(outputs[name]) for name in results},
        taps={name: [manifest.rounded(float(value), 3) for value in outputs[name].flat] for name in shown},
        extra=sample.extra,
    )


def _figures(graph: Graph, paper: Paper, variant: str, glossary: Glossary) -> dict[str, bytes]:
    title = _choice(paper, variant).title
    pictures = diagram.draw(graph, variant, {language: title[language] for language in LANGUAGES}, glossary)
    files = {f"{variant}.diagram.{language}.svg": svg.encode() for language, svg in pictures.items()}
    return files | {f"{variant}.layers.json": manifest.dump(terms.layers(graph, variant, glossary))}


def _image(sample: Sample) -> str:
    return f"samples/{sample.id}.webp"


def _picture(picture: Array, exact: bool = False) -> bytes:
    """WebP; without loss where each level counts, as in all that is grey: ink, masks, probabilities."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", lossless=exact or picture.ndim == 2, quality=85, method=6)
    return file.getvalue()
