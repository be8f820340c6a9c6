from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index


def check(expected: str, actual: Index, same: Same) -> Iterator[Finding]:
    """The index is partial with the declared predicate, or is not partial."""
    if expected == "absent":
        if actual.where is not None:
            yield Finding(expected="not partial", actual=f"where {actual.where}")
    elif actual.where is None or not same(expected, actual.where):
        found = f"where {actual.where}" if actual.where else "not partial"
        yield Finding(expected=f"where {expected}", actual=found)
