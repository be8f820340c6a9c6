from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="function security", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """Every function pins its search_path."""
    for function in catalog.families["functions"].values():
        # CREATE AGGREGATE has no SET clause.
        if function.schema not in scope or function.kind == "aggregate":
            continue
        # proconfig has `name=value`; which path is pinned is for functions.search_path to say.
        if not any(setting.startswith("search_path=") for setting in function.settings):
            name = f"{quoted(function.schema, function.name)}({function.arguments})"
            yield Finding(
                expected="a search_path of its own",
                actual="the caller's search_path",
                subject=name,
                fix=function.altered("set search_path = ''"),
                hint="names in its body then need their schema: public.users, not users",
            )
