"""Functions and types."""

from typing import NamedTuple

from pytest_schemaverify.sql.names import quoted


class Parameter(NamedTuple):
    """One argument of a function, or one column of what it returns."""

    mode: str
    """`in`, `out`, `inout`, `variadic` or `table`."""
    name: str
    type: str
    default: str | None


class Aggregate(NamedTuple):
    """What an aggregate is made of. Functions have their schema, and no arguments."""

    state_function: str
    state_type: str
    final_function: str
    combine_function: str
    sort_operator: str
    initial: str | None
    ordered: str
    """`normal`, `ordered-set` or `hypothetical-set`."""


class Function(NamedTuple):
    """A function, procedure, aggregate or window function."""

    schema: str
    name: str
    arguments: str
    """Types of the input arguments, separated by a comma and a space."""
    kind: str
    returns: str
    language: str
    security: str
    volatility: str
    strict: bool
    leakproof: bool
    parallel: str
    settings: tuple[str, ...]
    """`set` clauses, as `name=value`."""
    owner: str
    signature: str
    """Names, modes and defaults of the arguments as well."""
    source: str
    cost: float
    rows: float
    parameters: tuple[Parameter, ...]
    aggregate: Aggregate | None
    acl: tuple[str, ...]
    comment: str

    @property
    def returns_set(self) -> bool:
        """Whether it returns rows: `returns setof …` or `returns table (…)`."""
        return self.returns.lower().startswith(("setof ", "table("))

    @property
    def outputs(self) -> list[Parameter]:
        """The arguments and columns that it gives back by their names."""
        return [one for one in self.parameters if one.mode in ("out", "inout", "table")]

    def altered(self, change: str) -> str:
        """Return the statement that changes it; "" for an aggregate, which the server has anew."""
        if self.kind == "aggregate":
            return ""
        noun = "procedure" if self.kind == "procedure" else "function"
        return f"alter {noun} {quoted(self.schema, self.name)}({self.arguments}) {change};"


class DomainCheck(NamedTuple):
    """A check of a domain."""

    schema: str
    domain: str
    name: str
    expression: str
    validated: bool
    comment: str


class Attribute(NamedTuple):
    """An attribute of a composite type."""

    name: str
    type: str
    collation: str

    def __str__(self) -> str:
        collation = f" collate {quoted(self.collation)}" if self.collation else ""
        return f"{quoted(self.name)} {self.type}{collation}"


class Range(NamedTuple):
    """What a range type is made of. Functions have their schema, and no arguments."""

    subtype: str
    operator_class: str
    """With its schema."""
    collation: str
    canonical: str
    difference: str
    multirange: str
    """Empty before PostgreSQL 14."""


class Type(NamedTuple):
    """An enum, domain, composite, range or base type, or the shell of one."""

    schema: str
    name: str
    kind: str
    labels: tuple[str, ...]
    """Of an enum."""
    base: str
    """Type that a domain is made of."""
    nullable: bool
    default: str | None
    collation: str
    attributes: tuple[Attribute, ...]
    """Of a composite type."""
    range: Range | None
    owner: str
    acl: tuple[str, ...]
    comment: str
