"""python -m models.data: list the data packs, or fetch one."""

from pathlib import Path
from typing import Annotated

import typer

from models.data import ROOT, PackNotFound, find
from models.data.fetch import PACKS, FetchError, check, fetch

app = typer.Typer(add_completion=False, help="Data packs: training and test data of the networks.")


@app.command("list")
def list_packs() -> None:
    """Say of each pack where it is and whether its files are right."""
    for name, pack in PACKS.items():
        try:
            folder = find(name)
        except PackNotFound as error:
            typer.echo(str(error))
            continue
        wrong = [f"{file.name} {fault}" for file in pack.files if (fault := check(folder / file.name, file))]
        typer.echo(f"{name}: {folder}: {'; '.join(wrong) or 'complete'}")


@app.command("fetch")
def fetch_pack(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(PACKS)}")],
    to: Annotated[Path | None, typer.Option(help="Folder for the files; default data/NAME")] = None,
    source: Annotated[str | None, typer.Option("--from", help="Base URL to use instead of the mirrors")] = None,
) -> None:
    """Fetch the canonical files of a pack and check them."""
    if name not in PACKS:
        _fail(f"unknown data pack {name!r}; known: {', '.join(PACKS)}")
    folder = to or ROOT / "data" / name
    try:
        fetched = fetch(name, folder, source)
    except FetchError as error:
        _fail(str(error))
    typer.echo(f"{name}: {len(fetched)} files fetched, {len(PACKS[name].files)} right in {folder}")


def _fail(message: str) -> None:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="python -m models.data")
