"""Whose the rows are where tenants are users: of profiles, of what is shared with somebody."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.policy_owners import owners_by_policies
from pytest_schemaverify.behaviour.access.policy_texts import (
    comparisons,
    is_about_me,
    looks_for_me,
    texts_about,
)
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.staging.references import (
    USERS,
    Column,
    referred,
    surest,
    targets,
)
from pytest_schemaverify.behaviour.access.tenants.staging.tokens import are_people
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.constraints.row import Constraint

_VISITORS = frozenset({"public", "anon"})


def given_to(
    catalog: Catalog, found: Mapping[Table, Ownership], by: str
) -> Iterator[tuple[Table, Ownership]]:
    """Yield the tables whose column names to whom something is given: shares of a document.

    Policies of what is given look into them, and those for adding do not ask for the column. Such
    a row is that of whom belongs what it gives.
    """
    for table, owner in found.items():
        keys = [
            row for row in catalog.of_table("constraints", *table)
            if row.kind == "foreign key" and row.references and row.references[:2] in found
            and row.references[:2] != table and by not in row.columns
            and _is_asked(catalog, row, by)
        ]  # fmt: skip
        if owner.column == by and keys and not _asked_of_new_rows(catalog, table, by):
            yield table, Ownership(through=tuple(surest(catalog, table, keys).columns))


def _is_asked(catalog: Catalog, key: Constraint, by: str) -> bool:
    """Return whether policies of what a foreign key refers to look for the user in its table."""
    assert key.references is not None
    texts = texts_about(catalog, key.references[:2])
    return any(looks_for_me(text, (key.schema, key.table), by) for text in texts)


def _asked_of_new_rows(catalog: Catalog, table: Table, column: str) -> bool:
    """Return whether a policy for adding compares a column with who is there, or there is none."""
    policies = catalog.of_table("policies", *table)
    adding = [one for one in policies if one.permissive and one.command in ("insert", "all")]
    name = re.compile(rf"\b{re.escape(column)}\b")
    asked = (part for one in adding for part in comparisons(one) if is_about_me(part))
    return not adding or any(name.search(part) for part in asked)


def about_people(
    catalog: Catalog, tables: Collection[Table], found: Mapping[Table, Ownership],
    to: Collection[Column],
) -> Iterator[tuple[Table, Ownership]]:  # fmt: skip
    """Yield tables with a reference to users that policies compare with who is there."""
    users = {*to, *((at, one.column) for at, one in found.items() if one.itself)}
    for table in tables:
        if table in found:
            continue
        for owner in owners_by_policies(catalog, table):
            if owner == Ownership(owner.column) and not users.isdisjoint(
                referred(catalog, table, owner.column)
            ):
                yield table, owner
                break


def with_users(catalog: Catalog, table: Table, owner: Ownership) -> Ownership:
    """Return the same where tenants are no users: which of its columns name users all the same."""

    def is_user(name: str) -> bool:
        referred = targets(catalog, {table: Ownership(name)})
        return USERS in referred or are_people(catalog, table, name)

    users = tuple(name for name in owner.also if is_user(name))
    also = tuple(name for name in owner.also if name not in users)
    return replace(owner, also=also, users=users, of_user=is_user(owner.column))


def taken_at_its_word(catalog: Catalog, table: Table, owner: Ownership) -> Ownership:
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
