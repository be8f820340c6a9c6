"""The tables that say who belongs to which tenant, found or named, and how that is said."""

from collections.abc import Collection, Iterator, Mapping

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.policy_texts import looks_for_me, texts_about
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.staging.belongings import is_closed
from pytest_schemaverify.behaviour.access.tenants.staging.declared import Membership, Tenants
from pytest_schemaverify.behaviour.access.tenants.staging.people import Person
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql import names


def memberships(
    catalog: Catalog, owners: Mapping[Table, Ownership], people: Collection[Person]
) -> dict[Table, Membership]:
    """Return the tables with a tenant in which policies look for the user as a person."""
    texts = [*dict.fromkeys(text for one in owners for text in texts_about(catalog, one))]
    return {
        table: Membership(user, owners[table].column)
        for table, user in sorted(people)
        if table in owners and user != owners[table].column and owners[table].column
        and any(looks_for_me(text, table, user) for text in texts)
    }  # fmt: skip


def told_apart(
    catalog: Catalog,
    tenants: Tenants,
    owners: Mapping[Table, Ownership],
    people: Collection[Person],
) -> str:
    """Return in one line how tenants are told apart, and which tables say who belongs to them."""
    found = {**memberships(catalog, owners, people), **tenants.members}
    if found and not tenants.told:
        first = f"{tenants.by} is that of which somebody is a member"
    else:
        what = f"the setting {tenants.setting}" if tenants.setting else f"the claim {tenants.claim}"
        what = f"in the list of the claim {tenants.listed}" if tenants.listed else what
        first = f"{tenants.by} is {what}"
    return "; ".join([first, *_more(catalog, owners, found)])


def _more(
    catalog: Catalog, owners: Mapping[Table, Ownership], found: Mapping[Table, Membership]
) -> Iterator[str]:
    if found:
        yield "members are in " + ", ".join(
            f"{names.quoted(*table)} ({one.user} of {one.tenant})" for table, one in found.items()
        )
    own = [table for table, owner in owners.items() if owner.itself]
    if listed := [names.quoted(*table) for table in own if not is_closed(catalog, table)]:
        yield f"they themselves are in {', '.join(listed)}"
    if public := [names.quoted(*table) for table, owner in owners.items() if owner.public]:
        yield f"policies let everybody read {', '.join(public)}"
