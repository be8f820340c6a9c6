from collections.abc import Iterator

from pytest_schemaverify.catalog import Trigger
from pytest_schemaverify.findings import Finding


def check(expected: str, actual: Trigger) -> Iterator[Finding]:
    """The trigger has the declared condition."""
    if expected == "absent":
        if actual.when is not None:
            yield Finding(expected="no condition", actual=f"when {actual.when}")
    elif actual.when is None or _plain(expected) != _plain(actual.when):
        found = f"when {actual.when}" if actual.when else "no condition"
        yield Finding(expected=f"when {expected}", actual=found)


def _plain(text: str) -> str:
    # OLD and NEW are no tables that the server could be asked about, so the texts are compared.
    return "".join(text.lower().replace("(", "").replace(")", "").split())
