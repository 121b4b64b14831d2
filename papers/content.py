"""Reading YAML that people write, strictly, and saying what is wrong with it in words that help.

`papers.schema` says what the files hold; this module knows nothing of papers.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where (`file`, dotted `field`), what (`problem`), and what to do (`remedy`)."""

    file: Path
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.field}" if self.field else f"{self.file}"
        return f"{place}: {self.problem}\n  remedy: {self.remedy}"


class ContentError(Exception):
    """Raised when a file under `papers/` cannot be used; `problems` lists all that was found wrong in it."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def fault(problem: str, remedy: str, *at: str | int) -> PydanticCustomError:
    """An error with its remedy, and with the path of the field when a whole object is being checked."""
    # pydantic fills {braces} in the template; the texts go through the context so that they may contain any.
    return PydanticCustomError("content", "{problem}", {"problem": problem, "remedy": remedy, "at": list(at)})


class Strict(BaseModel):
    """An unknown key is an error, and what has been read is not changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Loader(yaml.SafeLoader):
    """YAML in which a key that is written twice is an error: else the first value is silently lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                continue  # the parent class says so
            if key in seen:
                raise yaml.MarkedYAMLError(None, None, f"the key {key!r} is written twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _read_yaml(file: Path) -> Any:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(Problem(file, "", "the file is missing", f"write {file.name}")) from None
    except UnicodeDecodeError as error:
        remedy = "save the file as UTF-8"
        raise ContentError(Problem(file, "", f"it is not UTF-8 (byte {error.start})", remedy)) from None
    try:
        data = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        remedy = "correct the YAML there: indentation, a quote, or a colon in a text that has no quotes"
        raise ContentError(Problem(file, line, f"not valid YAML: {error.problem}", remedy)) from None
    except yaml.YAMLError as error:
        raise ContentError(Problem(file, "", f"not valid YAML: {error}", "take the control character out")) from None
    except ValueError as error:  # a date that is none
        raise ContentError(Problem(file, "", f"not valid YAML: {error}", "write dates like 2026-11-20")) from None
    if data is None:
        raise ContentError(Problem(file, "", "the file is empty", "write it, following the file of another paper"))
    return data


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model class that an annotation can hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _candidates(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Field names that are allowed where an unknown one was met, to say what may have been meant."""
    classes = [model]
    for step in location[:-1]:
        names = (str(step), "root")
        inner: list[Any] = [cls.model_fields[n].annotation for cls in classes for n in names if n in cls.model_fields]
        classes = [found for annotation in inner for found in _models(annotation)] or classes
    return sorted({name for cls in classes for name in cls.model_fields if name != "root"})


# pydantic's error type -> what to do; the rest get the general remedy.
_REMEDIES = {
    "string_type": "put the value between quotes: it must be text",
    "int_parsing": "write a whole number",
    "float_parsing": "write a number",
    "float_type": "write a number",
    "list_type": "write a list: one entry a line, each after `- `",
    "model_type": "write a mapping: one `key: value` a line",
    "dict_type": "write a mapping: one `key: value` a line",
    "date_from_datetime_parsing": "write a date like 2026-11-20",
    "date_parsing": "write a date like 2026-11-20",
    "date_type": "write a date like 2026-11-20",
}


def _is_kind(step: str | int) -> bool:
    """Where a field may be of two kinds, pydantic inserts the name of the kind into the path; it says "[key]", too."""
    return isinstance(step, str) and (step in {kind.__name__ for kind in Strict.__subclasses__()} or "[" in step)


def _is_other_kind(error: Any) -> bool:
    """Of a field that may be a slug or a mapping, the complaint of the kind that was not meant."""
    return any(map(_is_kind, error["loc"])) and (
        (error["type"] == "string_type" and isinstance(error["input"], dict))
        or (error["type"] == "model_type" and isinstance(error["input"], str))
    )


def _problem(file: Path, model: type[BaseModel], error: Any) -> Problem:
    """pydantic's error in the words of a contributor."""
    kind, context = error["type"], error.get("ctx", {})
    steps = [str(step) for step in error["loc"] if not _is_kind(step)]
    field = ".".join([*steps, *(str(step) for step in context.get("at", ()))])
    if kind == "content":
        return Problem(file, field, context["problem"], context["remedy"])
    if kind == "missing":
        return Problem(file, field, "the field is missing", f"add `{steps[-1]}:`")
    if kind == "extra_forbidden":
        candidates = _candidates(model, error["loc"])
        close = difflib.get_close_matches(steps[-1], candidates, 1)
        remedy = f"did you mean `{close[0]}`?" if close else f"remove it; known here: {', '.join(candidates)}"
        return Problem(file, field, "the field is unknown", remedy)
    remedy = _REMEDIES.get(kind, "correct the value")
    if kind == "literal_error":
        remedy = f"use {context['expected']}"
    return Problem(file, field, f"{error['msg']} (found {error['input']!r:.80})", remedy)


M = TypeVar("M", bound=BaseModel)


def load(model: type[M], file: Path) -> M:
    """One YAML file as an instance of `model`. Raises ContentError with everything that is wrong in the file.

    A build reads every paper several times; a file that has not changed since is not parsed again.
    """
    state = file.stat() if file.is_file() else None
    return _load(model, file, state and (state.st_mtime_ns, state.st_size))  # type: ignore[return-value]


@lru_cache(maxsize=1024)
def _load(model: type[BaseModel], file: Path, state: tuple[int, int] | None) -> BaseModel:
    data = _read_yaml(file)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [e for e in error.errors(include_url=False) if not _is_other_kind(e)]
        raise ContentError(*(_problem(file, model, e) for e in found)) from None
