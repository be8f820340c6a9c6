"""A program that drops a run's databases on somebody's server, however the run ends.

It leaves them where the run says so at its end, because somebody was told.

It holds the run's lock meanwhile: without it, other runs take the databases for abandoned.
"""

import psycopg

from pytest_schemaverify.databases import ownership
from pytest_schemaverify.databases.dsn import connect
from pytest_schemaverify.databases.keepers import protocol
from pytest_schemaverify.errors import SchemaVerifyError


def main() -> None:
    """Carry out an order: `dsn` of the server and `run`, the number that marks the databases."""
    order = protocol.received()
    try:
        with connect(order["dsn"], autocommit=True) as connection:
            ownership.hold(connection, order["run"])
            ownership.drop_abandoned(connection)
            protocol.tell()
            end = ownership.drop_own
            try:
                if protocol.wait(order["parent"]):
                    end = ownership.keep_own
            finally:
                protocol.ignore_signals()
                end(connection, order["run"])
    except SchemaVerifyError as error:
        protocol.tell(failure=str(error))
    except psycopg.Error as error:
        protocol.tell(error=str(error))


if __name__ == "__main__":
    main()
