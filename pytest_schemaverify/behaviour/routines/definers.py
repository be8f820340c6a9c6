"""Functions that run with their owner's rights, and who can call them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function

# No statement can call a function that returns one of these types.
_UNCALLABLE = frozenset({"trigger", "event_trigger", "internal", "language_handler"})


@dataclass(frozen=True, slots=True)
class Around:
    """Where functions are, and where the rows are that they may show."""

    scope: frozenset[str]
    """Schemas whose functions are called."""
    more: frozenset[str]
    """Schemas that these functions may name."""

    @property
    def schemas(self) -> frozenset[str]:
        """All of them."""
        return self.scope | self.more


@dataclass(frozen=True, slots=True)
class Definer:
    """A function and the identities that can call it."""

    function: Function
    callers: tuple[Identity, ...]

    @property
    def name(self) -> str:
        """The function as SQL, with its argument types."""
        return own_name(self.function)


def definers(
    connection: Connection[Any], catalog: Catalog, scope: Iterable[str],
    identities: Iterable[Identity],
) -> list[Definer]:  # fmt: skip
    """Return the functions in some schemas that can be called and run with their owner's rights."""
    known, schemas = list(identities), set(scope)
    found = []
    for function in catalog.families["functions"].values():
        if function.schema not in schemas or function.security != "definer":
            continue
        if function.returns in _UNCALLABLE or function.kind not in ("function", "procedure"):
            continue
        callers = [one for one in known if _can(connection, one.role, function)]
        found.append(Definer(function, tuple(callers)))
    return found


def _can(connection: Connection[Any], role: str, function: Function) -> bool:
    row = connection.execute(
        "select pg_catalog.has_function_privilege(%s, p.oid, 'execute')"
        " and pg_catalog.has_schema_privilege(%s, p.pronamespace, 'usage')"
        " from pg_catalog.pg_proc as p where p.oid = %s::pg_catalog.regprocedure",
        [role, role, own_name(function)],
    ).fetchone()
    return bool(row and row[0])


def tables_of(
    catalog: Catalog, around: Around, functions: Iterable[Function]
) -> list[tuple[str, str]]:
    """Return the tables in some schemas that functions, or what these call, may reach.

    All in scope where a view is read, or SQL is put together.
    """
    tables = [
        (one.schema, one.name) for one in catalog.families["tables"].values()
        if one.schema in around.schemas and one.kind in ("table", "partitioned table")
    ]  # fmt: skip
    by_name: dict[str, list[Function]] = {}
    for one in catalog.families["functions"].values():
        by_name.setdefault(one.name, []).append(one)
    words: set[str] = set()
    left = list(functions)
    known: set[str] = set()
    while left:
        function = left.pop()
        found = set(_WORD.findall(function.source.lower()))
        words |= found
        for name in found & by_name.keys() - known:
            known.add(name)
            left += by_name[name]
    anything = {"execute", *(name for _, name in catalog.families["views"])}
    every = bool(words & anything)
    return [
        (schema, name)
        for schema, name in tables
        if (every or name.lower() in words) and (schema in around.scope or schema.lower() in words)
    ]


_WORD = re.compile(r"\w+")
