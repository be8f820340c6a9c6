"""Names in function bodies, views, policies and triggers that nothing answers to."""

from collections.abc import Iterator
from difflib import get_close_matches

from pytest_schemaverify.migrations.static.columns import Columns
from pytest_schemaverify.migrations.static.known import (
    EXTENSION_RELATIONS,
    PLATFORM_SCHEMAS,
    functions,
)
from pytest_schemaverify.migrations.static.nodes import Name, name, relation
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.reader import Dangling, Reader
from pytest_schemaverify.migrations.static.world import World
from pytest_schemaverify.sql.statements import Node, Tree, walk

_NEUTRAL = frozenset({"pg_catalog", "pg_temp", "extensions", "$user"})
"""Schemas of a search_path in which no table of the project is."""
_MAKES = frozenset({"CreateStmt", "CreateTableAsStmt", "ViewStmt", "DropStmt", "RenameStmt"})


def dangling(reader: Reader, trees: list[Tree], place: Place) -> Iterator[Dangling]:
    """Yield the names in statements that nothing answers to."""
    for tree in trees:
        if tree.kind not in _MAKES:
            yield from in_node(reader, tree, tree.node, place)


def in_node(reader: Reader, tree: Tree, node: Node, place: Place) -> Iterator[Dangling]:
    """Yield the names in a part of a statement that nothing answers to."""
    whole = {tree.kind: node}
    nodes = list(walk(whole))
    ctes = {n["ctename"]: n for kind, n in nodes if kind == "CommonTableExpr"}
    # `for update of x` names what the query calls x.
    aliases = {id(item["RangeVar"]) for kind, n in nodes if kind == "LockingClause"
               for item in n.get("lockedRels", ())}  # fmt: skip
    for kind, found in nodes:
        if "relname" in found and kind != "rel" and id(found) not in aliases:
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
        columns = Columns(reader, tree, place, ctes)
        yield from columns.written(nodes)
        yield from columns.read(whole)


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
    if bare in world.aggregates or bare in world.types.bare or bare in world.relations.bare:
        return True
    if reader.path is None:
        return bare in world.functions.bare
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
        elsewhere = list(world.functions.bare.get(full[1], ()))
    near = ".".join(elsewhere[0]) if elsewhere else _near(world, kind, full[1])
    return Dangling(kind, ".".join(filter(None, full)), place, reader.subject, gone, near)


def _near(world: World, kind: str, bare: str) -> str:
    """Return the name of a table or function most like another."""

    def found() -> str:
        words = _words(bare)
        names = world.relations.bare if kind == "table" else world.functions.bare
        # The comparison takes long, so only names that begin alike or share a word are compared.
        alike = [one for one in sorted(names) if one[:3] == bare[:3] or words & _words(one)]
        close = [one for one in alike if abs(len(one) - len(bare)) <= 6][:20]
        return next(iter(get_close_matches(bare, close, n=1)), "")

    return world.nearest(kind, bare, found)


def _words(name: str) -> set[str]:
    return {word for word in name.split("_") if len(word) > 3}
