from collections.abc import Iterator
from fnmatch import fnmatchcase

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.ledger import Book

USE = Use(live=True, optional=True, ledger="versions")


def check(expected: dict[str, str], book: Book) -> Iterator[Finding]:
    """Every version in the ledger has its migration file."""
    unused = dict.fromkeys(expected)
    for line in book.lines:
        if line.migration is not None:
            continue
        pattern = next((p for p in expected if fnmatchcase(line.version, p)), None)
        unused.pop(pattern or "", None)
        if pattern is None:
            yield Finding(
                subject=line.version,
                expected="a migration file",
                actual=f"listed in {book.table}, and there is no such file",
                hint="it was applied from elsewhere: another branch, or a file that was deleted or"
                " renamed; bring the file back, or give the reason under `known`",
            )
    # An exemption that is not needed any more would hide the next version without a file.
    for pattern in unused:
        yield Finding(
            subject=pattern,
            expected="a version without a file",
            actual="none matches; remove it from `known`",
        )
