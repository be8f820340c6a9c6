from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis
from pytest_schemaverify.migrations.static.lookup import Dangling

USE = Use(category="function security", exempting=True)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every table, column and function that functions, views, policies and triggers name exists."""
    for dangling in analysis.dangling:
        yield Finding(
            subject=dangling.subject,
            expected=f"a {dangling.kind} {dangling.name}",
            actual=_reason(dangling),
            place=str(dangling.place),
            hint=f"did you mean `{dangling.near}`?" if dangling.near else "",
        )
    # What could not be read is no pass: a person has to look, and say so by an exemption.
    for unread in analysis.unchecked:
        yield Finding(
            subject=unread.subject,
            expected="a statement whose names can be looked up",
            actual=f"not checked: {unread.reason}",
            place=str(unread.place),
            hint="look at it, then say under `except` why it is right",
        )


def _reason(dangling: Dangling) -> str:
    # The same name in another schema, which the function does not look in.
    if dangling.near.endswith(f".{dangling.name}"):
        return "none in its search_path"
    if dangling.gone is None:
        return "none; no file makes it"
    return f"none; it is {dangling.gone.how} in {dangling.gone.place.short}"
