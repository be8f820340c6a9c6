"""Lists the tables, columns, sub-queries … of a text from its parse tree, for what a plan hides.

Planning leaves out what changes no row: tables that are joined and not read, queries of WITH that
are not read, what stands beside `false and`. EXPLAIN leaves out how rows are locked, and the types
that a function's columns are given.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from pytest_schemaverify.sql.statements import Node, walk

from .stand_in_rows import Relations

Name = tuple[str, str]
"""Schema, "" where none is written, and name."""


class Contents(NamedTuple):
    """What stands in one text."""

    tables: list[Name]
    """Those that it reads, each time that it does."""
    queries: frozenset[str]
    """Names of its WITH."""
    columns: frozenset[str]
    """Names that may be columns', but for those in the list of an EXISTS."""
    direct: frozenset[str]
    """Those of them outside of sub-queries."""
    aliases: frozenset[str]
    """Names that it gives."""
    has_stars: bool
    subqueries: list[str]
    """Their kinds, sorted."""
    joins: list[str]
    """Kinds of its outer joins, sorted."""
    keys: list[tuple[int, int]]
    """By how many keys its queries group and order, sorted."""
    locks: list[str]
    """Which rows it locks and how, sorted."""
    types: list[str]
    """Of columns that it gives to functions, in the order of the text."""


def contents(trees: Sequence[Node]) -> Contents:
    """Return what stands in a parsed text."""
    nodes = [*_walk(trees)]
    # Both sides of a UNION are SELECTs, which the parser has without a kind of their own.
    selects = [node for kind, node in nodes if kind in ("SelectStmt", "larg", "rarg")]
    queries = [node for kind, node in nodes if kind == "SubLink"]
    deep = _ids(query["subselect"] for query in queries)
    # By identity: two nodes with the same content stand at two places.
    left_out = _ids(chain(_not_told(selects), _targets_of_exists(queries)))
    refs = [node for kind, node in nodes if kind == "ColumnRef" and id(node) not in left_out]
    named = [(_last(node), id(node)) for node in refs]
    return Contents(
        tables=[
            (node.get("schemaname", ""), node["relname"])
            for kind, node in nodes
            if kind == "RangeVar" and id(node) not in left_out
        ],
        queries=frozenset(node["ctename"] for kind, node in nodes if kind == "CommonTableExpr"),
        columns=frozenset(name for name, _ in named),
        direct=frozenset(name for name, key in named if key not in deep),
        aliases=frozenset(name for _, node in nodes for name in _aliases(node)),
        has_stars="" in {name for name, _ in named},
        subqueries=sorted(query["subLinkType"] for query in queries),
        joins=sorted(
            node["jointype"]
            for kind, node in nodes
            if kind == "JoinExpr" and node["jointype"] != "JOIN_INNER"
        ),
        keys=sorted(
            (len(_keys(one.get("groupClause", ()))), len(one.get("sortClause", ())))
            for one in selects
            if "groupClause" in one or "sortClause" in one
        ),
        locks=sorted(lock for one in selects for lock in _locks(one)),
        types=[
            _type(column["ColumnDef"]["typeName"])
            for kind, node in nodes
            if kind == "RangeFunction"
            for column in node.get("coldeflist", ())
        ],
    )


def _walk(around: Any) -> Iterator[tuple[str, Node]]:
    """Yield each node as often as the server has it, which writes BETWEEN and some IN in parts."""
    for kind, node in walk(around):
        yield kind, node
        if kind == "A_Expr":
            yield from _walk(_again(node))


def _again(node: Node) -> list[Any]:
    """Return what an operator makes more than one of.

    `a in (b, 1, 2)` is `a = b or a = any (array[1, 2])`, of rows and columns each stands for
    itself (transformAExprIn and transformAExprBetween in PostgreSQL's parse_expr.c).
    """
    left, right, kind = node.get("lexpr"), node.get("rexpr"), node["kind"]
    if "BETWEEN" in kind and right is not None:
        low, high = right["List"]["items"]
        return [left, left, left, low, high] if kind.endswith("_SYM") else [left]
    if kind != "AEXPR_IN" or right is None or "List" not in right:
        return []
    items = right["List"]["items"]
    if "RowExpr" in (left or ()) or any("RowExpr" in item for item in items):
        return [left] * (len(items) - 1)
    plain = sum(not any(kind == "ColumnRef" for kind, _ in walk([item])) for item in items)
    return [left] * (len(items) - plain + min(plain, 1) - 1)


def _ids(nodes: Iterable[Any]) -> set[int]:
    return {id(node) for around in nodes for _, node in walk(around)}


def _not_told(selects: Iterable[Node]) -> Iterator[Any]:
    """Yield what names tables that are locked, and columns of the result that order or group it."""
    for select in selects:
        yield [
            lock["LockingClause"].get("lockedRels", []) for lock in select.get("lockingClause", ())
        ]
        sorts = [one["SortBy"]["node"] for one in select.get("sortClause", ())]
        yield from (key for key in (*sorts, *select.get("groupClause", ())) if "ColumnRef" in key)


def _targets_of_exists(queries: Iterable[Node]) -> Iterator[Any]:
    # `exists (select role …)` is `exists (select 1 …)`: the server does not look at the list.
    for query in queries:
        if query["subLinkType"] == "EXISTS_SUBLINK":
            yield query["subselect"]["SelectStmt"].get("targetList", [])


def _last(ref: Node) -> str:
    """Return the last part of a name; "" for a star."""
    return str(ref["fields"][-1].get("String", {}).get("sval", ""))


def _aliases(node: Node) -> Iterator[str]:
    yield from (node[key] for key in ("aliasname", "name") if isinstance(node.get(key), str))
    for key in ("colnames", "aliascolnames"):
        yield from (one["String"]["sval"] for one in node.get(key, ()))


def _keys(clause: Iterable[Node]) -> list[Node]:
    """Return what stands between the commas of GROUP BY, without brackets."""
    # `group by (a, b)` is `group by a, b`.
    return [
        key
        for one in clause
        for key in (_keys(one["RowExpr"]["args"]) if "RowExpr" in one else [one])
    ]


def _locks(select: Node) -> Iterator[str]:
    # FOR UPDATE without OF locks all tables of FROM, so that each is named here in both spellings.
    for one in select.get("lockingClause", ()):
        lock = one["LockingClause"]
        locked = [rel["RangeVar"]["relname"] for rel in lock.get("lockedRels", ())]
        for name in locked or _from(select.get("fromClause", ())):
            yield f"{name} {lock['strength']} {lock['waitPolicy']}"


def _from(clause: Iterable[Node]) -> Iterator[str]:
    """Yield what the tables and sub-queries of FROM are called."""
    for kind, node in walk([*clause]):
        if kind == "RangeSubselect":
            yield node.get("alias", {}).get("aliasname", "")
        elif kind == "RangeVar":
            yield node.get("alias", {}).get("aliasname", node["relname"])


def _type(node: Node) -> str:
    names = [one["String"]["sval"] for one in node["names"]]
    modifiers = [one["A_Const"] for one in node.get("typmods", ()) if "A_Const" in one]
    values = [value for one in modifiers for key, value in one.items() if key != "location"]
    return f"{names[-1]}{values}{'[]' * len(node.get('arrayBounds', ()))}"


def read_otherwise(one: Contents, other: Contents, relations: Relations) -> bool:
    """Return whether two texts read different relations, or one of them more often."""
    # The server prints names without the schemas that it finds by itself, so each is resolved
    # first.
    found = {name: schema for schema, name, is_visible, _ in relations if is_visible}
    known = {(schema, name) for schema, name, _, _ in relations}

    def resolved(text: Contents) -> Counter[Name]:
        named = ((schema or found.get(name, ""), name) for schema, name in text.tables)
        return Counter(
            key if key in known else ("", key[1])
            for key in named
            if key[1] not in one.queries | other.queries
        )

    return resolved(one) != resolved(other)


def stands_in_one(one: Contents, other: Contents, columns: Collection[str]) -> str:
    """Return what only one of two texts with the same plan has, in a word or two; or ""."""
    if one.subqueries != other.subqueries:
        return "sub-queries"
    if one.types != other.types:
        return "types of columns"
    if one.joins != other.joins:
        return "outer joins"
    if one.keys != other.keys:
        return "keys of GROUP BY or ORDER BY"
    if one.has_stars or other.has_stars:  # the server prints the columns in place of the star
        return ""
    different = (one.columns ^ other.columns) & set(columns) - one.aliases - other.aliases
    return min(different, default="")
