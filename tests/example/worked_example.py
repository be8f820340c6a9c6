"""Where the worked example is, and how to run and use it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.files import Migration

Connection = psycopg.Connection[Any]

TOP = Path(__file__).parents[2]
LEGACY = TOP / "migrations" / "legacy"
SEED = TOP / "tests" / "data" / "legacy.sql"
FILES = {
    "003": TOP / "migrations" / "003_unified_production_schema.sql",
    "004": TOP / "migrations" / "004_data_migration.sql",
    "005": TOP / "migrations" / "005_rollback_to_v2.sql",
}


def run(connection: Connection, *versions: str) -> list[str]:
    """Apply these of the three migrations and return what the server said during the last."""
    done = apply_all(connection, [Migration(FILES[v], v, FILES[v].stem) for v in versions])
    return [notice.message for notice in done[-1].notices]


@contextmanager
def signed_in(
    connection: Connection, user: int | None, role: str = "authenticated"
) -> Iterator[None]:
    """Be a user of the API, by number, in a transaction that is rolled back."""
    claims = f'{{"sub": "{user_id(user)}", "role": "{role}"}}' if user else "{}"
    with connection.transaction(force_rollback=True):
        connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
        connection.execute(f"set local role {role}".encode())
        yield


def user_id(number: int) -> str:
    """Return the id of a user of the seed."""
    return f"10000000-0000-4000-8000-{number:012}"


def value(connection: Connection, query: str, *parameters: object) -> Any:
    """Return the first column of the first row; None if there is no row."""
    row = connection.execute(query.encode(), parameters or None).fetchone()
    return row[0] if row else None
