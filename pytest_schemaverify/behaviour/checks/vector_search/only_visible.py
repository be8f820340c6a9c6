from collections.abc import Callable, Iterator

from pytest_schemaverify.behaviour.vectors import Search, Seen
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.kinds.kind import Use

USE = Use(built=True)


def check(expected: bool, search: Search, seen: Callable[[], list[Seen]]) -> Iterator[Finding]:
    """Whoever calls the search function gets only rows that they can read in the table, or own."""
    if expected:
        yield from _wrong(search, seen())


def _wrong(search: Search, seen: list[Seen]) -> Iterator[Finding]:
    for one in seen:
        if one.hidden:
            yield Finding(
                expected=f"only rows that {one.identity.name} can read in {search.looked.table}",
                actual=f"{len(one.hidden)} others: {'; '.join(one.shown)}",
                identity=f"rows that {one.identity.name} cannot read",
                subject=search.name,
                hint=_hint(search),
            )
    if not any(one.rows for one in seen):
        reasons = "; ".join(f"{one.identity.name}: {one.refused or 'no rows'}" for one in seen)
        yield Finding(
            expected="rows for at least one of those who call it",
            actual=reasons,
            identity=lasting(reasons),
            subject=search.name,
            hint="where nobody finds anything, nothing is proven",
        )
    elif not any(one.others for one in seen):
        names = ", ".join(one.identity.name for one in seen)
        yield Finding(
            expected=f"rows in {search.looked.table} that somebody cannot read",
            actual=f"{names} can read all of them",
            subject=search.name,
            hint="where everybody reads everything, nothing is proven",
        )


def _hint(search: Search) -> str:
    if search.function.security == "definer":
        return "it runs with its owner's rights; use security invoker, or ask for auth.uid()"
    return ""
