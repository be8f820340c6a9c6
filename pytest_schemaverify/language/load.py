"""Reads a file of expectations, and reports all of its problems at once, each with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.settings.garbage_collection import uncollected

from .include import Whole, whole
from .messages import problems as told
from .messages import visible
from .places import Path, Position, Positions
from .variables import Variables

File_ = TypeVar("File_", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a file depends on besides its own text."""

    files: Mapping[File, str]
    """The included files with their texts."""
    environ: Mapping[str, str | None]
    """The variables of the environment that it asks for, with their values."""
    variables: frozenset[str]
    """Names of the variables that it declares or uses, which `--schema-var` may give values."""
    links: Mapping[File, File] = field(default_factory=dict)
    """Paths that may be links and where they lead, as far as that was asked."""


def read(
    model: type[File_],
    text: str,
    name: str,
    *,
    folder: File | None = None,
    given: Mapping[str, str] | None = None,
    texts: Mapping[File, str] | None = None,
) -> tuple[File_, Positions, Sources]:
    """Return what a file says as its model has it, where each key is, and what it is made of.

    With a folder the files that it includes are read from there; `given` are values of variables,
    and `texts` stand for included files.
    Raises SpecError with every problem as `name:line:column: path: message`.
    """
    with uncollected():
        document = whole(model, text, name, folder, Variables(given or {}), texts or {})
    problems = list(document.problems)
    spec = None
    if document.data is None and not problems:
        problems.append(((1, 1), (), "the file is empty; write for example `tables: {users: {}}`"))
    elif isinstance(document.data, dict):
        try:
            spec = _validated(model, document)
        except ValidationError as error:
            # What YAML could not read is None here: pydantic would complain of it a second time.
            reported = {path for _, path, _ in problems}
            for path, message in told(model, document.data, error.errors(), document.positions):
                if path not in reported:
                    problems.append((position(path, document.positions), path, message))
    elif not problems:
        problems.append(((1, 1), (), _no_mapping(document.data)))
    if problems or spec is None:
        raise SpecError([rendered(name, *problem) for problem in sorted({*problems}, key=_place)])
    variables = document.variables
    named = variables.used.union(variables.declared)
    return spec, document.positions, Sources(document.files, variables.asked, frozenset(named))


def _validated(model: type[File_], document: Whole) -> File_:
    """Return the model of what the files say; a variable's number is text where text is wanted."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        # Only after an error, because hardly any file has a number where a text is wanted.
        as_text = {
            path
            for detail in error.errors()
            if (path := visible(detail["loc"], document.positions)) in document.variables.whole
            and detail["type"] == "string_type"
        }
        if not as_text:
            raise
    for path in as_text:
        inner = document.data
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = document.variables.whole[path]
    return model.model_validate(document.data)


def _no_mapping(found: Any) -> str:
    what = "a list" if isinstance(found, list) else "a text"
    return (
        f"a file of expectations is a mapping, `tables: …`, found {what}; write for example "
        "`tables: {users: {}}`"
    )


def rendered(name: str, place: Position, path: Path, message: str) -> str:
    """Return one problem as the line that the user reads."""
    # A key of blanks would not be seen.
    dotted = ".".join(str(part) if str(part).strip() else repr(part) for part in path)
    file = place[2] if len(place) == 3 else name
    return f"{file}:{place[0]}:{place[1]}: {dotted}{': ' if dotted else ''}{message}"


def position(path: Path, positions: Positions) -> Position:
    """Return the position of a path, or of the nearest thing around it that is written."""
    while path and path not in positions:
        path = path[:-1]
    return positions[path]


def _place(problem: tuple[Position, Path, str]) -> tuple[str, int, int, str]:
    place = problem[0]
    return place[2] if len(place) == 3 else "", place[0], place[1], problem[2]
