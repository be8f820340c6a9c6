"""The properties of a kind of object; each kind has its own in the folder of its name.

Checks whose names begin alike are a family: `columns.type`, `columns.default`. Most families are
about a kind of object; some are about rows, files or behaviour, and are folders in other rooms.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.names import quoted

Category = Literal[
    "schema version", "tables", "table structures", "vector dimensions", "vector search",
    "migrations", "function security", "RLS policies", "access", "database", "replication",
    "foreign data", "roles and grants", "indexes", "data integrity",
]  # fmt: skip
"""Categories of the summary, in its order, which is that of a migration's checklist."""
CATEGORIES: tuple[Category, ...] = get_args(Category)


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
        return kind_of(self.family).shown(self)


Key = Callable[[str, str, Subject | None], tuple[str, ...]]
"""Makes the key of an object in the catalog from its name in the file, the default schema and the
object around it. Raises BadName for a text that is no such name."""
Finder = Callable[[Catalog, Subject, Canonical], Row | None]
"""Finds the row of an object. Raises CannotDetermine where the name means several."""


def own_word(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Return the key of a name that the user has made up, and that SQL does not know."""
    return (text,)


def no_pattern(text: str, schema: str, parent: Subject | None) -> tuple[str, ...]:
    """Raise BadName: a pattern cannot stand here."""
    told = f"{text!r} cannot be a pattern here"
    raise names.BadName(f"{told}; a name with these signs is written {yaml_names.typed(text)}")


def by_key(subject: Subject) -> str:
    """Return the name of an object as SQL writes its key."""
    return quoted(*subject.key)


def as_written(subject: Subject) -> str:
    """Return the name of an object as the file has it."""
    return subject.written


def without_schema(row: Row) -> str:
    """Return the name of a row, without its schema."""
    return quoted(row.name)


def with_schema(row: Row) -> str:
    """Return the name of a row with its schema."""
    return quoted(row.schema, row.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Checks whose names begin alike, and the entries of the file that plan them."""

    category: Category
    presence: Category | None = None
    """Category of `exists`, `absent` and `exact`, where that is another."""
    mark: str = ""
    """The mark of pytest that its items have; by default the name of the family."""
    key: Key = own_word
    pattern: Key | None = None
    """Makes the key of a name with `*`, `?` or `[`, which stands for all objects that match it;
    None where such a name is one like any other. Raises BadName where no pattern can stand."""
    expecting: bool = False
    """Whether an entry without expectations would check nothing, and is refused."""
    nothing: bool = False
    """Whether an empty value is one: a rule that is off, a query that returns NULL."""
    each_kind: str = ""
    """The module of a check that it has for each of some kinds, called like the kind; `names()` in
    it returns these."""
    of_schema: bool = True
    """Whether statements of migrations can be the cause of a finding; rows and behaviour have other
    causes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Family):
    """A kind of object that a file of expectations can name."""

    noun: str
    families: tuple[str, ...]
    """The families of rows of the catalog that hold it."""
    exists: str = ""
    """The sentence of its check `exists`, where that says more than that the object is there."""
    row_kind: str = ""
    """The `kind` of such a row, where the catalog has several kinds in one family."""
    pattern: Key | None = no_pattern
    find: Finder | None = None
    """Finds its row, where the key alone does not."""
    shown: Callable[[Subject], str] = by_key
    """Returns its name in messages."""
    own_name: Callable[[Row], str] = without_schema
    """Returns its name among others of its kind, as a file would have it."""
    in_sql: Callable[[Row], str] | None = None
    """Returns its name in `alter` and `comment on`; by default its noun and its name."""
    around: int = 0
    """Parts of its key that are those of the object around it."""
    within: Callable[[Row, Subject | None], bool] | None = None
    """Returns whether a row of these families is of this kind, where `row_kind` is not enough."""
    in_schemas: bool = False
    """Whether it is in a schema without which there is no such object."""
    schemaless: bool = False
    """Whether it is in no schema although its key has several parts."""
    beside: bool = False
    """Whether it can be in another schema than the object around it."""
    always: tuple[str, ...] = ()
    """Patterns of names that every server or database has from the start."""
    reserved: bool = False
    """Whether PostgreSQL keeps names with `pg_` for itself; a pattern means them if it says so."""
    dependent: Callable[[Row], bool] = lambda row: False
    """Returns whether an object comes and goes with another, so that the file names only that."""
    statements: str = ""
    """Words of the statements about it, as a regular expression, where event triggers hear of none.
    """

    def counted(self, number: int) -> str:
        """Return a number of its objects in words: `1 policy`, `12 policies`."""
        if number == 1 or self.noun.endswith("statistics"):
            return f"{number:,} {self.noun}"
        stem = re.sub("(?<=[^aeiou])y$", "ie", self.noun)
        return f"{number:,} {stem}{'es' if stem.endswith(('x', 'ss')) else 's'}"

    def has(self, row: Row, parent: Subject | None) -> bool:
        """Return whether a row of its families is one of this kind."""
        if self.within is not None:
            return self.within(row, parent)
        return not self.row_kind or row.kind == self.row_kind

    def named(self, row: Row) -> str:
        """Return an object as `alter` and `comment on` name it: `table public.users`."""
        if self.in_sql is not None:
            return self.in_sql(row)
        if "table" in row._fields:
            noun = "constraint" if self.row_kind else self.noun
            return f"{noun} {quoted(row.name)} on {quoted(row.schema, row.table)}"
        schema = [row.schema] if "schema" in row._fields else []
        return f"{self.noun} {quoted(*schema, row.name)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How a check is used; a module says it where it differs from others of its family."""

    category: Category | None = None
    built: bool = False
    """It is about what happened, or is tried, in a disposable database."""
    live: bool = False
    """It compares a database that was there with the files."""
    ledger: Literal["", "versions", "content", "order"] = ""
    """The column that it needs of the table that lists migrations, which is named or found."""
    copied: bool = False
    """It is tried on a copy of a disposable database."""
    unbuilt: bool = False
    """It makes sense although a migration failed."""
    optional: bool = False
    """`false` says that it need not be so, and nothing is checked."""
    exempting: bool = False
    """Its value has exemptions."""
    presence: Literal["", "exists", "absent"] = ""
    """Whether it only checks that the object is there, or that it is not."""
    each: bool = False
    """It is planned once for each item of its list."""
    pairs: bool = False
    """It is planned once for each pair of its mapping."""
    type: bool = False
    """Its value is one type."""
    unmatched: str = ""
    """Its value in words, where no matcher can stand for it."""


PACKAGE = Path(__file__).parent.parent
_ROOMS = ("kinds", "behaviour/checks", "rehearsal/checks", "migrations/checks")
"""Folders whose folders are families of checks. The rules are a family and a room in one."""
_DEFINED = "defined"


@cache
def folders() -> Mapping[str, Path]:
    """Return the folders of families, by the first part of the names of their checks."""
    rooms = {PACKAGE / room: names_in(PACKAGE / room) for room in _ROOMS}
    # Each folder there is a family; modules have a dot in their names, Python's own an underscore.
    found = {name: room / name for room, names in rooms.items() for name in names}
    families = {name: one for name, one in found.items() if "." not in name and name[0] != "_"}
    # Kinds that are alike share a folder, where each of them has a query.
    defined = families.pop(_DEFINED)
    queries = [Path(name) for name in names_in(defined)]
    alike = {one.stem: defined for one in queries if one.suffix == ".sql"}
    return {**families, **alike, "rules": PACKAGE / "rules"}


@cache
def names_in(folder: Path) -> frozenset[str]:
    """Return the names in a folder. Listing it once costs less than asking for each of them."""
    return frozenset(path.name for path in folder.iterdir())


def package_of(folder: Path) -> str:
    """Return the name of the package in a folder."""
    return ".".join((PACKAGE.name, *folder.relative_to(PACKAGE).parts))


@cache
def family_of(name: str) -> Family | None:
    """Return a family; None where no checks have the name."""
    folder = folders().get(name)
    # Imported when it is asked for, so that a run imports the kinds that its file names.
    module = folder and import_module(package_of(folder))
    found = getattr(module, "FAMILIES", {}).get(name) or getattr(module, "FAMILY", None)
    return found if isinstance(found, Family) else None


@cache
def kind_of(name: str) -> Kind:
    """Return the kind of the objects that a family is about. Raises KeyError where it is none."""
    family = family_of(name)
    if not isinstance(family, Kind):
        raise KeyError(name)
    return family
