"""A vector column, and what the catalog has to find neighbours by it."""

from dataclasses import dataclass

from psycopg import sql

from pytest_schemaverify.catalog import Catalog, Column, VectorIndex, VectorType
from pytest_schemaverify.catalog.vectors import (
    OPERATORS,
    UNDECLARED,
    schema_of_pgvector,
    vector_indexes,
    vector_type,
)
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.names import quoted

_BUILT_IN = "pg_catalog"


@dataclass(frozen=True, slots=True)
class Looked:
    """A vector column as it was looked up."""

    column: Column
    type: VectorType | None
    """None for a column that holds no vectors."""
    schema: str
    """Schema of pgvector."""
    indexes: tuple[VectorIndex, ...]
    """All indexes that find neighbours by it."""
    distance: str
    """The distance that the file declares; "" for none."""

    @classmethod
    def at(cls, column: Column, catalog: Catalog, distance: str) -> "Looked":
        """Look up a column."""
        found = vector_type(column.type, catalog, bits=True)
        indexes = tuple(vector_indexes(column, catalog))
        return cls(column, found, schema_of_pgvector(catalog), indexes, distance)

    @property
    def table(self) -> str:
        """The table, as SQL."""
        return quoted(self.column.schema, self.column.table)

    @property
    def name(self) -> str:
        """The column, as SQL."""
        return quoted(self.column.name)

    @property
    def serving(self) -> tuple[VectorIndex, ...]:
        """The indexes for the declared distance, or for any when none is declared."""
        return tuple(one for one in self.indexes if self.distance in ("", one.distance))

    def without_index(self) -> str:
        """Return what there is where no valid index serves the column."""
        invalid = [one.index.name for one in self.serving if not one.index.valid]
        if invalid:
            return f"{', '.join(invalid)} is not valid"
        others = [f"{one.index.name} is for {one.distance}" for one in self.indexes]
        return ", ".join(others) or "no vector index"

    def operator(self, distance: str) -> str:
        """Return the operator of a distance, as SQL that no search_path can change."""
        return f"operator({quoted(self.schema)}.{OPERATORS[distance]})"

    def typed(self, text: str, type_: str, dimensions: int) -> str:
        """Return a literal of one of the vector types, as SQL."""
        schema = _BUILT_IN if type_ == "bit" else self.schema
        length = f"({dimensions})" if dimensions else ""
        return f"'{text}'::{quoted(schema)}.{quoted(type_)}{length}"

    def example(self, type_: str, dimensions: int) -> str:
        """Return some vector as SQL."""
        dimensions = dimensions or 3
        if type_ == "bit":
            return self.typed("1" * dimensions, type_, dimensions)
        if type_ == "sparsevec":
            return self.typed(f"{{1:1}}/{dimensions}", type_, dimensions)
        return self.typed(f"[{','.join(['1'] * dimensions)}]", type_, dimensions)

    def dimensions_of(self, index: VectorIndex) -> int:
        """Return how many dimensions an index has, by its cast or by the column's type."""
        if index.expression != self.name:
            _, _, length = index.expression.rpartition("(")
            digits = length.rstrip(")")
            if digits.isdecimal():
                return int(digits)
        return self.type.dimensions if self.type else UNDECLARED

    def norm(self) -> sql.Composed:
        """Return the length of a stored vector as an expression."""
        type_ = self.require_vectors()
        if type_.name == "bit":
            return sql.SQL("pg_catalog.bit_count({})").format(sql.SQL(self.name))
        function = "vector_norm" if type_.name == "vector" else "l2_norm"
        return sql.SQL("{}({})").format(sql.Identifier(self.schema, function), sql.SQL(self.name))

    def stored_dimensions(self) -> sql.Composed:
        """Return how many dimensions a stored vector has, as an expression."""
        type_, column = self.require_vectors(), sql.SQL(self.name)
        if type_.name == "bit":
            return sql.SQL("pg_catalog.length({})").format(column)
        if type_.name == "sparsevec":  # its text ends in them: {1:0.5}/1000
            return sql.SQL("pg_catalog.split_part({}::text, '/', 2)::int").format(column)
        return sql.SQL("{}({})").format(sql.Identifier(self.schema, "vector_dims"), column)

    def require_vectors(self) -> VectorType:
        """Return the type. Raises CannotDetermine when the column holds no vectors."""
        if self.type is None:
            raise CannotDetermine(
                f"looking at the vectors of {self.table}.{self.name}",
                because=f"it holds none: its type is {self.column.type}",
                remedy="name a column of the type vector, halfvec, sparsevec or bit",
            )
        return self.type
