"""Checks and indexes of a table: what spares the server the reading of its rows, or causes it."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.migrations.static.nodes import strings
from pytest_schemaverify.migrations.static.schema_state import Check, Indexed, Relation
from pytest_schemaverify.sql.statements import Node, walk

_WITH_INDEX = {"CONSTR_PRIMARY": "pkey", "CONSTR_UNIQUE": "key", "CONSTR_EXCLUSION": "excl"}


def check_of(node: Node) -> Check:
    """Return the check of a Constraint node."""
    expression = node.get("raw_expr", {})
    return Check(
        frozenset(columns(expression)),
        proved(expression),
        not node.get("skip_validation", False),
    )


def columns(node: Any) -> Iterator[str]:
    """Yield the columns that an expression names."""
    for kind, found in walk({"": node}):
        if kind == "ColumnRef" and (fields := strings(found.get("fields"))):
            yield fields[-1]


def proved(node: Node, *, negated: bool = False) -> frozenset[str]:
    """Return the columns that cannot be null where a check holds, as the server proves it.

    A check holds for NULL, too: `a > 0` proves nothing. See predicate_implied_by in
    src/backend/optimizer/util/predtest.c.
    """
    kind, inner = next(iter(node.items()), ("", Node()))
    if kind == "NullTest":
        wanted = "IS_NULL" if negated else "IS_NOT_NULL"
        bare = "ColumnRef" in inner.get("arg", {})
        return frozenset(columns(inner["arg"]) if bare and inner["nulltesttype"] == wanted else ())
    if kind != "BoolExpr":
        return frozenset()
    operation = inner["boolop"]
    if operation == "NOT_EXPR":
        return proved(inner["args"][0], negated=not negated)
    parts = [proved(part, negated=negated) for part in inner["args"]]
    # By De Morgan's laws, NOT makes an OR of an AND.
    both = (operation == "AND_EXPR") is not negated
    return frozenset.union(*parts) if both else frozenset.intersection(*parts)


def index_of(node: Node) -> Indexed:
    """Return the index of an IndexStmt."""
    elements = [item["IndexElem"] for item in node.get("indexParams", ())]
    named = {element["name"] for element in elements if "name" in element}
    included = {item["IndexElem"].get("name", "") for item in node.get("indexIncludingParams", ())}
    computed = [element["expr"] for element in elements if "expr" in element]
    if "whereClause" in node:
        computed.append(node["whereClause"])
    return Indexed(frozenset(named | included | set(columns(computed))), not computed)


def index_name(table: str, node: Node) -> str:
    """Return the name of an IndexStmt, or the one that the server makes up for it."""
    elements = [item["IndexElem"] for item in node.get("indexParams", ())]
    named = [element.get("name", "expr") for element in elements]
    return str(node.get("idxname") or "_".join([table, *named, "idx"]))


def add(table: Relation, node: Node, column: str = "") -> None:
    """Note a constraint of a table; `column` is the one behind which it stands."""
    kind = node["contype"]
    if kind == "CONSTR_CHECK":
        made = check_of(node)
        named = column or ("".join(made.columns) if len(made.columns) == 1 else "")
        table.checks[node.get("conname") or _chosen(table, named, "check")] = made
    elif kind == "CONSTR_NOTNULL" and node.get("skip_validation"):
        # PostgreSQL 18 has NOT NULL that is not valid yet, as a constraint with a name.
        key = frozenset(strings(node.get("keys")))
        chosen = _chosen(table, "".join(key), "not_null")
        table.checks[node.get("conname") or chosen] = Check(key, key, valid=False)
    elif kind == "CONSTR_FOREIGN":
        keys = strings(node.get("fk_attrs")) or [column]
        valid = not node.get("skip_validation", False)
        name = node.get("conname") or _chosen(table, "_".join(keys), "fkey")
        table.checks[name] = Check(frozenset(keys), frozenset(), valid, foreign=True)
    elif kind in _WITH_INDEX:
        keys = strings(node.get("keys")) or [column]
        for item in node.get("exclusions", ()):
            keys += [part["IndexElem"].get("name", "") for part in item["List"]["items"]
                     if "IndexElem" in part]  # fmt: skip
        chosen = "_".join(filter(None, keys)) if kind != "CONSTR_PRIMARY" else ""
        name = node.get("conname") or _chosen(table, chosen, _WITH_INDEX[kind])
        taken = table.indexes.pop(node.get("indexname", ""), None)
        table.indexes[name] = taken or Indexed(frozenset(keys), "where_clause" not in node)


def _chosen(table: Relation, columns: str, end: str) -> str:
    """Return the name that the server gives a constraint without one."""
    return "_".join(filter(None, (table.name[1], columns, end)))


def renamed(table: Relation, old: str, new: str) -> None:
    """Give a column another name in all that mentions it."""

    def other(names: frozenset[str]) -> frozenset[str]:
        return names - {old} | {new} if old in names else names

    for name, check in table.checks.items():
        named, not_null = other(check.columns), other(check.not_null)
        table.checks[name] = check._replace(columns=named, not_null=not_null)
    for name, index in table.indexes.items():
        table.indexes[name] = index._replace(columns=other(index.columns))


def without_column(table: Relation, column: str) -> list[str]:
    """Drop what mentions a column, as the server does when the column is dropped.

    The names of the indexes are returned.
    """
    table.checks = {name: one for name, one in table.checks.items() if column not in one.columns}
    gone = [name for name, one in table.indexes.items() if column in one.columns]
    for name in gone:
        del table.indexes[name]
    return gone
