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
        # https://www.postgresql.org/docs/current/catalog-pg-default-acl.html: a row without schema
        # replaces the built-in privileges and so repeats them; one with a schema only adds some.
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
"""What PostgreSQL grants PUBLIC on every new object by itself.

https://www.postgresql.org/docs/current/ddl-priv.html#PRIVILEGES-SUMMARY-TABLE
"""
