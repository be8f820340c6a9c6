"""A program that drops a run's databases on an existing server, however the run ends.

While it lives it holds the run's lock: other runs drop databases whose lock nobody holds. It leaves
the databases where they are if the run says so at its end, after the user was told about them.
"""

import psycopg

from pytest_schemaverify.databases import ownership
from pytest_schemaverify.databases.dsn import connect
from pytest_schemaverify.databases.keepers import protocol
from pytest_schemaverify.databases.supervisor.signals import ignore_signals
from pytest_schemaverify.errors import SchemaVerifyError


def main() -> None:
    """Carry out an order: `dsn` of the server and `run`, the number that marks the databases."""
    order = protocol.read_order()
    try:
        with connect(order["dsn"], autocommit=True) as connection:
            # The lock first: another run that begins now must not take ours for abandoned.
            ownership.mark_alive(connection, order["run"])
            ownership.drop_abandoned(connection, order["run"])
            protocol.answer()
            end = ownership.drop_own  # unless the run says otherwise, as one that is killed cannot
            try:
                if protocol.wait_for_caller(order["parent"]):
                    end = ownership.keep_own
            finally:
                ignore_signals()
                end(connection, order["run"])
    except SchemaVerifyError as error:
        protocol.answer(failure=str(error))
    except psycopg.Error as error:
        protocol.answer(error=str(error))


if __name__ == "__main__":
    main()
