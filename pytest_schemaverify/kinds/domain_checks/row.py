"""The checks of domains of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source

_HERE = Path(__file__).parent


class DomainCheck(NamedTuple):
    """A check of a domain."""

    schema: str
    domain: str
    name: str
    expression: str
    validated: bool
    comment: str


def _read(source: Source) -> Iterator[DomainCheck]:
    """Yield the checks of domains."""
    for oid, domain, schema, of_type, name, expression, validated in source.rows(
        _HERE / "domain_checks.sql"
    ):
        # The domain is what an extension has as a member; its checks come with it.
        if source.own("pg_type", domain):
            comment = source.comment("pg_constraint", oid)
            yield DomainCheck(source.schemas[schema], of_type, name, expression, validated, comment)


def _same(
    built: DomainCheck, live: DomainCheck, name: str, catalog: Catalog, server: Canonical
) -> bool:
    domain = catalog.find("types", (live.schema, live.domain))
    columns = [("value", domain.base if domain else "text")]
    return server.same_expression(built.expression, live.expression, "domain", columns)


ROWS = (
    Rows(
        family="domain_checks",
        read=_read,
        key=("schema", "domain", "name"),
        noun="domain check",
        inside=(("types",), 2),
        texts={"expression": _same},
    ),
)
