"""Names without an object in what depends on tables: views, policies, triggers, functions."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pytest_schemaverify.migrations.static import bodies
from pytest_schemaverify.migrations.static.lookup import Dangling, Lookup, RowSource
from pytest_schemaverify.migrations.static.nodes import Name, relation
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.references import dangling, in_node
from pytest_schemaverify.migrations.static.schema_state import (
    Function,
    SchemaObject,
    SchemaState,
)
from pytest_schemaverify.migrations.static.statement import Statement


class Unread(NamedTuple):
    """A statement or body that could not be read, and why."""

    place: Place
    subject: str
    reason: str


def of_statement(statement: Statement) -> Iterator[Dangling]:
    """Yield the names in a view, policy or trigger that do not exist when it is created."""
    node, kind = statement.node, statement.tree.kind
    row = None
    if kind in ("ViewStmt", "CreateTableAsStmt"):
        target = relation(node["view"] if kind == "ViewStmt" else node["into"]["rel"])
        subject, part = f"view {'.'.join(filter(None, target))}", {"query": node["query"]}
    elif kind == "CreatePolicyStmt":
        subject = f"policy {node['policy_name']}"
        part = {key: node[key] for key in ("qual", "with_check") if key in node}
        part["relation"] = node["table"]
    elif kind == "CreateTrigStmt":
        subject = f"trigger {node['trigname']}"
        part = {"relation": node["relation"], "FuncCall": {"funcname": node["funcname"]}}
        part |= {key: node[key] for key in ("whenClause",) if key in node}
        table = statement.state.relation(relation(node["relation"]))
        row = RowSource.of(table) if table is not None else None
    else:
        return
    for one in in_node(
        Lookup(subject, statement.state, row=row), statement.tree, part, statement.place
    ):
        if one.gone is None or not one.gone.perhaps:
            yield one


def in_functions(
    found: list[Dangling], unchecked: list[Unread], functions: list[Function], state: SchemaState,
    dynamic: list[Unread], looked_at: list[Function],
) -> None:  # fmt: skip
    """Add the names in the bodies of `looked_at` that do not exist after the last file.

    All `functions` count, because one may use a table that another one makes.
    `dynamic` are the texts of blocks whose dynamic SQL may have created or moved what is missing.
    """
    # One after the other: the trees of all of them would fill the memory.
    making = (f for f in functions if "create" in f.body.lower())
    made = frozenset(
        item[1] for function in making for inner in _statements(function) for tree in inner.trees
        for item in _makes(tree.kind, tree.node)
    )  # fmt: skip
    called = _called(state)
    for function in looked_at:
        path = function.search_path
        pinned = None if path is None else tuple(filter(None, path.split(", ")))
        arguments = frozenset(function.names)
        lookup = Lookup(str(function), state, pinned, made, row=_row(function, state, called))
        for inner in _statements(function):
            if inner.unread:
                unchecked.append(Unread(inner.place, str(function), inner.unread))
            here = lookup._replace(variables=inner.variables | arguments)
            for one in dangling(here, inner.trees, inner.place):
                if one.kind == "table" and one.name in inner.asked:
                    continue
                block = next((d.place for d in dynamic if _mentions(d.subject, one.name)), None)
                if one.gone is not None and one.gone.perhaps:
                    block = one.gone.place
                # A block that happens to contain a column's name says nothing about the column.
                if block is None or one.kind == "column":
                    found.append(one)
                else:
                    reason = f"{one.name}: made or moved, if at all, by the block at {block.short}"
                    unchecked.append(Unread(one.place, str(function), reason))


def _called(state: SchemaState) -> dict[str, list[tuple[Name, SchemaObject]]]:
    """Return the triggers with their tables, by the name of the function that they call."""
    found: dict[str, list[tuple[Name, SchemaObject]]] = {}
    for (table, _), trigger in state.triggers.items():
        found.setdefault(trigger.function[1], []).append((table, trigger))
    return found


def _row(
    function: Function, state: SchemaState, called: dict[str, list[tuple[Name, SchemaObject]]]
) -> RowSource | None:
    """Return the row source of `new` and `old` in a function that triggers call.

    For triggers on several tables it has the columns of all of them. None where no trigger calls
    the function, or the columns of one of the tables are not known.
    """
    of_it = [
        table for table, trigger in called.get(function.name[1], ())
        if trigger.function[0] in ("", function.name[0])
    ]  # fmt: skip
    tables = [state.relations.get(table) for table in dict.fromkeys(of_it)]
    rows = [RowSource.of(table) if table is not None else None for table in tables]
    known = [row for row in rows if row is not None]
    if not known or len(known) < len(rows):
        return None
    columns = frozenset(column for row in known for column in row.columns)
    return RowSource(known[0].name if len(known) == 1 else ("", "new"), columns)


def _mentions(text: str, named: str) -> bool:
    return bool(re.search(rf"\b{re.escape(named.rpartition('.')[2])}\b", text))


def _makes(kind: str, node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the relations that a statement inside a function makes."""
    if kind == "CreateStmt":
        yield relation(node["relation"])
    elif kind == "CreateTableAsStmt":
        yield relation(node["into"]["rel"])
    elif kind == "ViewStmt":
        yield relation(node["view"])


def _statements(function: Function) -> Iterator[bodies.BodyStatement]:
    if function.atomic is not None or not function.body:
        # BEGIN ATOMIC (PostgreSQL 14): its names are resolved when the function is created.
        return
    body = bodies.body(function.tree, function.place, function.body)
    if function.language == "sql":
        yield from bodies.plain(body)
    elif function.language == "plpgsql":
        yield from bodies.procedural(body)
    elif function.language not in ("c", "internal"):
        at = Place(function.place.migration, body.start)
        yield bodies.BodyStatement([], at, f"it is written in {function.language}")
