"""One object of a contract as facts about a table or a view."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken
from pytest_schemaverify.authoring.odcs import column_types, rules
from pytest_schemaverify.authoring.odcs.model import Element, Object, Property, Relationship
from pytest_schemaverify.authoring.odcs.notes import UNKNOWN_TO_A_DATABASE, Notes
from pytest_schemaverify.authoring.odcs.references import References
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.sql.lexical import unquoted
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.yaml_names import plain

_PART = re.compile(r'"(?:[^"]|"")+"|[^".]+')
_AGAIN = (
    "an entry above has this name, and the two are taken together; where they are two tables, "
    "write their schemas into `physicalName`"
)
_CAPITALS = (
    "the name has capitals, and is taken as it stands; where SQL has it without double quotes, "
    "PostgreSQL makes small letters of it: then write it so here, too"
)
_CAPITALS_OF_TYPE = (
    "PostgreSQL reads the type in small letters; a type of yours that has capitals is written "
    "`'\"Name\"'`"
)


def parts(name: str) -> list[str]:
    """Return schema, if there is one, and name of a table as the database has them."""
    found = [unquoted(one) if one[0] == '"' else one for one in _PART.findall(name)]
    return found[-2:] or [name]  # a third part in front is the database's name


@dataclass(frozen=True, slots=True)
class Table:
    """An object that is a table or a view."""

    one: Object
    path: Path
    section: str
    """`tables`, `views` or `materialized_views`."""
    notes: Notes
    references: References
    comments: bool

    @property
    def name(self) -> str:
        """Its name in the file of expectations."""
        return ".".join(map(plain, parts(self.one.called)))

    @property
    def place(self) -> tuple[str, ...]:
        """Where the file has it."""
        return (self.section, self.name)

    def take(self) -> None:
        """Take what the contract says of it."""
        self.notes.names[self.path] = self.one.name
        again = self.place in self.notes.merged.said
        if not self.notes.take(self.path, [Fact(self.place)]):
            return
        if again:
            self.notes.guess(self.path, _AGAIN)
        self._element(self.one, self.path, self.place)
        if self.one.logical_type not in (None, "object"):
            self.notes.leave((*self.path, "logicalType"), "a table is an `object` to the standard")
        for place, inner in enumerate(self.one.properties):
            self._property(inner, (*self.path, "properties", place))
        self._primary_key()
        self._relationships(self.one, self.path, None)
        self._rules(self.one, self.path, None)

    def _element(self, one: Element, path: Path, place: tuple[str, ...]) -> None:
        """Take what may stand at objects and properties alike."""
        self.notes.rest(one, path)
        if one.called != one.called.lower():
            self.notes.guess(path, _CAPITALS)
        if one.id:
            self.notes.leave((*path, "id"), UNKNOWN_TO_A_DATABASE)
        if one.physical_name and one.physical_name != one.name:
            self.notes.leave((*path, "name"), "the database knows it by its `physicalName`")
        if one.description and self.comments:
            self.notes.take((*path, "description"), [Fact((*place, "comment"), one.description)])
        elif one.description:
            self.notes.leave((*path, "description"), "write `comment:` where the database has it")

    def _property(self, one: Property, path: Path) -> None:
        self.notes.names[path] = f"{self.one.name}.{one.name}"
        place = (*self.place, "columns", plain(one.called))
        if not self.notes.take(path, [Fact(place)]):
            return
        if found := self._type(one, path):
            key = "physicalType" if one.physical_type else "logicalType"
            self.notes.take((*path, key), [Fact((*place, "type"), found)])
        of_view = self.section != "tables"
        for key, said in (("required", one.required), ("unique", one.unique)):
            if not said:
                continue
            if of_view:
                why = "no view has it; write `data: {VIEW: {not_null: [COLUMN]}}`, or `unique`"
                self.notes.leave((*path, key), why)
            elif key == "required":
                self.notes.take((*path, key), [Fact((*place, "nullable"), False)])
            else:
                column = [[plain(one.called)]]
                self.notes.take((*path, key), [Fact((*self.place, "unique"), column)])
        self._element(one, path, place)
        self._options(one, path)
        self._relationships(one, path, one)
        self._rules(one, path, one)

    def _type(self, one: Property, path: Path) -> str:
        """Return the type of a column; "" where the contract gives no hint of it."""
        logical = one.logical_type or ""
        if one.physical_type is None:
            found = column_types.physical(logical, one.logical_type_options, one.items)
            if found:
                why = f"no physical type is given: the logical type is taken for `{found}`"
                self.notes.guess((*path, "logicalType"), why)
            return found
        found = column_types.meant(one.physical_type, logical) or one.physical_type
        if found != one.physical_type:
            why = f"`{one.physical_type}` means nothing like it to PostgreSQL: taken for `{found}`"
            self.notes.guess((*path, "physicalType"), why)
        elif not column_types.logical(found) and found != found.lower():
            self.notes.guess((*path, "physicalType"), _CAPITALS_OF_TYPE)
        if logical and column_types.logical(found) != logical:
            why = "the physical type is taken, and an export derives the logical type from it"
            self.notes.leave((*path, "logicalType"), why)
        if one.items is not None:
            self.notes.leave((*path, "items"), "the physical type is taken, which says it")
        return found

    def _options(self, one: Property, path: Path) -> None:
        """Take the bounds of the values; leave the other options of the logical type."""
        bounds = {key: one.logical_type_options.get(key) for key in ("minimum", "maximum")}
        here = (*path, "logicalTypeOptions")
        if one.logical_type not in column_types.WITH_BOUNDS:
            bounds = {}
        if any(bound is not None for bound in bounds.values()):
            where = ("data", self.name, "accepted", plain(one.called))
            self.notes.take(here, [Fact(where, {"between": [*bounds.values()]})])
        for key, value in one.logical_type_options.items():
            if key not in bounds and value is not None:
                why = "at most the type says it; write the rest as a query under `data: queries`"
                self.notes.leave((*here, key), why)

    def _primary_key(self) -> None:
        keyed = [
            (place, one) for place, one in enumerate(self.one.properties) if one.primary_key is True
        ]
        if not keyed:
            return
        path = (*self.path, "properties", keyed[0][0], "primaryKey")
        if self.section != "tables":
            self.notes.leave(path, "no view has a primary key; write `data: {VIEW: {unique: …}}`")
            return
        positions = [one.primary_key_position or -1 for _, one in keyed]
        if len(keyed) > 1 and min(positions) < 1:
            why = "no `primaryKeyPosition` says the order of the key: that of the properties is it"
            self.notes.guess(path, why)
        keyed.sort(key=lambda one: one[1].primary_key_position or -1)
        columns = [plain(one.called) for _, one in keyed]
        self.notes.take(path, [Fact((*self.place, "primary_key", "columns"), columns)])

    def _relationships(self, one: Element, path: Path, column: Property | None) -> None:
        for place, relationship in enumerate(one.relationships):
            here = (*path, "relationships", place)
            if self.notes.take(here, self._foreign_key(relationship, column)):
                self.notes.rest(relationship, here)

    def _foreign_key(self, one: Relationship, column: Property | None) -> Iterator[Fact]:
        if self.section != "tables":
            raise Untaken("no view has a foreign key; write `data: {VIEW: {references: …}}`")
        to = [self.references.resolved(text) for text in _listed(one.to)]
        if column is not None:
            own = [(self.one.called, column.called)]
        else:
            own = [self.references.resolved(text) for text in _listed(one.from_)]
        tables, others = {table for table, _ in own}, {table for table, _ in to}
        if tables != {self.one.called} or len(others) != 1 or len(own) != len(to):
            raise Untaken("a foreign key leads from columns of its table to as many of one other")
        where = (*self.place, "foreign_keys", ", ".join(plain(name) for _, name in own))
        listed = ", ".join(quoted(name) for _, name in to)
        yield Fact(where, f"{quoted(*parts(others.pop()))}({listed})")

    def _rules(self, one: Element, path: Path, column: Property | None) -> None:
        in_sql = quoted(*parts(self.one.called)), quoted(column.called) if column else ""
        for place, rule in enumerate(one.quality):
            here = (*path, "quality", place)
            label = self._label(rule.name or rule.description)
            named = plain(column.called) if column else ""
            if self.notes.take(here, rules.facts(rule, self.name, named, in_sql, label)):
                self.notes.rest(rule, here)
                for key in rules.unkept(rule):
                    self.notes.leave((*here, key), UNKNOWN_TO_A_DATABASE)

    def _label(self, text: str | None) -> str:
        """Return what a query is called, as no other is."""
        wanted = found = " ".join((text or f"a rule of {self.one.name}").split())
        number = 1
        while ("data", "queries", found, "sql") in self.notes.merged.said:
            number += 1
            found = f"{wanted} ({number})"
        return found


def _listed(given: str | list[str] | None) -> list[str]:
    return [given] if isinstance(given, str) else given or []
