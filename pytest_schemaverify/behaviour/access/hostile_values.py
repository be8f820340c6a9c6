"""Values of one argument by which an attacker would try to reach rows of others."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.rows.supply import Supply
from pytest_schemaverify.behaviour.access.rows.values import in_double_quotes
from pytest_schemaverify.behaviour.access.statements import Table, Values, type_name
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql.names import quoted

_EACH = 6
"""Values that are tried for one argument."""
_TEXTS = ("text", "character varying", "character", "name", "citext", "varchar")
_WHOLE = ("integer", "bigint", "smallint")
_BROKEN = ("numeric", "real", "double precision")
_EXTREMES: Mapping[str, tuple[str | None, ...]] = {
    "boolean": ("true", "false"),
    "integer": ("2147483647", "0", "-1"), "bigint": ("2147483647", "0", "-1"),
    "smallint": ("32767", "0"), "numeric": ("-1", "1000000", "0"),
    "double precision": ("-1", "1000000", "0"), "real": ("-1", "1000000", "0"),
    "date": ("infinity", "-infinity"), "timestamp with time zone": ("infinity", "-infinity"),
    "timestamp without time zone": ("infinity", "-infinity"),
    "json": ("{}",), "jsonb": ("{}",), "interval": ("1000 years",),
}  # fmt: skip
ANYTHING = ("%", "", "' or '1'='1")
"""Texts that match more than one thing."""
# `->> 'key'`, `#>> '{key}'`, `jsonb_extract_path_text(x, 'key')` and `as x (key type)`.
_KEYS = re.compile(r"(?:->>?|#>>?|\?|,)\s*'\{?(\w+)\}?'|[(,]\s*\"?(\w+)\"?\s+(?:uuid|text|int)")
_VECTORS = ("vector", "halfvec", "sparsevec")
# An argument that says how many rows are wanted.
_NUMBER_OF_ROWS = re.compile(r"limit|count|size|max|top|first|rows|(?:^|_)[kn]$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A row of somebody else."""

    table: str
    """With its schema, in quotes where SQL wants them."""
    key: str
    """What tells it apart."""
    values: Mapping[str, str]
    """Its values as text, without NULL."""

    @property
    def bare(self) -> str:
        """The table's name without its schema and quotes."""
        return self.table.rpartition(".")[2].strip('"')


@dataclass(slots=True)
class Attacker:
    """Somebody who knows some rows of others, and tries their values as arguments."""

    connection: Connection[Any]
    catalog: Catalog
    supply: Supply
    rows: Sequence[KnownRow]
    source: str
    """The body of the function that is called."""
    keys: int = _EACH
    """Values of rows that are tried for one argument."""
    drafted: Callable[[Table], Values] = lambda _: {}
    """Returns a row that a table would take, and which is not there."""

    def usual(self, types: Sequence[str], names: Sequence[str]) -> tuple[str | None, ...]:
        """Return arguments that mean no harm: what a new row of the tables in the body would have.

        A function that adds a row answers nobody else.
        """
        found: dict[str, str] = {}
        for key in self.catalog.families["tables"]:
            if re.search(rf"\b{re.escape(key[1])}\b", self.source):
                row = self.drafted((key[0], key[1]))
                found |= {name: text for name, text in row.items() if text is not None}
        return tuple(
            _called(found, name) or self.supply.value(type_)
            for type_, name in zip(types, names, strict=True)
        )

    def values(self, type_: str, name: str = "") -> list[str | None]:
        """Return values of a type for an argument of that name."""
        return [*dict.fromkeys(self._values(type_, name)), None]

    def _values(self, type_: str, name: str) -> Iterator[str | None]:
        if type_.endswith("[]"):
            yield from self._arrays(type_[:-2], name)
        elif found := [*self._of_kind(type_)]:
            yield from found
        else:
            yield from self._plain(type_, name)

    def _of_kind(self, type_: str) -> Iterator[str | None]:
        if type_ in ("json", "jsonb"):
            yield from self._objects()
            yield "{}"
        elif type_name(type_) in _VECTORS:
            yield from self._vectors(type_)
        else:
            yield from self._composites(type_)

    def _arrays(self, type_: str, name: str) -> Iterator[str]:
        every = [one for one in self.values(type_, name)[:_EACH] if one is not None]
        for inner in (every[:2], every):
            yield f"{{{','.join(map(in_double_quotes, inner))}}}"
        yield "{}"

    def _plain(self, type_: str, name: str) -> Iterator[str | None]:
        extremes = _EXTREMES.get(type_, ANYTHING if type_ in _TEXTS else ())
        of_rows = self._of_rows(type_)
        # Numbers with a fraction are thresholds more often than keys.
        first = type_ in _BROKEN or (type_ in _WHOLE and _NUMBER_OF_ROWS.search(name))
        texts = [*extremes, *of_rows] if first else [*of_rows, *extremes]
        yield from texts
        if not texts or type_ not in (*_TEXTS, *_WHOLE, *_BROKEN, "uuid"):
            made = self.supply.value(type_)
            yield from [made] if made is not None else []

    def _objects(self) -> Iterator[str]:
        """Yield objects with the keys that the body reads, and with the columns of rows.

        What is sent and comes back tells nothing, so that those with little in them come first.
        """
        keys = sorted({one or other for one, other in _KEYS.findall(self.source)})
        for one_row in self.rows[:2] if keys else ():
            yield _as_json({key: _like(key, one_row) for key in keys})
        for one_row in self.rows[:2]:
            yield _as_json(one_row.values)

    def _vectors(self, type_: str) -> Iterator[str]:
        """Yield vectors that rows have, of each length: nothing is nearer to a row than its own."""
        bare = type_name(type_)
        columns = [
            one for one in self.catalog.families["columns"].values() if type_name(one.type) == bare
        ]
        named = [one for one in columns if re.search(rf"\b{re.escape(one.table)}\b", self.source)]
        for column in named or columns:
            if (column.schema, column.table) in self.catalog.families["tables"]:
                query = sql.SQL("select {0}::text from {1} where {0} is not null limit 2").format(
                    sql.Identifier(column.name), sql.Identifier(column.schema, column.table)
                )
                stored = [row[0] for row in self.connection.execute(query).fetchall()]
                yield from stored or [self.supply.value(column.type) or ""]
        if not columns:
            yield self.supply.value(type_) or ""

    def _composites(self, type_: str) -> Iterator[str]:
        """Yield rows of a table, or a value of another composite type, for an argument of these."""
        kind = self.supply.kinds(type_)
        if kind.category != "C":
            return
        fields = self.connection.execute(_FIELDS, [type_]).fetchall()
        rows = [one for one in self.rows if fields and one.table == quoted(*fields[0][2:])]
        for one_row in rows[:3]:
            # Its keys alone: what is sent and comes back tells nothing.
            texts = {name: one_row.values.get(name) for name, one, *_ in fields if _is_key(one)}
            yield _as_row([texts.get(name) for name, *_ in fields])
        if not rows:
            every = [self.values(one, name) for name, one, *_ in fields]
            for place in range(3):
                yield _as_row([values[min(place, len(values) - 1)] for values in every])

    def _of_rows(self, type_: str) -> list[str | None]:
        """Return values of rows that fit a type, of many tables rather than of one."""
        by_table: dict[str, list[str]] = {}
        if type_ not in (*_TEXTS, *_WHOLE, *_BROKEN, "uuid"):
            return []
        for one_row in self.rows:
            for text in one_row.values.values():
                if _fits(type_, text):
                    by_table.setdefault(one_row.table, []).append(text)
        found: list[str | None] = []
        for place in range(self.keys):
            found += [texts[place] for texts in by_table.values() if place < len(texts)]
        return [*dict.fromkeys(found)][: self.keys]


_FIELDS = """
select a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), n.nspname, c.relname
from pg_catalog.pg_type t
join pg_catalog.pg_class c on c.oid = t.typrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where t.oid = %s::pg_catalog.regtype
order by a.attnum
"""


def _like(key: str, one_row: KnownRow) -> str:
    return _called(one_row.values, key) or "%"


def _called(values: Mapping[str, str], name: str) -> str | None:
    """Return what a row has in the column that a name means: `p_note_id` for `id`."""
    ends = [column for column in values if name.endswith(column)]
    return values[max(ends, key=len)] if ends else None


_ENDS: Mapping[str | None, str] = {
    "infinity": "2100-01-01", "-infinity": "1900-01-01", "2147483647": "1000", "1000000": "1000",
    "32767": "1000", "1000 years": "1 year",
}  # fmt: skip
"""What lets as much through as the rows of a copy need, and can be counted up to."""


def with_an_end(text: str | None) -> str | None:
    """Return a value with an end: a function may go through all days, or make so many rows."""
    return _ENDS.get(text, text)


def _is_key(type_: str) -> bool:
    return type_ in ("uuid", *_WHOLE)


def _as_row(texts: Sequence[str | None]) -> str:
    return f"({','.join('' if one is None else in_double_quotes(one) for one in texts)})"


def _as_json(values: Mapping[str, str]) -> str:
    pairs = ", ".join(
        f"{in_double_quotes(name)}: {in_double_quotes(text)}" for name, text in values.items()
    )
    return f"{{{pairs}}}"


def _fits(type_: str, text: str) -> bool:
    if type_ == "uuid":
        return len(text) == 36 and text.count("-") == 4
    if type_ in (*_WHOLE, *_BROKEN):
        # Any number of so many digits fits the type.
        limit = 4 if type_ == "smallint" else 9
        return text.isdecimal() and len(text) <= limit
    return len(text) >= 3


def combined(
    choices: Sequence[Sequence[str | None]], most: int
) -> Iterator[tuple[str | None, ...]]:
    """Yield lists of arguments: all that there are if these are not more than `most`."""
    return product(*choices) if prod(map(len, choices)) <= most else _one_by_one(choices)


def _one_by_one(choices: Sequence[Sequence[str | None]]) -> Iterator[tuple[str | None, ...]]:
    """Yield all first values, all second ones and so on, then each alone among the first."""
    longest = max(len(values) for values in choices)
    for place in range(longest):
        yield tuple(values[place % len(values)] for values in choices)
    first = [values[0] for values in choices]
    for index, values in enumerate(choices):
        for value in values[1:]:
            yield (*first[:index], value, *first[index + 1 :])
