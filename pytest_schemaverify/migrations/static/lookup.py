"""Who reads a statement, what names in it can mean, and what is said of those without meaning."""

from collections.abc import Collection
from typing import NamedTuple

from pytest_schemaverify.migrations.static.nodes import Name
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.schema_state import Gone, Relation, SchemaState


class RowSource(NamedTuple):
    """Something that rows come from, with all its columns."""

    name: Name
    columns: Collection[str]

    @classmethod
    def of(cls, table: Relation) -> "RowSource | None":
        """Return a table, if all its columns are known."""
        return cls(table.name, table.columns) if table.complete else None


class Dangling(NamedTuple):
    """A name that nothing answers to."""

    kind: str
    """table, column, function."""
    name: str
    place: Place
    subject: str
    """What names it."""
    gone: Gone | None
    near: str
    """The nearest name that there is."""


class Lookup(NamedTuple):
    """Who reads a statement: what it is called, and where it looks for names."""

    subject: str
    state: SchemaState
    path: tuple[str, ...] | None = None
    """The search_path that it pins; None where the session decides."""
    made: frozenset[str] = frozenset()
    """Names of tables that functions make while they run."""
    variables: frozenset[str] = frozenset()
    """Parameters and variables, which are named like columns."""
    row: RowSource | None = None
    """What a trigger's function calls `new` and `old`; None where nobody can tell."""
