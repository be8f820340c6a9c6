"""The indexes of a snapshot."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pytest_schemaverify.canonical import Canonical, key_text
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.source import OF_RELATION, Rows, Source, settable
from pytest_schemaverify.kinds.expressions import columns_of, same_expression
from pytest_schemaverify.sql.names import masked, split

_HERE = Path(__file__).parent


class IndexKey(NamedTuple):
    """One key column of an index."""

    expression: str
    operator_class: str
    default_operator_class: bool
    collation: str
    descending: bool
    nulls_first: bool
    parameters: str = ""
    """Those of its operator class, `siglen=100`, sorted."""
    collated: bool = False
    """Whether an expression has another collation than follows from it."""

    def __str__(self) -> str:
        collation = f' collate "{self.collation}"' if self.collation else ""
        shown = self.parameters or not self.default_operator_class
        operator_class = f" {self.operator_class}" if shown else ""
        operator_class += f" ({self.parameters})" if self.parameters else ""
        descending = " desc" if self.descending else ""
        usual = self.nulls_first == self.descending
        nulls = "" if usual else f" nulls {'first' if self.nulls_first else 'last'}"
        return f"{self.expression}{collation}{operator_class}{descending}{nulls}"


class Index(NamedTuple):
    """An index; those behind constraints too."""

    schema: str
    table: str
    name: str
    method: str
    unique: bool
    primary: bool
    valid: bool
    keys: tuple[IndexKey, ...]
    include: tuple[str, ...]
    where: str | None
    options: tuple[str, ...]
    nulls_not_distinct: bool
    comment: str
    clustered: bool
    """Whether `cluster` without a name goes by it."""
    replica_identity: bool
    tablespace: str
    """Empty for that of the database."""
    depends_on_extensions: tuple[str, ...]
    """Extensions with which it is dropped, sorted."""
    statistics: tuple[str, ...]
    """Targets of its key columns that have one, as `number=target`."""


def parameters(given: Iterable[str]) -> str:
    """Return parameters of an operator class, `name=value`, as one text."""
    return ", ".join(sorted(one.lower().replace("'", "") for one in given))


def _read(source: Source) -> Iterator[Index]:
    """Yield the indexes, those behind constraints too."""
    classes = {
        oid: (name, default) for oid, name, default in source.rows(_HERE / "operator_classes.sql")
    }
    # indcollation is 0 for a type that has none.
    collations = {0: "", **source.collations}
    for row in source.rows(_HERE / "indexes.sql"):
        (oid, table, name, method, unique, primary, valid, count, columns, operator_classes,
         collation_ids, options, expressions, where, storage, nulls_not_distinct,
         clustered, replica_identity, tablespace, given, statistics, definition) = row  # fmt: skip
        if table not in source.kept:
            continue
        plain = source.names(table, columns)
        collated = _collated(definition, expressions) if expressions else ()
        # Each with the number of its key, which counts from 1.
        of_classes = {
            k: parameters(said.split(", "))
            for k, _, said in (one.partition(" ") for one in given or ())
        }
        # indkey has all columns; indclass, indcollation and indoption have only the first
        # indnkeyatts, which are keys. The rest are those of INCLUDE.
        # https://www.postgresql.org/docs/current/catalog-pg-index.html
        keys = tuple(
            IndexKey(
                expressions[k] if expressions else plain[k],
                *classes[operator_classes[k]],
                collations.get(collation_ids[k], ""),
                # INDOPTION_DESC, INDOPTION_NULLS_FIRST: src/include/catalog/pg_index.h.
                bool(options[k] & 1), bool(options[k] & 2), of_classes.get(str(k + 1), ""),
                k in collated,
            )
            for k in range(count)
        )  # fmt: skip
        yield Index(
            *source.relations[table], name, method, unique, primary, valid, keys, plain[count:],
            where, settable(storage), nulls_not_distinct, source.comment("pg_class", oid),
            clustered, replica_identity, source.tablespaces[tablespace],
            source.depends_on("pg_class", oid), tuple(statistics or ()),
        )  # fmt: skip


def _collated(definition: str, expressions: Sequence[str]) -> Collection[int]:
    """Return which keys of an index have `collate`: the server tells what follows from a key."""
    found = re.search(r" USING \S+ (\x00+)", masked(definition))
    keys = split(definition[found.start(1) + 1 : found.end(1) - 1]) if found else []
    return {
        at
        for at, (key, expression) in enumerate(zip(keys, expressions, strict=False))
        if key.removeprefix(expression).startswith(" COLLATE ")
    }


def _portable(row: Index, catalog: Catalog) -> Index:
    # int4_ops and int8_ops are the types' own classes: the difference is the column's.
    keys = (
        key if key.parameters or not key.default_operator_class else key._replace(operator_class="")
        for key in row.keys
    )
    return row._replace(tablespace="", keys=tuple(keys))


def _same_keys(built: Index, live: Index, name: str, catalog: Catalog, server: Canonical) -> bool:
    columns = columns_of(live.schema, live.table, catalog)
    names = {name for name, _ in columns}
    return len(built.keys) == len(live.keys) and all(
        a._replace(expression="") == b._replace(expression="")
        and server.same_expression(
            key_text(a.expression, names), key_text(b.expression, names), live.table, columns
        )
        for a, b in zip(built.keys, live.keys, strict=True)
    )


ROWS = (
    Rows(
        family="indexes",
        read=_read,
        key=("schema", "table", "name"),
        noun="index",
        inside=OF_RELATION,
        # A state has the dependencies and targets among its other objects.
        tolerated=frozenset({"depends_on_extensions", "statistics"}),
        portable=_portable,
        texts={"keys": _same_keys, "where": same_expression},
    ),
)
