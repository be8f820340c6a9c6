"""Whose rows are as policies have it: the columns that they compare with who is there."""

import re
from collections.abc import Iterator

from pytest_schemaverify.behaviour.access.ownership import Ownership
from pytest_schemaverify.behaviour.access.policy_texts import (
    claims_in,
    comparisons,
    is_about_me,
    settings_in,
)
from pytest_schemaverify.behaviour.access.statements import Table
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.sql.names import quoted

# Words in literals, and names that the server gives to outputs, are no columns.
_NO_COLUMN = re.compile(r"'[^']*'|\bAS \w+")


def owners_by_policies(catalog: Catalog, table: Table) -> list[Ownership]:
    """Return how the policies of a table tell whose a row is, each way once."""
    return [*dict.fromkeys(_compared(catalog, table))]


def _compared(catalog: Catalog, table: Table) -> Iterator[Ownership]:
    columns = [column.name for column in catalog.of_table("columns", *table)]
    for policy in catalog.of_table("policies", *table):
        for part in comparisons(policy):
            text = _NO_COLUMN.sub("", part)
            for name in columns:
                # In a sub-query the server writes the names of columns with their tables.
                if re.search(rf'(?<![\w."]){re.escape(quoted(name))}(?![\w"(.])', text):
                    yield from _owners(name, part)


def _owners(column: str, part: str) -> Iterator[Ownership]:
    if is_about_me(part):
        yield Ownership(column)
        return
    yield from (Ownership(column, claim=path) for path in claims_in(part))
    yield from (Ownership(column, setting=name) for name in settings_in(part))
