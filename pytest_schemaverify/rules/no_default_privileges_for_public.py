from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, granted
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.sql.names import quoted

USE = Use(category="RLS policies", exempting=True)


def check(catalog: Catalog) -> Iterator[Finding]:
    """No `alter default privileges` gives PUBLIC rights on what will be created."""
    for row in catalog.families["default_privileges"].values():
        where = f" in schema {quoted(row.schema)}" if row.schema else ""
        held = tuple(granted(row.acl).get("public", {}))
        if held and (row.schema or held != _BUILT_IN.get(row.kind)):
            yield Finding(
                expected=f"no default privileges for PUBLIC on {row.kind}",
                actual=f"{', '.join(held)} on what {row.role} creates{where}",
                subject=f"{quoted(row.role)}{where} on {row.kind}",
                fix=f"alter default privileges for role {quoted(row.role)}{where} "
                f"revoke all on {row.kind} from public;",
            )


_BUILT_IN = {"functions": ("execute",), "types": ("usage",)}
"""What PUBLIC has on everything new without being given it."""
