import difflib
from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject, Use
from pytest_schemaverify.kinds.setting import Parameters

USE = Use(presence="exists")


def check(actual: Row, subject: Subject, parameters: Parameters) -> Iterator[Finding]:
    """The server has the parameter."""
    name = subject.key[0]
    # A name with a dot may be anybody's, and one with privileges was known when these were granted.
    if name not in parameters and "." not in name and not actual.acl:
        near = difflib.get_close_matches(name, parameters, n=1)
        yield Finding(
            expected=f"parameter {name}",
            actual="no such parameter",
            hint=f"did you mean `{near[0]}`?" if near else "",
        )
