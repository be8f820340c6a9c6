"""What runs when an expression does: functions that it calls, views that it reads, and theirs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.views.row import View
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import Token, text_at, tokens

_READ = frozenset({"from", "join", ","})
"""What stands before the name of a relation that is read."""


class Piece(NamedTuple):
    """A text that runs."""

    text: str
    row: Row | None = None
    """The function or the view whose text it is; None for the expression itself."""

    @property
    def tokens(self) -> Sequence[Token]:
        """The words of the text, without comments."""
        return _tokens(self.text)

    @property
    def where(self) -> str:
        """In which function or view that is, behind a comma; "" for the expression itself."""
        if isinstance(self.row, Function):
            return f", in {own_name(self.row)}"
        if isinstance(self.row, View):
            return f", in the view {quoted(self.row.schema, self.row.name)}"
        return ""


@lru_cache(maxsize=512)
def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text))


class Reached:
    """Follows expressions into the functions and views of a database, by their names.

    Which overload a call means depends on types that a text does not show; all of them count.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._functions: dict[str, list[Row]] = defaultdict(list)
        for function in catalog.families["functions"].values():
            self._functions[function.name].append(function)
        self._tables = {(row.schema, row.name) for row in catalog.families["tables"].values()}
        self._views: dict[str, list[Row]] = defaultdict(list)
        for view in catalog.families["views"].values():
            self._views[view.name].append(view)

    def functions(self, scope: frozenset[str], policy_scope: frozenset[str]) -> list[Row]:
        """Return the functions in some schemas, and what policies and triggers there run.

        Projects keep helpers of policies in schemas of their own, so that clients cannot call them.
        """
        families = self._catalog.families
        texts = [
            text
            for policy in families["policies"].values() if policy.schema in policy_scope
            for text in (policy.using, policy.with_check)
        ]  # fmt: skip
        # Those who sign up are rows of a table of the platform.
        with_triggers = scope | {"auth"}
        texts += [
            f"select {trigger.function}"
            for trigger in families["triggers"].values() if trigger.schema in with_triggers
        ]  # fmt: skip
        own = [row for row in families["functions"].values() if row.schema in scope]
        reached = (one.row for one in self.by(*texts, rows=own))
        found = {row for row in reached if isinstance(row, Function)}
        return [row for row in families["functions"].values() if row in found]

    def by(self, *texts: str | None, rows: Iterable[Row] = ()) -> Iterator[Piece]:
        """Yield the expressions, and then what runs because of them, each piece once."""
        waiting = [Piece(text) for text in texts if text]
        waiting += [Piece(row.source, row) for row in rows]
        seen: set[Row] = set(rows)
        while waiting:
            piece = waiting.pop(0)
            yield piece
            for row in self.named(piece.tokens):
                if row not in seen:  # functions may call each other in turn
                    seen.add(row)
                    text = row.source if isinstance(row, Function) else row.definition
                    waiting.append(Piece(text, row))

    def named(self, found: Sequence[Token]) -> Iterator[Row]:
        """Yield the functions that are called by name, and the views that are read."""
        for at, token in enumerate(found):
            if not token.is_name or text_at(found, at + 1) == ".":
                continue
            qualified = text_at(found, at - 1) == "." and at > 1
            schema, before = (found[at - 2].name, at - 3) if qualified else ("", at - 1)
            if text_at(found, at + 1) == "(":
                rows = self._functions.get(token.name, ())
            elif _is_read(found, before):
                rows = self._views.get(token.name, ())
            else:
                continue
            yield from (row for row in rows if schema in ("", row.schema))

    def tables(self, found: Sequence[Token]) -> Iterator[str]:
        """Yield the names of the tables that tokens read or join, in their order."""
        made = {one.name for at, one in enumerate(found) if _is_made(found, at)}
        for at, token in enumerate(found):
            if not token.is_name or not _follows_from(found, at - 1) or token.name in made:
                continue
            qualified = text_at(found, at + 1) == "." and at + 2 < len(found)
            schema, name = (token.name, found[at + 2].name) if qualified else ("", token.name)
            at_all = (
                {(schema, name)} if qualified else {key for key in self._tables if key[1] == name}
            )
            yield from sorted(quoted(*key) for key in at_all & self._tables)


def _is_made(found: Sequence[Token], at: int) -> bool:
    """Return whether a query of `with` gets its name at a token."""
    return text_at(found, at + 1) == "as" and text_at(found, at + 2) in ("(", "materialized", "not")


_CALLS_WITH_FROM = frozenset({"extract", "substring", "trim", "overlay"})


def _follows_from(found: Sequence[Token], at: int) -> bool:
    """Return whether what stands at a token begins the relations of a query."""
    if text_at(found, at) == "join":
        return True
    if text_at(found, at) != "from" or text_at(found, at - 1) == "distinct":
        return False
    # `extract(year from seen)` has no table.
    depth = 0
    for place in range(at - 1, -1, -1):
        depth += (found[place].text == ")") - (found[place].text == "(")
        if depth < 0:
            return text_at(found, place - 1) not in _CALLS_WITH_FROM
    return True


def _is_read(found: Sequence[Token], before: int) -> bool:
    """Return whether a name is one of a relation, by what stands before it."""
    while text_at(found, before) == "(":  # as `pg_get_viewdef` prints joins
        before -= 1
    return text_at(found, before) in _READ
