"""The constraints of a snapshot; several kinds are among them."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import ENABLED, OF_RELATION, Rows, Source
from pytest_schemaverify.kinds.expressions import same_expression, same_print
from pytest_schemaverify.sql.names import quoted

_HERE = Path(__file__).parent


# Letters of pg_constraint: confdeltype and confupdtype, confmatchtype, contype.
# https://www.postgresql.org/docs/current/catalog-pg-constraint.html
# `n`, NOT NULL, is missing here: it is read with the columns, as on servers before 18.
_ACTIONS = {"a": "no action", "r": "restrict", "c": "cascade", "n": "set null", "d": "set default"}
_MATCHES = {"s": "simple", "f": "full", "p": "partial"}
_CONSTRAINTS = {
    "p": "primary key", "u": "unique", "f": "foreign key", "c": "check", "x": "exclude",
    "t": "trigger",
}  # fmt: skip


class Constraint(NamedTuple):
    """A constraint of a table. NOT NULL is a property of the column here."""

    schema: str
    table: str
    name: str
    kind: str
    """`primary key`, `unique`, `foreign key`, `check`, `exclude` or `trigger`."""
    columns: tuple[str, ...]
    references: tuple[str, str, tuple[str, ...]] | None
    """Schema, table and columns that a foreign key refers to."""
    on_delete: str
    """`set null (author)` where not all columns are meant."""
    on_update: str
    match: str
    deferrable: bool
    deferred: bool
    validated: bool
    expression: str | None
    """Expression of a check; an exclusion's whole definition."""
    comment: str
    enforced: bool
    no_inherit: bool
    operators: tuple[str, ...]
    """Operators of an exclusion, one for each key of its index."""
    without_overlaps: bool
    """Whether the last column is a range that may not overlap (`period` in a foreign key)."""
    system_triggers: tuple[str, ...]
    """Triggers that enforce it and do not fire as usual: `public.notes disabled`."""

    @property
    def in_force(self) -> bool:
        """Whether rows that break it are refused now."""
        # In an ordinary session a trigger that is `enable replica` does not fire either.
        silent = any(one.endswith((" disabled", " replica")) for one in self.system_triggers)
        return self.enforced and not silent

    @property
    def key(self) -> list[tuple[str, bool]]:
        """Its columns, each with whether it is such a range."""
        return self.with_range(self.columns)

    def with_range(self, columns: Sequence[str]) -> list[tuple[str, bool]]:
        """Return its columns, or those that it refers to, each with whether it is the range."""
        last = len(columns) - 1 if self.without_overlaps else -1
        return [(name, at == last) for at, name in enumerate(columns)]

    @property
    def listed(self) -> str:
        """The columns of a foreign key, as the file names it."""
        return ", ".join(f"period {name}" if ranged else name for name, ranged in self.key)


def _read(source: Source) -> Iterator[Constraint]:
    """Yield the constraints of tables."""
    system_triggers = _system_triggers(source)
    for row in source.rows(_HERE / "constraints.sql"):
        (oid, table, name, kind, columns, other, other_columns, on_delete, on_update, match,
         deferrable, deferred, validated, expression, set_columns, enforced, no_inherit,
         operators, without_overlaps) = row  # fmt: skip
        if table not in source.kept:
            continue
        references = None
        if kind == "f":
            schema, referenced = source.relations[other]
            references = (schema, referenced, source.names(other, other_columns))
        action = _ACTIONS.get(on_delete, "")
        # `on delete set null (column)` came with PostgreSQL 15; before, all columns are meant.
        if set_columns:
            action += f" ({', '.join(map(quoted, source.names(table, set_columns)))})"
        yield Constraint(
            *source.relations[table], name, _CONSTRAINTS[kind], source.names(table, columns),
            references, action, _ACTIONS.get(on_update, ""),
            _MATCHES.get(match, ""), deferrable, deferred, validated, expression,
            source.comment("pg_constraint", oid), enforced, no_inherit,
            tuple(operators or ()), without_overlaps, tuple(system_triggers.get(oid, ())),
        )  # fmt: skip


# `alter table … disable trigger all` switches a foreign key off, and pg_constraint says nothing
# of it.
def _system_triggers(source: Source) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for constraint, table, enabled in source.rows(_HERE / "system_triggers.sql"):
        if table in source.relations:
            found.setdefault(constraint, []).append(
                f"{quoted(*source.relations[table])} {ENABLED[enabled]}"
            )
    return found


def _same(
    built: Constraint, live: Constraint, name: str, catalog: Catalog, server: Canonical
) -> bool:
    # The definition of an exclusion, with operators for each element, is no expression.
    compare = same_print if live.kind == "exclude" else same_expression
    return compare(built, live, name, catalog, server)


ROWS = (
    Rows(
        family="constraints",
        read=_read,
        key=("schema", "table", "name"),
        inside=OF_RELATION,
        texts={"expression": _same},
    ),
)
