"""A vector column, and what the catalog has to find neighbours by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.vector_types import (
    OPERATORS,
    UNDECLARED,
    VectorIndex,
    VectorType,
    schema_of_pgvector,
    vector_indexes,
    vector_type,
)
from pytest_schemaverify.sql.names import quoted

_BUILT_IN = "pg_catalog"


def joined(conditions: Sequence[str]) -> str:
    """Return conditions as one, which is true without any; a text may end in a comment."""
    # The bracket is on a line of its own, where a comment at the end of the text does not reach it.
    return " and ".join(f"({text}\n)" for text in conditions) or "true"


@dataclass(frozen=True, slots=True)
class VectorColumn:
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
    where: tuple[str, ...] = ()
    """The conditions that queries by the column have."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of the indexes of partitions, by the name of that of the partitioned table."""
    unused: frozenset[str] = frozenset()
    """Names of indexes that no such query can use, or that others are used in place of."""
    alias: str = ""
    """What conditions call the table, where it is not its name."""

    @classmethod
    def at(cls, column: Column, catalog: Catalog, distance: str) -> "VectorColumn":
        """Look up a column."""
        found = vector_type(column.type, catalog, bits=True)
        indexes = tuple(vector_indexes(column, catalog))
        return cls(column, found, schema_of_pgvector(catalog), indexes, distance)

    @property
    def table(self) -> str:
        """The table, as SQL."""
        return quoted(*self.table_key)

    @property
    def table_key(self) -> tuple[str, str]:
        """Schema and name of the table, as the catalog has them."""
        return self.column.schema, self.column.table

    @property
    def source(self) -> str:
        """The table as queries read it, by the name that conditions know."""
        return f"{self.table} as {quoted(self.alias)}" if self.alias else self.table

    @property
    def name(self) -> str:
        """The column, as SQL."""
        return quoted(self.column.name)

    @property
    def suitable(self) -> tuple[VectorIndex, ...]:
        """The indexes for the declared distance, or for any when none is declared."""
        return tuple(one for one in self.indexes if self.distance in ("", one.distance))

    @property
    def serving(self) -> tuple[VectorIndex, ...]:
        """Those of them that serve queries by the column, if they are valid."""
        return tuple(one for one in self.suitable if one.name not in self.unused)

    @property
    def usable(self) -> tuple[VectorIndex, ...]:
        """Those of these that are valid."""
        return tuple(one for one in self.serving if one.index.valid)

    def conditions(self, one: VectorIndex) -> tuple[str, ...]:
        """Return the conditions of the queries that an index serves: its own ones too."""
        return (one.index.where, *self.where) if one.index.where else self.where

    def without_index(self) -> str:
        """Return what there is where no valid index serves the column."""
        return ", ".join(map(self.state, self.suitable or self.indexes)) or "no vector index"

    def shown(self, found: Mapping[str, str]) -> str:
        """Return what usable indexes have, by their names, and which others there would be."""
        others = [one for one in self.suitable if one.index.name not in found]
        return ", ".join([
            *(f"{name} {text}" for name, text in found.items()), *map(self.state, others)
        ])  # fmt: skip

    def state(self, one: VectorIndex) -> str:
        """Return why an index does not serve queries by the column."""
        if one not in self.suitable:
            return f"{one.index.name} is for {one.distance}"
        if not one.index.valid:
            return f"{one.index.name} is not valid"
        if one.index.where:
            return f"{one.index.name} is only for queries with {one.index.where}"
        return f"{one.index.name} is not used"

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
        # An index on an expression casts to a type of its own: `(embedding::halfvec(3))`.
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
        # pgvector names the same function differently: l2_norm is there for halfvec and sparsevec
        # only.
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
