import re
from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.functions.naming import own_name
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.lexical import without_comments

USE = Use(category="function security", exempting=True)


def check(catalog: Catalog, scope: frozenset[str]) -> Iterator[Finding]:
    """No function puts SQL together and runs it with its owner's rights."""
    for function in catalog.families["functions"].values():
        if function.schema not in scope or function.security != "definer":
            continue
        # SQL has no dynamic statements: its EXECUTE runs what was prepared.
        if function.language != "plpgsql":
            continue
        code = without_comments(function.source)
        statement = _EXECUTE.search(code)
        if statement:
            yield Finding(
                expected="statements that are written out",
                actual=f"execute{statement.group(1)[:60].rstrip()} …, with its owner's rights",
                subject=own_name(function),
            )


_EXECUTE = re.compile(
    r"(?:^|;|\b(?:begin|then|else|loop|query|in))\s*execute\b((?:\s+|\()[^;]*)", re.IGNORECASE
)
"""The statement, `return query execute` and `for … in execute`; no `grant execute`."""
