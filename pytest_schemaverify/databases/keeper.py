"""A program that drops a run's databases on somebody's server, however the run ends.

It leaves them where the run says so at its end, because somebody was told.

It holds the run's lock meanwhile: without it, other runs take the databases for abandoned.
"""

import psycopg

from pytest_schemaverify.databases import lifeline, marks
from pytest_schemaverify.databases.dsn import connect
from pytest_schemaverify.errors import SchemaVerifyError


def main() -> None:
    """Carry out an order: `dsn` of the server and `run`, the number that marks the databases."""
    order = lifeline.received()
    try:
        with connect(order["dsn"], autocommit=True) as connection:
            marks.hold(connection, order["run"])
            marks.drop_abandoned(connection)
            lifeline.tell()
            end = marks.drop_own
            try:
                if lifeline.wait(order["parent"]):
                    end = marks.keep_own
            finally:
                lifeline.ignore_signals()
                end(connection, order["run"])
    except SchemaVerifyError as error:
        lifeline.tell(failure=str(error))
    except psycopg.Error as error:
        lifeline.tell(error=str(error))


if __name__ == "__main__":
    main()
