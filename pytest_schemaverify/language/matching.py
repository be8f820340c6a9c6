"""Matchers in the place of values: read where the model has a plain value, for every key alike."""

import re
import typing
from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from pytest_schemaverify.language.conditions import is_condition, parts
from pytest_schemaverify.language.matchers import KINDS, Matcher

_Location = tuple[str | int, ...]


def take_out(
    model: type[BaseModel], plain: frozenset[str], written: dict[Any, Any]
) -> tuple[dict[Any, Any], dict[str, Matcher]]:
    """Return a mapping of the file without the matchers in it, and the matchers by field.

    `plain` are the fields that are no expectations. Raises ValidationError for what is wrong.
    """
    found: dict[str, Matcher] = {}
    rest = written
    problems: list[InitErrorDetails] = []
    for name, key in _candidates(model, plain):
        value = written.get(key)
        if isinstance(value, dict):
            if not value or not value.keys() <= set(KINDS):
                continue
        elif not (is_condition(value) and _numeric(model.model_fields[name].annotation)):
            continue
        if rest is written:
            # A copy, because the same mapping is validated again where a text is wanted and a
            # variable has a number.
            rest = dict(written)
        del rest[key]
        try:
            found[name] = _value(value, _adapter(model, name), ())
        except ValidationError as error:
            problems += _within((key,), error)
        if model.model_fields[name].is_required():
            kind = model.model_fields[name].annotation
            # A required field needs a value of its type until the matcher takes its place.
            rest[key] = None if kind is Any else 0 if _numeric(kind) else ""
    if problems:
        raise ValidationError.from_exception_data(model.__name__, problems)
    return rest, found


@cache
def fields(model: type[BaseModel], plain: frozenset[str]) -> frozenset[str]:
    """Return the fields of an entry in which a matcher may stand."""
    return frozenset(name for name, _ in _candidates(model, plain))


@cache
def _candidates(model: type[BaseModel], plain: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, info.alias or name)
        for name, info in model.model_fields.items()
        if getattr(model, "family", "")
        and name not in plain
        and name != "exact"
        and not _mapping(info.annotation)
    )


def _mapping(annotation: Any) -> bool:
    """Return whether a field takes mappings, which then are no matchers."""
    if isinstance(annotation, type) and issubclass(annotation, (BaseModel, dict)):
        return True
    origin = typing.get_origin(annotation)
    return origin is dict or any(_mapping(part) for part in typing.get_args(annotation))


@cache
def takes_conditions(model: type[BaseModel], name: str) -> bool:
    """Return whether a value is a number, and conditions on it are no text of the model's own."""
    bounds: frozenset[str] = getattr(model, "bounds", frozenset())
    return name not in bounds and _numeric(model.model_fields[name].annotation)


def _numeric(annotation: Any) -> bool:
    kinds = {annotation, *typing.get_args(annotation)}
    return bool(kinds & {int, float}) and str not in kinds


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    kind: Any = info.annotation
    if type(None) in typing.get_args(kind):  # nothing is what leaving the key out is for
        kind = reduce(or_, (one for one in typing.get_args(kind) if one is not type(None)))
    if info.metadata:
        kind = Annotated[(kind, *info.metadata)]
    if _numeric(kind):
        # Conditions are alternatives of a matcher, too: `{one_of: [1, ">= 5"]}`.
        conditional = takes_conditions(model, name)
        kind = Annotated[kind, WrapValidator(_or_condition if conditional else _no_condition)]
    return TypeAdapter(kind, config=ConfigDict(strict=True, allow_inf_nan=False))


def _or_condition(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    if not is_condition(value):
        return handler(value)
    if not parts(value):
        # As a value of the template, because braces in the text of a user would be taken for its
        # fields.
        message = f'`{value}` is not a condition on a number; write `">= 2"` or `">= 0.5, < 1"`'
        raise PydanticCustomError("matcher", "{message}", {"message": message})
    return Matcher("condition", value)


def _no_condition(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    if not is_condition(value):
        return handler(value)
    message = f"this is a bound already: a number is expected, and no condition, found `{value}`"
    raise PydanticCustomError("matcher", "{message}", {"message": message})


def _matcher(written: Any, of: TypeAdapter[Any]) -> Matcher:
    found = [_READ[kind](written[kind], of) for kind in KINDS if kind in written]
    return found[0] if len(found) == 1 else Matcher("all", tuple(found))


def _value(written: Any, of: TypeAdapter[Any], at: _Location) -> Any:
    try:
        if isinstance(written, dict) and written and written.keys() <= set(KINDS):
            return _matcher(written, of)
        return of.validate_python(written)
    except ValidationError as error:
        raise ValidationError.from_exception_data("", list(_within(at, error))) from None


def _one_of(written: Any, of: TypeAdapter[Any]) -> Matcher:
    if not isinstance(written, list) or not written:
        raise _wrong(
            "one_of", written, "`one_of` takes a list of what there may be: write `one_of: [a, b]`"
        )
    return Matcher(
        "one_of", tuple(_value(one, of, ("one_of", index)) for index, one in enumerate(written))
    )


def no_expression(pattern: str) -> str:
    """Return why a text is no regular expression; "" for one that is."""
    try:
        re.compile(pattern)
    # Too large a repetition overflows, and deep brackets are a recursion. Python only warns of a
    # set inside of a set, which raises where warnings are errors.
    except (re.error, OverflowError, RecursionError, FutureWarning) as error:
        return str(error)
    return ""


_ITSELF = r"; a sign that means itself has a backslash in front: `\(`, `\[`, `\*`, `\?`"


def _matches(written: Any, _: TypeAdapter[Any]) -> Matcher:
    why = f": {no_expression(written)}" if isinstance(written, str) else ""
    if why != ": ":
        raise _wrong("matches", written, f"`matches` takes a regular expression{why}{_ITSELF}")
    return Matcher("matches", written)


def _contains(written: Any, of: TypeAdapter[Any]) -> Matcher:
    parts = written if isinstance(written, list) else [written]
    if not parts or any(isinstance(part, (dict, list)) or part is None for part in parts):
        raise _wrong("contains", written, "`contains` takes a value, or a list of values")
    if _takes_list(of):  # its members are spelled as they are where the list stands
        parts = _value(parts, of, ("contains",))
    return Matcher("contains", tuple(parts))


def _takes_list(of: TypeAdapter[Any]) -> bool:
    try:
        # Asked and not looked up, because a list may stand in a union or behind a validator.
        return isinstance(of.validate_python([]), list)
    except ValidationError:
        return False


_READ: dict[str, Any] = {
    "one_of": _one_of,
    "matches": _matches,
    "not": lambda written, of: Matcher("not", _value(written, of, ("not",))),
    "contains": _contains,
}


def _wrong(key: str, value: Any, message: str) -> ValidationError:
    kind = PydanticCustomError("matcher", "{message}", {"message": message})
    return ValidationError.from_exception_data(
        "", [InitErrorDetails(type=kind, loc=(key,), input=value)]
    )


def _within(at: _Location, error: ValidationError) -> Iterator[InitErrorDetails]:
    """Yield the problems of an inner value, each with its place in the outer one."""
    for one in error.errors():
        kind: Any = one["type"]
        # pydantic_core finds its own types of errors by name, and knows no others so.
        if kind == "matcher":
            kind = PydanticCustomError("matcher", "{message}", one["ctx"])
        yield InitErrorDetails(
            type=kind, loc=(*at, *one["loc"]), input=one["input"], ctx=one.get("ctx", {})
        )
