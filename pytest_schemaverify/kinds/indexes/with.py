from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.storage import differing


def check(expected: dict[str, object], actual: Index) -> Iterator[Finding]:
    """The index has the declared storage parameters; others may be set too."""
    hint = f"the default of {actual.method} holds, which another version may change"
    return differing(expected, actual.options, hint=hint)
