from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import Declared, granting, no_role
from pytest_schemaverify.kinds.held import everyone, listed
from pytest_schemaverify.kinds.kind import Subject


def check(
    expected: list[str], actual: Row, subject: Subject, catalog: Catalog, declared: Declared
) -> Iterator[Finding]:
    """The declared privileges on the object are granted to the role."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        yield finding
        return
    on = granting(subject.parent, actual, catalog, declared)
    wanted, held = on.wanted(expected), on.held(role)
    missing = {n: option for n, option in wanted.items() if option > held.get(n, -1)}
    if missing:
        yield Finding(
            expected=f"at least {listed(wanted)}",
            actual=listed(held),
            hint=everyone(on, role),
            fix=on.grant(missing, role),
        )
