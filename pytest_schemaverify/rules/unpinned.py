"""Functions that take the search_path of their caller."""

from collections.abc import Iterable, Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.functions.row import Function


def unpinned(functions: Iterable[Function], actual: str) -> Iterator[Finding]:
    """Yield a finding for each function that has no search_path of its own."""
    for function in functions:
        # proconfig has `name=value`; which path is pinned is for functions.search_path to say.
        if not any(setting.startswith("search_path=") for setting in function.settings):
            yield Finding(
                expected="a search_path of its own",
                actual=actual,
                subject=own_name(function),
                fix=function.altered("set search_path = ''"),
                hint="names in its body then need their schema: public.users, not users",
            )
