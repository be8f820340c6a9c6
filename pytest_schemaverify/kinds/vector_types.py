"""pgvector's types, distances and operator classes, as the catalog has them.

https://github.com/pgvector/pgvector#reference
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from pytest_schemaverify.catalog.model import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.functions.row import Function
from pytest_schemaverify.kinds.indexes.row import Index
from pytest_schemaverify.kinds.lookup import domain
from pytest_schemaverify.sql.names import quoted

# format_type() puts the schema in front where the search_path does not have it; `[]` is an array.
_VECTOR = re.compile(
    r'^(?:(?:\w+|"[^"]+")\.)?(?P<type>vector|halfvec|sparsevec)(?:\((?P<dimensions>\d+)\))?(?:\[\])*$'
)
_BIT = re.compile(r"^(?P<type>bit)(?:\((?P<dimensions>\d+)\))?$")
_CLASS = re.compile(r"(?P<type>vector|halfvec|sparsevec|bit)_(?P<distance>[a-z0-9]+)_ops")
UNDECLARED = 0
"""Dimensions of a column that takes vectors of any."""
METHODS = ("hnsw", "ivfflat")
"""pgvector's index methods."""
OPERATORS = {
    "l2": "<->", "inner_product": "<#>", "cosine": "<=>", "l1": "<+>", "hamming": "<~>",
    "jaccard": "<%>",
}  # fmt: skip
"""The operator of each distance."""
_SHORT = {"inner_product": "ip"}
"""Distances that an operator class calls otherwise."""
_LONG = {short: long for long, short in _SHORT.items()}
# https://github.com/pgvector/pgvector#hnsw and #ivfflat; a sparsevec is bounded by its elements.
MOST_DIMENSIONS = {"vector": 2000, "halfvec": 4000, "bit": 64000}
"""Dimensions up to which an index of either method can be built on a type."""
MOST_NONZERO = 1000
"""Elements that are not zero, up to which HNSW takes a sparsevec."""
DEFAULTS = {"m": "16", "ef_construction": "64", "lists": "100"}
"""Storage parameters of an index that does not set them: pgvector's README."""


class VectorType(NamedTuple):
    """A type that holds vectors."""

    name: str
    """vector, halfvec, sparsevec, or bit."""
    dimensions: int
    """`UNDECLARED` when the type names none."""


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """An index that finds neighbours, by one of its keys."""

    index: Index
    type: str
    """Type that its operator class is for."""
    distance: str
    expression: str
    """The indexed expression, as SQL: the column, or a cast of it."""

    @property
    def name(self) -> str:
        """Its name with its schema, as SQL."""
        return quoted(self.index.schema, self.index.name)

    @property
    def operator_class(self) -> str:
        """Name of the operator class, without a schema."""
        return operator_class(self.type, self.distance)

    def option(self, name: str) -> str:
        """Return a storage parameter, or the default that holds without it; "" for neither."""
        options = dict(option.split("=", 1) for option in self.index.options)
        of_method = {"hnsw": ("m", "ef_construction"), "ivfflat": ("lists",)}
        known = name in of_method.get(self.index.method, ())
        return options.get(name, DEFAULTS[name] if known else "")


def operator_class(type_: str, distance: str) -> str:
    """Return the operator class for a type and a distance."""
    return f"{type_}_{_SHORT.get(distance, distance)}_ops"


def schema_of_pgvector(catalog: Catalog) -> str:
    """Return the schema that the extension is in; "" when it is not installed."""
    found = catalog.find("extensions", ("vector",))
    return found.schema if found else ""


def vector_type(text: str, catalog: Catalog, *, bits: bool = False) -> VectorType | None:
    """Return a type with its dimensions; None for one that holds no vectors.

    `text` is as format_type() prints it. A domain over a vector type counts as one; `bits` says
    that bit strings count as vectors too.
    """
    for _ in range(8):  # a domain may be over a domain
        match = _VECTOR.match(text) or (_BIT.match(text) if bits else None)
        if match:
            # For the server, bit without a length is bit(1).
            undeclared = 1 if match["type"] == "bit" else UNDECLARED
            return VectorType(match["type"], int(match["dimensions"] or undeclared))
        over = domain(catalog, text)
        if over is None:
            return None
        text = over.base
    return None


def dimensions(column: Column, catalog: Catalog) -> int | None:
    """Return the number of dimensions of a vector column; None when it holds no vectors."""
    found = vector_type(column.type, catalog)
    return found.dimensions if found else None


def arguments(function: Function, catalog: Catalog) -> list[VectorType]:
    """Return the types of a function's arguments that are vectors.

    The server keeps no dimensions of an argument, unless the type is a domain.
    """
    types = (vector_type(text, catalog) for text in function.arguments.split(", "))
    return [type_ for type_ in types if type_ is not None]


def vector_indexes(column: Column, catalog: Catalog) -> list[VectorIndex]:
    """Return the indexes that find neighbours by a column, or by a cast of it."""
    found = []
    for index in catalog.of_table("indexes", column.schema, column.table):
        for key in index.keys if index.method in METHODS else ():
            known = _CLASS.fullmatch(key.operator_class)
            if known and _is_about(key.expression, column.name):
                plain = key.expression == column.name
                expression = quoted(column.name) if plain else key.expression
                distance = _LONG.get(known["distance"], known["distance"])
                found.append(VectorIndex(index, known["type"], distance, expression))
    return found


def _is_about(expression: str, column: str) -> bool:
    if expression == column:
        return True
    name = re.escape(quoted(column))
    # The column as a whole word: no part of a longer name, no field of another, and no function.
    return bool(re.search(rf'(?<![\w".]){name}(?![\w"(])', expression))
