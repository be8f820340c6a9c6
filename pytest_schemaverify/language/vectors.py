"""What holds for pgvector's columns."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from .base import Terms, Thing, Things
from .values import Count, Names, Share, SingleNames, in_lower_case


class VectorIndex(Terms):
    """The index that finds neighbours by the column, or by a cast of it. Short form: its method."""

    family: ClassVar[str] = "vector_index"
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string", "enum": ["hnsw", "ivfflat"]}
    short_for: ClassVar[Mapping[type, str]] = {str: "method"}

    method: Annotated[Literal["hnsw", "ivfflat"] | None, BeforeValidator(in_lower_case)] = None
    """Index method."""
    m: Count | None = None
    """Connections of each element of an HNSW index: `16`, `">= 16"`."""
    ef_construction: Count | None = None
    """Candidates while an HNSW index is built: `64`, `">= 64"`."""
    lists: Count | None = None
    """Lists of an IVFFlat index."""
    fits: bool | None = None
    """Whether the index can take what the column may hold: the limits of type and method."""
    enough_rows: bool | None = None
    """Whether an IVFFlat index has lists for about as many rows as there are."""


class VectorData(Terms):
    """What holds for the vectors that are stored."""

    family: ClassVar[str] = "vector_data"
    settings: ClassVar[frozenset[str]] = frozenset({"where", "models"})

    where: str | None = None
    """Condition that limits every expectation of this entry to some rows."""
    null: Share | None = None
    """Rows without a vector: `0`, `"<= 5%"`."""
    zero_norm: Share | None = None
    """Vectors that are all zeros: they have no direction."""
    unit: bool | None = None
    """Whether every vector has the length 1, to within a hundredth."""
    dimensions: int | None = None
    """Number of dimensions of every vector, whatever the column's type says."""
    duplicates: Share | None = None
    """Rows whose vector another row has too."""
    model: str | None = None
    """Column that tells which model made a vector: one did, or one of `models`."""
    models: Names | None = None
    """Models that there may be; by default there is one, whichever."""


class Recall(Terms):
    """How many of the true nearest neighbours the index finds."""

    family: ClassVar[str] = "vector_recall"
    bounds: ClassVar[frozenset[str]] = frozenset({"at_least"})
    settings: ClassVar[frozenset[str]] = frozenset(
        {"k", "queries", "ef_search", "probes", "rows", "where", "role"}
    )

    at_least: float = Field(ge=0, le=1)
    """Share of them: `0.95`."""
    k: int = Field(10, ge=1)
    """Number of neighbours."""
    queries: int = Field(20, ge=1)
    """Number of stored vectors whose neighbours are looked for."""
    ef_search: int | None = Field(None, ge=1)
    """`hnsw.ef_search` to search with; by default what the function under `search`, the role or the
    database has."""
    probes: int | None = Field(None, ge=1)
    """`ivfflat.probes` to search with; by default the same."""
    role: SingleNames | None = None
    """Roles that search, whose `alter role … set` counts; by default `defaults.clients`."""
    rows: int = Field(2000, ge=10)
    """Number of vectors to generate for a disposable database whose table has none."""
    where: str | None = None
    """Condition that queries have besides, such as `deleted_at is null`. Generated vectors meet it,
    and as many others do not."""


class VectorSearch(Terms):
    """A function that finds neighbours by the column. Short form: its name."""

    family: ClassVar[str] = "vector_search"
    bounds: ClassVar[frozenset[str]] = frozenset({"at_most"})
    short_form: ClassVar[dict[str, Any] | None] = {"type": "string"}
    short_for: ClassVar[Mapping[type, str]] = {str: "function"}
    settings: ClassVar[frozenset[str]] = frozenset({"function", "arguments", "key", "owner"})
    implied: ClassVar[tuple[str, ...]] = ("indexed", "ordered")

    function: str
    """Its name or signature: `search_memories`, `search_memories(vector, integer)`."""
    arguments: dict[str, str | int | float | bool | None] = {}
    """What it is called with besides the vector, by the names of its arguments."""
    key: Names | None = None
    """Column that it returns and the table has, and that tells rows apart, or several; by default
    the primary key."""
    owner: str | None = None
    """Column with the owner of a row, as in the `sub` of a token; by default the one that refers to
    `auth.users`."""
    indexed: bool = True
    """Whether a call scans an index of the column."""
    ordered: bool = True
    """Whether the nearest rows come first."""
    limit: str | None = None
    """Argument that says how many rows there are at most."""
    at_most: int | None = None
    """Rows that it returns at most, however large `limit` is, or NULL."""
    only_visible: bool | None = None
    """Whether whoever calls it gets only rows that they can read in the table, or own."""

    @model_validator(mode="after")
    def _of_limit(self) -> "VectorSearch":
        if self.at_most is not None and self.limit is None:
            raise ValueError("`at_most` needs `limit`: the argument that says how many")
        return self


class VectorColumn(Thing):
    """A vector column. Short form: its number of dimensions."""

    family: ClassVar[str] = "vector_columns"
    settings: ClassVar[frozenset[str]] = frozenset({"where"})
    short_form: ClassVar[dict[str, Any] | None] = {"type": "integer"}
    short_for: ClassVar[Mapping[type, str]] = {int: "dimensions"}

    where: str | None = None
    """Condition that every query by the column has, such as `deleted_at is null`: an index for
    these rows alone serves them. It is for `distance`, `index` and `recall`."""
    dimensions: int | None = None
    """Number of dimensions of the column's type."""
    type: Annotated[
        Literal["vector", "halfvec", "sparsevec", "bit"] | None, BeforeValidator(in_lower_case)
    ] = None
    """Type of the column, without its dimensions."""
    distance: Annotated[
        Literal["l2", "inner_product", "cosine", "l1", "hamming", "jaccard"] | None,
        BeforeValidator(in_lower_case),
    ] = None
    """Distance by which neighbours are looked for: a valid index serves it and can be used."""
    index: VectorIndex | None = None
    """What holds for the index."""
    query: str | None = None
    """A query of yours, with `$1` for the vector, that the index can answer."""
    data: VectorData | None = None
    """What holds for the vectors that are stored."""
    recall: Recall | None = None
    """How many of the true nearest neighbours the index finds."""
    search: VectorSearch | None = None
    """A function that finds neighbours by the column."""
    regenerate: Share | None = None
    """Rows whose vector is missing, or has not the declared dimensions: `0`, `"<= 40"`."""


class VectorColumns(Things):
    """Vector columns by `table.column`, where they differ from the default."""

    family: ClassVar[str] = "vector_columns"
    __pydantic_extra__: dict[str, VectorColumn] = Field(init=False)


class Vectors(Terms):
    """What holds for pgvector's columns."""

    family: ClassVar[str] = "vectors"

    dimensions: int | None = None
    """Number of dimensions of every vector column, domain and argument in the schemas in scope."""
    columns: VectorColumns | None = None
    """Columns that have an expectation of their own."""
