"""Every notebook runs, in Jupyter and without any data pack."""

import runpy
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest
import torch
from nbclient import NotebookClient

from models import data
from papers import schema

SLUGS = schema.reviewed()
SECONDS = 60


@pytest.fixture
def threads() -> Iterator[None]:
    """A notebook may change the number of threads; the next test wants its own."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("slug", SLUGS)
def test_runs_in_jupyter(slug: str) -> None:
    notebook = jupytext.read(schema.ROOT / slug / "notebook.py")
    resources = {"metadata": {"path": str(schema.ROOT / slug)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()


@pytest.mark.parametrize("slug", SLUGS)
def test_runs_without_data_packs(
    slug: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], threads: None, tmp_path: Path
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setattr(data, "places", lambda pack: [tmp_path / pack])
    monkeypatch.chdir(schema.ROOT / slug)
    runpy.run_path(str(schema.ROOT / slug / "notebook.py"))
    source = (schema.ROOT / slug / "notebook.py").read_text(encoding="utf-8")
    if "PackNotFound" in source:
        assert "not found" in capsys.readouterr().out
