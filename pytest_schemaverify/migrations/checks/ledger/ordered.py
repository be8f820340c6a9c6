from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger import Book
from pytest_schemaverify.migrations.names import shown

USE = Use(live=True, optional=True, ledger="order")


def check(book: Book) -> Iterator[Finding]:
    """The migrations were applied in the order of the files."""
    last = -1
    for line in book.lines:
        # Flyway runs a repeatable file again after versioned ones that came later.
        if line.migration not in book.migrations or _is_repeatable(line.migration):
            continue
        place = book.migrations.index(line.migration)
        if place < last:
            later = book.migrations[last]
            yield Finding(
                subject=line.version,
                expected=f"applied before {later.version or later.name}, as on a new database",
                actual=f"applied after it, by {book.order}",
                hint="it came late, from another branch: see with `deployed` that the order makes"
                " no difference, or give it a later version",
                place=shown(line.migration.path),
            )
        last = max(last, place)


def _is_repeatable(migration: Migration) -> bool:
    """Return whether Flyway runs a file again whenever it has changed, after all others."""
    return not migration.version and migration.path.name.startswith("R__")
