"""The two commands on a machine where something is wrong: one sentence, and a status that is not zero."""

import errno
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from export import install
from export.server import PortError, open_server

ROOT = Path(__file__).resolve().parent.parent.parent


def make(target: str, path: Path) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("make") or "make", "--no-print-directory", target]
    return subprocess.run(command, cwd=ROOT, env={"PATH": str(path)}, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "pythons", [[], ["python3", "python3.11", "python3.12", "python3.13"]], ids=["none", "too old"]
)
def test_no_python_that_is_new_enough(pythons: list[str], tmp_path: Path) -> None:
    for name in pythons:  # each says that it is older than what it is asked for
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    answer = make("serve", tmp_path)
    assert answer.returncode != 0
    assert "Python 3.11 or later is needed" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_python_with_a_version_in_its_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "python3").chmod(0o755)
    (tmp_path / "python3.12").symlink_to(sys.executable)
    command = [shutil.which("make") or "make", "-n", "install"]
    answer = subprocess.run(command, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=True)
    assert "python3.12 -m export.install" in answer.stdout


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortError, match=f"Port {port} is in use.*PORT={port + 1}"):
            open_server(ROOT, port)
        answer = subprocess.run(
            [sys.executable, "-m", "export.site", "serve", "--port", str(port)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert answer.returncode != 0
    assert answer.stderr.strip().startswith(f"Port {port} is in use")
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("npm error code ENOSPC", "disk is full"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "needs a network"),
        ("npm error code EAI_AGAIN", "needs a network"),
    ],
)
def test_causes_are_told_from_the_output_of_the_tools(output: str, said: str) -> None:
    assert said in (install.explain(output) or "")


def test_a_command_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "LOG", tmp_path / "install.log")
    monkeypatch.setattr(install, "ROOT", tmp_path)
    with pytest.raises(install.InstallError, match="needs a network"):
        install.follow("packages", ["sh", "-c", "echo ENOTFOUND; exit 1"])
    with pytest.raises(install.InstallError, match=r"(?s)Installing the packages failed.*something else"):
        install.follow("packages", ["sh", "-c", "echo something else; exit 1"])


def test_a_full_disk_while_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(install, "install", full)
    with pytest.raises(SystemExit, match="disk is full"):
        install.main([])


def test_debian_s_python_without_venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(install.InstallError, match=r"apt install python3.\d+-venv"):
        install.make_venv()


def test_nothing_is_done_when_nothing_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise AssertionError(f"this must not run: {arguments}")

    for name, files in (("VENV", ("constraints.txt", "pyproject.toml")), ("NODE_MODULES", ("package-lock.json",))):
        folder = tmp_path / name
        folder.mkdir()
        (folder / ".stamp").write_text(install.digest(*(ROOT / file for file in files)), encoding="utf-8")
        monkeypatch.setattr(install, name, folder)
    monkeypatch.setattr(install, "follow", fail)
    monkeypatch.setattr(install, "works", lambda python: True)
    install.install()


def test_a_broken_python_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing has changed here: the system's Python may have been replaced."""
    done: list[str] = []
    monkeypatch.setattr(install, "VENV", tmp_path)
    (tmp_path / ".stamp").write_text(
        install.digest(ROOT / "constraints.txt", ROOT / "pyproject.toml"), encoding="utf-8"
    )
    monkeypatch.setattr(install, "make_venv", lambda: done.append("venv"))
    monkeypatch.setattr(install, "follow", lambda what, *arguments, **options: done.append(what))
    monkeypatch.setattr(install, "stamp", lambda folder: (folder / ".stamp").read_text() if folder == tmp_path else "")
    monkeypatch.setattr(install, "NODE_MODULES", tmp_path / "node_modules")
    (tmp_path / "node_modules").mkdir()
    install.install()
    assert done == ["venv", "Python packages", "npm packages"]


def test_every_dependency_has_an_exact_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all("==" in line for line in pins)
    assert not [line for line in pins if "+" in line], "no build that only one index has"
    names = {line.split("==")[0].strip().lower().replace("_", "-") for line in pins}
    for line in install.tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]:
        assert line.split("<")[0].lower().replace("_", "-") in names, f"{line} is not in constraints.txt"


def test_the_npm_lock_is_exact_and_names_no_server() -> None:
    lock = install.json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    package = install.json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    for versions in (package["dependencies"], package["devDependencies"]):
        assert all(version[0].isdigit() for version in versions.values())
    assert all(
        "resolved" not in entry and (not path or "integrity" in entry) for path, entry in lock["packages"].items()
    )
