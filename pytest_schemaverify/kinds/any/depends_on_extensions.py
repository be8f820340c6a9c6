from collections.abc import Iterable, Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.depending import depends
from pytest_schemaverify.sql.names import quoted


def check(expected: list[str], actual: Row, family: str) -> Iterator[Finding]:
    """The object depends on the declared extensions and on no others."""
    there = actual.depends_on_extensions
    new = [one for one in sorted({*expected}) if one not in there]
    old = [one for one in there if one not in expected]
    if new or old:
        fixes = [
            *(depends(actual, family, one, "no") for one in old),
            *(depends(actual, family, one) for one in new),
        ]
        yield Finding(
            expected=_said(sorted({*expected})), actual=_said(there), fix="\n".join(fixes)
        )


def _said(extensions: Iterable[str]) -> str:
    found = ", ".join(map(quoted, extensions))
    return f"depends on extension {found}" if found else "depends on no extension"
