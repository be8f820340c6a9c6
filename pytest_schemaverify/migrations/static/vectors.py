"""The dimensions of pgvector's types, in columns, arguments, casts and variables."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pytest_schemaverify.migrations.static.nodes import Type
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Function, SchemaState
from pytest_schemaverify.sql.typenames import sized

_TYPES = ("vector", "halfvec", "sparsevec")


class Vector(NamedTuple):
    """A column, an argument, a cast or a variable of a vector type."""

    subject: str
    """The column, or the function that it is in."""
    type: Type
    place: Place
    former: tuple[Type, Place] | None = None
    """Type of the column before ALTER changed it, and where that was written."""
    old: bool = False
    """Whether it is in a file that is not judged: it is counted, but not reported."""

    @property
    def dimensions(self) -> int | None:
        """Number of dimensions; None for a type without one, which takes any vector."""
        written = self.type.modifiers[0] if self.type.modifiers else ""
        return int(written) if written.isdecimal() else None


def vectors(state: SchemaState, functions: Iterable[Function]) -> Iterator[Vector]:
    """Yield the columns after the last file, and each length that a function names."""
    counted = set()
    for table in state.relations.values():
        for column in table.columns.values():
            # Partitions have the columns of their parent, which is made first.
            if column.type.name[1] in _TYPES and id(column) not in counted:
                counted.add(id(column))
                subject = f"{'.'.join(table.name)}.{column.name}"
                yield Vector(subject, column.type, column.place, column.former)
    for function in functions:
        seen = set()
        for name, length, start in sized(_code(function)):
            if length not in seen:
                seen.add(length)
                type_ = Type(("", name), (str(length),))
                at = function.tree.start + start
                yield Vector(str(function), type_, Place(function.place.migration, at))


def _code(function: Function) -> str:
    """Return the function's text; a body in quotes keeps its code, only the quotes are blanked."""
    source = function.tree.source
    if "$" not in source and function.body:
        return source.replace("'", " ", 1)
    return source
