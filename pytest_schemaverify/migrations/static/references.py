"""Names in statements that no object has: tables, functions and, by `columns`, columns.

Names are looked up by the rules of https://www.postgresql.org/docs/current/ddl-schemas.html. Where
the files cannot tell, as for schemas of a platform, a name counts as known.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from pytest_schemaverify.migrations.static.columns import Columns
from pytest_schemaverify.migrations.static.lookup import Dangling, Lookup
from pytest_schemaverify.migrations.static.nodes import Name, name, relation
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.migrations.static.predefined import (
    EXTENSION_RELATIONS,
    PLATFORM_SCHEMAS,
    functions,
)
from pytest_schemaverify.migrations.static.schema_state import SchemaState
from pytest_schemaverify.sql.statements import Node, Tree, walk

_NEUTRAL = frozenset({"pg_catalog", "pg_temp", "extensions", "$user"})
"""Schemas of a search_path in which no table of the project is."""
# What they name is created or goes away; conflicts and drops are about that.
_MAKES = frozenset({"CreateStmt", "CreateTableAsStmt", "ViewStmt", "DropStmt", "RenameStmt"})


def dangling(lookup: Lookup, trees: list[Tree], place: Place) -> Iterator[Dangling]:
    """Yield the names in statements that no object has."""
    for tree in trees:
        if tree.kind not in _MAKES:
            yield from in_node(lookup, tree, tree.node, place)


def in_node(lookup: Lookup, tree: Tree, node: Node, place: Place) -> Iterator[Dangling]:
    """Yield the names in a part of a statement that no object has."""
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
            if not _there(lookup, full):
                at = Place(place.migration, tree.at(found.get("location", 0)))
                yield _missing(lookup, "table", full, at)
        elif kind == "FuncCall":
            full = name(found["funcname"])
            if not _callable(lookup, full):
                at = Place(place.migration, tree.at(found.get("location", 0)))
                yield _missing(lookup, "function", full, at)
    if any(kind in ("ColumnRef", "ResTarget") for kind, _ in nodes):
        columns = Columns(lookup, tree, place, ctes)
        yield from columns.written(nodes)
        yield from columns.read(whole)


def _there(lookup: Lookup, full: Name) -> bool:
    """Return whether a relation exists, or the files cannot tell."""
    state, (schema, bare) = lookup.state, full
    if schema:
        return full in state.relations or bare in lookup.made or not _ours(state, schema) or (
            bare in EXTENSION_RELATIONS)  # fmt: skip
    if bare in state.temporary | lookup.made | EXTENSION_RELATIONS or bare.startswith("pg_"):
        return True
    if lookup.path is None:
        return bool(state.anywhere(bare))
    if any((schema, bare) in state.relations for schema in lookup.path):
        return True
    return any(s not in _NEUTRAL and not _ours(state, s) for s in lookup.path)


def _ours(state: SchemaState, schema: str) -> bool:
    """Return whether only the files create objects in a schema, no platform and no extension."""
    if schema in state.imported:
        return False
    if schema == "public":
        return True
    return schema in state.schemas and schema not in state.foreign | PLATFORM_SCHEMAS


def _callable(lookup: Lookup, full: Name) -> bool:
    """Return whether a function exists, or the files cannot tell."""
    state, (schema, bare) = lookup.state, full
    # PostGIS has hundreds of functions, nearly all of which begin with st_.
    if bare in functions() or bare.startswith(("st_", "postgis")):
        return True
    # A type's name casts like a function, and each table has a type of its name.
    kinds = (state.functions, state.aggregates, state.types, state.relations)
    if any(full in kind for kind in kinds):
        return True
    if schema:
        return not _ours(state, schema)
    if any(bare in kind.bare for kind in kinds[1:]):
        return True
    if lookup.path is None:
        return bare in state.functions.bare
    if any((s, bare) in state.functions for s in lookup.path):
        return True
    return any(s not in _NEUTRAL and not _ours(state, s) for s in lookup.path)


def _missing(lookup: Lookup, kind: str, full: Name, place: Place) -> Dangling:
    state = lookup.state
    candidates = [full] if full[0] else [(schema, full[1]) for schema in lookup.path or ("public",)]
    gone = next((state.gone[key] for key in candidates if key in state.gone), None)
    if kind == "table":
        elsewhere = state.anywhere(full[1])
    else:
        elsewhere = list(state.functions.bare.get(full[1], ()))
    near = ".".join(elsewhere[0]) if elsewhere else _near(state, kind, full[1])
    return Dangling(kind, ".".join(filter(None, full)), place, lookup.subject, gone, near)


def _near(state: SchemaState, kind: str, bare: str) -> str:
    """Return the name of a table or function most like another."""

    def found() -> str:
        words = _words(bare)
        names = state.relations.bare if kind == "table" else state.functions.bare
        # The comparison takes long, so only names that begin alike or share a word are compared.
        alike = [one for one in sorted(names) if one[:3] == bare[:3] or words & _words(one)]
        close = [one for one in alike if abs(len(one) - len(bare)) <= 6][:20]
        return next(iter(get_close_matches(bare, close, n=1)), "")

    return state.nearest(kind, bare, found)


# Words of up to three letters (`id`, `get`, `is`) are in too many names to tell any apart.
def _words(name: str) -> set[str]:
    return {word for word in name.split("_") if len(word) > 3}
