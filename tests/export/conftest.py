"""What the tests of export share: every variant of every paper, built once, and small made-up networks."""

import json
from collections.abc import Callable
from functools import cache

import pytest
from networks import NETWORKS
from torch import nn

from export import build, manifest, tasks
from models import registry
from papers.schema import load_paper, reviewed

PAPERS = [load_paper(slug) for slug in reviewed()]
VARIANTS = [(paper.slug, variant.name) for paper in PAPERS for variant in paper.need_review().variants]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "variant" in metafunc.fixturenames:
        metafunc.parametrize(("slug", "variant"), VARIANTS, ids=[name for _, name in VARIANTS])
    if "made_up" in metafunc.fixturenames:
        metafunc.parametrize("made_up", NETWORKS.values(), ids=list(NETWORKS))


@cache
def _built(slug: str, variant: str) -> dict[str, bytes]:
    return build.build(slug, variant)


@pytest.fixture
def files() -> Callable[[str, str], dict[str, bytes]]:
    """`files(slug, variant)`: what export makes of a variant."""
    return _built


@pytest.fixture
def facts(slug: str, variant: str) -> manifest.Manifest:
    return manifest.Manifest.model_validate(json.loads(_built(slug, variant)[f"{variant}.json"]))


@pytest.fixture
def graph_file(slug: str, variant: str, facts: manifest.Manifest) -> bytes:
    return _built(slug, variant)[facts.model.file]


@pytest.fixture
def network(variant: str) -> nn.Module:
    return registry.build(variant)


@pytest.fixture
def task(slug: str) -> tasks.Task:
    return tasks.load(load_paper(slug).demo)
