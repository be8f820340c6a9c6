from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import Token, text_at

from .reached import Piece, Reached

USE = Use(category="function security", exempting=True)


def check(
    catalog: Catalog, scope: frozenset[str], policy_scope: frozenset[str]
) -> Iterator[Finding]:
    """No IMMUTABLE function reads tables, settings, the token, the role or the clock."""
    reached = Reached(catalog)
    kept = _kept(catalog, reached)
    for function in reached.functions(scope, policy_scope):
        if function.volatility != "immutable":
            continue
        pieces = (one for one in reached.by(function.source) if _is_code(one.row or function))
        read = next(filter(None, (_read(one, reached) for one in pieces)), "")
        if read:
            name, users = own_name(function), kept[function]
            yield Finding(
                expected="the same result for the same arguments, whoever asks, and whenever",
                actual=f"immutable, and it reads {read}",
                subject=name,
                # With that, what was made of it would be left as no server makes it.
                fix="" if users else function.altered("stable"),
                hint=f"what it gave is kept in {' and '.join(users)}; make what keeps it without "
                f"it, then: {function.altered('stable')}" if users else "",
            )  # fmt: skip


def _is_code(row: Row) -> bool:
    return not isinstance(row, Function) or row.language in ("sql", "plpgsql")


def _read(piece: Piece, reached: Reached) -> str:
    """Return what a piece reads that may differ between two calls, and where; "" for nothing."""
    found = piece.tokens
    named = (token.text for at, token in enumerate(found) if _may_differ(found, at))
    read = next(chain(named, reached.tables(found)), "")
    return read and f"{read}{piece.where}"


def _may_differ(found: Sequence[Token], at: int) -> bool:
    """Return whether a token names what may be another one in the next call."""
    schema = found[at - 2].name if text_at(found, at - 1) == "." and at > 1 else ""
    if found[at].kind != "name" or schema not in ("", "pg_catalog"):
        return False
    called = found[at].text in _CALLED and text_at(found, at + 1) == "("
    return called or (not schema and found[at].text in _WORDS)


_CALLED = frozenset({
    "current_setting", "now", "clock_timestamp", "statement_timestamp", "transaction_timestamp",
    "timeofday",
})  # fmt: skip
"""What `auth.uid()` and its like are made of, and the clock."""
_WORDS = frozenset({
    "current_user", "current_role", "session_user", "current_date", "current_time",
    "current_timestamp", "localtime", "localtimestamp",
})  # fmt: skip
"""Words that SQL keeps for itself, so that no column or variable has such a name."""


def _kept(catalog: Catalog, reached: Reached) -> Mapping[Row, list[str]]:
    """Return the indexes and generated columns that are made with each function."""
    found: dict[Row, list[str]] = defaultdict(list)
    for index in catalog.families["indexes"].values():
        texts = (*(key.expression for key in index.keys), index.where)
        _note(found, reached, texts, f"the index {quoted(index.schema, index.name)}")
    for column in catalog.families["columns"].values():
        name = quoted(column.schema, column.table, column.name)
        _note(found, reached, (column.generated,), f"the generated column {name}")
    return found


def _note(
    found: dict[Row, list[str]], reached: Reached, texts: Sequence[str | None], user: str
) -> None:
    for text in filter(None, texts):
        if "(" in text:
            for row in reached.named(Piece(text).tokens):
                if user not in found[row]:
                    found[row].append(user)
