"""The schema as the statements read so far have left it, as far as reading them tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeVar

from pytest_schemaverify.migrations.static.nodes import Name, Type
from pytest_schemaverify.migrations.static.places import Place
from pytest_schemaverify.sql.statements import Node, Tree


class Definition(NamedTuple):
    """One line of a definition: a value that is equal for equal meanings, and the text."""

    meaning: object
    text: str


@dataclass(slots=True)
class Column:
    """A column of a table."""

    name: str
    type: Type
    place: Place
    not_null: bool = False
    default: str = ""
    """Digest of the expression, equal for equal ones; "" for no default."""
    kind: str = ""
    """generated, always, by default."""
    virtual: bool = False
    """Whether it is computed when it is read, as columns of PostgreSQL 18 can be."""
    text: str = ""
    """Its type, default and constraints as they are written."""
    made: Place | None = None
    """Where the column was made, once its type has been changed elsewhere."""
    former: tuple[Type, Place] | None = None
    """Type before ALTER changed it, and where that was written."""

    @property
    def definition(self) -> Definition:
        """What the column means for a row: type, NOT NULL, default, generated or identity."""
        implied = self.not_null or bool(self.kind) or self.type.name[1].endswith("serial")
        type_ = (self.type.name[1], self.type.modifiers, self.type.dimensions)
        return Definition((type_, implied, self.default, self.kind), self.text)


Lines = dict[str, Definition]
"""A definition by the names of its parts."""


class Check(NamedTuple):
    """A check constraint, or a foreign key."""

    columns: frozenset[str]
    not_null: frozenset[str]
    """The columns of which it proves that they are not null."""
    valid: bool
    foreign: bool = False
    """Whether it is a foreign key."""


class Indexed(NamedTuple):
    """An index, or a constraint that has one."""

    columns: frozenset[str]
    """All that it names, also in expressions and in its condition."""
    plain: bool
    """Whether it has neither expressions nor a condition."""


@dataclass(slots=True)
class Relation:
    """A table or a view."""

    name: Name
    kind: Literal["table", "partition", "view", "materialized view", "foreign table", "sequence"]
    place: Place
    columns: dict[str, Column] = field(default_factory=dict)
    complete: bool = True
    """Whether `columns` are all its columns: not for views, INHERITS, LIKE, OF type."""
    original: Lines = field(default_factory=dict)
    """Its definition in the statement that created it."""
    unlogged: bool = False
    emptied: Place | None = None
    """Where all of its rows were deleted, if none was inserted since."""
    rls: bool = False
    maybe_rls: Place | None = None
    """A block whose dynamic SQL may have enabled row-level security."""
    reads: frozenset[Name] = frozenset()
    """The relations that a view names."""
    checks: dict[str, Check] = field(default_factory=dict)
    indexes: dict[str, Indexed] = field(default_factory=dict)
    """Its indexes and the constraints that have one, as far as the files make them."""
    split_by: frozenset[str] | None = None
    """The columns by which it is partitioned; None for a table that is not."""

    def has_constraint(self, name: str) -> bool:
        """Return whether a constraint of that name is known."""
        return name in self.checks or name in self.indexes

    def proved_not_null(self, column: str) -> bool:
        """Return whether a valid check says that a column is not null."""
        return any(one.valid and column in one.not_null for one in self.checks.values())


@dataclass(slots=True)
class Function:
    """A function or procedure, as it was last defined or altered."""

    name: Name
    arguments: tuple[Type, ...]
    names: tuple[str, ...]
    place: Place
    tree: Tree
    language: str
    body: str
    """Its text; "" where it has none of its own (`begin atomic`, C)."""
    atomic: Node | None = None
    definer: Place | None = None
    """Where it says SECURITY DEFINER, if it does."""
    search_path: str | None = None
    """The path it pins, if it pins one: names separated by `, `."""
    maybe_path: Place | None = None
    """A block whose dynamic SQL may have pinned one."""
    volatile: bool = True
    """Whether it may return something else for each row, as it is declared."""

    def __str__(self) -> str:
        schema, name = self.name
        shown = ", ".join(str(type_._replace(modifiers=())) for type_ in self.arguments)
        return f"{schema}.{name}({shown})"


@dataclass(slots=True)
class SchemaObject:
    """An index, policy, trigger or type, with what is compared when it is defined again."""

    place: Place
    lines: Lines
    table: Name = ("", "")
    function: Name = ("", "")
    """The function that a trigger calls."""
    base: Type | None = None
    """What a domain is made of."""
    constraints: frozenset[str] = frozenset()
    """The names of a domain's constraints."""


class Gone(NamedTuple):
    """How an object of that name ceased to exist: dropped, renamed or moved."""

    how: str
    """dropped, renamed to x, moved to schema x."""
    place: Place
    made: Place | None = None
    """Where it was made."""
    perhaps: bool = False
    """Whether it is uncertain: dynamic SQL of a block may have dropped or moved it."""


Kept = TypeVar("Kept")


class ObjectsByName(dict[Name, Kept]):
    """Objects by their full names, with an index by name without schema.

    Thousands of names of thousands of statements are looked up in any schema.
    """

    def __init__(self) -> None:
        super().__init__()
        self.bare: dict[str, dict[Name, None]] = {}
        """The full names, in the order of their making."""

    def __reduce__(self) -> tuple[object, ...]:
        # The objects alone: setting them makes the index anew, in the same order.
        return type(self), (), None, None, iter(self.items())

    def __setitem__(self, key: Name, kept: Kept) -> None:
        super().__setitem__(key, kept)
        self.bare.setdefault(key[1], {})[key] = None

    def __delitem__(self, key: Name) -> None:
        super().__delitem__(key)
        del self.bare[key[1]][key]
        if not self.bare[key[1]]:
            del self.bare[key[1]]

    def setdefault(self, key: Name, kept: Kept) -> Kept:
        """Return the object of that name; `kept` where there was none, which is added."""
        if key not in self:
            self[key] = kept
        return self[key]

    def remove(self, key: Name) -> Kept | None:
        """Remove the object of that name and return it; None where there was none."""
        found = self.get(key)
        if found is not None:
            del self[key]
        return found


@dataclass(slots=True)
class SchemaState:
    """All objects that exist after the statements read so far."""

    relations: ObjectsByName[Relation] = field(default_factory=ObjectsByName)
    functions: ObjectsByName[dict[tuple[str, ...], Function]] = field(default_factory=ObjectsByName)
    types: ObjectsByName[SchemaObject] = field(default_factory=ObjectsByName)
    indexes: dict[Name, SchemaObject] = field(default_factory=dict)
    policies: dict[tuple[Name, str], SchemaObject] = field(default_factory=dict)
    triggers: dict[tuple[Name, str], SchemaObject] = field(default_factory=dict)
    schemas: set[str] = field(default_factory=lambda: {"public"})
    """Schemas that the files create."""
    foreign: set[str] = field(default_factory=set)
    """Schemas that hold the objects of an extension."""
    imported: set[str] = field(default_factory=set)
    """Schemas into which IMPORT FOREIGN SCHEMA has put tables that no file names."""
    extensions: set[str] = field(default_factory=set)
    early: set[Name] = field(default_factory=set)
    """Tables on which something was made before a file made them."""
    temporary: set[str] = field(default_factory=set)
    """Names of all temporary tables so far; which session drops them cannot be read."""
    aggregates: ObjectsByName[Place] = field(default_factory=ObjectsByName)
    """Aggregates, each with the place where it is made."""
    gone: dict[Name, Gone] = field(default_factory=dict)
    """Relations and functions that went away, with the last place that did it."""
    near: dict[tuple[str, str], str] = field(default_factory=dict)
    """The most similar name by kind and name that was looked for in vain."""
    path: tuple[str, ...] = ("public",)
    """The search_path of the file being read."""
    utc: bool = False
    """Whether the file being read has set the session's time zone to one that is UTC."""
    utc_here: bool | None = None
    """The same of the transaction, by SET LOCAL; None where it says nothing."""

    def resolve(self, name: Name) -> Name:
        """Return the full name of a relation that exists, or that a statement creates.

        As in PostgreSQL, the first schema of the search_path that has it, or the first one.
        """
        if name[0]:
            return name
        found = next(((s, name[1]) for s in self.path if (s, name[1]) in self.relations), None)
        return found or (self.path[0] if self.path else "public", name[1])

    def relation(self, name: Name) -> Relation | None:
        """Return the table or view that a statement calls by a name."""
        return self.relations.get(self.resolve(name))

    @property
    def in_utc(self) -> bool:
        """Whether a timestamp without a zone is one in UTC."""
        return self.utc if self.utc_here is None else self.utc_here

    def domain(self, type_: Type) -> SchemaObject | None:
        """Return the domain that a type is, if the files make it."""
        found = (self.types[key] for key in self.types.bare.get(type_.name[1], ()))
        return next((one for one in found if one.base is not None), None)

    def domains(self, type_: Type) -> list[str]:
        """Return the names of a domain and of those that it is made of."""
        found: list[str] = []
        domain = self.domain(type_)
        while domain is not None and domain.base is not None and type_.name[1] not in found:
            found.append(type_.name[1])
            type_ = domain.base
            domain = self.domain(type_)
        return found

    def anywhere(self, name: str) -> list[Name]:
        """Return the relations of a name in any schema."""
        return list(self.relations.bare.get(name, ()))

    def nearest(self, kind: str, name: str, find: Callable[[], str]) -> str:
        """Return the most similar name, which `find` looks for; "" where there is none.

        The search takes long, so it is made once for a name, and for the first 200 names only.
        """
        if (kind, name) not in self.near:
            self.near[kind, name] = find() if len(self.near) < 200 else ""
        return self.near[kind, name]
