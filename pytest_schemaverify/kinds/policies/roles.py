from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import no_role
from pytest_schemaverify.kinds.policies.row import Policy
from pytest_schemaverify.sql import names, yaml_names


def check(expected: list[str], actual: Policy, catalog: Catalog) -> Iterator[Finding]:
    """The policy applies to exactly the declared roles."""
    wanted = tuple(sorted(yaml_names.single(role) for role in expected))
    missing = [finding for role in wanted if (finding := no_role(role, catalog)) is not None]
    yield from missing
    if actual.roles != wanted and not missing:
        target = f"{names.quoted(actual.name)} on {names.quoted(actual.schema, actual.table)}"
        yield Finding(
            expected=f"to {', '.join(wanted)}",
            actual=f"to {', '.join(actual.roles)}",
            fix=f"alter policy {target} to {', '.join(map(names.quoted, wanted))};",
        )
