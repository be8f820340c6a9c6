from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.migrations.static import Analysis

USE = Use(category="function security", exempting=True)


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every function of the files that runs with its owner's rights pins its search_path."""
    for function in analysis.definers:
        actual = "security definer with the caller's search_path"
        # A block that alters functions by dynamic SQL may have done it: only a server can tell.
        if function.maybe_path is not None:
            actual = (
                f"not checked: the block at {function.maybe_path.short} sets one, if at all, "
                "on functions that it looks up when it runs"
            )
        yield Finding(
            subject=str(function),
            expected="a search_path of its own",
            actual=actual,
            place=str(function.definer),
            hint=f"alter function {function} set search_path = ''; "
            "its body then has to name schemas: public.users, not users",
        )
