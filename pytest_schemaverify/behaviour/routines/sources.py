"""The queries that give the records and cursors of a body their fields."""

from pytest_schemaverify.sql.statements import Node

from .expressions import assignment, constant
from .variables import Query, Scopes, Variable

DYNAMIC = {
    "PLpgSQL_stmt_dynexecute": "query", "PLpgSQL_stmt_dynfors": "query",
    "PLpgSQL_stmt_return_query": "dynquery", "PLpgSQL_stmt_open": "dynquery",
}  # fmt: skip
"""Statements whose query may be put together, and where they have it."""
_ROWS = {
    "PLpgSQL_stmt_fors": "query", "PLpgSQL_stmt_execsql": "sqlstmt",
    "PLpgSQL_stmt_dynfors": "query", "PLpgSQL_stmt_dynexecute": "query",
}  # fmt: skip
"""Statements that give rows to a variable, and the query that these are of."""


class Sources:
    """Follows through a body which query each record and each cursor has its fields from."""

    def __init__(self) -> None:
        self.datums: list[Node] = []
        """The variables as the parser of bodies numbers them."""
        self._cursors: dict[str, Query | None] = {}

    def declare(self, cursor: str, query: Query) -> None:
        """Keep the query with which a cursor is declared."""
        self._cursors[cursor] = query

    def name(self, number: int) -> str:
        """Return the name of the variable with a number; "" where the parser has none."""
        if not 0 <= number < len(self.datums):
            return ""
        (datum,) = self.datums[number].values()
        return str(datum.get("refname", ""))

    def fill(self, key: str, node: Node, scopes: Scopes) -> None:
        """Note at the variable that a statement fills from which query that is done."""
        name, source = self._given(key, node, scopes)
        for scope in reversed(scopes):
            if name in scope.variables:
                scope.variables[name].sources.append(source)
                source = None  # a label may say that one further out is meant

    def of_loop(self, node: Node) -> dict[str, Variable]:
        """Return the variable that a loop over numbers or over a cursor declares."""
        kind, value = next(iter(node["var"].items()))
        if kind == "PLpgSQL_var":
            return {value["refname"]: Variable("integer")}
        return {value["refname"]: Variable(row=True, record=True, sources=[self._cursor(node)])}

    def _cursor(self, node: Node) -> Query | None:
        return self._cursors.get(self.name(node.get("curvar", -1)))

    def _opened(self, node: Node, scopes: Scopes) -> None:
        """Keep the query of a cursor that is opened here, and nowhere else."""
        name = self.name(node.get("curvar", -1))
        if "query" not in node:
            return
        query = Query(node["query"]["PLpgSQL_expr"]["query"], scopes)
        # A cursor that is opened twice, or that is an argument, has fields that depend on
        # the course of the function.
        known = name in self._cursors or name in scopes[0].variables
        self._cursors[name] = None if known else query

    def _given(self, key: str, node: Node, scopes: Scopes) -> tuple[str, Query | None]:
        """Return the variable that a statement fills, and the query from which, if it is known."""
        target = node.get("target") or node.get("var") or {}
        name = target.get("PLpgSQL_rec", {}).get("refname", "") if type(target) is dict else ""
        source: Query | None = None
        if key in _ROWS and _ROWS[key] in node:
            text = node[_ROWS[key]]["PLpgSQL_expr"]["query"]
            if key not in DYNAMIC:
                source = Query(text, scopes)
            # Only a text that is written out tells before it runs which fields its rows have.
            elif executed := constant(text):
                source = Query(executed, (), using(node, scopes))
        elif key == "PLpgSQL_stmt_fetch":
            source = self._cursor(node)
        elif key == "PLpgSQL_stmt_open":
            self._opened(node, scopes)
        elif key == "PLpgSQL_stmt_call":  # it may fill any of them
            for variable in (one for scope in scopes for one in scope.variables.values()):
                variable.sources.append(None)
        elif "varno" in node:
            name, source = self.name(node["varno"]), _assigned(key, node, scopes)
        return ("" if key == "PLpgSQL_stmt_forc" else name), source


def _assigned(key: str, node: Node, scopes: Scopes) -> Query | None:
    """Return what gives the fields of a row that is assigned, or an element of an array."""
    text = node["expr"]["PLpgSQL_expr"]["query"]
    if key == "PLpgSQL_stmt_assign":
        return fields_of(assignment(text)[1], scopes)
    return None if node.get("slice") else fields_of(f"({text})[1]", scopes)


def fields_of(value: str, scopes: Scopes) -> Query:
    """Return the query that gives the fields of a row."""
    return Query(f"select ({value}).*", scopes)


def using(node: Node, scopes: Scopes) -> tuple[Query, ...]:
    """Return what is given with `using`."""
    given = (one["PLpgSQL_expr"]["query"] for one in node.get("params", ()))
    return tuple(Query(f"select {text}", scopes) for text in given)
