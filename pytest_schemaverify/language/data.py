"""What holds for rows."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from pytest_schemaverify.language import conditions

from .base import Entry, Named, Terms
from .rules import Exemption
from .values import Count, Names, Pairs, as_sql

_CONSTANT: dict[str, Any] = {"type": ["string", "number", "boolean"]}


def _constant(value: Any) -> str:
    """Return a value as the text of a constant. Raises ValueError for what is none."""
    if isinstance(value, (str, int, float)):
        return str(as_sql(value))
    if value is None:
        raise ValueError("NULL is accepted anyway; `not_null` forbids it")
    raise ValueError("expected a text, a number, `true` or `false`")


def _constants(value: Any) -> Any:
    if value == []:
        raise ValueError(
            "the list is empty; no value at all would be accepted: name some, or leave the key out"
        )
    return value


def _bounds(value: Any) -> Any:
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("`between` takes two values, `[low, high]`; null leaves a side open")
    low, high = value
    if low is None and high is None:
        raise ValueError("both sides are open, so nothing would be checked")
    # Only numbers: which of two texts comes first depends on the type and the collation of the
    # column.
    numbers = isinstance(low, (int, float)) and isinstance(high, (int, float))
    if numbers and low > high:
        raise ValueError(f"no value is between {low} and {high}; write `[{high}, {low}]`")
    return value


_Constant = Annotated[str, BeforeValidator(_constant), WithJsonSchema(_CONSTANT)]
_Bound = Annotated[_Constant | None, WithJsonSchema({"type": [*_CONSTANT["type"], "null"]})]


class Accepted(Entry):
    """What the values of a column may be. Short form: the list of them."""

    short_form: ClassVar[dict[str, Any] | None] = {
        "type": "array", "items": _CONSTANT, "minItems": 1,
    }  # fmt: skip
    short_for: ClassVar[Mapping[type, str]] = {list: "one_of"}

    one_of: Annotated[list[_Constant], BeforeValidator(_constants)] | None = None
    """The values: `[new, paid]`."""
    between: Annotated[list[_Bound], BeforeValidator(_bounds)] | None = None
    """The least and the greatest value: `[0, 1]`; null leaves a side open."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Accepted":
        if (self.one_of is None) == (self.between is None):
            raise ValueError("write a list of values, or `{between: [low, high]}`")
        return self


_Columns = Annotated[Names, Field(min_length=1)]


def _columns(value: dict[str, Accepted]) -> dict[str, Accepted]:
    if not value:
        raise ValueError("nothing would be checked; name at least one column")
    return value


class DataSet(Terms):
    """What holds for the rows of a table."""

    family: ClassVar[str] = "data"
    settings: ClassVar[frozenset[str]] = frozenset({"where"})

    each: Names | None = None
    """The names of several tables for which all this holds; the entry's own is any then."""
    where: str | None = None
    """Condition that limits every expectation of this entry to some rows."""
    rows: Count | None = None
    """Number of rows: `5`, `">= 1"`."""
    not_null: Names | None = None
    """Columns that are never NULL."""
    unique: list[_Columns] | None = None
    """Column lists whose values occur once."""
    references: dict[str, str] | None = None
    """Column to `table.column`: every value that is not NULL is found there."""
    accepted: Annotated[dict[str, Accepted], AfterValidator(_columns)] | None = None
    """Column to what its values may be, where they are not NULL: `{status: [new, paid]}`,
    `{importance: {between: [0, 1]}}`."""


class Query(Terms):
    """A query of your own."""

    family: ClassVar[str] = "queries"
    settings: ClassVar[frozenset[str]] = frozenset({"sql"})

    sql: str
    """One statement that only reads."""
    returns: Any
    """`nothing`, one value, one row as a list, or all rows as a list of lists."""


class Queries(Named):
    """Queries by a name of your choice."""

    __pydantic_extra__: dict[str, Query] = Field(init=False)


class Explained(Entry):
    """A table of the migrated database that tells what became of rows."""

    table: str
    """Its name: `legacy.unmapped_rows`."""
    where: str | None = None
    """Condition that limits it to the rows of one table."""
    match: Pairs
    """How its rows are found: columns or expressions as they were before, each with its own."""


class PreservedTable(Terms):
    """Rows that were there before the migrations and are found afterwards."""

    family: ClassVar[str] = "preserved"
    settings: ClassVar[frozenset[str]] = frozenset(
        {"in_", "match", "where", "exemptions", "explained_by"}
    )
    implied: ClassVar[tuple[str, ...]] = ("found",)

    # `in` is a keyword of Python.
    in_: str | None = Field(None, alias="in")
    """Table in which they are found; by default the one of the same name."""
    match: Pairs
    """What makes a row the same: columns or expressions as they were before, each with what it has
    become, compared as text: `{content: content, btrim(service_id): user_id}`, or `[id, name]`."""
    where: str | None = None
    """Condition on the rows before that are followed."""
    exemptions: dict[str, Exemption] = Field({}, alias="except")
    """Conditions on the rows before that may be lost, each with its reason. One that no lost row
    needs fails, and one that is over excuses nothing."""
    explained_by: Explained | None = None
    """Table that has an entry for each row that was left behind."""


class Preserved(Named):
    """Rows that a migration takes along, by the table that they were in."""

    __pydantic_extra__: dict[str, PreservedTable] = Field(init=False)


class Data(Named):
    """What holds for the rows of tables, by table."""

    queries: Queries | None = None
    """Queries of your own."""
    preserved: Preserved | None = None
    """Rows that were there before the migrations and are found afterwards."""
    __pydantic_extra__: dict[str, DataSet] = Field(init=False)


def _versions(value: list[str]) -> list[str]:
    for one in value:
        if conditions.is_condition(one) and not conditions.parts(one, conditions.version):
            raise ValueError(f'`{one}` is not a condition on a version; write `">= 1.9"`')
    return value


def _named(value: list[str]) -> list[str]:
    for one in value:
        if conditions.is_condition(one):
            raise ValueError(
                f"`exact` takes versions and no conditions, as `{one}`; `contains` does"
            )
    return value


class SchemaVersion(Terms):
    """The version that the database says it has."""

    family: ClassVar[str] = "schema_version"
    settings: ClassVar[frozenset[str]] = frozenset({"table", "column"})

    table: str = "schema_migrations"
    """Table that lists the versions."""
    column: str = "version"
    """Its column."""
    contains: Annotated[Names, AfterValidator(_versions)] | None = None
    """Versions that are listed. One of them fulfils a condition: 1.10 does `">= 1.9"`."""
    exact: Annotated[Names, AfterValidator(_named)] | None = None
    """The versions that are listed, and no others."""
