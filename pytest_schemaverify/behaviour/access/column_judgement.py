"""Whether an identity can use the columns that the file names, and no others."""

import difflib
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from pytest_schemaverify.behaviour.access.trying.attempts import written
from pytest_schemaverify.behaviour.access.trying.column_attempts import ColumnTried
from pytest_schemaverify.behaviour.access.trying.columns import ColumnsTried
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding, lasting
from pytest_schemaverify.sql import names, yaml_names

_DOES = {"select": "reads", "insert": "gives a new row", "update": "changes"}
_OF = {"select": " of its own row", "insert": "", "update": " of its own row"}


def expected_columns(expected: Any, there: Sequence[str], relation: str) -> list[str]:
    """Return the columns that an expectation names, of those that can be used at all.

    Raises CannotDetermine for a name that is none of them.
    """
    if expected == "nothing":
        return []
    if expected == "all":
        return [*there]
    written = expected["except"] if isinstance(expected, dict) else expected
    listed = [yaml_names.single(name) for name in written]
    for name in listed:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=1)
            raise CannotDetermine(
                f"trying the columns of {relation} that are named here",
                because=f"there is no column {name} that can be used so"
                + (f"; did you mean `{near[0]}`?" if near else ""),
                remedy=f"the columns are {', '.join(there)}",
            )
    return [name for name in there if (name in listed) != isinstance(expected, dict)]


def judged_columns(
    expected: Any, tried: ColumnsTried, shared: AbstractSet[str]
) -> Iterator[Finding]:
    """Yield which columns can be used and must not, and which must and cannot.

    `shared` are those that another identity of the same role uses: grants cannot tell them apart.
    """
    wanted = expected_columns(expected, [*tried.columns], names.quoted(*tried.table))
    rest = [one for one in tried.columns.values() if one.name not in wanted]
    if more := [one for one in rest if one.decides]:
        yield _too_many(wanted, more, tried, shared)
    accepted = tried.command == "insert"
    for name in wanted:
        one = tried.columns[name]
        if not (one.decides or (accepted and one.accepted)):
            yield _too_few(one, tried)


def _too_many(
    wanted: Sequence[str],
    more: Sequence[ColumnTried],
    tried: ColumnsTried,
    shared: AbstractSet[str],
) -> Finding:
    who, does, of = tried.identity.name, _DOES[tried.command], _OF[tried.command]
    listed = ", ".join(one.name for one in more)
    apart = shared.isdisjoint(one.name for one in more)
    told = (
        "" if apart else
        "another identity of the same role may use them, so that no grant but a policy or a "
        "trigger has to tell who may"
    )  # fmt: skip
    # Without the owner, which is its only choice, it could insert nothing.
    also = [one.name for one in tried.columns.values() if one.accepted and one not in more]
    needed = also if tried.command == "insert" else ()
    kept = [name for name in tried.columns if name in {*wanted, *shared, *needed}]
    only = f"{', '.join(wanted)}{of}, and no other column" if wanted else f"no column{of}"
    return Finding(
        expected=f"{who} {does} {only}",
        actual=f"{who} {does} {listed}{' as well' if wanted else ''}",
        identity=f"{who} {does} {listed}, which is too much",
        hint="\n".join(filter(None, [_again(more[0], tried), told])),
        fix=tried.without([one.name for one in more], kept) if apart else "",
    )


def _too_few(one: ColumnTried, tried: ColumnsTried) -> Finding:
    who, does, of = tried.identity.name, _DOES[tried.command], _OF[tried.command]
    silently = "silently nothing: 0 rows" if one.outcome.done else str(one.outcome)
    refused = one.outcome.message.startswith("permission denied for table")
    on = f"on {names.quoted(*tried.table)} to {names.quoted(tried.identity.role)}"
    return Finding(
        expected=f"{who} {does} {one.name}{of}",
        actual=one.instead or silently,
        identity=f"{who} {does} {one.name}, which it cannot: {lasting(one.outcome)}",
        hint=_again(one, tried),
        fix=f"grant {tried.command} ({names.quoted(one.name)}) {on};" if refused else "",
    )


def _again(one: ColumnTried, tried: ColumnsTried) -> str:
    return f"{tried.command} of {one.name}:\n{written(tried.identity, one.outcome)}"
