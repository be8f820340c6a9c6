from collections.abc import Iterator
from fnmatch import fnmatchcase

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.ledger import Book, difference

USE = Use(live=True, optional=True, ledger="content")


def check(expected: dict[str, str], book: Book) -> Iterator[Finding]:
    """No migration file was edited after it was applied."""
    unused = dict.fromkeys(expected)
    empty = []
    for line in book.lines:
        if line.migration is None:
            continue
        pattern = next((p for p in expected if fnmatchcase(line.version, p)), None)
        # A line that somebody has inserted by hand may have nothing of what was run.
        if line.content is None:
            if pattern is None:
                empty.append(line.version)
            unused.pop(pattern or "", None)
            continue
        edited = difference(line.migration, line.content)
        if edited is None:
            continue
        unused.pop(pattern or "", None)
        if pattern is None:
            yield Finding(
                subject=line.version,
                expected=f"as it was applied: {edited.applied}",
                actual=f"the file has now: {edited.file}",
                hint="what was applied stays as it is: put the file back and write a new migration",
                place=edited.place,
            )
    for pattern in unused:
        yield Finding(
            subject=pattern,
            expected="a file that was edited",
            actual="none matches; remove it from `unedited`",
        )
    # Last, so that files that differ are told of first.
    if empty:
        raise CannotDetermine(
            "comparing the files with what was applied",
            because=f"{book.table} keeps nothing of {', '.join(empty[:5])}",
            remedy="give the reason under `unedited`, by version",
        )
