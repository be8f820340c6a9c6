from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.behaviour.routines import Checked
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(category="function security", exempting=True)


def check(scope: frozenset[str], expected: Any, bodies: Checked) -> Iterator[Finding]:
    """What the bodies of functions name exists in the database, and takes what it is given."""
    named = getattr(expected, "schemas", None)
    if not bodies.functions and (named or bodies.elsewhere):
        yield Finding(
            expected="functions in SQL or PL/pgSQL to look at",
            actual=f"none in {', '.join(sorted(scope))}",
            hint="" if named else f"{', '.join(bodies.elsewhere)} has some: name it in `schemas`",
        )
    for one in bodies.wrong:
        yield Finding(
            subject=one.function,
            # Without SQLSTATE it is no error of the server's but something it could not be asked.
            expected="statements that the server can run"
            if one.state
            else "statements that can be checked",
            actual=f"line {one.line}: {one.message}",
            hint="" if one.state else "look at it, then say under `except` why it is right",
        )
