from collections.abc import Callable, Iterator, Sequence

from pytest_schemaverify.behaviour.access.trying.default_privileges import PRIVILEGES, Given
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql import names

USE = Use(copied=True, exempting=True)
LISTED = 8
"""Names that a failure lists."""


def check(by_default: Sequence[Given], accepted: Callable[[str], bool]) -> Iterator[Finding]:
    """Default privileges give clients nothing on tables that no policy covers."""
    left = []
    for one in by_default:
        exempt = [name for name in _names(one) if accepted(name)]
        if exempt:  # the exemption is needed
            yield Finding(expected="nothing", actual=one.role, subject=exempt[0])
        else:
            left.append(one)
    if not left:
        return
    kinds = [family for family in PRIVILEGES if any(one.family == family for one in left)]
    yield Finding(
        expected="default privileges give clients nothing that no policy is asked for",
        actual="\n".join(_told([one for one in left if one.family == kind]) for kind in kinds),
        identity=f"by default: {', '.join(PRIVILEGES[kind] for kind in kinds)}",
        fix="\n".join(_revoked(left, kinds)),
        hint=_hint(kinds),
    )


def _names(one: Given) -> tuple[str, str]:
    """Return the names by which somebody may accept it: the sequence's, the table's."""
    return names.quoted(*one.name), names.quoted(*one.table)


def _told(found: Sequence[Given]) -> str:
    """Return who can do what to which tables or sequences."""
    roles = " and ".join(sorted({one.role for one in found}))
    which = [*dict.fromkeys(_names(one)[0] for one in found)]
    more = f" and {len(which) - LISTED} more" if len(which) > LISTED else ""
    what = _DOES[found[0].family].format(len(which), "" if len(which) == 1 else "s")
    return f"{roles} {what}: {', '.join(which[:LISTED])}{more}"


_DOES = {
    "tables": "can truncate {} table{}",
    "sequences": "can set {} sequence{} back, by setval()",
}


def _revoked(found: Sequence[Given], kinds: Sequence[str]) -> Iterator[str]:
    """Yield the statements that take it back: for what is there, then for what will be."""
    for kind in kinds:
        for schema in dict.fromkeys(one.name[0] for one in found if one.family == kind):
            of = [one for one in found if one.family == kind and one.name[0] == schema]
            yield (
                f"revoke {_privileges(of)} on all {kind} in schema {names.quoted(schema)} "
                f"from {_grantees(of)};"
            )
    by = [one for one in found if one.family == kinds[0]]
    for creator, schema in dict.fromkeys((one.creator, at) for one in by for at in one.schemas):
        of = [one for one in by if one.creator == creator and schema in one.schemas]
        where = f" in schema {names.quoted(schema)}" if schema else ""
        yield (
            f"alter default privileges for role {names.quoted(creator)}{where} "
            f"revoke {_privileges(of)} on {kinds[0]} from {_grantees(of)};"
        )


def _privileges(found: Sequence[Given]) -> str:
    """Return what is revoked: the privilege that counts, and what all have beside it."""
    beside = [name for name in found[0].beside if all(name in one.beside for one in found)]
    return ", ".join((PRIVILEGES[found[0].family], *beside))


def _grantees(found: Sequence[Given]) -> str:
    listed = sorted({who for one in found for who in one.grantees})
    return ", ".join("public" if who == "public" else names.quoted(who) for who in listed)


def _hint(kinds: Sequence[str]) -> str:
    lines = [
        "an API that sends only rows cannot send this; whoever runs SQL as such a role can",
        'if it is meant: `access: {default_privileges: {except: {"*": the reason}}}`, or a table',
    ]
    if len(kinds) > 1:
        others = f"revoke {PRIVILEGES[kinds[1]]} on {kinds[1]}"
        lines.insert(0, f"for {kinds[1]} to come, the last statement again with `{others}`")
    return "\n".join(lines)
