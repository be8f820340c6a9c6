"""Rows that were in one database and are looked for in another.

The values by which a row is found again go as a hash from one database into a temporary table of
the other, where the server compares them: any number of rows takes no memory here. A row that was
there twice has to be there twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import Connection, sql

from pytest_schemaverify.language.ended import ended
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.secrets import of_column

if TYPE_CHECKING:
    from pytest_schemaverify.language.data import PreservedTable

FEW = 3
"""Lost rows that are shown."""


@dataclass(frozen=True, slots=True)
class Fate:
    """The numbers of rows of one table that were found again, explained or lost."""

    source: str
    target: str
    before: int
    found: int
    explained: int
    """Rows that were not found, and for which there is an exemption or an entry."""
    lost: int
    samples: tuple[tuple[str, ...], ...] = ()
    """The values of a few lost rows by which they were looked for."""
    unused: tuple[str, ...] = ()
    """Exemptions that no lost row needs."""
    ended: tuple[str, ...] = ()
    """Exemptions that lost rows would need and that have expired, each with when it did."""
    there: bool = True
    """Whether the table existed before the migrations."""


def followed(
    before: Connection[Any],
    after: Connection[Any],
    name: str,
    wanted: "PreservedTable",
    schema: str,
) -> Fate:
    """Return how many rows of a table in one database are found in another.

    Names without a schema are looked up in `schema` first. The second connection gets a temporary
    table. Raises psycopg.Error for names and expressions that the databases do not have.
    """
    source = yaml_names.qualified(name, schema)
    target = yaml_names.qualified(wanted.in_ or name, schema)
    for connection in (before, after):
        connection.execute(_PATH, [names.quoted(schema)])
    excuses = _excuses(wanted)
    _hand_over(before, after, source, wanted, excuses)
    after.execute(_fates(target, wanted, schema))
    counted = after.execute(_COUNTED).fetchone()
    rows, missing, explained = map(int, counted or (0, 0, 0))
    keys = [key for (key,) in after.execute(_LOST)]
    needed = {excuses[number].condition for (number,) in after.execute(_NEEDED)}
    return Fate(
        names.quoted(*source),
        names.quoted(*target),
        rows,
        rows - missing,
        explained,
        missing - explained,
        tuple(_samples(before, source, wanted, keys)) if keys else (),
        tuple(one for one in wanted.exemptions if one not in needed),
        tuple(
            f"{one.condition}: {one.ended}"
            for one in excuses
            if one.ended and one.condition in needed
        ),
    )


class _Excuse(NamedTuple):
    condition: str
    ended: str
    """Text for an exemption that has expired, "" for the others."""


def _excuses(wanted: "PreservedTable") -> list[_Excuse]:
    """Return the exemptions, expired ones last: a row counts for the first that it meets."""
    today = date.today()
    found = [_Excuse(condition, ended(one, today)) for condition, one in wanted.exemptions.items()]
    return sorted(found, key=lambda one: bool(one.ended))


# In front of the path that the role or database has; an empty one would leave nothing behind the
# comma, which is no valid list.
_PATH = """
    select pg_catalog.set_config('search_path', %s || ', ' || coalesce(
        nullif(pg_catalog.current_setting('search_path'), ''), '"$user"'), false)
"""
_LOST = """
    select key from pg_temp.schemaverify_fate where lost > 0 order by key limit 3
"""
_NEEDED = """
    select distinct r.exemption
    from pg_temp.schemaverify_rows r join pg_temp.schemaverify_fate f using (key)
    where r.exemption is not null and case when r.excused then f.missing else f.lost end > 0
"""


def _hand_over(
    before: Connection[Any], after: Connection[Any], source: Sequence[str],
    wanted: "PreservedTable", excuses: Sequence[_Excuse],
) -> None:  # fmt: skip
    """Copy the keys of the rows into a temporary table of the other database."""
    # The connection serves several tables in turn.
    after.execute("drop table if exists pg_temp.schemaverify_rows, pg_temp.schemaverify_fate")
    after.execute(
        "create temporary table schemaverify_rows "
        "(key text, entry text, exemption integer, excused boolean)"
    )
    explained = wanted.explained_by.match if wanted.explained_by else {}
    query = sql.SQL("copy (select {}, {}, {}, {} from {} where {}) to stdout").format(
        _key(wanted.match),
        _key(explained),
        _first(excuses, range(len(excuses))),
        _first(excuses, [not one.ended for one in excuses]),
        sql.Identifier(*source),
        _condition(wanted.where),
    )
    # COPY to COPY: both speak the same text format, so no row is taken apart here.
    with (
        before.cursor().copy(query) as rows,
        after.cursor().copy("copy pg_temp.schemaverify_rows from stdin") as into,
    ):
        for block in rows:
            into.write(block)
    # Autovacuum cannot see temporary tables; without statistics the joins are planned for few rows.
    after.execute("analyze pg_temp.schemaverify_rows")


def _first(excuses: Sequence[_Excuse], values: Iterable[object]) -> sql.Composable:
    """Return a CASE with the value of the first exemption whose condition a row meets."""
    arms = [
        sql.SQL("when ({}\n) then {}").format(_written(one.condition), sql.Literal(value))
        for one, value in zip(excuses, values, strict=True)
    ]
    return sql.SQL("case {} end").format(sql.SQL(" ").join(arms)) if arms else sql.SQL("null")


def _fates(target: Sequence[str], wanted: "PreservedTable", schema: str) -> sql.Composed:
    """Return the statement that counts for each key how many rows are missing."""
    entries: sql.Composable = sql.SQL("select null::text as entry where false")
    if wanted.explained_by is not None:
        entries = sql.SQL("select distinct {} as entry from {} where {}").format(
            _key(wanted.explained_by.match.values()),
            sql.Identifier(*yaml_names.qualified(wanted.explained_by.table, schema)),
            _condition(wanted.explained_by.where),
        )
    return sql.SQL(_FATES).format(
        entries=entries, key=_key(wanted.match.values()), target=sql.Identifier(*target)
    )


_FATES = """
    create temporary table schemaverify_fate as
    with
    entries as materialized ({entries}),
    wanted as (
      select
        r.key, pg_catalog.count(*) as rows,
        pg_catalog.count(*) filter (where r.excused or e.entry is not null) as excused
      from pg_temp.schemaverify_rows r left join entries e using (entry)
      group by r.key
    ),
    there as (select {key} as key, pg_catalog.count(*) as rows from {target} group by 1),
    fate as (
      select w.key, w.rows, greatest(w.rows - coalesce(t.rows, 0), 0) as missing, w.excused
      from wanted w left join there t using (key)
    )
    select key, rows, missing, greatest(missing - excused, 0) as lost from fate
"""
_COUNTED = """
    select
      coalesce(pg_catalog.sum(rows), 0), coalesce(pg_catalog.sum(missing), 0),
      coalesce(pg_catalog.sum(missing - lost), 0)
    from pg_temp.schemaverify_fate
"""


def _samples(
    before: Connection[Any], source: Sequence[str], wanted: "PreservedTable", keys: list[str]
) -> list[tuple[str, ...]]:
    columns = sql.SQL(", ").join(sql.SQL("({}\n)::text").format(_written(e)) for e in wanted.match)
    query = sql.SQL(
        "select distinct {} from {} where ({}) and {} = any ({}) order by 1 limit {}"
    ).format(
        columns,
        sql.Identifier(*source),
        _condition(wanted.where),
        _key(wanted.match),
        sql.Literal(keys),
        sql.Literal(FEW),
    )
    return [
        tuple(
            f"{what} = {'null' if text is None else of_column(what, text)}"
            for what, text in zip(wanted.match, row, strict=True)
        )
        for row in before.execute(query)
    ]


def _key(expressions: Iterable[str]) -> sql.Composable:
    """Return an md5 of some values as text.

    They are made an array first: its text quotes its elements, so that ('a', 'b,c') differs from
    ('a,b', 'c') and NULL from the text 'NULL'. NULL is a value like any other here.
    """
    texts = [sql.SQL("({}\n)::text").format(_written(one)) for one in expressions]
    if not texts:
        return sql.SQL("null")
    return sql.SQL("pg_catalog.md5(array[{}]::text)").format(sql.SQL(", ").join(texts))


def _condition(text: str | None) -> sql.Composable:
    # A line of its own for the bracket: the text may end in a comment.
    return sql.SQL("({}\n)").format(_written(text)) if text else sql.SQL("true")


def _written(text: Any) -> sql.SQL:
    """Return an expression of the file; the database that it is run on is a disposable one."""
    return sql.SQL(text)
