from collections.abc import Iterator

from pytest_schemaverify.canonical import Same
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.statistics.row import Statistics
from pytest_schemaverify.sql.names import BadName, quoted, single


def check(expected: list[str], actual: Statistics, same: Same) -> Iterator[Finding]:
    """The statistics are about the declared columns and expressions, and no others."""
    left = [*map(quoted, actual.columns), *actual.expressions]
    there = list(left)
    missing = []
    for one in expected:
        found = next((other for other in left if _same_element(one, other, same)), None)
        if found is None:
            missing.append(one)
        else:
            # Each is used up, so that one that is declared twice is missing once.
            left.remove(found)
    if missing or left:
        notes = [f"missing {', '.join(missing)}"] if missing else []
        notes += [f"extra {', '.join(left)}"] if left else []
        yield Finding(expected=", ".join(expected), actual=", ".join(there), hint="; ".join(notes))


def _same_element(expected: str, actual: str, same: Same) -> bool:
    try:
        return quoted(single(expected)) == actual
    except BadName:  # not a name, so an expression
        return "(" in actual and same(expected, actual)
