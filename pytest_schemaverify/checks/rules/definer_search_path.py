from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.migrations.static import Analysis


def check(analysis: Analysis) -> Iterator[Finding]:
    """Every function of the files that runs with its owner's rights pins its search_path."""
    for function in analysis.definers:
        yield Finding(
            subject=str(function),
            expected="a search_path of its own",
            actual="security definer with the caller's search_path",
            place=str(function.definer),
            hint=f"alter function {function} set search_path = ''; "
            "its body then has to name schemas: public.users, not users",
        )
