"""Finds the names that a text gives to the columns of what it reads: sub-queries, WITH, functions.

Two texts may give other names and mean the same, unless a whole row of them is read as one value,
whose fields have these names: `select to_jsonb(q) from (select id as a from notes) as q`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_schemaverify.sql.statements import Node, walk

from .stand_in_rows import Relations

Names = tuple[str | None, ...]
"""Columns in their order; None for one whose name is not known."""


class Given(NamedTuple):
    """What a text calls what it reads."""

    columns: Mapping[str, Names]
    """By alias, where each of its columns stands; without aliases that it gives twice."""
    queries: Mapping[str, Names]
    """The same of each query of WITH, by its name."""
    rows: frozenset[Names]
    """The columns of each of them that is read as one value."""


def given(trees: Sequence[Node], relations: Relations = ()) -> Given:
    """Return what a parsed text calls what it reads; `relations` has the columns of tables."""
    return _Reading(trees, relations).given()


class _Reading:
    def __init__(self, trees: Sequence[Node], relations: Relations) -> None:
        self._nodes = [*walk(trees)]
        self._tables = {row[1]: tuple(name for name, _ in row[3]) for row in relations}
        self._queries: dict[str, list[Node]] = defaultdict(list)
        for kind, node in self._nodes:
            if kind == "CommonTableExpr":
                self._queries[node["ctename"]].append(node)
        self._open: set[str] = set()
        """Queries of WITH whose columns are being found; one may read itself."""

    def given(self) -> Given:
        sources: dict[str, list[tuple[str, Names]]] = defaultdict(list)
        for kind, node in self._nodes:
            if kind in _SOURCES:
                name = node.get("alias", {}).get("aliasname", node.get("relname", ""))
                sources[name].append((self._source(kind, node), self._columns(kind, node)))
        renamed = {
            node["relname"]
            for kind, node in self._nodes
            if kind == "RangeVar" and _strings(node.get("alias", {}).get("colnames", ()))
        }
        return Given(
            columns={
                name: found[0][1]
                for name, found in sources.items()
                if len(found) == 1 and found[0][0] in ("RangeSubselect", "RangeFunction")
            },
            queries={
                name: self._of_query(name)
                for name, found in self._queries.items()
                if len(found) == 1 and name not in renamed
            },
            rows=frozenset(self._rows(sources)),
        )

    def _rows(self, sources: Mapping[str, Sequence[tuple[str, Names]]]) -> Iterator[Names]:
        columns = {name for found in sources.values() for _, names in found for name in names}
        spread = {id(ref) for kind, node in self._nodes for ref in _spread(kind, node)}
        for kind, node in self._nodes:
            if kind != "ColumnRef" or id(node) in spread:
                continue
            first, *rest = node["fields"]
            name = first.get("String", {}).get("sval", "")
            is_row = not rest and name not in columns
            if is_row or [*map(list, rest)] == [["A_Star"]]:
                # The fields of a table's row are called as in the table.
                yield from (
                    names for source, names in sources.get(name, ()) if names and source != "table"
                )

    def _source(self, kind: str, node: Node) -> str:
        """Return what a text reads, in a word."""
        if kind == "RangeVar":
            return "query" if self._is_query(node) else "table"
        # The columns of `json_to_record(…) as q (a int)` are keys that are looked for.
        return "keys" if node.get("coldeflist") else kind

    def _is_query(self, node: Node) -> bool:
        return node["relname"] in self._queries and "schemaname" not in node

    def _columns(self, kind: str, node: Node) -> Names:
        alias = node.get("alias", {})
        own = _strings(alias.get("colnames", ()))
        if kind == "RangeSubselect":
            return _with(own, self._of(node["subquery"]["SelectStmt"]))
        if kind == "RangeFunction":
            if definitions := node.get("coldeflist"):
                return tuple(one["ColumnDef"]["colname"] for one in definitions)
            return own or ((alias.get("aliasname"),) if _is_scalar(node) else ())
        name = node["relname"]
        if self._is_query(node):
            return _with(own, self._of_query(name))
        return _with(own, self._tables.get(name, (None,)))

    def _of_query(self, name: str) -> Names:
        if name in self._open or len(self._queries[name]) != 1:
            return ()
        self._open.add(name)
        [node] = self._queries[name]
        found = self._of(node["ctequery"].get("SelectStmt", {}))
        self._open.discard(name)
        return _with(_strings(node.get("aliascolnames", ())), found)

    def _of(self, select: Node) -> Names:
        """Return the columns of a SELECT; of a UNION and the like they are those of the first."""
        while "larg" in select:
            select = select["larg"]
        if "valuesLists" in select:
            row = select["valuesLists"][0]["List"]["items"]
            return tuple(f"column{number}" for number in range(1, 1 + len(row)))
        names: list[str | None] = []
        for target in select.get("targetList", ()):
            more = self._of_target(target["ResTarget"], select.get("fromClause", ()))
            names += more
            if not more:  # a star: where the columns behind it stand is not known
                break
        return tuple(names)

    def _of_target(self, target: Node, sources: Sequence[Node]) -> Names:
        ref = target.get("val", {}).get("ColumnRef")
        if ref is None or "A_Star" not in ref["fields"][-1]:
            return (target.get("name") or _name(target.get("val", {})),)
        of = _strings(ref["fields"][:-1])
        found: list[str | None] = []
        for kind, node in _joined(sources):
            if kind not in _SOURCES:
                return ()
            name = node.get("alias", {}).get("aliasname", node.get("relname", ""))
            if not of or name == of[-1]:
                columns = self._columns(kind, node)
                if not columns or None in columns:
                    return ()
                found += columns
        return tuple(found)


def _joined(sources: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    """Yield what stands in FROM, in the order in which a star has the columns."""
    for source in sources:
        [(kind, node)] = source.items()
        # USING and NATURAL put columns together.
        if kind == "JoinExpr" and not node.keys() & {"usingClause", "isNatural", "alias"}:
            yield from _joined([node["larg"], node["rarg"]])
        else:
            yield kind, node


_SOURCES = ("RangeSubselect", "RangeFunction", "RangeVar")
_SCALAR = frozenset({"generate_series", "generate_subscripts", "regexp_split_to_table"})
"""Functions whose one column has the name of the alias."""


def _is_scalar(node: Node) -> bool:
    calls = [one["List"]["items"][0].get("FuncCall") for one in node["functions"]]
    return (
        len(calls) == 1
        and "ordinality" not in node
        and calls[0] is not None
        and _strings(calls[0]["funcname"])[-1] in _SCALAR
    )


def _spread(kind: str, node: Node) -> Iterator[Any]:
    """Yield the references of a node of which each column becomes a value of its own."""
    if kind == "ResTarget":
        ref = node.get("val", {}).get("ColumnRef", {})
        yield from [ref] if "A_Star" in ref.get("fields", ({},))[-1] else []
    elif kind == "RowExpr":
        for one in node.get("args", ()):
            ref = one.get("ColumnRef", {})
            yield from [ref] if "A_Star" in ref.get("fields", ({},))[-1] else []


def _with(own: Names, below: Names) -> Names:
    """Return columns of which the first have been given other names."""
    return (*own, *below[len(own) :])


def _strings(found: Sequence[Node]) -> tuple[str, ...]:
    return tuple(one["String"]["sval"] for one in found if "String" in one)


def _name(value: Node) -> str | None:
    """Return what the server calls a column by itself, where that is easy to tell."""
    for key, part in (("ColumnRef", "fields"), ("FuncCall", "funcname")):
        if key in value:
            return next(reversed(_strings(value[key][part])), None)
    if "TypeCast" in value:
        return _name(value["TypeCast"]["arg"])
    return None
