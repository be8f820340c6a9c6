from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.rehearsal.cost import LOCKS, Cost, table_name

USE = Use(built=True)


def check(expected: str | dict[str, str], cost: Cost, schema: str) -> Iterator[Finding]:
    """No migration takes a stronger lock on a table than the budget allows."""
    limits = (
        dict.fromkeys(cost.locks, expected)
        if isinstance(expected, str)
        else {table_name(name, schema): limit for name, limit in expected.items()}
    )
    # A table of the budget that has no lock was not touched, or a migration has made it.
    for table, limit in limits.items():
        lock = cost.locks.get(table)
        if lock is not None and LOCKS.index(lock.mode) > LOCKS.index(limit):
            yield Finding(
                place=lock.place,
                subject=table,
                expected=f"no stronger lock than {limit}",
                actual=lock.mode,
            )
