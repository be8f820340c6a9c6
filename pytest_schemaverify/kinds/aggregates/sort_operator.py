from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Aggregate

NONE = "no sort operator"


def check(expected: str, actual: Aggregate) -> Iterator[Finding]:
    """The aggregate can be answered by an index, with the declared operator."""
    # regoper prints the schema wherever the name alone means several operators, as `<` does; a file
    # may leave that of the server's own out.
    found = actual.sort_operator.removeprefix("pg_catalog.")
    wanted = "" if expected == "absent" else expected.strip().removeprefix("pg_catalog.")
    if wanted != found:
        yield Finding(
            expected=f"sort operator {wanted}" if wanted else NONE,
            actual=f"sort operator {found}" if found else NONE,
        )
