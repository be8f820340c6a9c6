"""Which tables hold what belongs to tenants, and how a row of them says to whom it does."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.policy_owners import owners_by_policies
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.declared import Tenants
from pytest_schemaverify.behaviour.access.tenants.tokens import are_people, by_policies
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names

Column = tuple[Table, str]
"""A table and its column."""
USERS: Column = (("auth", "users"), "id")
_VISITORS = frozenset({"public", "anon"})


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
    targets = _targets(catalog, by or found)
    people = USERS in targets or (
        (tenants.claim, tenants.setting) == ("sub", "")
        and any(are_people(catalog, table, tenants.by) for table in by)
    )
    if tenants.also and not people:
        found = {table: _with_users(catalog, table, owner) for table, owner in found.items()}
    themselves = {
        table: Ownership(column, itself=True, founded=not people)
        for table, column in _themselves(catalog, tables, targets, tenants)
    }
    found |= {table: owner for table, owner in themselves.items() if table not in found}
    # Where tenants are people, much refers to them that is not theirs: `invited_by`, `author`.
    while more := dict(_referring(catalog, tables, found, people=people)):
        found |= more
    if people:
        found |= dict(_about_people(catalog, tables, found, targets))
        told = {table: owner for table, owner in found.items() if table not in by_name}
        found |= {table: _taken_at_its_word(catalog, table, owner) for table, owner in told.items()}
    return tenants, found


def _taken_at_its_word(catalog: Catalog, table: Table, owner: Ownership) -> Ownership:
    """Return the same, with all rows for everybody to see if a policy says that to visitors.

    Profiles often are public. A table with the column that the file names is never meant to be.
    """
    policies = catalog.of_table("policies", *table)
    public = any(
        one.permissive and (one.command, one.using) == ("select", "true")
        and not _VISITORS.isdisjoint(one.roles)
        for one in policies
    )  # fmt: skip
    return replace(owner, public="true") if public and not owner.through else owner


def _with_column(
    catalog: Catalog, tables: Sequence[Table], tenants: Tenants
) -> Iterator[tuple[Table, Ownership]]:
    for table in tables:
        there = {column.name for column in catalog.of_table("columns", *table)}
        columns = [name for name in (tenants.by, *tenants.also) if name in there]
        if columns:
            yield table, Ownership(columns[0], also=tuple(columns[1:]))


def _with_users(catalog: Catalog, table: Table, owner: Ownership) -> Ownership:
    """Return the same where tenants are no users: which of its columns name users all the same."""

    def is_user(name: str) -> bool:
        referred = _targets(catalog, {table: Ownership(name)})
        return USERS in referred or are_people(catalog, table, name)

    users = tuple(name for name in owner.also if is_user(name))
    also = tuple(name for name in owner.also if name not in users)
    return replace(owner, also=also, users=users, of_user=is_user(owner.column))


def _targets(catalog: Catalog, found: Mapping[Table, Ownership]) -> frozenset[Column]:
    """Return the columns to which those with the tenant refer, and to which these refer."""
    columns = [(table, owner.column) for table, owner in found.items()]
    for table, name in columns:  # which grows
        columns += [
            to for to in _referred(catalog, table, name) if to not in columns
        ]  # fmt: skip
    return frozenset(columns) - {(table, owner.column) for table, owner in found.items()}


def _referred(catalog: Catalog, table: Table, name: str) -> Iterator[Column]:
    for row in catalog.of_table("constraints", *table):
        if row.kind == "foreign key" and row.columns == (name,) and row.references:
            yield row.references[:2], row.references[2][0]


def _themselves(
    catalog: Catalog, tables: Collection[Table], targets: frozenset[Column], tenants: Tenants
) -> Iterator[Column]:
    """Yield the tables whose rows are tenants, organisations or profiles, each with its key."""
    for table in tables:
        key = _primary_key(catalog, table)
        by_policy = [
            owner.column for owner in owners_by_policies(catalog, table)
            if (owner.claim, owner.setting) == (tenants.claim, tenants.setting)
        ]  # fmt: skip
        own = [name for at, name in targets if at == table]
        if not own and len(key) == 1:
            refers = not targets.isdisjoint(_referred(catalog, table, key[0]))
            own = [key[0]] if refers or key[0] in by_policy else []
        if own:
            yield table, own[0]


def _primary_key(catalog: Catalog, table: Table) -> tuple[str, ...]:
    rows = catalog.of_table("constraints", *table)
    return next((tuple(row.columns) for row in rows if row.kind == "primary key"), ())


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
                yield table, Ownership(through=tuple(_surest(catalog, table, keys).columns))


def _surest(catalog: Catalog, table: Table, keys: Sequence[Constraint]) -> Constraint:
    """Return the first foreign key that every row has a value for, or else the first."""
    nullable = {column.name for column in catalog.of_table("columns", *table) if column.nullable}
    return next((key for key in keys if nullable.isdisjoint(key.columns)), keys[0])


def _about_people(
    catalog: Catalog, tables: Collection[Table], found: Mapping[Table, Ownership],
    targets: Collection[Column],
) -> Iterator[tuple[Table, Ownership]]:  # fmt: skip
    """Yield tables with a reference to users that policies compare with who is there."""
    users = {*targets, *((at, one.column) for at, one in found.items() if one.itself)}
    for table in tables:
        if table in found:
            continue
        for owner in owners_by_policies(catalog, table):
            if owner == Ownership(owner.column) and not users.isdisjoint(
                _referred(catalog, table, owner.column)
            ):
                yield table, owner
                break


def is_part(catalog: Catalog, table: Table, tables: Collection[Table]) -> bool:
    """Return whether the rows of a table are also those of another one, which it is a part of."""
    row = catalog.families["tables"][table]
    wholes = {names.quoted(*one) for one in tables}
    return not wholes.isdisjoint((row.partition_of, *row.inherits))


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
    """Return whether row-level security keeps everybody out: it is on and there is no policy."""
    row = catalog.families["tables"][table]
    return bool(row.rls) and not catalog.of_table("policies", *table)
