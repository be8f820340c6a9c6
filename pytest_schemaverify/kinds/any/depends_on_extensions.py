from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.depending import depends
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Row, family: str, catalog: Catalog) -> Iterator[Finding]:
    """The object depends on the declared extensions and on no others."""
    there = actual.depends_on_extensions
    new = [one for one in sorted({*expected}) if one not in there]
    old = [one for one in there if one not in expected]
    if new or old:
        fixes = [
            *(depends(actual, family, one, "no") for one in old),
            *(depends(actual, family, one) for one in new),
        ]
        unknown = [one for one in new if catalog.find("extensions", (one,)) is None]
        yield Finding(
            expected=_said(sorted({*expected})),
            actual=_said(there),
            hint=f"not installed here: {', '.join(map(quoted, unknown))}" if unknown else "",
            fix="" if unknown else "\n".join(fixes),
        )


def _said(extensions: Iterable[str]) -> str:
    found = ", ".join(map(quoted, extensions))
    return f"depends on extension {found}" if found else "depends on no extension"
