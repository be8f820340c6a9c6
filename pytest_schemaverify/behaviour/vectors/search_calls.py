"""How a function that searches is called."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.sql.names import quoted

from .vector_column import VectorColumn


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that a call gives."""

    name: str
    """"" for one without a name."""
    type: str
    optional: bool


def inputs(function: Function) -> list[Argument]:
    """Return the input arguments of a function, in order."""
    return [
        Argument(one.name, one.type, one.default is not None)
        for one in function.parameters
        if one.mode in ("in", "inout", "variadic")
    ]


@dataclass(frozen=True, slots=True)
class Search:
    """A function that finds neighbours by a column."""

    function: Function
    looked: VectorColumn
    arguments: Mapping[str, Any]
    """Values by the names of arguments, besides the vector."""
    key: tuple[str, ...]
    """Columns of the table and of the result that tell rows apart."""

    @property
    def name(self) -> str:
        """The function, as SQL, with its argument types."""
        return f"{quoted(self.function.schema, self.function.name)}({self.function.arguments})"

    @property
    def keys(self) -> str:
        """The columns that tell rows apart, in words."""
        return ", ".join(self.key)

    def told_apart(self, row: str) -> sql.Composed:
        """Return the expression that tells rows apart, as text; `row` is their alias."""
        columns = [sql.Identifier(row, name) for name in self.key]
        if len(columns) == 1:
            return sql.SQL("{}::text").format(columns[0])
        return sql.SQL("row({})::text").format(sql.SQL(", ").join(columns))

    @property
    def more(self) -> str:
        """What to do where it returns too few rows to tell anything."""
        return (
            "give arguments that let more through, such as a threshold: `arguments: "
            "{match_threshold: -1}`, or search where there are more rows: in a disposable database "
            "they are made"
        )

    def call(self, vector: str, **others: Any) -> sql.Composed:
        """Return the call with a vector, as text, and arguments in place of the declared ones."""
        given = {**self.arguments, **others}
        items = [
            sql.SQL("{} => {}").format(sql.Identifier(name), value)
            if name
            else sql.SQL("{}").format(value)
            for name, value in self._values(vector, given)
        ]
        name = sql.Identifier(self.function.schema, self.function.name)
        return sql.SQL("{}({})").format(name, sql.SQL(", ").join(items))

    def _values(
        self, vector: str, given: Mapping[str, Any]
    ) -> Iterator[tuple[str, sql.Composable]]:
        known = inputs(self.function)
        unknown = set(given) - {one.name for one in known}
        if unknown:
            raise self._cannot(f"it has no argument {', '.join(sorted(unknown))}")
        query = self._query(known, given)
        for one in known:
            if one is query:
                yield one.name, sql.SQL("{}::{}").format(sql.Literal(vector), sql.SQL(one.type))
            elif one.name in given:
                yield one.name, sql.Literal(given[one.name])
            elif not one.optional:
                raise self._cannot(f"its argument {one.name or one.type} has no default")

    def _query(self, known: list[Argument], given: Mapping[str, Any]) -> Argument:
        # A function may take another vector type than the column has, and cast it.
        own = self.looked.require_vectors().name
        catalog_free = [one for one in known if one.name not in given]
        found = next((one for one in catalog_free if _bare(one.type) == own), None)
        found = found or next((one for one in catalog_free if _bare(one.type) in _VECTORS), None)
        if found is None:
            raise self._cannot(f"it has no argument of the type {own}")
        return found

    def _cannot(self, because: str) -> CannotDetermine:
        return CannotDetermine(
            f"calling {self.name}",
            because=because,
            remedy="say under `arguments` what it is called with besides the vector",
        )


_VECTORS = ("vector", "halfvec", "sparsevec", "bit")


def _bare(type_: str) -> str:
    return type_.rpartition(".")[2].strip('"')


def key_of(looked: VectorColumn, catalog: Catalog, declared: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that tell the table's rows apart. Raises CannotDetermine without any."""
    if declared:
        return tuple(declared)
    for row in catalog.of_table("constraints", *looked.table_key):
        if row.kind == "primary key":
            return tuple(row.columns)
    raise CannotDetermine(
        f"telling the rows of {looked.table} apart",
        because="it has no primary key",
        remedy="name the column, or the columns, that the function returns and the table has: "
        "`key: id`",
    )
