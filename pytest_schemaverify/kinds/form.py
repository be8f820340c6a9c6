"""The form of a kind: how a file says what a row of the catalog is."""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

from pytest_schemaverify.catalog import Catalog, Key, Row
from pytest_schemaverify.catalog.options import Option
from pytest_schemaverify.kinds.kind import folders, names_in, package_of
from pytest_schemaverify.kinds.platforms import platform_schema
from pytest_schemaverify.sql.names import quoted

ABSENT = "absent"
"""The word of a file for an attribute that there must not be."""


@dataclass(frozen=True, slots=True)
class Look:
    """What decides how an object is written, besides its own row."""

    catalog: Catalog
    schema: str = "public"
    """Schema of names that have none in the file."""
    owner: str = ""
    """Role that owns most objects, which goes without saying."""
    platform: str = "postgres"
    _inside: dict[tuple[str, int], dict[Key, list[Row]]] = field(
        default_factory=dict, init=False, repr=False
    )
    """Rows by the object around them, filled as they are asked for."""

    divided: dict[Key, Any] = field(default_factory=dict, init=False, repr=False)
    """Partitioned tables as a file would say them, filled as their partitions are."""

    def inside(self, family: str, key: Key) -> list[Row]:
        """Return the rows of a family whose keys begin with that of the object around them."""
        groups = self._inside.get((family, len(key)))
        if groups is None:
            groups = self._inside[family, len(key)] = {}
            for own, row in self.catalog.families[family].items():
                groups.setdefault(own[: len(key)], []).append(row)
        return groups.get(key, [])

    def theirs(self, schema: str) -> bool:
        """Return whether a schema is the platform's."""
        return platform_schema(schema, self.platform)

    def name(self, *parts: str) -> str:
        """Return a name as SQL has it, without the schema that goes without saying."""
        return quoted(*(parts[1:] if len(parts) > 1 and parts[0] == self.schema else parts))

    def bare(self, text: str) -> str:
        """Return a name that the catalog prints, without that schema."""
        return text.removeprefix(f"{quoted(self.schema)}.")


def usual_owner(catalog: Catalog, schemas: Container[str]) -> str:
    """Return the role that owns most objects in these schemas, "" where there are none."""
    owners = Counter(
        row.owner
        for family in ("tables", "views", "functions", "types", "sequences")
        for key, row in catalog.families[family].items()
        if key[0] in schemas
    )
    return owners.most_common(1)[0][0] if owners else ""


Value = Callable[[Row, Look], Any]
"""Returns the value of an attribute as a file has it; None where there is nothing to say."""
Said = Mapping[str, Any]
"""Attributes of an object by the keys of its entry."""
Short = Callable[[Said, Row, Look], Any]
"""Returns the short form of an entry; None where it has more to say than that can."""


def as_file(value: Any) -> Any:
    """Return a value of a row as a file has it: a list for a tuple, `absent` for nothing."""
    if isinstance(value, tuple):
        return list(value)
    return ABSENT if value is None or value == "" else value


def collation(row: Row, look: Look) -> str:
    """Return the collation of a column or type that has one of its own, else `absent`."""
    return quoted(row.collation) if row.collation else ABSENT


def pairs(items: Iterable[str]) -> dict[str, str]:
    """Return the settings `name=value` of a row as a mapping."""
    return dict(item.split("=", 1) for item in items)


def public_options(options: Iterable[Option]) -> dict[str, str]:
    """Return the options of foreign data that hold no secret."""
    return {option.name: option.value for option in options if option.public}


def unsaid(value: Any) -> bool:
    """Return whether a value goes without saying for any attribute: nothing, none, or `false`."""
    return value is None or value is False or value == ABSENT or value in ([], {})


def only(key: str) -> Short:
    """Return what makes the short form of an entry that has nothing else to say than one key."""
    return lambda said, row, look: said[key] if said.keys() == {key} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a kind is written where the fields of its row do not say it as a file does."""

    values: Mapping[str, Value] = field(default_factory=dict)
    """Values that are no field of the row, by key."""
    usual: Mapping[str, Any] = field(default_factory=dict)
    """Values that PostgreSQL gives by itself, so that they go without saying; None for a key that
    is always said. By default these are what `unsaid` says."""
    left: frozenset[str] = frozenset()
    """Keys that only restate others, or hold for one server alone; they are not written."""
    expressions: frozenset[str] = frozenset()
    """Keys whose values are expressions, queries or texts of functions."""
    implied: Mapping[str, str] = field(default_factory=dict)
    """Keys that another key says too, which stands in the file with all that is known."""
    said_by: Mapping[str, str] = field(default_factory=dict)
    """Keys that a file may say in another way, by a key that is not written."""
    spelled: Mapping[str, Callable[[Any, Look], Any]] = field(default_factory=dict)
    """Functions that return a value as a reader would write it, by key. What they return counts
    only where the server takes it for the same."""
    quiet: frozenset[str] = frozenset()
    """Keys of parts that are not written where they have nothing to say."""
    name: Callable[[Row, Look], str] | None = None
    """Returns the name that an object has in the file; by default that of its kind."""
    rows: Callable[[Catalog], Iterable[Row]] | None = None
    """Yields the rows of what the file names, where these are no rows of a family."""
    there: Callable[[Row, Look], bool] = lambda row, look: True
    """Returns whether an object is one of its own, and not made for another that is named."""
    detailed: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    """Keys under which members may stand in place of the value, where these have something of their
    own to say; what returns that, or None."""
    own: Callable[[Any, Look], Any] | None = None
    """Returns what of an object no other object gives it; None where nothing is left to say."""
    short: Short | None = None
    """Returns the short form of an entry; None where it has more to say than that can."""

    def goes_without_saying(self, key: str, value: Any, said: Said) -> bool:
        """Return whether PostgreSQL gives an object this value by itself."""
        if key not in self.usual:
            return unsaid(value)
        usual = self.usual[key]
        return bool(value == (usual(said) if callable(usual) else usual))


@cache
def form_of(family: str) -> Form:
    """Return the form of a kind; the usual one where its folder has none."""
    folder = folders()[family]
    if "written.py" not in names_in(folder):
        return Form()
    form: Form = import_module(f"{package_of(folder)}.written").FORM
    return form
