from collections.abc import Iterator

from pytest_schemaverify.catalog import Type
from pytest_schemaverify.findings import Finding


def check(expected: list[str], actual: Type) -> Iterator[Finding]:
    """The enum has the declared labels, in order."""
    if actual.kind != "enum":
        yield Finding(expected=f"enum ({', '.join(expected)})", actual=f"a {actual.kind}")
    elif list(actual.labels) != expected:
        missing = [label for label in expected if label not in actual.labels]
        extra = [label for label in actual.labels if label not in expected]
        notes = [f"missing {', '.join(missing)}"] if missing else []
        notes += [f"extra {', '.join(extra)}"] if extra else []
        yield Finding(
            expected=", ".join(expected),
            actual=", ".join(actual.labels),
            hint="; ".join(notes) or "the order differs",
        )
