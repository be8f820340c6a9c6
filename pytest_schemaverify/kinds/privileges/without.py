from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import Declared, granting, no_role
from pytest_schemaverify.kinds.held import Granting, listed, whole
from pytest_schemaverify.kinds.kind import Subject


def check(
    expected: list[str], actual: Row, subject: Subject, catalog: Catalog, declared: Declared
) -> Iterator[Finding]:
    """None of the declared privileges on the object is granted to the role."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        yield finding
        return
    on = granting(subject.parent, actual, catalog, declared)
    forbidden, own = on.wanted(expected), on.held(role)
    extra = {
        holder: {name: option for name, option in held.items() if whole(name) in forbidden}
        for holder, held in {role: own, **on.through(role)}.items()
    }
    if any(extra.values()):
        found = {whole(name) for held in extra.values() for name in held}
        # What is held on single columns is shown only where it is too much.
        rest = {name: option for name, option in own.items() if name == whole(name)}
        yield Finding(
            expected=f"no {', no '.join(name for name in forbidden if name in found)}",
            actual=listed(on.together([rest, *extra.values()])),
            hint="; ".join(_hints(on, role, extra)),
            fix=_fix(on, role, extra),
        )


def _hints(on: Granting, role: str, extra: dict[str, dict[str, bool]]) -> Iterator[str]:
    if above := [name for name in extra[role] if name in on.above.get(role, {})]:
        yield f"{', '.join(above)} on the whole table"
    for holder, held in extra.items():
        if held and holder != role:
            yield f"through {holder}"


def _fix(on: Granting, role: str, extra: dict[str, dict[str, bool]]) -> str:
    """Return the statements; "" where one cannot be made, or would take from the owner."""
    fixes = [
        "" if holder == on.owner != role else on.revoke(held, holder)
        for holder, held in extra.items()
        if held
    ]
    return "" if "" in fixes else "\n".join(fixes)
