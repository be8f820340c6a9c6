"""The objects that a file of expectations can name, and where the catalog has them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.errors import NoName
from pytest_schemaverify.sql import names
from pytest_schemaverify.sql.names import quoted


@dataclass(frozen=True, slots=True)
class Subject:
    """The object that a check looks at."""

    family: str
    key: tuple[str, ...]
    """Schema and name; for what belongs to a table, its own name as a third part."""
    written: str
    """The name as the file has it."""
    parent: "Subject | None" = None
    wild: bool = False
    """Whether the key, or that of a parent, is a pattern that several objects may match."""

    def __reduce__(self) -> tuple[Any, ...]:
        # What dataclasses do by themselves takes twice as long to read back.
        return Subject, (self.family, self.key, self.written, self.parent, self.wild)

    def __str__(self) -> str:
        if self.wild:
            return self.written if self.parent is None else f"{self.parent}.{self.written}"
        if self.family in ("functions", "aggregates"):
            arguments = "" if self.key[2] == "*" else f"({self.key[2]})"
            return quoted(*self.key[:2]) + arguments
        if self.family == "privileges" and self.parent is not None:
            return f"{quoted(self.key[-1])} on {self.parent}"
        if self.family in _WRITTEN:
            return self.written
        if self.family in _JOINED:
            return _JOINED[self.family].format(*map(quoted, self.key))
        if self.family in _OF_ROLE:
            return quoted(self.key[_OF_ROLE[self.family]])
        if self.family == "foreign_keys":
            return f"{quoted(*self.key[:2])}({self.key[2]})"
        return quoted(*self.key)


_WRITTEN = frozenset({"casts", "databases", "operator_classes", "operators"})
"""Families whose subjects are called as the file has them."""
_JOINED = {
    "memberships": "of {} in {}",
    "user_mappings": "of {1} on {0}",
    "published_tables": "{1}.{2} of {0}",
}
"""How subjects that join two objects are called."""
_OF_ROLE = {"default_privileges": 0, "schema_defaults": 1}
"""Families whose subjects are called by one part of their name."""


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of object: what it is called, and the catalog's families that hold it."""

    noun: str
    catalog: tuple[str, ...]
    kind: str = ""
    """Kind of constraint, where the catalog has several in one family."""


FAMILIES = {
    "schemas": Family("schema", ("schemas",)),
    "extensions": Family("extension", ("extensions",)),
    "types": Family("type", ("types",)),
    "tables": Family("table", ("tables",)),
    "views": Family("view", ("views",), "view"),
    "materialized_views": Family("materialized view", ("views",), "materialized view"),
    "sequences": Family("sequence", ("sequences",)),
    "partitions": Family("partition", ("tables",)),
    "data": Family("table or view", ("tables", "views")),
    "access_tables": Family("table or view", ("tables", "views")),
    "columns": Family("column", ("columns",)),
    "vector_columns": Family("column", ("columns",)),
    "checks": Family("check constraint", ("constraints",), "check"),
    "unique_constraints": Family("unique constraint", ("constraints",), "unique"),
    "exclusions": Family("exclusion constraint", ("constraints",), "exclude"),
    "foreign_keys": Family("foreign key", ("constraints",), "foreign key"),
    "indexes": Family("index", ("indexes",)),
    "policies": Family("policy", ("policies",)),
    "triggers": Family("trigger", ("triggers",)),
    "functions": Family("function", ("functions",)),
    "domain_checks": Family("domain check", ("domain_checks",)),
    "aggregates": Family("aggregate", ("functions",), "aggregate"),
    "ranges": Family("range type", ("types",), "range"),
    "rewrite_rules": Family("rule", ("rewrite_rules",)),
    "statistics": Family("statistics", ("statistics",)),
    "event_triggers": Family("event trigger", ("event_triggers",)),
    "languages": Family("language", ("languages",)),
    "wrappers": Family("foreign data wrapper", ("wrappers",)),
    "foreign_servers": Family("server", ("foreign_servers",)),
    "user_mappings": Family("user mapping", ("user_mappings",)),
    "foreign_tables": Family("foreign table", ("foreign_tables",)),
    "publications": Family("publication", ("publications",)),
    "published_tables": Family("published table", ("published_tables",)),
    "subscriptions": Family("subscription", ("subscriptions",)),
    "casts": Family("cast", ("casts",)),
    "operators": Family("operator", ("operators",)),
    "operator_classes": Family("operator class", ("operator_classes",)),
    "databases": Family("database", ("databases",)),
    "tablespaces": Family("tablespace", ("tablespaces",)),
    "roles": Family("role", ("roles",)),
    "memberships": Family("membership", ("memberships",)),
    "privileges": Family("role", ("roles",)),
    "default_privileges": Family("role", ("roles",)),
    "schema_defaults": Family("schema", ("schemas",)),
    "default_grants": Family("default privileges", ("default_privileges",)),
}


def belongs(family: str, row: Row, parent: Subject | None) -> bool:
    """Return whether a row of the catalog's family is of this one too."""
    if family == "partitions":
        return parent is not None and row.partition_of == quoted(*parent.key)
    kind = FAMILIES[family].kind
    return not kind or row.kind == kind


def as_name(text: str) -> str:
    """Return the name without a schema that a text of the file means.

    Raises NoName when it is none.
    """
    try:
        return names.single(text)
    except names.BadName as error:
        remedy = "write it as in SQL; one with spaces, dots or capitals in double quotes"
        raise NoName("reading a name", because=str(error), remedy=remedy) from None


def as_key(columns: Iterable[str]) -> list[tuple[str, bool]]:
    """Return the columns of a key that texts of the file mean, each with whether it is a range.

    Raises NoName for a text that is none.
    """
    found = []
    for text in columns:
        try:
            found.append(names.key_column(text))
        except names.BadName:
            found.append((as_name(text), False))
    return found


def means(expected: str, actual: str, schema: str) -> bool:
    """Return whether a name in the file is that of an object, as the catalog prints it.

    `absent` stands for none. A name without a schema is in `schema`, or one of the server's own;
    what a function is called with is not looked at.
    """
    if expected == "absent" or not actual:
        return expected == "absent" and not actual
    wanted, _ = names.signature(expected)
    found = names.parts(names.signature(actual)[0])
    if len(found) == 1:
        found = ("pg_catalog", *found)
    parts = names.parts(wanted)
    if len(parts) == 1:
        return parts[0] == found[1] and found[0] in (schema, "pg_catalog")
    return parts == found


def domain(catalog: Catalog, type_: str) -> Row | None:
    """Return the domain of that name, as format_type() prints it; None for another type."""
    if "." not in type_:
        return None  # one of the server's own
    try:
        row = catalog.find("types", names.parts(type_))
    except names.BadName:
        return None  # an array, or a type with a length
    return row if row is not None and row.kind == "domain" else None


def others(catalog: Catalog, subject: Subject) -> list[str]:
    """Return the names of the objects of the same kind around an object."""
    family = FAMILIES[subject.family]
    rows = (row for name in family.catalog for row in catalog.families[name].items())
    found = []
    for key, row in rows:
        if not belongs(subject.family, row, subject.parent):
            continue
        if len(subject.key) == 3 and subject.family != "functions" and key[:2] != subject.key[:2]:
            continue
        if subject.family in _JOINED and key[0] != subject.key[0]:
            continue
        found.append(own_name(subject.family, row))
        if subject.family == "foreign_keys":
            found.append(row.listed)
    return found


def own_name(family: str, row: Row) -> str:
    """Return what an object is called in its family, as a file would name it."""
    if family == "functions":
        return f"{quoted(row.schema, row.name)}({row.arguments})"
    if family in (*_RELATIONS, "sequences", "published_tables", "types"):
        return quoted(row.schema, row.name)
    if family == "casts":
        return str(row.name)
    if family == "operators":
        return f"{quoted(row.schema)}.{row.name}({row.arguments})"
    if family == "operator_classes":
        return f"{quoted(row.schema, row.name)} using {row.method}"
    if family == "statistics" and row.namespace != row.schema:
        return quoted(row.namespace, _bare(row))
    return quoted(row.name)


def _bare(statistics: Row) -> str:
    same = statistics.namespace == statistics.schema
    return str(statistics.name if same else statistics.name[len(statistics.namespace) + 1 :])


def in_sql(family: str, row: Row) -> str:
    """Return an object as `alter` and `comment on` name it: `table public.users`."""
    fields = row._fields
    kind = getattr(row, "kind", "")
    if family in ("columns", "vector_columns"):
        return f"column {quoted(row.schema, row.table, row.name)}"
    if family == "indexes":
        return f"index {quoted(row.schema, row.name)}"
    if family in ("casts", "operators", "operator_classes"):
        named = f"({row.name})" if family == "casts" else own_name(family, row)
        return f"{FAMILIES[family].noun} {named}"
    if family == "statistics":
        return f"statistics {quoted(row.namespace, _bare(row))}"
    if "table" in fields:
        noun = "constraint" if FAMILIES[family].kind else FAMILIES[family].noun
        return f"{noun} {quoted(row.name)} on {quoted(row.schema, row.table)}"
    if family == "functions":
        arguments = row.arguments or ("*" if kind == "aggregate" else "")
        noun = "function" if kind == "window function" else kind
        return f"{noun} {quoted(row.schema, row.name)}({arguments})"
    if family == "domain_checks":
        return f"constraint {quoted(row.name)} on domain {quoted(row.schema, row.domain)}"
    if family == "types":
        return f"{'domain' if kind == 'domain' else 'type'} {quoted(row.schema, row.name)}"
    noun = kind.removeprefix("partitioned ") if family in _RELATIONS else FAMILIES[family].noun
    return f"{noun} {quoted(*([row.schema] if 'schema' in fields else []), row.name)}"


_RELATIONS = ("tables", "partitions", "views", "materialized_views", "data")
"""Families whose objects are not simply found by their key."""
