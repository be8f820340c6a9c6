from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from pytest_schemaverify.behaviour.access.column_judgement import judged_columns
from pytest_schemaverify.behaviour.access.trying.columns import ColumnsTried
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(copied=True)


def check(
    expected: Any, columns_tried: ColumnsTried, shared_columns: AbstractSet[str]
) -> Iterator[Finding]:
    """The identity reads these columns of its own row, and no others."""
    yield from judged_columns(expected, columns_tried, shared_columns)
