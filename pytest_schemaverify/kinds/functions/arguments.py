import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.row import Function, Parameter
from pytest_schemaverify.sql import names

from .naming import in_signature

_WRITTEN = re.compile(
    r"(?:(?P<mode>in\s+out|inout|in|out|variadic)\s+)?(?P<rest>.+?)"
    r"(?:(?:\s+default\s+|\s*(?::=|=)\s*)(?P<default>.+))?",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r"""("(?:[^"]|"")+"|[^\W\d][\w$]*)\s+(.+)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Written:
    """An argument as the file has it."""

    mode: str
    rest: str
    """Name and type, or the type alone."""
    default: str | None


def check(expected: list[str], actual: Function, server: Canonical) -> Iterator[Finding]:
    """The function has the declared arguments, in order."""
    # Columns of `returns table (…)` are arguments in pg_proc, too; `returns` compares them.
    found = [one for one in actual.parameters if one.mode != "table"]
    wanted = [_written(text) for text in expected]
    # Differing lengths are judged below, so that the first argument that differs can be named.
    differing = [
        place
        for place, (ours, theirs) in enumerate(zip(wanted, found, strict=False), 1)
        if not _same_argument(ours, theirs, server)
    ]
    if differing or len(wanted) != len(found):
        number = differing[0] if differing else min(len(wanted), len(found)) + 1
        yield Finding(
            expected=", ".join(expected) or "no arguments",
            actual=", ".join(map(shown, found)) or "no arguments",
            hint=f"the first that differs is number {number}" if len(expected) > 1 else "",
        )


def _written(text: str) -> _Written:
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise CannotDetermine(
            f"reading the argument `{text}`",
            because="it is empty",
            remedy="write it as in `create function`: `k integer default 10`",
        )
    mode = re.sub(r"\s+", "", (match["mode"] or "in").lower())
    return _Written(mode, match["rest"].strip(), match["default"])


def _same_argument(wanted: _Written, found: Parameter, server: Canonical) -> bool:
    if wanted.mode != found.mode or not _same_name_and_type(wanted.rest, found, server):
        return False
    if wanted.default is None:
        return True
    if wanted.default.strip().lower() == "absent" or found.default is None:
        return wanted.default.strip().lower() == "absent" and found.default is None
    return server.same_default(wanted.default, found.default, found.type)


def _same_name_and_type(rest: str, found: Parameter, server: Canonical) -> bool:
    named = _NAMED.fullmatch(rest)
    if named and found.name and names.single(named[1]) == found.name:
        return _same_type(named[2], found.type, server)
    # With a name that is the argument's own, the rest can only be the type.
    # `double precision` is a type, and `query text` a name with one: the server knows which.
    try:
        return _same_type(rest, found.type, server)
    except CannotDetermine:
        if named is None:
            raise
        return False


def _same_type(wanted: str, found: str, server: Canonical) -> bool:
    return wanted == found or in_signature(wanted, server) == found


def shown(found: Parameter) -> str:
    """Return an argument as DDL has it: `k integer default 10`."""
    mode = "" if found.mode == "in" else f"{found.mode} "
    name = f"{names.quoted(found.name)} " if found.name else ""
    default = "" if found.default is None else f" default {found.default}"
    return f"{mode}{name}{found.type}{default}"
