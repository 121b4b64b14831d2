"""Make `.venv` and `node_modules` what `constraints.txt` and `package-lock.json` say, and find a browser for the tests.

Standard library only, because it runs before anything is installed: `python3 -m export.install [browser]`.
Nothing is done, and no network is needed, when the files it goes by have not changed since the last time.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
LOG = ROOT / "build" / "install.log"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

# What the tools say of a cause, and what we say of it.
FULL = "The disk is full: free some space (3 GB are needed), then run the same command again."
OFFLINE = (
    "The packages could not be fetched: the first installation needs a network. Connect, and run the command again."
)
CAUSES = {
    FULL: ("No space left", "ENOSPC"),
    OFFLINE: (
        "Temporary failure in name resolution", "Temporary failure resolving", "Name or service not known",
        "nodename nor servname", "NewConnectionError", "ConnectTimeout", "Network is unreachable", "Connection refused",
        "Could not fetch URL", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ETIMEDOUT", "ENETUNREACH", "ECONNRESET",
    ),
}  # fmt: skip


class InstallError(Exception):
    """Something only the person at the keyboard can mend; the text is one sentence that says how."""


def main(arguments: list[str]) -> None:
    try:
        browser() if arguments == ["browser"] else install()
    except InstallError as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(explain(str(error)) or f"The installation stopped: {error}.")
    except KeyboardInterrupt:
        sys.exit("\nStopped. Run the same command again to go on.")


def install() -> None:
    """Bring both folders up to date."""
    python = digest(ROOT / "constraints.txt", ROOT / "pyproject.toml")
    if stamp(VENV) != python or not works(VENV / "bin" / "python"):
        make_venv()
        (VENV / ".stamp").unlink(missing_ok=True)  # it may be left half way
        dependencies = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
        constraints = ROOT / "constraints.txt"
        expected = [line for line in constraints.read_text(encoding="utf-8").splitlines() if "==" in line]
        command: list[str | Path] = [
            VENV / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
        ]
        follow(
            "Python packages",
            [*command, "--progress-bar", "off", "-c", constraints, *dependencies],
            count=lambda: len(list(VENV.glob("lib/python*/site-packages/*.dist-info"))),
            total=len(expected),
        )
        (VENV / ".stamp").write_text(python, encoding="utf-8")
    lock = ROOT / "package-lock.json"
    if stamp(NODE_MODULES) != digest(lock):
        packages = [path for path in json.loads(lock.read_text(encoding="utf-8"))["packages"] if path]
        follow(
            "npm packages",
            [VENV / "bin" / "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            count=lambda: sum((ROOT / path / "package.json").exists() for path in packages),
            total=len(packages),
        )
        (NODE_MODULES / ".stamp").write_text(digest(lock), encoding="utf-8")


def make_venv() -> None:
    """An interpreter in `.venv`, made anew when the one there is broken or too old."""
    if works(VENV / "bin" / "python"):
        return
    try:
        import ensurepip  # noqa: F401  (Debian's python3 comes without it)
    except ImportError:
        name = f"python3.{sys.version_info.minor}-venv"
        raise InstallError(
            f"This Python has no venv module: run `apt install {name}` as root, then this again."
        ) from None
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def works(python: Path) -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def find_browser() -> Path | None:
    """A Chromium or Chrome that is installed on this machine, or None (Playwright's own is not looked for here)."""
    found = [
        os.environ.get("CHROMIUM"),
        *map(shutil.which, BROWSERS),
        *(app for app in BROWSER_APPS if Path(app).exists()),
    ]
    return next((Path(path) for path in found if path), None)


def browser() -> None:
    """See to it that the browser tests have a browser."""
    if find_browser() or playwright_browser():
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        follow("package lists", [apt, "update"])
        follow("Chromium", [apt, "install", "--yes", "--no-install-recommends", "chromium"])
    else:
        follow("Chromium", [VENV / "bin" / "playwright", "install", "chromium"])
    if not (find_browser() or playwright_browser()):
        raise InstallError(
            "No browser for the tests: install Chromium or Chrome, or run `.venv/bin/playwright install chromium`."
        )


def playwright_browser() -> bool:
    code = "from playwright.sync_api import sync_playwright as p\nwith p() as p: print(p.chromium.executable_path)"
    path = subprocess.run(
        [VENV / "bin" / "python", "-c", code], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(path) and Path(path).exists()


def follow(what: str, command: list[str | Path], count: Callable[[], int] | None = None, total: int = 0) -> None:
    """Run a long command behind a progress bar, its output in a log.

    Raises InstallError: the command failed; the text names the cause where its output tells it.
    """
    LOG.parent.mkdir(exist_ok=True)
    environment = os.environ | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
    }
    began = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, env=environment)
        try:
            while process.poll() is None:
                show(what, count() if count else 0, total, time.monotonic() - began)
                time.sleep(0.25 if sys.stderr.isatty() else 5)
        finally:
            if process.poll() is None:
                process.terminate()
            if sys.stderr.isatty():
                print(file=sys.stderr)
    output = LOG.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        last = "\n".join(output.splitlines()[-8:])
        raise InstallError(explain(output) or f"Installing the {what} failed; {LOG.relative_to(ROOT)} ends:\n{last}")
    print(f"{what}: ready in {time.monotonic() - began:.0f} s", file=sys.stderr)


def show(what: str, done: int, total: int, seconds: float) -> None:
    """One line: a bar where the number of parts is known, what is being fetched, and the time."""
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()
    doing = next(
        (
            line.strip()
            for line in reversed(lines)
            if line.strip().startswith(("Collecting", "Downloading", "Installing"))
        ),
        "",
    )
    share = min(done / total, 1) if total else 0
    bar = f"[{'#' * round(share * 24):<24}] {min(done, total)}/{total} " if total else ""
    line = f"{what}: {bar}{seconds:.0f} s  {doing[:48]}"
    print(
        f"\r\x1b[K{line}" if sys.stderr.isatty() else line,
        end="" if sys.stderr.isatty() else "\n",
        file=sys.stderr,
        flush=True,
    )


def explain(output: str) -> str | None:
    """The sentence for the cause that a tool's output betrays."""
    return next((sentence for sentence, signs in CAUSES.items() if any(sign in output for sign in signs)), None)


def stamp(folder: Path) -> str | None:
    path = folder / ".stamp"
    return path.read_text(encoding="utf-8") if path.exists() else None


def digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


if __name__ == "__main__":
    main(sys.argv[1:])
