"""What policies compare the column of the tenant with, where a file does not say it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from pytest_schemaverify.behaviour.access.policy_texts import (
    claims_in,
    comparisons,
    is_about_me,
    settings_in,
    with_called,
)
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.behaviour.access.tenants.staging.declared import Tenants
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql import names

_CALL = r"\w\((?:[^()]|\([^()]*\))*(?<!\.){}\b"
_LOOKS_INTO = re.compile(r"\b(?:from|join)\s+(?:only\s+)?([\w.\"]+)", re.IGNORECASE)
_LIST = re.compile(r"jsonb?_array_\w+\(|@>|<@|\s\?[|&]?\s")
# Users write this part of their token themselves, so a policy that asks it proves nothing.
_FORGED = "user_metadata"


def by_policies(catalog: Catalog, tenants: Tenants, tables: Collection[Table]) -> Tenants:
    """Return the same with the claim or the setting that says who a tenant is.

    It is what all policies of the tables agree on that compare the column with the token, and
    otherwise the user, `sub`.
    """
    if tenants.claim or tenants.setting:
        return replace(tenants, claim=tenants.claim or "sub", told="file")
    if any(are_people(catalog, table, tenants.by) for table in tables):
        return replace(tenants, claim="sub", told="policies")
    found = {one for table in tables for one in _compared(catalog, table, tenants.by)}
    if len(found) != 1:
        return replace(tenants, claim="sub")
    [(claim, setting, listed)] = found
    if listed:
        return replace(tenants, claim=tenants.by, listed=claim, told="policies")
    return replace(tenants, claim=claim or "sub", setting=setting, told="policies")


def are_people(catalog: Catalog, table: Table, by: str) -> bool:
    """Return whether policies of a table compare a column with who is there, as a value."""
    in_call = re.compile(_CALL.format(re.escape(names.quoted(by))))  # is_member(org_id, auth.uid())
    return any(
        is_about_me(part) and not in_call.search(part) for part in _parts(catalog, table, by)
    )


def _parts(catalog: Catalog, table: Table, by: str) -> Iterator[str]:
    """Yield the parts of a table's policies that name the column."""
    column = re.compile(rf'(?<![\w."]){re.escape(names.quoted(by))}(?![\w"(.])')
    for policy in catalog.of_table("policies", *table):
        yield from (part for part in comparisons(policy) if column.search(part))


def _compared(catalog: Catalog, table: Table, by: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the claim or the setting in parts with the column; and whether it is a list."""
    for part in _parts(catalog, table, by):
        texts = with_called(catalog, [part])
        if any(_looks_into_tables(catalog, text) for text in texts):
            continue  # it asks who is a member
        text = "\n".join(texts)
        for claim in dict.fromkeys(claims_in(text)):
            if claim != "sub" and claim.partition(".")[0] != _FORGED:
                yield claim, "", bool(_LIST.search(text))
        yield from (("", setting, False) for setting in dict.fromkeys(settings_in(text)))


def _looks_into_tables(catalog: Catalog, text: str) -> bool:
    tables = {row.name for row in catalog.families["tables"].values()}
    found = (name.replace('"', "").rpartition(".")[2] for name in _LOOKS_INTO.findall(text))
    return not tables.isdisjoint(found)
