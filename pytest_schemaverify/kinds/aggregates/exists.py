from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.any import exists
from pytest_schemaverify.kinds.kind import Subject, Use

USE = Use(presence="exists")


def check(actual: Any, subject: Subject, catalog: Catalog) -> Iterator[Finding]:
    """The function is an aggregate."""
    yield from exists.check(actual, subject, catalog)
