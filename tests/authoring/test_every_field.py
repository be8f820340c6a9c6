"""Every field of every row that a snapshot has is written into a file, or says here why it is not.

The list of fields comes from the rows themselves: one that is added and not written fails.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_schemaverify.authoring.scope import SECTIONS, database
from pytest_schemaverify.catalog import Catalog, Families
from pytest_schemaverify.catalog.options import Option
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.form import Look
from pytest_schemaverify.kinds.snapshot import families, read
from pytest_schemaverify.kinds.written import things
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.include import model_at

from .test_changes import Before
from .test_changes import changed as changed

NOT_WRITTEN: Mapping[str, str] = {
    "columns.inherited": "`inherits` of the table says it",
    "columns.options": "`n_distinct` and `n_distinct_inherited` are fields of their own",
    "columns.position": "it follows from the order of migrations",
    "extensions.owner": "on a hosted server the platform owns them",
    "extensions.version": "it differs from server to server",
    "functions.arguments": "they are a part of its name",
    "functions.signature": "`arguments` says the same",
    "indexes.primary": "`primary_key` says it",
    "roles.database_settings": "`settings` says what is in force",
    "tables.tablespace": "no key says it",
    "tablespaces.acl": "the server of the test has PostgreSQL's own only, which are not written",
    "tablespaces.comment": "the server of the test has PostgreSQL's own only",
    "tablespaces.location": "each server has another folder",
    "tablespaces.options": "the server of the test has PostgreSQL's own only",
    "tablespaces.owner": "the server of the test has PostgreSQL's own only",
    "text_search_configurations.tokens": "they are the parser's",
    "triggers.columns": "`events` says them",
    "triggers.function": "the definition has it with its arguments",
    "user_mappings.options": "they may be secrets",
}
"""Fields that no key says, each with the reason."""
NAMES = frozenset({"schema", "table", "name", "domain", "publication", "server", "role", "kind"})
"""Fields that are keys of a file, and not values."""


ODD: Mapping[str, Any] = {
    "definition": ("x", "y"),
    "acl": "other=U/postgres",
    "options": "x=y",
    "settings": "x=y",
    "system_triggers": "public.notes disabled",
}
"""Items of lists whose items have a form."""


def shown(catalog: Catalog) -> list[str]:
    """Return everything that would be written of a snapshot, or that goes without saying."""
    found = []
    for section in SECTIONS:
        model = model_at(section, Spec)
        assert model is not None
        assert issubclass(model, Entry)
        for one in things(model, Look(catalog, owner="postgres")).values():
            found += [f"{each.subject} {each.said} {each.usual}" for each in one.all()]
    one = database(Look(catalog, owner="postgres"), existing=True)
    return [*found, f"{one.said} {one.usual}"]


def other(name: str, value: Any) -> Any:
    """Return another value of a field."""
    if name in ODD and not (value and isinstance(value[0], Option)):
        return (*(value or ()), ODD[name])
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if name == "options" and value and isinstance(value[0], Option):
        return (*value, Option("fetch_size", "9"))
    if isinstance(value, tuple):
        return None if hasattr(value, "_fields") else (*value, *value[-1:]) if value else ("x=y",)
    return f"{value or ''}x"


def fields(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each field of each family of rows."""
    for family, rows in catalog.families.items():
        for name in sorted({name for row in rows.values() for name in row._fields} - NAMES):
            yield family, name


def with_others(catalog: Catalog, family: str, name: str) -> Catalog:
    """Return a snapshot in which a field of a family has other values."""
    rows = {
        key: row._replace(**{name: other(name, getattr(row, name))})
        for key, row in catalog.families[family].items()
    }
    return Catalog(catalog.version, Families({**catalog.families, family: rows}))


def written(before: list[str], catalog: Catalog) -> bool:
    """Return whether a file would say that a snapshot is another one."""
    try:
        return shown(catalog) != before
    except (AssertionError, AttributeError, KeyError, TypeError, ValueError):
        return True  # the value is looked at, and this one is none that the server has


def test_every_field_is_written_or_says_why_not(changed: Before) -> None:
    connection, _ = changed
    whole = read(connection)
    catalog = Catalog(
        whole.version,
        Families(
            (name, {key: row for key, row in rows.items() if key[0] in ("app", "example")} or rows)
            for name, rows in whole.families.items()
        ),
    )
    before = shown(catalog)
    assert set(catalog.families) == set(families())
    left = {
        f"{family}.{name}"
        for family, name in fields(catalog)
        if not written(before, with_others(catalog, family, name))
    }
    assert left == set(NOT_WRITTEN)
