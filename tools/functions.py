"""Write the names of the functions that PostgreSQL and its extensions bring.

python -m tools.functions    starts a disposable server and rewrites functions.txt
"""

from pathlib import Path

import psycopg
from psycopg import sql

from pytest_schemaverify import databases
from pytest_schemaverify.settings.config import Config

FILE = (
    Path(__file__).parent.parent / "pytest_schemaverify" / "migrations" / "static" / "functions.txt"
)


def names() -> set[str]:
    """Return the names of the functions of a server with every extension that it has."""
    with databases.start(Config()) as server:
        built = databases.create(server, name="functions", platform="postgres", extensions={})
        with databases.connect(built.dsn, autocommit=True) as connection:
            available = connection.execute("select name from pg_catalog.pg_available_extensions")
            for (name,) in available.fetchall():
                statement = sql.SQL("create extension if not exists {} cascade")
                try:
                    connection.execute(statement.format(sql.Identifier(name)))
                except psycopg.Error as error:  # one that needs another operating system's parts
                    print(f"{name}: {error}")
            found = connection.execute("select distinct proname from pg_catalog.pg_proc")
            return {name for (name,) in found}


if __name__ == "__main__":
    # Names that older versions had stay in the list.
    known = set(FILE.read_text(encoding="utf-8").split()) if FILE.exists() else set()
    FILE.write_text("\n".join(sorted(known | names())) + "\n", encoding="utf-8")
