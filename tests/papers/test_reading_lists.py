"""Reading lists: a wrong file is explained, the written ones are right in both languages."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typography import faults

from papers import schema
from papers.content import ContentError
from papers.lists import ROOT, load_list, load_lists

KNOWN = schema.load_index().slugs()
LISTS = load_lists(KNOWN)

GOOD: dict[str, Any] = {
    "id": "good",
    "title": {"en": "Good", "zh": "好"},
    "description": {"en": "A list.", "zh": "一份清单。"},
    "audience": {"en": "All.", "zh": "所有人。"},
    "prerequisites": {"en": "None.", "zh": "无。"},
    "unit": "week",
    "sessions": [
        {
            "id": id,
            "title": {"en": id, "zh": id},
            "papers": papers,
            "hours": 2.5,
            "note": {"en": "Why.", "zh": "理由。"},
            "look": {"en": "What.", "zh": "内容。"},
        }
        for id, papers in (("one", ["lenet", "resnet"]), ("two", ["vgg"]))
    ],
}


def write(file: Path, data: Any) -> Path:
    file.write_text(data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return file


def change(path: str, value: Any) -> Callable[[], Any]:
    """The good list with one field set, by dotted path; `...` deletes it."""

    def apply() -> Any:
        data = yaml.safe_load(yaml.safe_dump(GOOD))
        steps: list[Any] = [int(step) if step.isdigit() else step for step in path.split(".")]
        inner = data
        for step in steps[:-1]:
            inner = inner[step]
        if value is ...:
            del inner[steps[-1]]
        else:
            inner[steps[-1]] = value
        return data

    return apply


# What is broken: how, then the field and words of the remedy that the message must contain.
BROKEN: dict[str, tuple[Callable[[], Any], str, str]] = {
    "unknown paper": (change("sessions.0.papers.1", "resent"), "sessions.0.papers.1", "did you mean `resnet`"),
    "unknown paper, nothing like it": (change("sessions.1.papers", ["zzzzzz"]), "sessions.1.papers.0", "slug of a"),
    "paper in two sessions": (change("sessions.1.papers", ["lenet"]), "sessions.1.papers.0", "each paper once"),
    "session without papers": (change("sessions.0.papers", []), "sessions.0.papers", "correct the value"),
    "no sessions": (change("sessions", []), "sessions", "correct the value"),
    "session twice": (change("sessions.1.id", "one"), "sessions.1.id", "its own id"),
    "session with a taken anchor": (change("sessions.1.id", "overview"), "sessions.1.id", "choose another id"),
    "list with a taken address": (change("id", "build"), "id", "choose another id"),
    "id is not the file's": (change("id", "better"), "id", "write `id: good`"),
    "missing language": (change("sessions.0.note.zh", ...), "sessions.0.note.zh", "add `zh:`"),
    "empty language": (change("prerequisites.zh", " "), "prerequisites.zh", "both languages"),
    "missing hours": (change("sessions.0.hours", ...), "sessions.0.hours", "add `hours:`"),
    "hours as text": (change("sessions.0.hours", "three"), "sessions.0.hours", "write a number"),
    "no hours at all": (change("sessions.0.hours", 0), "sessions.0.hours", "correct the value"),
    "unknown unit": (change("unit", "day"), "unit", "'week' or 'session'"),
    "unknown field": (change("sessions.0.hour", 3), "sessions.0.hour", "did you mean `hours`"),
    "bad anchor": (change("sessions.0.id", "Week 1"), "sessions.0.id", "hyphens"),
    "total typed by hand": (change("hours", 5), "hours", "remove it"),
    "not YAML": (lambda: 'id: "good\n', "line", "correct the YAML"),
    "empty file": (lambda: "", "", "write it"),
}


def test_a_good_list_passes_and_adds_up(tmp_path: Path) -> None:
    found = load_list(write(tmp_path / "good.yaml", GOOD), KNOWN)
    assert (found.hours, found.papers) == (5.0, ["lenet", "resnet", "vgg"])


@pytest.mark.parametrize("name", BROKEN)
def test_message_names_file_field_and_remedy(name: str, tmp_path: Path) -> None:
    damaged, field, remedy = BROKEN[name]
    file = write(tmp_path / "good.yaml", damaged())
    with pytest.raises(ContentError) as caught:
        load_list(file, KNOWN)
    assert any(
        problem.file == file and field in problem.field and remedy in problem.remedy
        for problem in caught.value.problems
    ), str(caught.value)


# ----------------------------------------------------------------------------------------------------- the written ones


def chinese(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [inner] if key == "zh" else chinese(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from chinese(inner)


def test_there_are_a_course_of_twelve_weeks_and_two_seminars() -> None:
    assert set(LISTS) >= {"cnn-course", "detection-seminar", "segmentation-seminar"}
    course = LISTS["cnn-course"]
    assert (course.unit, len(course.sessions)) == ("week", 12)


@pytest.mark.parametrize("id", LISTS)
def test_chinese_typography(id: str) -> None:
    assert [fault for text in chinese(LISTS[id].model_dump()) for fault in faults(text)] == []


@pytest.mark.parametrize("id", LISTS)
def test_a_term_has_one_rendering(id: str) -> None:
    text = (ROOT / f"{id}.yaml").read_text(encoding="utf-8")
    assert [word for _, term in schema.load_glossary().items() for word in term.never.zh if word in text] == []


@pytest.mark.parametrize("id", LISTS)
def test_nobody_reads_what_is_not_yet_explained(id: str) -> None:
    """A paper comes after those of its own task that it builds on."""
    order = LISTS[id].papers
    papers = {slug: schema.load_paper(slug) for slug in order}
    for at, (slug, paper) in enumerate(papers.items()):
        edges = [edge.to for edge in paper.lineage if edge.type in ("builds-on", "extends") and edge.to in order[at:]]
        assert [other for other in edges if papers[str(other)].task == paper.task] == [], slug
