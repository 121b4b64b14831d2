"""`papers/<slug>/notebook.py` -> one Jupyter notebook per language: its own prose, the same code."""

from pathlib import Path

import jupytext


def notebook(file: Path, language: str) -> str:
    """The notebook as JSON, with the Markdown cells of one language; the bytes are the same every time."""
    book = jupytext.read(file, fmt="py:percent")
    cells = [cell for cell in book.cells if cell.cell_type == "code" or cell.metadata.get("lang", language) == language]
    for number, cell in enumerate(cells, 1):
        cell.metadata = {}
        cell.id = f"cell-{number:03}"
    book.cells = cells
    book.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    book.nbformat, book.nbformat_minor = 4, 5
    return jupytext.writes(book, fmt="ipynb") + "\n"
