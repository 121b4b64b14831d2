"""`python -m export`: what is up to date is skipped, what is wrong is named."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from export import __main__ as command
from export import stamp, worker
from models import registry
from papers import schema

Run = Callable[..., Result]
VARIANTS = {slug: schema.load_paper(slug).need_review().variants for slug in schema.reviewed()}
SLUG = max(VARIANTS, key=lambda slug: len(VARIANTS[slug]))  # a paper with several networks
NAMES = [variant.name for variant in VARIANTS[SLUG]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Callable[[str, str], dict[str, bytes]]) -> Run:
    """The command on one paper, in a folder of its own; what it builds has been built before."""
    built: list[str] = []

    def attempts(variants: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], worker.Result]]:
        built.extend(name for _, name in variants)
        yield from ((variant, files(*variant)) for variant in variants)

    monkeypatch.setattr(command, "attempts", attempts)

    def run(*arguments: str) -> Result:
        built.clear()
        result = CliRunner().invoke(command.app, [SLUG, "--artefacts", str(tmp_path), *arguments])
        result.built = list(built)  # type: ignore[attr-defined]
        return result

    return run


@pytest.fixture
def exported(run: Run, tmp_path: Path) -> Path:
    assert run().exit_code == 0
    return tmp_path / SLUG


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.rglob("*") if file.is_file()}


def test_all_files_of_every_variant_are_written(exported: Path) -> None:
    for name in NAMES:
        for ending in ("json", "layers.json", "diagram.en.svg", "diagram.zh.svg"):
            assert (exported / f"{name}.{ending}").is_file()
        assert len(list(exported.glob(f"{name}.????????.onnx"))) == 1
    assert not list(exported.rglob("*.part"))


def test_what_is_up_to_date_is_left_alone(run: Run, exported: Path) -> None:
    before = state(exported)
    result = run()
    assert result.exit_code == 0 and result.built == [] and "up to date" in result.output
    assert state(exported) == before
    assert run("--force").built == NAMES


def test_only_what_changed_is_made_again(run: Run, exported: Path) -> None:
    entries = json.loads((exported / stamp.FILE).read_text())
    entries[NAMES[0]]["inputs"]["torch"] = "1.0"
    (exported / stamp.FILE).write_text(json.dumps(entries))
    checked = run("--check")
    assert checked.exit_code == 1 and f"{NAMES[0]}: torch has changed" in checked.output
    assert run().built == NAMES[:1]
    assert run("--check").exit_code == 0


def test_a_missing_file_is_made_again(run: Run, exported: Path) -> None:
    (exported / f"{NAMES[1]}.layers.json").unlink()
    assert run().built == [NAMES[1]]
    assert run("--check").exit_code == 0


def test_an_unreadable_stamp_means_everything_is_due(run: Run, exported: Path) -> None:
    (exported / stamp.FILE).write_text("{")
    assert run().built == NAMES


def test_graphs_of_earlier_exports_are_removed(run: Run, exported: Path) -> None:
    old = exported / f"{NAMES[0]}.00000000.onnx"
    old.write_bytes(b"old")
    run("--force")
    assert not old.exists()


@pytest.mark.parametrize("ending", ["onnx", "json", "svg", "webp"])
def test_check_finds_one_changed_byte_and_writes_nothing(run: Run, exported: Path, ending: str) -> None:
    assert run("--check").exit_code == 0
    file = sorted(exported.rglob(f"*.{ending}"))[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    before = state(exported)
    result = run("--check")
    assert result.exit_code == 1
    assert f"{file.relative_to(exported).as_posix()} is not what was exported" in result.output.replace("\n", " ")
    assert state(exported) == before


def test_check_runs_the_graph_again(run: Run, exported: Path) -> None:
    """A manifest whose answers are not the graph's is found even if its hash was made to fit."""
    file = exported / f"{NAMES[0]}.json"
    facts = json.loads(file.read_text())
    name = facts["outputs"][0]["name"]
    facts["samples"][0]["outputs"][name][0] += 1
    file.write_text(json.dumps(facts))
    entries = json.loads((exported / stamp.FILE).read_text())
    entries[NAMES[0]]["files"][file.name] = stamp.digest(file.read_bytes())
    (exported / stamp.FILE).write_text(json.dumps(entries))
    result = run("--check")
    assert result.exit_code == 1 and f"{name} differs by up to 1" in result.output


def test_check_with_force_compares_a_rebuild(run: Run, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("--check", "--force").exit_code == 0
    real = command.attempts
    monkeypatch.setattr(
        command,
        "attempts",
        lambda v: ((k, f | {f"{k[1]}.layers.json": b"{}"}) for k, f in real(v)),  # type: ignore
    )
    result = run("--check", "--force")
    assert result.exit_code == 1 and f"{NAMES[0]}.layers.json would be different" in result.output


def test_check_before_any_export(run: Run) -> None:
    result = run("--check")
    assert result.exit_code == 1 and f"{NAMES[0]}: it has not been exported" in result.output


def test_an_unknown_paper_is_answered_with_the_known_ones() -> None:
    result = CliRunner().invoke(command.app, ["lenett"])
    assert result.exit_code == 1
    assert ". Did you mean lenet? Known: " in result.output


def test_missing_weights_name_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    for name in NAMES:
        assert f"make train VARIANT={name}" in worker.attempt(SLUG, name)


def test_many_variants_are_built_side_by_side(tmp_path: Path) -> None:
    """One that fails says why and does not keep the others back."""
    variants = [(SLUG, f"no-such-{number}") for number in range(2 * worker.WORTH_A_PROCESS)]
    found = dict(worker.attempts(variants))
    assert set(found) == set(variants)
    assert all("unknown variant" in str(answer) for answer in found.values())


def test_content_errors_are_shown_without_a_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schema, "ROOT", tmp_path)
    result = CliRunner().invoke(command.app, [])
    assert result.exit_code == 1 and "glossary.yaml" in result.output and "Traceback" not in result.output


def test_every_module_that_builds_is_in_the_stamp() -> None:
    code = (
        "import sys, export.build; from export import tasks; [tasks.load(name) for name in tasks.names()]; "
        "print(*(m for m in sys.modules if m.startswith('export.')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=stamp.ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = [name.removeprefix("export.") for name in found.split()]
    modules = {name for name in names if name.split(".")[0] not in stamp.FOLDERS}
    assert modules == {name.removesuffix(".py") for name in stamp.CODE if name.endswith(".py")}
    assert all((stamp.ROOT / "export" / name).is_file() for name in stamp.CODE)


def test_every_module_of_models_that_builds_is_in_the_stamp() -> None:
    """Also those that a demo's task imports: how objects are counted, what a network's constants are."""
    for slug, paper in ((slug, schema.load_paper(slug)) for slug in VARIANTS):
        code = (
            f"import sys, models.{slug.replace('-', '_')}; "
            f"from export import tasks; tasks.load({paper.demo!r}); "
            "print(*(m for m in sys.modules if m.startswith('models.')))"
        )
        loaded = subprocess.run(
            [sys.executable, "-c", code], cwd=stamp.ROOT, capture_output=True, text=True, check=True
        ).stdout.split()
        kept = set(stamp.inputs(paper, VARIANTS[slug][0].name, schema.load_glossary()))
        files = {f"{name.replace('.', '/')}{ending}" for name in loaded for ending in (".py", "/__init__.py")}
        assert {file for file in files if (stamp.ROOT / file).is_file()} <= kept, slug


def test_damaged_weights_name_the_file_and_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = registry.WEIGHTS / f"{NAMES[0]}.safetensors"
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    for content, said in ((file.read_bytes()[:300], "is damaged"), (file.read_bytes(), "does not fit the network")):
        (tmp_path / f"{NAMES[1]}.safetensors").write_bytes(content)
        found = worker.attempt(SLUG, NAMES[1])
        assert isinstance(found, str) and said in found and f"make train VARIANT={NAMES[1]}" in found


def test_the_real_thing_in_processes_of_its_own(tmp_path: Path, files: Callable[[str, str], dict[str, bytes]]) -> None:
    """Other processes give the same bytes; the second time there is nothing to do, and no need of PyTorch."""
    arguments = ["export", SLUG, "--artefacts", str(tmp_path)]
    first = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=stamp.ROOT, capture_output=True, text=True, check=False
    )
    assert first.returncode == 0, first.stderr
    for name in NAMES:
        made = {file: (tmp_path / SLUG / file).read_bytes() for file in files(SLUG, name)}
        assert [file for file, content in files(SLUG, name).items() if made[file] != content] == []
    code = (
        f"import sys; sys.argv = {arguments!r}; from export.__main__ import app; app(standalone_mode=False); "
        "assert 'torch' not in sys.modules and 'onnxruntime' not in sys.modules"
    )
    second = subprocess.run([sys.executable, "-c", code], cwd=stamp.ROOT, capture_output=True, text=True, check=False)
    assert second.returncode == 0 and "up to date" in second.stderr, second.stderr
