import re
from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import written
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.statements import Node, Unparsed, tree, walk

from .reached import Reached

USE = Use(category="RLS policies", exempting=True)

_Sides = tuple[tuple[str, ...], tuple[str, ...]]
"""The columns on both sides of a comparison, with the tables as they are called there."""


def check(
    catalog: Catalog, scope: frozenset[str], policy_scope: frozenset[str]
) -> Iterator[Finding]:
    """No policy, view or function compares a column with itself where it means another one."""
    for family, schemas in (("policies", policy_scope), ("views", scope)):
        for row in catalog.families[family].values():
            if row.schema in schemas:
                yield from _found(row, catalog)
    for function in Reached(catalog).functions(scope, policy_scope):
        yield from _found(function, catalog)


def _found(row: Row, catalog: Catalog) -> Iterator[Finding]:
    parts = (row.schema, row.table, row.name) if isinstance(row, Policy) else (row.schema, row.name)
    subject = own_name(row) if isinstance(row, Function) else quoted(*parts)
    try:
        trees = _trees(row)
    except Unparsed as error:
        yield Finding(
            expected="conditions that can be read",
            actual=f"not checked: {error.reason}",
            subject=subject,
            hint="look at it, then say under `except` why it is right",
        )
        return
    captured = _captured(row, trees, catalog) if isinstance(row, Policy) else set()
    for left, right in dict.fromkeys(one for tree_ in trees for one in _comparisons(tree_)):
        same = left == right or _hides_argument(row, left, right)
        if same or {(left, right), (right, left)} & captured:
            yield Finding(
                expected="a comparison with another row, or with an argument",
                actual=f"{quoted(*left)} = {quoted(*right)}, both of one row",
                subject=subject,
                hint="a name without a table is a column of the innermost query that has one of "
                "that name; write in front of it which table or function is meant",
            )


def _hides_argument(row: Row, left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Return whether a name is meant for an argument, and is the column that it is compared with.

    In SQL columns come first; in PL/pgSQL the server refuses what may be both.
    """
    if not isinstance(row, Function) or row.language != "sql" or left[-1] != right[-1]:
        return False
    arguments = {one.name for one in row.parameters}
    unlike = {len(left), len(right)} == {1, 2} and row.name not in (left[0], right[0])
    return unlike and left[-1] in arguments


def _trees(row: Row) -> list[Node]:
    """Return what the conditions of an object are part of. Raises Unparsed."""
    if isinstance(row, Policy):
        return [tree_ for text in (row.using, row.with_check) if text for tree_ in _parsed(text)]
    # Parsing takes a hundred times as long as this, and hardly any function or view has it.
    if isinstance(row, Function):
        known = row.language in ("sql", "plpgsql") and _maybe(row.source, row)
        return written(row).trees if known else []
    return _query(row.definition) if _maybe(row.definition) else []


_EQUALS = re.compile(r"""([\w."$]++)[\s)]*+(?:::[\s\w."]++(?:\[\])?[\s)]*+)?=[\s(]*+([\w."$]++)""")
"""The names on both sides of `=`, without casts and brackets."""


def _maybe(text: str, function: Function | None = None) -> bool:
    """Return whether some name stands on both sides of `=`, or hides an argument."""
    pairs = [(one.lower(), other.lower()) for one, other in _EQUALS.findall(text)]
    arguments = {one.name for one in function.parameters} if function is not None else set()
    return any(
        one == other or (_last(one) == _last(other) and {one, other} & arguments)
        for one, other in pairs
    )


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _parsed(expression: str) -> list[Node]:
    return _query(f"select {expression}")


def _query(text: str) -> list[Node]:
    return [{one.kind: one.node} for one in tree(text)]


def _comparisons(node: Node) -> Iterator[_Sides]:
    """Yield the pairs of columns that are compared for being equal."""
    for kind, one in walk([node]):
        if kind == "A_Expr" and one["kind"] == "AEXPR_OP" and one["name"][-1] == _EQUAL:
            left, right = _column(one.get("lexpr", {})), _column(one.get("rexpr", {}))
            if left and right:
                yield left, right


_EQUAL = {"String": {"sval": "="}}


def _column(node: Node) -> tuple[str, ...]:
    """Return the parts of a column's name, without casts around it; () for anything else."""
    while "TypeCast" in node:
        node = node["TypeCast"]["arg"]
    fields = node.get("ColumnRef", {}).get("fields", [])
    return tuple(one.get("String", {}).get("sval", "*") for one in fields)


def _captured(policy: Policy, trees: list[Node], catalog: Catalog) -> set[_Sides]:
    """Return comparisons of what refers to the policy's table with a column of the table it is in.

    `m.org_id = m.id` is what the server makes of `m.org_id = id` where `m` has an `id`, too.
    """
    found: set[_Sides] = set()
    for kind, node in walk(trees):
        if kind != "RangeVar":
            continue
        name = node.get("alias", {}).get("aliasname") or node["relname"]
        for key in catalog.of_table("constraints", node.get("schemaname", ""), node["relname"]):
            if key.references and key.references[:2] == (policy.schema, policy.table):
                pairs = zip(key.columns, key.references[2], strict=True)
                found |= {((name, own), (name, other)) for own, other in pairs}
    return found
