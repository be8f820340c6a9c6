from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.checks.granting import granting, listed, no_role
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import Subject


def check(
    expected: list[str], actual: Row, subject: Subject, catalog: Catalog
) -> Iterator[Finding]:
    """None of the declared privileges on the object is granted to the role."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        yield finding
        return
    on = granting(subject.parent, actual, catalog)
    held = on.held(role)
    extra = [name for name in on.wanted(expected) if name in held]
    if extra:
        above = [name for name in extra if name in on.above.get(role, {})]
        yield Finding(
            expected=f"no {', no '.join(extra)}",
            actual=listed(held),
            hint=f"{', '.join(above)} on the whole table" if above else "",
            fix="" if above else on.revoke(extra, role),
        )
