"""What a file says of tenants: how rows tell whose they are, and who belongs to whom."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names


@dataclass(frozen=True, slots=True)
class Membership:
    """Which columns of a table say who belongs to which tenant."""

    user: str
    tenant: str
    others: Mapping[str, Any] = field(default_factory=dict)
    """What members have in other columns."""


@dataclass(frozen=True, slots=True)
class Tenants:
    """What tells tenants apart."""

    by: str
    """Column with the tenant."""
    role: str
    claim: str = ""
    """Claim that says who a tenant is; "" where policies shall tell."""
    setting: str = ""
    listed: str = ""
    """Claim with a list of tenants, beside that."""
    told: str = ""
    """What has told the claim or the setting: the `file`, or its `policies`."""
    claims: Mapping[str, Any] = field(default_factory=dict)
    """What else both tokens say."""
    also: tuple[str, ...] = ()
    """Further columns that say whose a row is."""
    members: Mapping[Table, Membership] = field(default_factory=dict)
    rows: Mapping[Table, Mapping[str, Any]] = field(default_factory=dict)
    """What their rows have in columns of tables: a value, or `{claim: sub}` for a claim."""
    shared: Mapping[Table, str] = field(default_factory=dict)
    """Conditions on rows that others may see."""
    reveals: Mapping[str, str] = field(default_factory=dict)
    """Constraints that may tell about rows of others, with the reasons."""


def require_columns(catalog: Catalog, tenants: Tenants, tables: Collection[Table]) -> None:
    """Raise CannotDetermine for a table or column of a file that there is not."""
    known = {column.name for table in tables for column in catalog.of_table("columns", *table)}
    for name in tenants.also:
        if name not in known:
            raise _unknown("telling tenants apart", f"column {name} in any table in scope", "also")
    for table, one in tenants.members.items():
        _require(catalog, table, (one.user, one.tenant, *one.others), "members")
    for table, row in tenants.rows.items():
        _require(catalog, table, row, "rows")
    for table in tenants.shared:
        _require(catalog, table, (), "shared")


def _require(catalog: Catalog, table: Table, columns: Iterable[str], setting: str) -> None:
    there = {column.name for column in catalog.of_table("columns", *table)}
    unknown = next((name for name in columns if name not in there), "")
    if unknown or not there:
        what = f"column {unknown}" if there else "such table"
        raise _unknown(f"making rows for {names.quoted(*table)}", what, setting)


def _unknown(doing: str, what: str, setting: str) -> CannotDetermine:
    return CannotDetermine(
        doing, because=f"there is no {what}", remedy=f"correct `isolate.{setting}`"
    )
