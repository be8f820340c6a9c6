from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.checks.granting import (
    Granting,
    everyone,
    granting,
    listed,
    no_role,
    spelled,
)
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.objects import Subject


def check(
    expected: list[str], actual: Row, subject: Subject, catalog: Catalog
) -> Iterator[Finding]:
    """Exactly the declared privileges on the object are granted to the role."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        yield finding
        return
    on = granting(subject.parent, actual, catalog)
    wanted, held = on.wanted(expected), on.held(role)
    if wanted != held:
        missing = [name for name in wanted if name not in held]
        extra = [name for name in held if name not in wanted]
        parts = [f"missing {', '.join(missing)}"] if missing else []
        parts += [f"extra {', '.join(extra)}"] if extra else []
        parts += _above(on, role, extra)
        parts += [everyone(on, role)] if everyone(on, role) else []
        yield Finding(
            expected=listed(wanted),
            actual=listed(held),
            hint="; ".join(parts),
            fix=_fix(on, role, wanted, held),
        )


def value(actual: Row, subject: Subject, catalog: Catalog) -> list[str]:
    """Return what the role holds, as the file spells it."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        raise CannotDetermine(
            f"reading what {finding.expected} holds",
            because=f"there is {finding.actual}",
            remedy=finding.hint,
        )
    return spelled(granting(subject.parent, actual, catalog).held(role))


def _above(on: Granting, role: str, extra: list[str]) -> list[str]:
    whole = [name for name in extra if name in on.above.get(role, {})]
    return [f"{', '.join(whole)} on the whole table"] if whole else []


def _fix(on: Granting, role: str, wanted: dict[str, bool], held: dict[str, bool]) -> str:
    """Return the statements; none where the right on the whole table is the one too many."""
    direct = on.direct.get(role, {})
    extra = [name for name in held if name not in wanted]
    passed = [name for name in wanted if held.get(name) and not wanted[name]]
    if any(name not in direct for name in (*extra, *passed)):
        return ""
    new = {n: o for n, o in wanted.items() if n not in held or (o and not held[n])}
    statements = [
        on.revoke(extra, role) if extra else "",
        on.revoke(passed, role, option=True) if passed else "",
        on.grant(new, role) if new else "",
    ]
    return "\n".join(filter(None, statements))
