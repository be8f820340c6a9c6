"""The text of a new file of expectations: its head, its sections, and what holds for the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.scope import Contents
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.language.writing import entry, written

_COMMENTS = {
    "extensions": "Extensions that the database has, and where.",
    "schemas": "Schemas, and who may use them.",
    "types": "Enums, domains and other types.",
    "tables": "Tables: columns, keys, indexes, row-level security, and who may do what.",
    "views": "Views, by the queries that they stand for.",
    "materialized_views": "Materialized views.",
    "sequences": "Sequences that belong to no column.",
    "functions": "Functions: whose rights they run with, who may call them, a hash of each text.",
    "event_triggers": "Event triggers.",
    "languages": "Languages for functions.",
    "wrappers": "Foreign data wrappers.",
    "foreign_servers": "Foreign servers.",
    "casts": "Casts.",
    "operators": "Operators.",
    "operator_classes": "Operator classes.",
    "text_search_configurations": "Text search configurations.",
    "tablespaces": "Tablespaces.",
    "publications": "What is replicated.",
    "subscriptions": "What is taken from other servers.",
    "roles": "Roles that hold privileges on these objects.",
    "default_privileges": "Privileges that new objects get.",
    "unmanaged": "Whatever is there and not in this file is a finding.",
    "rules": "What is good practice; today's findings are in {known}.",
}
"""A sentence for the reader about each section."""
_MODELINE = "# yaml-language-server: $schema={schema}\n"
_UNMANAGED = (
    "schemas", "extensions", "tables", "views", "sequences", "types", "functions", "details",
)  # fmt: skip


@dataclass(slots=True)
class Document:
    """A file of expectations that is to be written."""

    contents: Contents
    style: Style
    head: Mapping[str, Any] = field(default_factory=dict)
    """`database` and `migrations`, as data."""
    rules: Any = None
    known: str = ""
    """Name of the file of known findings."""
    schema: str = ""
    """Address of the JSON Schema for editors."""

    def sections(self) -> dict[str, Any]:
        """Return the data of all sections about kinds of objects."""
        return {
            name: self.style.things(found, (name,))
            for name, found in self.contents.sections.items()
        }

    def text(self) -> str:
        """Return the whole text."""
        return "\n".join([_MODELINE.format(schema=self.schema) + "version: 1\n", *self._parts()])

    def _parts(self) -> Iterator[str]:
        if self.head:
            yield written(self.head)
        for name, data in self.sections().items():
            yield f"# {_COMMENTS[name]}\n{entry(name, data)}"
        if self.style.depth == "all":
            rest = entry("unmanaged", dict.fromkeys(_UNMANAGED, "fail"))
            yield f"# {_COMMENTS['unmanaged']}\n{rest}"
        if self.rules is not None:
            yield f"# {_COMMENTS['rules'].format(known=self.known)}\n{entry('rules', self.rules)}"
