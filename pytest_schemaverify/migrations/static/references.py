"""Names in function bodies, views, policies and triggers that nothing answers to."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import NamedTuple

from pytest_schemaverify.migrations.sql import Node, Tree
from pytest_schemaverify.migrations.static.known import (
    EXTENSION_RELATIONS,
    PLATFORM_SCHEMAS,
    functions,
)
from pytest_schemaverify.migrations.static.nodes import Name, name, relation, strings, walk
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.world import Gone, Relation, World

_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
_NEUTRAL = frozenset({"pg_catalog", "pg_temp", "extensions", "$user"})
"""Schemas of a search_path in which no table of the project is."""
_MAKES = frozenset({"CreateStmt", "CreateTableAsStmt", "ViewStmt", "DropStmt", "RenameStmt"})


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


class Reader(NamedTuple):
    """Who reads a statement: what it is called, and where it looks for names."""

    subject: str
    world: World
    path: tuple[str, ...] | None = None
    """The search_path that it pins; None where the session decides."""
    made: frozenset[str] = frozenset()
    """Names of tables that functions make while they run."""


def dangling(reader: Reader, trees: list[Tree], place: Place) -> Iterator[Dangling]:
    """Yield the names in statements that nothing answers to."""
    for tree in trees:
        if tree.kind not in _MAKES:
            yield from in_node(reader, tree, tree.node, place)


def in_node(reader: Reader, tree: Tree, node: Node, place: Place) -> Iterator[Dangling]:
    """Yield the names in a part of a statement that nothing answers to."""
    whole = {tree.kind: node}
    nodes = list(walk(whole))
    ctes = {n["ctename"] for kind, n in nodes if kind == "CommonTableExpr"}
    for kind, found in nodes:
        if "relname" in found and kind != "rel":
            full = relation(found)
            if not full[0] and full[1] in ctes:
                continue
            if not _there(reader, full):
                at = Place(place.migration, tree.at(found.get("location", 0)))
                yield _missing(reader, "table", full, at)
        elif kind == "FuncCall":
            full = name(found["funcname"])
            if not _callable(reader, full):
                at = Place(place.migration, tree.at(found.get("location", 0)))
                yield _missing(reader, "function", full, at)
    if any(kind in ("ColumnRef", "ResTarget") for kind, _ in nodes):
        yield from _columns(reader, tree, nodes, ctes, place)
        yield from _qualified(reader, tree, whole, {}, ctes, place)


def _there(reader: Reader, full: Name) -> bool:
    """Return whether a relation is there, or nobody can tell from the files."""
    world, (schema, bare) = reader.world, full
    if schema:
        return full in world.relations or bare in reader.made or not _ours(world, schema) or (
            bare in EXTENSION_RELATIONS)  # fmt: skip
    if bare in world.temporary | reader.made | EXTENSION_RELATIONS or bare.startswith("pg_"):
        return True
    if reader.path is None:
        return bool(world.anywhere(bare))
    if any((schema, bare) in world.relations for schema in reader.path):
        return True
    return any(s not in _NEUTRAL and not _ours(world, s) for s in reader.path)


def _ours(world: World, schema: str) -> bool:
    """Return whether the files, and nobody else, make what is in a schema."""
    if schema == "public":
        return True
    return schema in world.schemas and schema not in world.foreign | PLATFORM_SCHEMAS


def _callable(reader: Reader, full: Name) -> bool:
    """Return whether a function is there, or nobody can tell from the files."""
    world, (schema, bare) = reader.world, full
    if full in world.functions or bare in functions() or bare.startswith(("st_", "postgis")):
        return True
    if schema:
        return not _ours(world, schema)
    if bare in world.aggregates or any(key[1] == bare for key in (*world.types, *world.relations)):
        return True
    if reader.path is None:
        return any(key[1] == bare for key in world.functions)
    if any((s, bare) in world.functions for s in reader.path):
        return True
    return any(s not in _NEUTRAL and not _ours(world, s) for s in reader.path)


def _missing(reader: Reader, kind: str, full: Name, place: Place) -> Dangling:
    world = reader.world
    candidates = [full] if full[0] else [(schema, full[1]) for schema in reader.path or ("public",)]
    gone = next((world.gone[key] for key in candidates if key in world.gone), None)
    if kind == "table":
        elsewhere = world.anywhere(full[1])
    else:
        elsewhere = [key for key in world.functions if key[1] == full[1]]
    near = ".".join(elsewhere[0]) if elsewhere else _near(world, kind, full[1])
    return Dangling(kind, ".".join(filter(None, full)), place, reader.subject, gone, near)


def _near(world: World, kind: str, bare: str) -> str:
    """Return the name most like another; it takes long, so each is looked for once."""
    known = world.near.get((kind, bare))
    if known is None:
        words = _words(bare)
        names = {key[1] for key in (world.relations if kind == "table" else world.functions)}
        # The comparison takes long, so only names that begin alike or share a word are compared.
        alike = [one for one in sorted(names) if one[:3] == bare[:3] or words & _words(one)]
        close = [one for one in alike if abs(len(one) - len(bare)) <= 6][:20]
        known = next(iter(get_close_matches(bare, close, n=1)), "")
        world.near[kind, bare] = known
    return known


def _words(name: str) -> set[str]:
    return {word for word in name.split("_") if len(word) > 3}


def _columns(
    reader: Reader, tree: Tree, nodes: list[tuple[str, Node]], ctes: set[str], place: Place
) -> Iterator[Dangling]:
    """Yield the columns to be written that the table does not have."""
    for kind, node in nodes:
        if kind not in ("InsertStmt", "UpdateStmt"):
            continue
        table = _table(reader, relation(node["relation"]), ctes)
        targets = node.get("cols" if kind == "InsertStmt" else "targetList", ())
        if table is None:
            continue
        for item in targets:
            target = item["ResTarget"]
            if "name" in target and _lacks(table, target["name"]):
                at = Place(place.migration, tree.at(target.get("location", 0)))
                yield _no_column(reader, table, target["name"], at)


Scope = dict[str, Relation | None]


def _qualified(
    reader: Reader, tree: Tree, node: object, outer: Scope, ctes: set[str], place: Place
) -> Iterator[Dangling]:
    if isinstance(node, list):
        for item in node:
            yield from _qualified(reader, tree, item, outer, ctes, place)
        return
    if not isinstance(node, dict):
        return
    scope = outer
    if any(key in node for key in ("fromClause", "relation", "usingClause")):
        scope = {**outer, **_scope(reader, node, ctes)}
    for key, value in node.items():
        if key == "ColumnRef":
            fields = strings(value.get("fields"))
            if len(fields) == len(value["fields"]) == 2:
                table = scope.get(fields[0])
                if table and _lacks(table, fields[1]) and fields[1] not in _called(reader):
                    at = Place(place.migration, tree.at(value.get("location", 0)))
                    yield _no_column(reader, table, fields[1], at)
        elif isinstance(value, (dict, list)):
            yield from _qualified(reader, tree, value, scope, ctes, place)


def _called(reader: Reader) -> set[str]:
    """Return names of functions, which `row.name` may call."""
    return {key[1] for key in reader.world.functions}


def _scope(reader: Reader, node: Node, ctes: set[str]) -> Scope:
    """Return what the names before a dot mean inside one query level."""
    scope: Scope = {}
    tables = [node["relation"]] if "relation" in node and "relname" in node["relation"] else []
    stack = [*node.get("fromClause", ()), *node.get("usingClause", ())]
    while stack:
        item = stack.pop()
        if "RangeVar" in item:
            tables.append(item["RangeVar"])
        elif "JoinExpr" in item:
            join = item["JoinExpr"]
            stack += [join["larg"], join["rarg"]]
            if "alias" in join:
                scope[join["alias"]["aliasname"]] = None
        else:
            inner = next(iter(item.values()))
            if isinstance(inner, dict) and "alias" in inner:
                scope[inner["alias"]["aliasname"]] = None
    for table in tables:
        alias = table.get("alias", {})
        found = None if "colnames" in alias else _table(reader, relation(table), ctes)
        scope[alias.get("aliasname", table["relname"])] = found
    if "onConflictClause" in node:
        scope["excluded"] = _table(reader, relation(node["relation"]), ctes)
    return scope


def _table(reader: Reader, full: Name, ctes: set[str]) -> Relation | None:
    """Return a table whose columns are all known."""
    world = reader.world
    if not full[0] and full[1] in ctes | world.temporary | reader.made:
        return None
    if full[0]:
        keys = [full]
    elif reader.path is None:
        keys = world.anywhere(full[1])
    else:
        keys = [(s, full[1]) for s in reader.path if (s, full[1]) in world.relations][:1]
    found = [world.relations[key] for key in keys if key in world.relations]
    return found[0] if len(found) == 1 and found[0].complete else None


def _lacks(table: Relation, column: str) -> bool:
    return column not in table.columns and column not in _SYSTEM


def _no_column(reader: Reader, table: Relation, column: str, place: Place) -> Dangling:
    gone = reader.world.gone.get((".".join(table.name), column))
    near = get_close_matches(column, table.columns, n=1)
    shown = f"{table.name[1]}.{column}"
    return Dangling("column", shown, place, reader.subject, gone, near[0] if near else "")
