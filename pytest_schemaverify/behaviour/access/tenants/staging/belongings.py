"""Which tables hold what belongs to tenants, and how a row of them says to whom it does."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.policy_owners import owners_by_policies
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.staging.declared import Tenants
from pytest_schemaverify.behaviour.access.tenants.staging.references import (
    USERS,
    Column,
    primary_key,
    referred,
    surest,
    targets,
)
from pytest_schemaverify.behaviour.access.tenants.staging.tokens import are_people, by_policies
from pytest_schemaverify.behaviour.access.tenants.staging.users import (
    about_people,
    given_to,
    taken_at_its_word,
    with_users,
)
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql import names


def owned(
    catalog: Catalog, schemas: frozenset[str], tenants: Tenants
) -> tuple[Tenants, dict[Table, Ownership]]:
    """Return whose the rows are in tables of tenants, and what tells these apart.

    These have the column, or are what it refers to, the tenants themselves; or they refer to such
    a table. One without the column whose foreign key carries it under another name has it there.
    """
    tables = [
        (row.schema, row.name)
        for row in catalog.families["tables"].values()
        if row.schema in schemas and row.kind in ("table", "partitioned table")
    ]
    found = {table: Ownership(one.tenant) for table, one in tenants.members.items()}
    found |= dict(_with_column(catalog, [one for one in tables if one not in found], tenants))
    by_name = frozenset(found)
    tenants = by_policies(catalog, tenants, by_name)
    by = {table: one for table, one in found.items() if one.column == tenants.by}
    to = targets(catalog, by or found)
    people = USERS in to or (
        (tenants.claim, tenants.setting) == ("sub", "")
        and any(are_people(catalog, table, tenants.by) for table in by)
    )
    if people:
        found |= dict(given_to(catalog, found, tenants.by))
    if tenants.also and not people:
        found = {table: with_users(catalog, table, owner) for table, owner in found.items()}
    themselves = {
        table: Ownership(column, itself=True, founded=not people)
        for table, column in _themselves(catalog, tables, to, tenants)
    }
    found |= {table: owner for table, owner in themselves.items() if table not in found}
    # Where tenants are people, much refers to them that is not theirs: `invited_by`, `author`.
    while more := dict(_referring(catalog, tables, found, people=people)):
        found |= more
    if people:
        found |= dict(about_people(catalog, tables, found, to))
        told = {table: owner for table, owner in found.items() if table not in by_name}
        found |= {table: taken_at_its_word(catalog, table, owner) for table, owner in told.items()}
    return tenants, found


def _with_column(
    catalog: Catalog, tables: Sequence[Table], tenants: Tenants
) -> Iterator[tuple[Table, Ownership]]:
    for table in tables:
        there = {column.name for column in catalog.of_table("columns", *table)}
        columns = [name for name in (tenants.by, *tenants.also) if name in there]
        if columns:
            yield table, Ownership(columns[0], also=tuple(columns[1:]))


def _themselves(
    catalog: Catalog, tables: Collection[Table], to: frozenset[Column], tenants: Tenants
) -> Iterator[Column]:
    """Yield the tables whose rows are tenants, organisations or profiles, each with its key."""
    for table in tables:
        key = primary_key(catalog, table)
        by_policy = [
            owner.column for owner in owners_by_policies(catalog, table)
            if (owner.claim, owner.setting) == (tenants.claim, tenants.setting)
        ]  # fmt: skip
        own = [name for at, name in to if at == table]
        if not own and len(key) == 1:
            refers = not to.isdisjoint(referred(catalog, table, key[0]))
            own = [key[0]] if refers or key[0] in by_policy else []
        if own:
            yield table, own[0]


def _referring(
    catalog: Catalog, tables: Collection[Table], found: Mapping[Table, Ownership], *, people: bool
) -> Iterator[tuple[Table, Ownership]]:
    for table in tables:
        if table in found:
            continue
        keys = [
            row for row in catalog.of_table("constraints", *table)
            if row.kind == "foreign key" and row.references and row.references[:2] in found
            and not (people and found[row.references[:2]].itself)
        ]  # fmt: skip
        for key in keys:
            owner = found[key.references[:2]].column
            pairs = zip(key.columns, key.references[2], strict=True)
            if carried := next((name for name, to in pairs if owner and to == owner), ""):
                yield table, Ownership(carried)
                break
        else:
            if keys:
                yield table, Ownership(through=tuple(surest(catalog, table, keys).columns))


def is_part(catalog: Catalog, table: Table, tables: Collection[Table]) -> bool:
    """Return whether the rows of a table are also those of another one, which it is a part of."""
    row = catalog.families["tables"][table]
    wholes = {*filter(None, (row.partition_of, *row.inherits))}
    return any(names.quoted(*one) in wholes for one in tables) if wholes else False


def without_closed(
    catalog: Catalog, tables: Mapping[Table, Ownership], reachable: Collection[Table]
) -> dict[Table, Ownership]:
    """Return the tables without those that no client is meant to touch by themselves.

    These are partitions that clients may touch through their whole only, and tables of the tenants
    themselves that nothing opens.
    """
    return {
        table: owner
        for table, owner in tables.items()
        if (table in reachable or not (owner.itself or is_part(catalog, table, tables)))
        and not (owner.itself and is_closed(catalog, table))
    }


def is_closed(catalog: Catalog, table: Table) -> bool:
    """Return whether row-level security keeps everybody out: it is on, and no policy lets in."""
    row = catalog.families["tables"][table]
    policies = catalog.of_table("policies", *table)
    return bool(row.rls) and not any(policy.permissive for policy in policies)
