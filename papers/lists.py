"""The shape of a reading list, `docs/lists/<id>.yaml`, and the one way to read it.

A list names papers by their slugs, session by session; a page, a BibTeX file and a start for the list builder are made
from it. Whatever is wrong is reported as a `ContentError` with file, field and remedy (`papers.content`).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from papers.content import ContentError, Problem, Strict, fault, load
from papers.schema import Slug, Text

ROOT = Path(__file__).resolve().parent.parent / "docs" / "lists"
# Addresses under lists/ and anchors on a list's page that are taken.
RESERVED_LISTS = ("build", "index", "papers")
RESERVED_ANCHORS = ("about", "overview", "download")

Hours = Annotated[float, Field(gt=0, le=40)]


class Session(Strict):
    """A week of a course, or a meeting of a seminar."""

    id: Slug  # its anchor on the page: frozen, so name the subject and not the number
    title: Text  # the subject
    papers: Annotated[list[Slug], Field(min_length=1)]  # in the order of reading
    hours: Hours  # of a student's time: reading, trying, discussing
    note: Text  # why these papers stand here
    look: Text  # what to look at while reading

    @model_validator(mode="after")
    def _anchor_is_free(self) -> Session:
        if self.id in RESERVED_ANCHORS:
            raise fault(f"the page has another anchor {self.id!r}", "choose another id", "id")
        return self


class ReadingList(Strict):
    """Papers in a teaching order."""

    id: Slug  # the file's name, and the page's address: frozen
    title: Text
    description: Text  # one or two sentences under the title
    audience: Text  # for whom it is meant
    prerequisites: Text  # what a reader should know before
    unit: Literal["week", "session"]  # what the parts are called
    sessions: Annotated[list[Session], Field(min_length=1)]

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ReadingList:
        if self.id in RESERVED_LISTS:
            raise fault(f"the address lists/{self.id} is taken", "choose another id", "id")
        ids: list[str] = []
        papers: dict[str, str] = {}
        for i, session in enumerate(self.sessions):
            if session.id in ids:
                raise fault(f"session {session.id!r} is listed twice", "give each its own id", "sessions", i, "id")
            ids.append(session.id)
            for j, slug in enumerate(session.papers):
                if slug in papers:
                    problem = f"the paper {slug!r} is in session {papers[slug]!r} already"
                    raise fault(problem, "name each paper once", "sessions", i, "papers", j)
                papers[slug] = session.id
        return self

    @property
    def hours(self) -> float:
        """Of all sessions."""
        return sum(session.hours for session in self.sessions)

    @property
    def papers(self) -> list[str]:
        """All slugs, in the order of reading."""
        return [slug for session in self.sessions for slug in session.papers]


def load_list(file: Path, known: Collection[str]) -> ReadingList:
    """One list, checked also against its file's name and the slugs of the papers there are. Raises ContentError."""
    found = load(ReadingList, file)
    problems = []
    if found.id != file.stem:
        remedy = f"write `id: {file.stem}`, or rename the file to {found.id}.yaml"
        problems.append(Problem(file, "id", f"it is {found.id!r} in {file.name}", remedy))
    for i, session in enumerate(found.sessions):
        for j, slug in enumerate(session.papers):
            if slug not in known:
                close = difflib.get_close_matches(slug, known, 1)
                remedy = f"did you mean `{close[0]}`?" if close else "use the slug of a folder under papers/"
                problems.append(Problem(file, f"sessions.{i}.papers.{j}", f"there is no paper {slug!r}", remedy))
    if problems:
        raise ContentError(*problems)
    return found


def load_lists(known: Collection[str], root: Path | None = None) -> dict[str, ReadingList]:
    """All lists by id, in the order of their names. Raises ContentError."""
    return {file.stem: load_list(file, known) for file in sorted((root or ROOT).glob("*.yaml"))}
