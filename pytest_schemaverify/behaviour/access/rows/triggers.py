"""Other values for what triggers look at, which refuse rows with errors of their own."""

import re
from collections.abc import Iterator
from itertools import chain, combinations, islice

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.rows.choices import choices_of
from pytest_schemaverify.behaviour.access.rows.row import Row
from pytest_schemaverify.behaviour.access.statements import Values

BODIES = """
select distinct p.prosrc
from pg_catalog.pg_trigger t
join pg_catalog.pg_proc p on p.oid = t.tgfoid
where t.tgrelid = pg_catalog.to_regclass(%s) and not t.tgisinternal
  and t.tgenabled in ('O', 'A') and t.tgtype & 4 = 4
"""
INSERT = 4
EACH = 16
"""Values of one column that are tried."""
MOST = 120
"""Rows that are tried."""


def raised(error: psycopg.Error) -> bool:
    """Return whether code has refused a row, and no constraint."""
    return "PL/pgSQL function" in (error.diag.context or "") and not error.diag.constraint_name


def place(error: psycopg.Error) -> str:
    """Return where in a function an error was raised: its text may name the value."""
    return (error.diag.context or "").partition("\n")[0]


def other_values(row: Row) -> Iterator[Values]:
    """Yield other values for the columns that triggers name: first of one column, then of two."""
    written = sql.Identifier(*row.table).as_string()
    bodies = [body for (body,) in row.connection.execute(BODIES, [written]).fetchall()]
    each = []
    for name, column in row.columns.items():
        named = rf'\bnew\s*\.\s*(?:"{re.escape(name)}"|{re.escape(name)}\b)'
        if name in row.fixed or column.generated is not None:
            continue
        if any(re.search(named, body, re.IGNORECASE) for body in bodies):
            texts = dict.fromkeys(choices_of(row, name, bodies))
            each.append([{name: text} for text in islice(texts, EACH)])
    double = ({**a, **b} for some, more in combinations(each, 2) for a in some for b in more)
    yield from islice(chain(chain.from_iterable(each), double), MOST)
