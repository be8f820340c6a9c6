"""What a row must satisfy, each as a condition over its columns that the server can evaluate."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.rows.partitions import bounds
from pytest_schemaverify.behaviour.access.statements import Table, mentions
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.kinds.indexes.row import Index

# A constraint's functions, of which the bodies tell what values they want.
BODIES = """
select k.conname, p.prosrc
from pg_catalog.pg_constraint k
join pg_catalog.pg_depend d on d.objid = k.oid
    and d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
    and d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
join pg_catalog.pg_proc p on p.oid = d.refobjid
where k.conrelid = pg_catalog.to_regclass(%s) and k.contype = 'c'
order by k.conname, p.oid
"""
PARTITION = "bounds of its partitions"
"""The name of the condition that a partition takes the row; it is no constraint with a name."""


class Condition(NamedTuple):
    """A condition over the columns of one row: not false where the row satisfies it."""

    name: str
    columns: frozenset[str]
    """Those that it is about; instead of a generated one those that it is computed from."""
    text: str
    what: str
    """What kind of thing it is, in words."""
    ties: bool = True
    """Whether its columns must be chosen together, as those of a check."""
    hints: tuple[str, ...] = ()
    """Expressions that tell which values to try."""

    @property
    def told(self) -> str:
        """The condition as it is told to people."""
        return f"{self.what} {self.name}" + (f": {self.hints[0]}" if self.hints else "")


def conditions(connection: Connection[Any], catalog: Catalog, table: Table) -> list[Condition]:
    """Return what a row of a table must satisfy."""
    columns: dict[str, Column] = {one.name: one for one in catalog.of_table("columns", *table)}
    written = sql.Identifier(*table).as_string()
    bodies: dict[str, list[str]] = {}
    for name, body in connection.execute(BODIES, [written]).fetchall():
        bodies.setdefault(name, []).append(body)
    found: list[Condition] = []
    for one in catalog.of_table("constraints", *table):
        names = sources(one.columns, columns)
        if one.kind == "check" and one.expression and one.enforced:
            computed = (columns[name].generated for name in one.columns if name in columns)
            hints = (one.expression, *bodies.get(one.name, ()), *filter(None, computed))
            found.append(Condition(one.name, names, one.expression, "the check", hints=hints))
        elif one.kind == "foreign key" and one.references and one.in_force:
            itself = one.references[:2] == table
            names |= {*one.references[2]} if itself else set()
            text = _referring(one, table)
            found.append(Condition(one.name, names, text, "the foreign key", ties=itself))
    for column in columns.values():
        if column.generated is not None and not column.nullable:
            text = f"{_quoted(column.name)} is not null"
            hints, names = (text, column.generated), sources([column.name], columns)
            found.append(Condition(column.name, names, text, "the generated column", hints=hints))
    for index in catalog.of_table("indexes", *table):
        found += _distinct(index, written, columns, _operators(catalog, index))
    if ranges := bounds(connection, written):
        about = [name for name in columns if any(mentions(text, name) for text in ranges)]
        whole = " or ".join(f"({text})" for text in ranges)
        names = sources(about, columns)
        found.append(Condition(PARTITION, names, whole, "the", hints=tuple(ranges)))
    return found


def sources(names: Iterable[str], columns: dict[str, Column]) -> frozenset[str]:
    """Return columns, and instead of the generated ones those that they are computed from."""
    found = set[str]()
    for name in names:
        text = columns[name].generated if name in columns else None
        found |= {one for one in columns if mentions(text, one)} if text is not None else {name}
    return frozenset(found)


def _referring(key: Constraint, table: Table) -> str:
    """Return the condition that the row is there to which a foreign key refers."""
    assert key.references is not None
    other = sql.Identifier(*key.references[:2]).as_string()
    pairs = [(_quoted(a), _quoted(b)) for a, b in zip(key.columns, key.references[2], strict=True)]
    empty = f" {'and' if key.match == 'full' else 'or'} ".join(f"{a} is null" for a, _ in pairs)
    mine, theirs = _texts(a for a, _ in pairs), _texts(b for _, b in pairs)
    itself = f" or ({mine}) = ({theirs})" if key.references[:2] == table else ""
    return f"{empty} or ({mine}) in (select {theirs} from {other}){itself}"


def _distinct(
    index: Index, table: str, columns: dict[str, Column], operators: Sequence[str]
) -> Iterator[Condition]:
    """Yield the condition that no other row has what a unique index or an exclusion forbids."""
    if not index.unique and not operators:
        return
    keys: list[str] = [
        _quoted(k.expression) if k.expression in columns else k.expression for k in index.keys
    ]
    named = [
        name for name in columns
        if any(k.expression == name or mentions(k.expression, name) for k in index.keys)
    ]  # fmt: skip
    # What is compared has names of ours: the columns without a table are those of the new row.
    there = ", ".join(f"({key}) as schemaverify_{at}" for at, key in enumerate(keys))
    where = f" where {index.where}" if index.where else ""
    same = " and ".join(
        _compared(key, f"schemaverify_{at}", operators[at : at + 1], index)
        for at, key in enumerate(keys)
    )
    text = (
        f"not exists (select from (select {there} from {table}{where}) as schemaverify_there"
        f" where {same})"
    )
    if index.where:
        # The predicate may be about columns that the keys are not.
        named += [name for name in columns if mentions(index.where, name)]
        text = f"({index.where}) is not true or {text}"
    what = "the exclusion" if operators else "the unique index"
    yield Condition(index.name, sources(named, columns), text, what, ties=False)


def _compared(key: str, other: str, operator: Sequence[str], index: Index) -> str:
    if operator and operator[0] != "=":
        return f"(({key}) {operator[0]} {other})"
    # As text, for which there is an operator whatever the search_path is.
    equal = "is not distinct from" if index.nulls_not_distinct else "="
    return f"({key})::text {equal} {other}::text"


def _operators(catalog: Catalog, index: Index) -> tuple[str, ...]:
    """Return the operators of the exclusion that an index is for."""
    constraint = catalog.find("constraints", (index.schema, index.table, index.name))
    if constraint is None:
        return ()
    if constraint.without_overlaps:
        return (*["="] * (len(index.keys) - 1), "&&")
    return tuple(constraint.operators) if constraint.kind == "exclude" else ()


def _quoted(name: str) -> str:
    return sql.Identifier(name).as_string()


def _texts(names: Iterable[str]) -> str:
    return ", ".join(f"{name}::text" for name in names)
