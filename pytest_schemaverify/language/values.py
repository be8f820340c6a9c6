"""What a value of the file may be: names, SQL, numbers and conditions on them, versions."""

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pytest_schemaverify.sql import yaml_names
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.tokens import spans

from . import conditions, matching
from .own_keys import EXACT


def in_lower_case(value: Any) -> Any:
    """Return a keyword of SQL in lower case, as PostgreSQL's own would be."""
    return value.lower() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def none_as_empty(value: Any) -> Any:
    """Return the empty list for `none`."""
    return [] if value == "none" else value


def _paired(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    if not value or not all(isinstance(name, str) for name in value):
        raise ValueError("expected columns or expressions, `[id, name]`, or what each has become")
    return {name: name for name in value}


Names = Annotated[
    list[str],
    BeforeValidator(_listed),
    # By hand, because pydantic's schema knows nothing of validators in front: it has the list
    # alone.
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


_NAME = {"type": "string", "pattern": yaml_names.SINGLE}
Name = Annotated[str, AfterValidator(yaml_names.single), WithJsonSchema(_NAME)]
"""A name without a schema, such as a role's, as the server has it."""
SingleNames = Annotated[
    list[Annotated[str, AfterValidator(yaml_names.single)]],
    BeforeValidator(_listed),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME}]}),
]
"""Such names, or one of them."""


NamesOrNone = Annotated[Names | None, BeforeValidator(none_as_empty)]
"""Names, of which the word `none` says that there are none."""


def _single(value: Any) -> Any:
    # Or each form that it may have would be asked for in a message of its own.
    if not isinstance(value, (str, int, float)):
        raise PydanticCustomError("value_type", "expected a value")
    return value


Value = Annotated[str | int | float | bool, BeforeValidator(_single)]
"""A value that takes the place of its name in a text."""


def as_sql(value: Any) -> Any:
    """Return a number or a truth value as SQL writes it."""
    if isinstance(value, bool):
        # A truth value is an int to Python, so it comes first.
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _closed(value: str) -> str:
    if not value.strip():
        raise ValueError(
            "expected an expression, found an empty text; the empty text of SQL is written "
            "`\"''\"`, and `absent` where there must be none"
        )
    found = [*spans(value)]
    if any(token.kind == "open" for token, _, _ in found):
        raise ValueError(
            f"a quote or a comment of SQL begins in `{masked(value)}` and does not end; quotes "
            "around the whole text are YAML's, and ` #` begins a comment to it: write the whole "
            "as `\"title = 'a # b'\"`"
        )
    if wrong := bracket([token.text for token, _, _ in found]):
        raise ValueError(f"{wrong} in `{masked(value)}`")
    # A comment at the end would take in what a statement has behind the expression, and a semicolon
    # would end it.
    ends = [end for token, _, end in found if token.text != ";"]
    return value[: ends[-1]] if ends else value


_PAIRS = {")": "(", "]": "["}


def bracket(tokens: Iterable[str]) -> str:
    """Return which bracket of SQL has no counterpart and what to do; "" where each has one."""
    opened: list[str] = []
    for token in tokens:
        if token in ("(", "["):
            opened.append(token)
        elif token in _PAIRS and (not opened or opened.pop() != _PAIRS[token]):
            return f"`{token}` closes a bracket that is not open; leave it out, or open it,"
    if not opened:
        return ""
    closing = {"(": ")", "[": "]"}[opened[-1]]
    return f"the bracket `{opened[-1]}` is not closed; close it with `{closing}`"


Sql = Annotated[
    str,
    BeforeValidator(as_sql),
    AfterValidator(_closed),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
"""An expression: `0` and `true` need no quotes of YAML's."""
Query = Annotated[str, AfterValidator(_closed)]
"""A query, or what a rule does instead of one."""


def _regular(value: str) -> str:
    if why := matching.no_expression(value):
        raise ValueError(f"a regular expression is expected here: {why}")
    return value


Regular = Annotated[str, AfterValidator(_regular)]
"""A regular expression."""


_BEGUN = r"^\s*((==?|!=|<>|[<>]=?)\s*[-+.\w$]"
_TOLD = 'expected a number, or a condition on one: ">= 2", ">= 0.5, < 8"'
CONDITION = {"type": "string", "pattern": f"{_BEGUN})", "patternErrorMessage": _TOLD}
"""JSON Schema of conditions on a number: how they begin."""
_OR_CONDITION = WithJsonSchema(
    {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {**CONDITION, "pattern": rf"{_BEGUN}|[-+.\d])"},
        ]
    }
)


def _number(value: Any) -> Any:
    """Return a number, or a text that is a condition on one. Raises ValueError."""
    if isinstance(value, int) and value < 0:
        raise ValueError(f"expected a number from 0 on, found `{value}`")
    if isinstance(value, str) and not conditions.parts(value):
        raise ValueError(
            f"`{value}` is neither a number nor a condition on one; "
            'write `5`, `">= 2"` or `">= 0.5, < 1"`'
        )
    return value


def _share(value: Any) -> Any:
    if isinstance(value, str):
        for part in value.split(","):
            _number(part.strip().removesuffix("%"))
    return value


def _parameter(value: Any) -> Any:
    # No parameter has a value that starts so.
    if conditions.is_condition(value) and not conditions.of_text(value):
        _number(value)
    return value


def _version(value: str) -> str:
    other = conditions.parts(value, conditions.version) or conditions.of_text(value)
    if conditions.is_condition(value) and not other:
        raise ValueError(
            f'`{value}` is not a condition on a version; write `">= 1.9"` or `">= 0.5, < 1"`'
        )
    return value


Version = Annotated[str, AfterValidator(_version)]
"""A version, or conditions on it."""
Count = Annotated[int | str, AfterValidator(_number), _OR_CONDITION]
"""A whole number, or conditions on it."""
Share = Annotated[int | str, AfterValidator(_share), _OR_CONDITION]
"""A number of rows, or of a hundred of them: `0`, `"<= 10"`, `"<= 5%"`."""


def _with_exact(value: dict[str, Any]) -> dict[str, Any]:
    said = value.get(EXACT, True)
    if not (said is True or said is False):
        raise ValueError(
            f"`exact` is `true` or `false`: whether others may be there; write '\"exact\"' "
            f"for what has that name, not `{said}`"
        )
    return value


def _lists(value: dict[str, Any]) -> dict[str, Any]:
    if any(isinstance(one, bool) for name, one in value.items() if name != EXACT):
        raise ValueError("only `exact` is `true` or `false` here; the others are lists")
    return _with_exact(value)


Storage = Annotated[
    dict[str, Annotated[str | int | float | bool, AfterValidator(_parameter)]],
    AfterValidator(_with_exact),
]
"""Storage parameters and their values, or conditions on them; `exact: true` for no others."""
Settings = Annotated[dict[str, str | int | float | bool], AfterValidator(_with_exact)]
"""Settings and their values, or conditions on them; `exact: true` for no others."""
Pairs = Annotated[
    dict[str, str],
    BeforeValidator(_paired),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "object", "additionalProperties": {"type": "string"}},
                {"type": "array", "items": {"type": "string"}},
            ]
        }
    ),
]


Options = Annotated[dict[str, str | int | float | bool], AfterValidator(_with_exact)]
"""Options of foreign data, as `options (…)` has them; `exact: true` for no others."""
Lists = Annotated[
    dict[str, Annotated[list[str] | bool, BeforeValidator(_listed)]],
    AfterValidator(_lists),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                EXACT: {"description": "Whether there may be no others.", "type": "boolean"}
            },
            "additionalProperties": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
            },
        }
    ),
]
"""Lists by name; `exact: true` for no others."""
Reason = Annotated[str, Field(min_length=3)]


_CONDITION = re.compile(r"\s*(?:==|=|!=|<>|<=|>=|<|>)?\s*\d+(?:\.\d+)?\s*")


def _conditions(value: Any) -> Any:
    """Return conditions on the server's version. Raises ValueError for what is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # Conditions on other values take signs, exponents and infinity, which no version has.
    if isinstance(value, str) and all(map(_CONDITION.fullmatch, value.split(","))):
        return value
    if isinstance(value, float):  # 15.10 is 15.1 to YAML
        problem = f"`{value}` is a number; a version with a dot has to be in quotes"
    elif isinstance(value, str) and value:
        problem = f"`{value}` is no version of PostgreSQL"
    else:
        problem = "that is no version of PostgreSQL"
    raise ValueError(f'{problem}; write `15`, `">= 15"` or `">= 13, < 18"`')


ServerVersion = Annotated[
    str | int,
    BeforeValidator(_conditions),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": f"^{_CONDITION.pattern}(,{_CONDITION.pattern})*$"},
                {"type": "integer"},
            ]
        }
    ),
]
