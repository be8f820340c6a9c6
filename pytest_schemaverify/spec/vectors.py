"""What holds for pgvector's columns."""

from typing import Any, ClassVar

from pydantic import Field, model_validator

from .base import Entry, Thing, Things


class VectorColumn(Thing):
    """A vector column. Short form: its number of dimensions."""

    family: ClassVar[str] = "vector_columns"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "integer"}

    dimensions: int | None = None
    """Number of dimensions of the column's type."""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:
        return {"dimensions": value} if type(value) is int else value


class VectorColumns(Things):
    """Vector columns by `table.column`, where they differ from the default."""

    family: ClassVar[str] = "vector_columns"
    __pydantic_extra__: dict[str, VectorColumn] = Field(init=False)


class Vectors(Entry):
    """What holds for pgvector's columns."""

    family: ClassVar[str] = "vectors"

    dimensions: int | None = None
    """Number of dimensions of every vector column in the schemas in scope."""
    columns: VectorColumns | None = None
    """Columns that have an expectation of their own."""
