from collections.abc import Iterator
from dataclasses import replace

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import Declared, granting, no_role
from pytest_schemaverify.kinds.held import Granting, Held, everyone, listed, spelled, whole
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.language.matchers import Graded


def check(
    expected: list[str], actual: Row, subject: Subject, catalog: Catalog, declared: Declared
) -> Iterator[Finding]:
    """Exactly the declared privileges on the object are granted to the role."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        yield finding
        return
    on = granting(subject.parent, actual, catalog, declared)
    wanted, held = on.wanted(expected), on.held(role)
    beyond = {one: _beyond(its, wanted) for one, its in {role: held, **on.through(role)}.items()}
    missing = {n: option for n, option in wanted.items() if option > held.get(n, -1)}
    if missing or any(beyond.values()):
        yield Finding(
            expected=listed(wanted),
            actual=listed(on.together([held, *beyond.values()])),
            hint="; ".join(_hints(on, role, wanted, beyond)),
            fix=_fix(on, role, missing, wanted, beyond),
        )


def value(actual: Row, subject: Subject, catalog: Catalog, declared: Declared) -> Graded:
    """Return the privileges of the role, as a file spells them."""
    assert subject.parent is not None
    role = subject.key[-1]
    if (finding := no_role(role, catalog)) is not None:
        raise CannotDetermine(
            f"reading what {finding.expected} holds",
            because=f"there is {finding.actual}",
            remedy=finding.hint,
        )
    on = granting(subject.parent, actual, catalog, declared)
    held = on.held(role)
    may = on.together([held, *on.through(role).values()])
    most = on.ordered({whole(name): False for name in may} | may)
    return Graded(spelled(held), spelled(may), spelled(most))


def _beyond(held: Held, wanted: Held) -> dict[str, bool]:
    """Return the privileges that are too many, or may be passed on although they must not."""
    return {n: option for n, option in held.items() if option > wanted.get(whole(n), -1)}


def _hints(
    on: Granting, role: str, wanted: Held, beyond: dict[str, dict[str, bool]]
) -> Iterator[str]:
    if missing := {name: False for name in wanted if name not in on.held(role)}:
        yield f"missing {listed(missing)}"
    if extra := {name: False for name in beyond[role] if whole(name) not in wanted}:
        yield f"extra {listed(extra)}"
    if above := {name: False for name in extra if name in on.above.get(role, {})}:
        yield f"{listed(above)} on the whole table"
    if all_ := everyone(on, role):
        yield all_
    for group, held in beyond.items():
        if held and group not in (role, "public"):
            yield f"as a member of {group} it holds {listed(held)}"


def _keeping(on: Granting, passed: list[str], holder: str) -> str:
    """Return the statement that takes the right to pass privileges on, also from a whole table."""
    if on.column and set(passed) <= on.above.get(holder, {}).keys():
        of_table = replace(on, direct=on.above, column="", kind="table")
        return of_table.revoke(passed, holder, option=True)
    return on.revoke(passed, holder, option=True)


def _fix(
    on: Granting, role: str, missing: Held, wanted: Held, beyond: dict[str, dict[str, bool]]
) -> str:
    """Return the statements; "" where a privilege on the whole table, or the owner's, is extra."""
    # The role is a member of the owner then, who is to keep what it has.
    if role != on.owner and beyond.get(on.owner):
        return ""
    statements = []
    for holder, held in beyond.items():
        extra = [name for name in held if whole(name) not in wanted]
        passed = [name for name in held if whole(name) in wanted]
        statements += [on.revoke(extra, holder)] if extra else []
        statements += [_keeping(on, passed, holder)] if passed else []
    # A statement that cannot be made is an empty one: then the others would not be enough.
    return "" if "" in statements else "\n".join([*statements, on.grant(missing, role)]).strip()
