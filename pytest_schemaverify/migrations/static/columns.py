"""Columns that statements name, and that none of the tables in their scope has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pytest_schemaverify.migrations.static.lookup import Dangling, Lookup, RowSource
from pytest_schemaverify.migrations.static.nodes import Name, relation, strings
from pytest_schemaverify.migrations.static.output_names import output_names
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.sql.statements import Node, Tree

_SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
_ANYWHERE = frozenset({
    "new", "old", "found", "sqlstate", "sqlerrm", "tg_name", "tg_when", "tg_level", "tg_op",
    "tg_relid", "tg_relname", "tg_table_name", "tg_table_schema", "tg_nargs", "tg_argv", "tg_event",
    "tg_tag", "value",
})  # fmt: skip
"""Names that PL/pgSQL declares by itself; `value` is what a domain's check is about.

https://www.postgresql.org/docs/current/plpgsql-trigger.html
"""
_READS = frozenset({
    "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "ViewStmt", "CreateTableAsStmt",
    "CreatePolicyStmt", "CreateTrigStmt",
})  # fmt: skip
"""Statements in which a bare name is a column, or a variable, and nothing else."""

_ROWS = ("new", "old")
"""What a trigger's function calls its row, whose columns need this name in front of them."""
_BY_NAME = ("sortClause", "groupClause", "distinctClause")
"""Parts of a query in which output names stand for output columns.

https://www.postgresql.org/docs/current/sql-select.html#SQL-ORDERBY
"""

Scope = dict[str, RowSource | None]
"""What the names before a dot mean; None for a row source whose columns are not known."""


_Part = tuple[str, Any, Scope, frozenset[str], bool]
"""A part of a statement: what holds it (a kind of node, or a field), the node, and what names in it
can mean. There are a hundred of them in a statement, and a class of its own would take as long to
make as all else."""
_QUERY = frozenset({"fromClause", "relation", "usingClause"})
"""Fields that give names a meaning."""
_WITHOUT_COLUMNS = frozenset({"A_Const", "RangeVar", "String", "TypeName", "funcname", "typeName"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns in one statement."""

    lookup: Lookup
    tree: Tree
    place: Place
    ctes: Mapping[str, Node]

    def written(self, nodes: list[tuple[str, Node]]) -> Iterator[Dangling]:
        """Yield the target columns of INSERT and UPDATE that the table does not have."""
        for kind, node in nodes:
            if kind not in ("InsertStmt", "UpdateStmt"):
                continue
            table = self.table(relation(node["relation"]))
            targets = node.get("cols" if kind == "InsertStmt" else "targetList", ())
            for item in targets if table is not None else ():
                target = item["ResTarget"]
                if table and "name" in target and _lacks(table, target["name"]):
                    yield self.missing(table, target["name"], target)

    def read(self, whole: Node) -> Iterator[Dangling]:
        """Yield the columns in expressions that no row source in their scope has."""
        scope: Scope = {}
        if self.lookup.row is not None:
            scope = {"new": self.lookup.row, "old": self.lookup.row}
        bare = self.tree.kind in _READS
        stack: list[_Part] = [("", whole, scope, frozenset(), bare)]
        while stack:
            key, node, scope, named, bare = stack.pop()
            if key == "ColumnRef":
                yield from self._column(node, scope, named, bare=bare)
            elif type(node) is list:
                stack += [("", item, scope, named, bare) for item in reversed(node)]
            else:
                inner = self._inside(node, scope, named, bare=bare)
                inner.reverse()
                stack += inner

    def _inside(
        self, node: Node, outer: Scope, named: frozenset[str], *, bare: bool
    ) -> list[_Part]:
        """Return what is in a node, each with the names that it sees."""
        scope = outer if _QUERY.isdisjoint(node) else {**outer, **self.scope(node)}
        return [
            (
                key,
                value,
                # What is inserted does not see the columns of the target.
                outer if key == "selectStmt" else scope,
                named | _aliases(node) if key in _BY_NAME else named,
                # MERGE has a source and a target, which are not followed here.
                bare and key != "MergeStmt",
            )
            for key, value in node.items()
            if type(value) in (dict, list) and key not in _WITHOUT_COLUMNS
        ]

    def _column(
        self, node: Node, scope: Scope, named: frozenset[str], *, bare: bool
    ) -> Iterator[Dangling]:
        fields = strings(node.get("fields"))
        if len(fields) != len(node["fields"]):
            return  # `*` is no String node
        if len(fields) == 2:
            table = scope.get(fields[0])
            # A function of one argument can be called like a column of it.
            if table and _lacks(table, fields[1]) and not self._is_function(fields[1]):
                yield self.missing(table, fields[1], node)
        elif len(fields) == 1 and bare and self._means_nothing(fields[0], scope, named):
            tables = [table for alias, table in scope.items() if table and alias not in _ROWS]
            yield self.missing(tables[-1] if len(tables) == 1 else None, fields[0], node)

    def _means_nothing(self, name: str, scope: Scope, named: frozenset[str]) -> bool:
        rows = [table for alias, table in scope.items() if alias not in _ROWS]
        if not rows or name in self.lookup.variables | named | _SYSTEM | _ANYWHERE:
            return False
        return name not in scope and not any(
            table is None or name in table.columns for table in rows
        )

    def _is_function(self, name: str) -> bool:
        return name in self.lookup.state.functions.bare

    def scope(self, node: Node) -> Scope:
        """Return what the names before a dot mean inside one query level."""
        found: Scope = {}
        tables = [node["relation"]] if "relname" in node.get("relation", {}) else []
        stack = [*node.get("fromClause", ()), *node.get("usingClause", ())]
        while stack:
            item = stack.pop()
            if "RangeVar" in item:
                tables.append(item["RangeVar"])
            elif "JoinExpr" in item:
                join = item["JoinExpr"]
                stack += [join["larg"], join["rarg"]]
                if "alias" in join or "join_using_alias" in join:
                    found[join.get("alias", join.get("join_using_alias"))["aliasname"]] = None
            else:
                kind, inner = next(iter(item.items()))
                alias = inner.get("alias", {}) if isinstance(inner, dict) else {}
                known = None
                if kind == "RangeSubselect":
                    known = _outputs(inner["subquery"]["SelectStmt"], alias.get("colnames"))
                found[alias.get("aliasname", f"?{len(found)}")] = known
        for table in tables:
            alias = table.get("alias", {})
            here = None if "colnames" in alias else self.table(relation(table))
            found[alias.get("aliasname", table["relname"])] = here
        if "onConflictClause" in node:
            found["excluded"] = self.table(relation(node["relation"]))
        return found

    def table(self, full: Name) -> RowSource | None:
        """Return the table or CTE of a name; None where its columns are not all known."""
        lookup, state = self.lookup, self.lookup.state
        if not full[0] and full[1] in self.ctes:
            cte = self.ctes[full[1]]
            query = cte["ctequery"].get("SelectStmt")
            return _outputs(query, cte.get("aliascolnames")) if query else None
        if not full[0] and full[1] in state.temporary | lookup.made:
            return None
        if full[0]:
            keys = [full]
        elif lookup.path is None:
            # The session's path is unknown: a name that only one schema has is surely that one.
            keys = state.anywhere(full[1])
        else:
            keys = [(s, full[1]) for s in lookup.path if (s, full[1]) in state.relations][:1]
        found = [state.relations[key] for key in keys if key in state.relations]
        return RowSource.of(found[0]) if len(found) == 1 else None

    def missing(self, table: RowSource | None, column: str, node: Node) -> Dangling:
        """Return the finding for a column that does not exist."""
        at = Place(self.place.migration, self.tree.at(node.get("location", 0)))
        if table is None or not table.name[1]:
            return Dangling("column", column, at, self.lookup.subject, None, "")
        gone = self.lookup.state.gone.get((".".join(table.name), column))
        near = self.lookup.state.nearest(
            ".".join(table.name), column,
            lambda: next(iter(get_close_matches(column, table.columns, n=1)), ""),
        )  # fmt: skip
        shown = f"{table.name[1]}.{column}"
        return Dangling("column", shown, at, self.lookup.subject, gone, near)


def _lacks(table: RowSource, column: str) -> bool:
    return column not in table.columns and column not in _SYSTEM


def _outputs(query: Node, renamed: list[Node] | None) -> RowSource | None:
    names = output_names(query)
    return None if names is None or renamed else RowSource(("", ""), names)


def _aliases(select: Node) -> frozenset[str]:
    """Return the output names that a query gives with AS."""
    return frozenset(
        item["ResTarget"].get("name", "") for item in select.get("targetList", ()) if item
    )
