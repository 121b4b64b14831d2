"""`python -m export [slug ...]`: bring graphs, manifests and diagrams in `build/artefacts` up to date.

PyTorch is imported only where there is something to do, and in processes of their own where there is much of it.
"""

import difflib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from export import stamp
from export.worker import Result, attempts
from models import atomic
from papers import schema
from papers.schema import ContentError

ARTEFACTS = stamp.ROOT / "build" / "artefacts"

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Job:
    """One variant to look at, with what it depends on now and what it was made from."""

    slug: str
    variant: str
    folder: Path
    now: dict[str, str]
    before: stamp.Entry | None

    @property
    def reasons(self) -> list[str]:
        """Why it must be made again; empty if it need not."""
        changes = stamp.changed(self.before, self.now)
        return changes or stamp.damaged(self.folder, self.before.files if self.before else {}, thorough=False)


def main(
    slugs: Annotated[list[str] | None, typer.Argument(help="Papers to export; all of them if none is named.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Export also what is up to date.")] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Write nothing; say what is out of date, damaged or wrong. With --force: rebuild and compare.",
        ),
    ] = False,
    artefacts: Annotated[Path, typer.Option(help="Where the results go.")] = ARTEFACTS,
) -> None:
    """Export networks as verified ONNX graphs with their manifests, diagrams and layer tables."""
    try:
        jobs = plan(known(slugs or []), artefacts)
        problems = list(inspect(jobs, force)) if check else list(export(jobs, force))
    except ContentError as error:
        problems = [str(error)]
    except OSError as error:
        problems = [f"{error.filename or artefacts}: {error.strerror or error}"]
    for problem in problems:
        console.print(problem, style="red", markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def known(wanted: list[str]) -> list[str]:
    """The wanted papers, or all. Exits with the list of papers if one is unknown."""
    slugs = schema.slugs()
    for slug in wanted:
        if slug not in slugs:
            close = difflib.get_close_matches(slug, slugs, 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            text = f"There is no paper {slug!r}.{hint} Known: {', '.join(slugs)}."
            console.print(text, style="red", markup=False, soft_wrap=True)
            raise typer.Exit(1)
    return wanted or slugs


def plan(slugs: list[str], artefacts: Path) -> list[Job]:
    """Every variant of the papers, with the state it is in."""
    glossary, jobs = schema.load_glossary(), []
    for slug in slugs:
        paper, folder = schema.load_paper(slug), artefacts / slug
        entries = stamp.read(folder)
        for variant in paper.review.variants if paper.review else ():
            now = stamp.inputs(paper, variant.name, glossary)
            jobs.append(Job(slug, variant.name, folder, now, entries.get(variant.name)))
    return jobs


def export(jobs: list[Job], force: bool) -> Iterator[str]:
    """Make what is out of date; yields what went wrong."""
    due = [job for job in jobs if force or job.reasons]
    if not due:
        console.print(f"{len(jobs)} networks are up to date.")
    failed = False
    for job, files in results(due):
        if isinstance(files, str):
            failed = True
            yield f"{job.variant}: {files}"
            continue
        for name, content in files.items():
            atomic.write(job.folder / name, content)
        entries = stamp.read(job.folder) | {job.variant: stamp.Entry(job.now, stamp.digests(files))}
        listed = {each.variant for each in jobs if each.slug == job.slug}
        stamp.write(job.folder, {variant: entry for variant, entry in entries.items() if variant in listed})
    if due and not failed:
        console.print(f"Exported {', '.join(job.variant for job in due)}.")


def inspect(jobs: list[Job], rebuild: bool) -> Iterator[str]:
    """What is out of date, damaged, or differs from PyTorch's answers in the manifest. Writes nothing."""
    from export.recheck import wrong

    fresh = {job.variant: files for job, files in results(jobs)} if rebuild else {}
    for job in jobs:
        found = stamp.changed(job.before, job.now)
        if job.before:
            damage = stamp.damaged(job.folder, job.before.files)
            found += damage or wrong(job.folder, job.variant)
        files = fresh.get(job.variant)
        if isinstance(files, str):
            found.append(files)
        elif files is not None and job.before:
            made = stamp.digests(files)
            names = sorted(set(made) | set(job.before.files))
            found += [f"{name} would be different" for name in names if made.get(name) != job.before.files.get(name)]
        yield from (f"{job.variant}: {each}" for each in found)


def results(jobs: list[Job]) -> Iterator[tuple[Job, Result]]:
    """Build, with a progress bar: each job with its files, or with what went wrong."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not jobs) as progress:
        bar = progress.add_task("Exporting", total=len(jobs))
        by_name = {(job.slug, job.variant): job for job in jobs}
        for name, files in attempts(list(by_name)):
            progress.update(bar, advance=1, description=f"Exported {name[1]}")
            yield by_name[name], files


app = typer.Typer(add_completion=False)
app.command()(main)

if __name__ == "__main__":
    sys.exit(app())
