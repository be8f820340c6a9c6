"""The functions of a snapshot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import Rows, Source, privileges
from pytest_schemaverify.kinds.defined.row import Word
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


# Letters of pg_proc: provolatile, proparallel, prokind and proargmodes; of pg_aggregate: aggkind.
# https://www.postgresql.org/docs/current/catalog-pg-proc.html
# https://www.postgresql.org/docs/current/catalog-pg-aggregate.html
_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_KINDS = {"f": "function", "p": "procedure", "a": "aggregate", "w": "window function"}
_MODES = {"i": "in", "o": "out", "b": "inout", "v": "variadic", "t": "table"}
_AGGREGATES = {"n": "normal", "o": "ordered-set", "h": "hypothetical-set"}


class Parameter(NamedTuple):
    """One argument of a function, or one column of what it returns."""

    mode: str
    """`in`, `out`, `inout`, `variadic` or `table`."""
    name: str
    type: str
    default: str | None


class Aggregate(NamedTuple):
    """The parts of an aggregate. Functions have their schema, and no arguments."""

    state_function: str
    state_type: str
    final_function: str
    combine_function: str
    sort_operator: str
    initial: str | None
    definition: tuple[Word, ...]
    """Other words of its CREATE, each with what it says, where that is not usual."""
    ordered: str
    """`normal`, `ordered-set` or `hypothetical-set`."""

    def __str__(self) -> str:
        words = zip(
            ("sfunc", "stype", "finalfunc", "combinefunc", "sortop", "initcond"), self, strict=False
        )
        there = [f"{word} {said}" for word, said in words if said not in ("", None)]
        return ", ".join([*there, *map(str, self.definition), self.ordered])


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
    support: str
    """Function that tells the planner more of it, with its schema unless it is the server's."""
    acl: tuple[str, ...]
    comment: str
    depends_on_extensions: tuple[str, ...]
    """Extensions with which it is dropped, sorted."""

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


def _read(source: Source) -> Iterator[Function]:
    """Yield the functions, procedures, aggregates and window functions."""
    for row in source.rows(_HERE / "functions.sql"):
        (oid, schema, name, arguments, kind, returns, language, definer, volatility, strict,
         leakproof, parallel, settings, owner, signature, body, cost, rows, modes, names, types,
         defaults, aggregate, support, acl) = row  # fmt: skip
        if source.own("pg_proc", oid):
            yield Function(
                # pg_get_function_result is NULL for a procedure.
                source.schemas[schema], name, ", ".join(arguments), _KINDS[kind], returns or "",
                language, "definer" if definer else "invoker", _VOLATILITY[volatility], strict,
                leakproof, _PARALLEL[parallel], tuple(settings or ()), source.roles[owner],
                signature, body, cost, rows, tuple(_parameters(modes, names, types, defaults)),
                _aggregate(aggregate), support, privileges(acl), source.comment("pg_proc", oid),
                source.depends_on("pg_proc", oid),
            )  # fmt: skip


def _parameters(
    modes: list[str] | None, names: list[str] | None, types: list[str], defaults: list[str | None]
) -> Iterator[Parameter]:
    for place, type_ in enumerate(types):
        # proargmodes is NULL where all are IN arguments, and proargnames where none has a name.
        mode = _MODES[modes[place]] if modes else "in"
        yield Parameter(mode, names[place] if names else "", type_, defaults[place])


def _aggregate(found: list[Any] | None) -> Aggregate | None:
    if found is None:
        return None
    *parts, words, kind = found
    return Aggregate._make((*parts, tuple(Word(*one) for one in words or ()), _AGGREGATES[kind]))


def _portable(row: Function, catalog: Catalog) -> Function:
    return row._replace(source=row.source.replace("\r\n", "\n"))


def _same_signature(
    built: Function, live: Function, name: str, catalog: Catalog, server: Canonical
) -> bool:
    """Compare the defaults of two functions' arguments, if the arguments are the same otherwise."""
    return len(built.parameters) == len(live.parameters) and all(
        a._replace(default=None) == b._replace(default=None)
        and (a == b or _same_default(a, b, server))
        for a, b in zip(built.parameters, live.parameters, strict=True)
    )


def _same_default(built: Parameter, live: Parameter, server: Canonical) -> bool:
    if built.default is None or live.default is None:
        return False
    return server.same_default(built.default, live.default, live.type)


ROWS = (
    Rows(
        family="functions",
        read=_read,
        key=("schema", "name", "arguments"),
        # The signature says the same, and a state has the dependencies among its other objects.
        tolerated=frozenset({"parameters", "depends_on_extensions"}),
        portable=_portable,
        texts={"signature": _same_signature},
    ),
)
