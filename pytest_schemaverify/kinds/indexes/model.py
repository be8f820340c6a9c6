"""What a file says of indexes."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from pytest_schemaverify.language.base import Described, Things
from pytest_schemaverify.language.own_keys import EXACT
from pytest_schemaverify.language.values import Names, NamesOrNone, Sql, Storage
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.names import quoted

from .shorthand import index, index_names


def _numbered(value: dict[str, Any]) -> dict[str, Any]:
    for name in value:
        if name != EXACT and not name.isdecimal():
            raise ValueError(f"key columns have numbers, the first is 1, and `{name}` is none")
    return value


Targets = Annotated[Storage, AfterValidator(_numbered)]


class Index(Described):
    """An index. Short form: a `create index` statement."""

    family: ClassVar[str] = "indexes"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short: ClassVar[Any] = staticmethod(index)

    _said: tuple[str, str] = PrivateAttr(("", ""))

    @model_validator(mode="wrap")
    @classmethod
    def _remembering(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        entry = handler(value)
        if isinstance(value, str):
            entry._said = index_names(value)
        return entry

    def contradiction(self, key: tuple[str, ...], schema: str) -> str:
        """Return in what a statement contradicts the place of its entry, or ""."""
        name, table = self._said
        if name and names.single(name) != key[2]:
            return f"the statement creates the index {name}, and the entry is {quoted(key[2])}"
        if table and yaml_names.qualified(table, schema) != key[:2]:
            return f"the statement is about {table}, and stands below {quoted(*key[:2])}"
        return ""

    method: str | None = None
    """Access method: `btree`, `gin`, `hnsw`."""
    columns: Names | None = None
    """Key columns or expressions in order, each as in DDL:
    `embedding vector_cosine_ops`, `created_at desc`, `lower(email)`."""
    include: Names | None = None
    """Columns that are stored but not part of the key."""
    unique: bool | None = None
    """Whether the index enforces uniqueness."""
    where: Sql | None = None
    """Predicate of a partial index; `absent` when it must not be partial."""
    with_: Storage | None = Field(None, alias="with")
    """Storage parameters: `{m: 16, ef_construction: 64}`."""
    valid: bool | None = None
    """Whether the index is usable: a failed `create index concurrently` leaves one that is not."""
    nulls_not_distinct: bool | None = None
    """Whether NULL counts as a value for a unique index (PostgreSQL 15)."""
    clustered: bool | None = None
    """Whether `cluster` goes by it."""
    statistics: Targets | None = None
    """How finely `analyze` looks at key columns that are expressions, by their numbers: `{1: 300}`;
    `absent` for one that is left to `default_statistics_target`, `exact: true` for no others."""
    replica_identity: bool | None = None
    """Whether subscribers tell rows by it."""
    tablespace: str | None = None
    """Tablespace; `absent` for that of the database."""
    depends_on_extensions: NamesOrNone = None
    """Exact set of the extensions with which it is dropped: `depends on extension`. `none` when
    there must be none."""


class Indexes(Things):
    """Indexes by name."""

    family: ClassVar[str] = "indexes"
    __pydantic_extra__: dict[str, Index] = Field(init=False)
