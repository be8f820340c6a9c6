from collections.abc import Iterator

from pytest_schemaverify.behaviour.routines import Shadow, Uncalled
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use

USE = Use(category="function security", built=True, exempting=True)


def check(shadows: list[Shadow | Uncalled]) -> Iterator[Finding]:
    """No function with its owner's rights uses tables or functions that its caller has made."""
    for one in shadows:
        if isinstance(one, Uncalled):
            yield one.told()
            continue
        yield Finding(
            subject=one.function,
            expected=f"the {one.kind} {one.instead_of}",
            actual=f"{one.name}, which {one.identity} had made",
            hint=_hint(one),
        )


def _hint(one: Shadow) -> str:
    if one.kind == "table":
        return (
            "temporary tables come first in every search_path that does not name pg_temp: "
            f"alter function {one.function} set search_path = ''; and name schemas in its body, or "
            "put pg_temp last"
        )
    return f"alter function {one.function} set search_path = ''; and name schemas in its body"
