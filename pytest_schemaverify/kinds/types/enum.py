from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.types.row import Type
from pytest_schemaverify.sql.names import quoted

from .relabelling import relabelled


def check(expected: list[str], actual: Type, catalog: Catalog) -> Iterator[Finding]:
    """The enum has the declared labels, in order."""
    if actual.kind != "enum":
        yield Finding(expected=f"enum ({', '.join(expected)})", actual=f"{actual.kind} type")
    elif list(actual.labels) != expected:
        missing = [label for label in expected if label not in actual.labels]
        extra = [label for label in actual.labels if label not in expected]
        notes = [f"missing {', '.join(missing)}"] if missing else []
        notes += [f"extra {', '.join(extra)}"] if extra else []
        yield Finding(
            expected=", ".join(expected),
            actual=", ".join(actual.labels) or "no labels",
            hint="; ".join(notes) or "the order differs",
            fix="\n".join(_added(expected, actual)) or relabelled(expected, actual, catalog),
        )


def _added(expected: list[str], actual: Type) -> Iterator[str]:
    """Yield a statement for each missing label, where they are all that differs."""
    name = quoted(actual.schema, actual.name)
    changed = [pair for pair in zip(actual.labels, expected, strict=False) if pair[0] != pair[1]]
    missing = {label for label in expected if label not in actual.labels}
    if len(expected) == len(actual.labels) == len(missing.union(actual.labels)) - len(changed):
        # The labels stand at the same places, and some are called otherwise.
        for found, label in changed:
            yield f"alter type {name} rename value {_literal(found)} to {_literal(label)};"
        return
    if [label for label in expected if label in actual.labels] != list(actual.labels):
        return
    there = list(actual.labels)
    for index, label in enumerate(expected):
        if label in there:
            continue
        place = f" after {_literal(expected[index - 1])}" if index else ""
        if not index and there:
            place = f" before {_literal(there[0])}"
        there.insert(index, label)
        yield f"alter type {name} add value {_literal(label)}{place};"


def _literal(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"
