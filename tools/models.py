"""The entries of a file of expectations, as the JSON Schema and the reference describe them."""

import ast
import inspect
import itertools
import textwrap
import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language.base import Entry, Terms

NAME = "NAME"
"""What stands in a path for any name: `tables.NAME.columns`."""


@cache
def models() -> dict[type[Entry], str]:
    """Return the entries of the file, each with the shortest path that leads to it."""
    found: dict[type[Entry], str] = {Spec: ""}
    waiting: list[type[Entry]] = [Spec]
    for model in waiting:
        for key, inner in _inside(model):
            if inner not in found:
                found[inner] = f"{found[model]}.{key}".lstrip(".")
                waiting.append(inner)
    return found


def _inside(model: type[Entry]) -> Iterator[tuple[str, type[Entry]]]:
    for name, field in model.model_fields.items():
        for inner in within(field.annotation):
            yield field.alias or name, inner
    if (extra := named(model)) is not None:
        yield NAME, extra


def named(model: type[BaseModel]) -> type[Entry] | None:
    """Return what stands under any name in the entry; None where names are not free."""
    hint = typing.get_type_hints(model).get("__pydantic_extra__")
    return next(within(hint), None) if model.model_config.get("extra") == "allow" else None


def within(annotation: Any) -> Iterator[type[Entry]]:
    """Yield the entries in the type of a field."""
    if isinstance(annotation, type) and issubclass(annotation, Entry):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from within(argument)


def is_term(model: type[Entry], name: str) -> bool:
    """Return whether the field of a model is one of those that may stand beside anything."""
    return (
        model is not Terms
        and issubclass(model, Terms)
        and name not in model.expectations
        and name in Terms.model_fields
    )


@cache
def docstrings(model: type[Entry]) -> dict[str, str]:
    """Return the text below each attribute.

    pydantic could do this (`use_attribute_docstrings`), but then it reads the source of every
    model in every run.
    """
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if not issubclass(parent, Entry):
            continue
        found |= {n: f.description for n, f in parent.model_fields.items() if f.description}
        try:
            source = inspect.getsource(parent)
        except OSError:  # it is made of the list of kinds, with its descriptions
            continue
        (body,) = ast.parse(textwrap.dedent(source)).body
        assert isinstance(body, ast.ClassDef)
        for field, text in itertools.pairwise(body.body):
            match field, text:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(doc))),
                ):
                    found[name] = inspect.cleandoc(doc)
    return found
