"""The text of a new file of expectations: its head, its sections, and what holds for the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.scope import Contents
from pytest_schemaverify.authoring.writing.shared_entries import shared
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.kinds.kind import kind_of
from pytest_schemaverify.kinds.sections import sections, with_own_objects
from pytest_schemaverify.kinds.snapshot import unread
from pytest_schemaverify.language.writing import entry, written

_COMMENTS = {
    "extensions": "Extensions that the database has, and where.",
    "schemas": "Schemas, and who may use them.",
    "types": "Enums, domains and other types.",
    "tables": "Tables: columns, keys, indexes, row-level security, and who may do what.",
    "views": "Views, by the queries that they stand for.",
    "materialized_views": "Materialized views.",
    "sequences": "Sequences: those of no column, and those that are not as a column makes them.",
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
    "large_objects": "Large objects, by their numbers.",
    "publications": "What is replicated.",
    "subscriptions": "What is taken from other servers.",
    "roles": "Roles that hold privileges on these objects.",
    "default_privileges": "Privileges that new objects get.",
    "unmanaged": "Whatever is there and not in this file is a finding.",
    "rules": "What is good practice, by a preset: today's findings are known and in {known}.\n"
    "# A rule that is off cannot be told here.",
}
"""A sentence for the reader about each section."""
_MODELINE = "# yaml-language-server: $schema={schema}\n"
_OF_OTHERS = frozenset({"roles", "tablespaces", "parameters", "default_privileges"})
"""Sections about the cluster, which other databases have a part in."""


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
    together: bool = False
    """Whether what several tables have in common is said once."""
    many: str = ""
    """What is not written because there is too much of it."""
    unsaid: tuple[str, ...] = ()
    """What no key can say, for the end of the file."""
    _known: tuple[tuple[int, int, bool], list[str]] | None = field(default=None, repr=False)
    """The texts of the sections, and what they were made by."""

    def sections(self) -> dict[str, Any]:
        """Return the data of all sections about kinds of objects."""
        found = {
            name: self.style.things(things, (name,))
            for name, things in self.contents.sections.items()
            # Of these a name alone says nothing.
            if self.style.depth != "names" or not kind_of(name).expecting
        }
        if self.together and "tables" in found:
            found["tables"] = shared(found["tables"])
        return found

    def text(self) -> str:
        """Return the whole as one text."""
        # A text is asked for again once what no key can say is known. What is left out of the style
        # only ever grows, so its size tells whether the sections are another text.
        style = self.style
        by = len(style.as_printed), len(style.left_out), self.together
        if self._known is None or self._known[0] != by:
            self._known = by, [_section(name, data) for name, data in self.sections().items()]
        return self._main(self._known[1], [])

    def texts(self, stem: str, split: str) -> dict[str, str]:
        """Return the texts of several files by their paths; that of the first by "".

        `split` says what has a file of its own: each `schema`, or each `kind` of object.
        """
        parts: dict[str, dict[str, dict[str, Any]]] = {}
        left: dict[str, dict[str, Any]] = {}
        for section, data in self.sections().items():
            for name, value in data.items():
                part = section if split == "kind" else self._schema(section, name)
                around = parts.setdefault(part, {}) if part else left
                around.setdefault(section, {})[name] = value
        files = {f"{stem}/{part}.yaml": self._part(found) for part, found in parts.items()}
        sections = (_section(name, data) for name, data in left.items())
        return {"": self._main(sections, list(files)), **files}

    def _schema(self, section: str, name: str) -> str:
        """Return the schema that an object is in; "" for one that is in none."""
        one = self.contents.sections[section].get(name)
        if one is None:  # an entry for several tables
            return ""
        key, kind = one.subject.key, kind_of(one.subject.family)
        return key[0] if section == "schemas" or (kind.in_schemas and len(key) > 1) else ""

    def _part(self, sections: Mapping[str, Mapping[str, Any]]) -> str:
        texts = (_section(name, data) for name, data in sections.items())
        return "\n".join([_MODELINE.format(schema=f"../{self.schema}"), *texts])

    def _main(self, sections: Iterable[str], included: list[str]) -> str:
        start = "version: 1\n" + (written({"include": included}) if included else "")
        parts = [_MODELINE.format(schema=self.schema) + start]
        parts += [written(head)] if (head := self._head()) else []
        parts += [*sections, *self._rest()]
        if self.many:
            parts.append(f"# Not written: {self.many}.\n")
        if self.unsaid:
            parts.append(
                "\n".join(["# No key can say:", *(f"#   {one}" for one in self.unsaid)]) + "\n"
            )
        return "\n".join(parts)

    def _head(self) -> Mapping[str, Any]:
        """Return `database` and `migrations`, with what the database itself is."""
        one = self.contents.database
        own = self.style.entry(one, ("database",)) if one is not None else {}
        if not own:
            return self.head
        return {**self.head, "database": {**self.head.get("database", {}), **own}}

    def _rest(self) -> Iterator[str]:
        # What is not written would all be unsaid.
        whole = self.style.depth == "all"
        all_kinds = () if self.contents.partial else with_own_objects()
        left = {*_OF_OTHERS, *unread(self.contents.look.catalog)}
        kinds = [one for one in all_kinds if one not in left]
        kinds += ["details"] if whole else []
        if kinds:
            yield _section("unmanaged", dict.fromkeys(kinds, "fail"))
        if self.rules is not None:
            yield _section("rules", self.rules).replace("{known}", self.known)


def _section(name: str, data: Any) -> str:
    comment = _COMMENTS.get(name) or sections()[name].summary
    return f"# {comment}\n{entry(name, data)}"
