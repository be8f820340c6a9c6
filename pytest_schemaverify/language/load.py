"""Reads a file of expectations, and reports all of its problems at once, each with its place."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.language.conditions import is_condition
from pytest_schemaverify.language.matchers import KINDS
from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.sql.secrets import masked

from .base import Terms
from .include import Whole, model_at, whole
from .renamed import renamed
from .taken_apart import advice
from .variables import Variables
from .yaml import Path, Position

Positions = Mapping[Path, Position]
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
            for detail in error.errors():
                path = visible(detail["loc"], document.positions)
                if path in reported:
                    continue
                problems.append((position(path, document.positions), path, _message(model, detail)))
    elif not problems:
        problems.append(((1, 1), (), "a file of expectations is a mapping, `tables: …`"))
    if problems or spec is None:
        raise SpecError([rendered(name, *problem) for problem in sorted(problems, key=_place)])
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


def visible(location: tuple[Any, ...], positions: Positions) -> Path:
    """Return the parts of pydantic's location that the user has written."""
    path: Path = ()
    for part in location:
        # pydantic also names the alternatives of a union: `rows`, `int`.
        if (*path, part) in positions:
            path = (*path, part)
    return path


def _place(problem: tuple[Position, Path, str]) -> tuple[str, int, int, str]:
    place = problem[0]
    return place[2] if len(place) == 3 else "", place[0], place[1], problem[2]


_EXPECTED = {
    "bool_type": "`true` or `false`",
    "string_type": "a text (put it in quotes)",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "value_type": "a text, a number, `true` or `false`",
}
_NUMBERS = frozenset({"int_type", "float_type"})
_VALUES = frozenset({"bool_type", "string_type", "int_type"})


def _message(model: type[BaseModel], detail: ErrorDetails) -> str:
    given, kind = detail.get("input"), detail["type"]
    if kind == "extra_forbidden":
        return f"unknown key{_unknown(model, detail['loc'], given)}"
    if kind == "missing":
        return f"`{detail['loc'][-1]}` is missing"
    if kind == "literal_error":
        # pydantic has the choices as a text only: `'fail', 'warn' or 'ignore'`.
        choices = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
        listed = detail["ctx"]["expected"].replace("'", "`")
        return f"{_shown(given)} is not {listed}{_nearest(str(given), choices)}"
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "matcher":
        return str(detail["ctx"]["message"])
    if kind == "too_short":
        return "expected at least one item, found none"
    if kind in _NUMBERS and is_condition(given):
        return f"a number is expected here, and no condition, found {_shown(given)}"
    if kind in _EXPECTED:
        matcher = isinstance(given, dict) and kind in _VALUES
        more = f" or a matcher ({', '.join(f'`{key}`' for key in KINDS)})" if matcher else ""
        told = advice(detail["loc"], given) if kind == "string_type" else ""
        return f"expected {_EXPECTED[kind]}{more}, found {_shown(given)}{told}"
    # pydantic begins with a capital, and here a path stands in front.
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, found {_shown(given)}"


def _unknown(model: type[BaseModel], location: tuple[int | str, ...], given: Any) -> str:
    """Return what may have been meant by a key that is not known."""
    key = str(location[-1])
    if why := split_by_comma(key, given) or renamed(*location):
        return f"; {why}"
    return _nearest(key, _keys(model, location[:-1]))


def split_by_comma(key: str, value: Any) -> str:
    """Return why a key may be what follows a comma in a value, "" if it does not look like that.

    YAML reads `{type: numeric(10,2)}` as `{type: numeric(10, 2): }`.
    """
    unbalanced = key.count(")") > key.count("(")
    if not unbalanced and not (value in (None, "") and key.endswith(")")):
        return ""
    return "inside { } a comma ends a value: put a value that has one in quotes"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "nothing" if value is None else f"`{masked(str(value))}`"


def _nearest(word: str, choices: list[str]) -> str:
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.5)
    if close:
        return f", did you mean `{close[0]}`?"
    return f"; possible here: {', '.join(choices)}" if 0 < len(choices) <= 16 else ""


def _keys(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Return the keys that the model knows at a place, found by walking its annotations."""
    for part in location:
        model = model_at(part, model) or model
    keys = [f.alias or n for n, f in model.model_fields.items()]
    return sorted(keys, key=Terms.model_fields.__contains__)  # those of everything last
