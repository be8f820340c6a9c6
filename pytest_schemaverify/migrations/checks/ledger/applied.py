from collections.abc import Callable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger import Book
from pytest_schemaverify.migrations.names import shown

USE = Use(live=True, optional=True)


def check(
    book: Book | None, evidence: Callable[[Migration], tuple[int, int]], subject_table: str
) -> Iterator[Finding]:
    """Every migration file is listed in the ledger as applied."""
    if book is None:
        yield Finding(expected=f"the ledger {subject_table}", actual="no such table")
        return
    # Where the listed files stand in the order of the files, to tell late ones from new ones.
    places = [
        book.migrations.index(x.migration) for x in book.lines if x.migration in book.migrations
    ]
    for number, migration in enumerate(book.migrations):
        if not book.lists(migration):
            yield Finding(
                subject=migration.version or migration.name,
                expected=f"listed in {book.table}",
                actual="not listed",
                hint=_hint(*evidence(migration), late=any(place > number for place in places)),
                place=shown(migration.path),
            )
    for line in book.lines:
        if not line.done:
            yield Finding(
                subject=line.version,
                expected="applied to its end",
                actual=f"{book.table} says that it failed or was taken back",
                hint="see what of it is there, repair that, and run it again",
                place=shown(line.migration.path) if line.migration else "",
            )


def _hint(there: int, made: int, *, late: bool) -> str:
    """Return which side is wrong, as far as the catalog shows it."""
    # A file that makes no objects, of rows only, leaves no evidence in the catalog.
    if made and there == made:
        return (
            f"the database has all {made} objects that it makes: it was applied and not written"
            " down; the ledger is wrong"
        )
    if there:
        return (
            f"the database has {there} of the {made} objects that it makes: it was applied in part"
            " or by hand; the database is wrong"
        )
    after = "; later ones are listed, so it came late or was left out" if late else ""
    nothing = f"the database has none of the {made} objects that it makes: " if made else ""
    return f"{nothing}it has not been applied there{after}"
