"""What a file says of columns."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.not_null.model import NotNull
from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.values import Options, Sql, in_lower_case

from .shorthand import column


class Column(Described):
    """A column. Short form: as in DDL, `uuid not null default gen_random_uuid()`."""

    family: ClassVar[str] = "columns"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(column)

    type: Annotated[str | None, WithJsonSchema({"type": "string", "minLength": 1})] = None
    """SQL type, in any spelling that the server takes: `varchar(80)`, `vector(1536)`."""
    nullable: bool | None = None
    """Whether the column accepts NULL."""
    not_null: NotNull | None = None
    """Its NOT NULL constraint, which PostgreSQL 18 and later has by name."""
    default: Sql | None = None
    """Default expression; `absent` when there must be none."""
    generated: Sql | None = None
    """Expression of a generated column; `absent` when it must not be one."""
    identity: Annotated[
        Literal["always", "by default", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How an identity column takes its values."""
    grants: Grants | None = None
    """Privileges on it by role: `{authenticated: [select, insert], anon: []}`."""
    stored: bool | None = None
    """Whether the values of a generated column are stored, or computed when they are read."""
    collation: str | None = None
    """Collation: `'"C"'`, `pg_catalog."de-x-icu"`; `absent` for that of the type."""
    storage: Annotated[
        Literal["plain", "external", "extended", "main"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How long values are kept."""
    compression: Annotated[
        Literal["pglz", "lz4", "absent"] | None, BeforeValidator(in_lower_case)
    ] = None
    """How they are compressed; `absent` for what the server does by default."""
    statistics: int | Literal["absent"] | None = None
    """Statistics target; `absent` for the server's default."""
    n_distinct: int | float | Literal["absent"] | None = None
    """Number of distinct values that the planner is told of; `-0.5` is half of the rows. `absent`
    leaves it to `analyze`."""
    n_distinct_inherited: int | float | Literal["absent"] | None = None
    """The same for the rows of a table together with those that inherit from it, or are its
    partitions."""
    inherited: bool | None = None
    """Whether a table that this one inherits from, or is a partition of, has the column."""
    options: Options | None = None
    """Options of a foreign table's column: `{column_name: id}`; `absent` for one that it must not
    have, `exact: true` for no others."""
    position: int | None = None
    """Place among the columns, from 1."""

    @field_validator("n_distinct", "n_distinct_inherited")
    @classmethod
    def _a_share_of_all(cls, value: Any) -> Any:
        if isinstance(value, int | float) and value < -1:
            raise ValueError("a share of the rows is at least -1, which says that all differ")
        return value


class Columns(Things):
    """Columns by name."""

    family: ClassVar[str] = "columns"
    __pydantic_extra__: dict[str, Column] = Field(init=False)
