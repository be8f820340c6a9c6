"""The columns of a snapshot, of tables and views."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.catalog.options import Option, options_of
from pytest_schemaverify.catalog.source import OF_RELATION, Rows, Source, privileges, settable
from pytest_schemaverify.kinds.expressions import same_expression
from pytest_schemaverify.sql.names import cut, quoted

_HERE = Path(__file__).parent


# Letters of pg_attribute.attidentity, attstorage and attcompression; '' stands for none:
# https://www.postgresql.org/docs/current/catalog-pg-attribute.html
_IDENTITY = {"": "", "a": "always", "d": "by default"}
_STORAGE = {"p": "plain", "e": "external", "m": "main", "x": "extended"}
_COMPRESSION = {"": "", "p": "pglz", "l": "lz4"}


class NotNull(NamedTuple):
    """A NOT NULL constraint as PostgreSQL 18 has it; older servers know no name or state of one."""

    schema: str
    table: str
    column: str
    name: str
    """Empty on older servers."""
    validated: bool
    no_inherit: bool
    """Whether the children of the table may have NULL."""
    comment: str

    @property
    def named_by_server(self) -> bool:
        """Whether its name is the one that the server gives where nobody does."""
        return self.name in ("", cut(f"{self.table}_{self.column}_not_null"))

    def __str__(self) -> str:
        flags = (
            "" if self.validated else "not valid",
            "no inherit" if self.no_inherit else "inherited",
            f"comment {self.comment}" if self.comment else "",
        )
        return ", ".join(filter(None, (quoted(self.name) if self.name else "", *flags)))


class Column(NamedTuple):
    """A column of a table or view that has not been dropped."""

    schema: str
    table: str
    name: str
    type: str
    """As format_type() prints it with an empty search_path."""
    nullable: bool
    default: str | None
    generated: str | None
    stored: bool
    identity: str
    """`always`, `by default` or empty."""
    collation: str
    """Empty for that of the type."""
    position: int
    """Place among the columns that are there, from 1."""
    acl: tuple[str, ...]
    comment: str
    storage: str
    """`plain`, `external`, `extended` or `main`."""
    compression: str
    """`pglz`, `lz4`, or empty for that of the server."""
    statistics: int | None
    """Statistics target, where the column has one of its own."""
    options: tuple[str, ...]
    """Planner's options, `n_distinct=…`."""
    inherited: bool
    """Whether a table that this one inherits from, or is a partition of, has it."""
    not_null: NotNull | None
    """Its NOT NULL constraint, since PostgreSQL 18."""
    usual_storage: str
    """Storage that columns of its type have where nothing is said."""
    n_distinct: float | None
    """Number of distinct values that the planner assumes; a negative one is a share of rows."""
    n_distinct_inherited: float | None
    """The same for the table and all that inherit from it, or are partitions of it."""
    foreign_options: tuple[Option, ...]
    """Options of a column of a foreign table."""


class SystemColumn(NamedTuple):
    """A column that every table has, `ctid`, of one on which something is granted."""

    schema: str
    table: str
    name: str
    acl: tuple[str, ...]


def _read(source: Source) -> Iterator[Column]:
    """Yield the columns of tables and views."""
    collations = source.collations
    kept, relations, comments = source.kept, source.relations, source.comments
    # Before PostgreSQL 18 pg_constraint has no rows for the NOT NULL of columns.
    not_null = _not_null(source) if source.version >= 180000 else {}
    class_id = source.class_ids["pg_class"]
    last, position = 0, 0
    for row in source.column_rows:
        (oid, number, name, type_, nullable, generated, identity, expression, collation, acl,
         storage, compression, statistics, options, inherited, usual_storage,
         foreign_options) = row  # fmt: skip
        # Columns of the system have negative numbers; they are a family of their own below.
        if number < 0:
            continue
        # attnum has a gap for each column that was dropped, and people count those that are there.
        position = position + 1 if oid == last else 1
        last = oid
        if oid in kept:
            yield Column(
                *relations[oid], name, type_, nullable,
                # pg_attrdef has both kinds of expressions; attgenerated tells them apart.
                None if generated else expression,
                expression if generated else None,
                generated == "s", _IDENTITY[identity],
                collations[collation] if collation else "",
                position, privileges(acl) if acl else (),
                comments.get((class_id, oid, number), ""),
                _STORAGE[storage], _COMPRESSION[compression], statistics,
                settable(options), inherited,
                not_null.get((oid, number)), _STORAGE[usual_storage],
                *(_n_distinct(options) if options else (None, None)),
                options_of(foreign_options) if foreign_options else (),
            )  # fmt: skip


def _n_distinct(options: list[str]) -> tuple[float | None, float | None]:
    """Return the numbers for the table alone, and for those that inherit from it as well."""
    given = dict(option.split("=", 1) for option in options)
    return _number(given.get("n_distinct")), _number(given.get("n_distinct_inherited"))


def _number(value: str | None) -> float | None:
    # pg_attribute.attoptions has texts: `-1` and `-1.0` are one number, which prints as -1.
    number = None if value is None else float(value)
    return int(number) if number is not None and number.is_integer() else number


def _not_null(source: Source) -> dict[tuple[int, int], NotNull]:
    return {
        (table, number): NotNull(
            *source.relations[table], source.columns[table, number], name, valid, no_inherit,
            source.comment("pg_constraint", oid),
        )
        for table, number, name, valid, no_inherit, oid in source.rows(_HERE / "not_null.sql")
        if table in source.kept
    }  # fmt: skip


# `grant select (ctid)` lets a role count the rows of a table that it may not read otherwise.
def _system_columns(source: Source) -> Iterator[SystemColumn]:
    """Yield the columns of the system on which something is granted."""
    for oid, number, name, _, _, _, _, _, _, acl, *_ in source.column_rows:
        if number < 0 and oid in source.kept:
            yield SystemColumn(*source.relations[oid], name, privileges(acl))


def _portable(row: Column, catalog: Catalog) -> Column:
    changes: dict[str, Any] = {}
    if "." in row.type:
        changes["storage"] = ""  # an extension's types are stored as its version has it
    if row.not_null:
        # A server that was upgraded to 18 has named it anew, after the column's name of that day.
        changes["not_null"] = row.not_null._replace(name="")
    return row._replace(**changes) if changes else row


def _same_default(
    built: Column, live: Column, name: str, catalog: Catalog, server: Canonical
) -> bool:
    return server.same_default(built.default or "", live.default or "", live.type)


ROWS = (
    Rows(
        family="columns",
        read=_read,
        key=("schema", "table", "name"),
        inside=OF_RELATION,
        # A column that is dropped and added again comes last; the options say `n_distinct` too, and
        # a type is compared for itself.
        tolerated=frozenset({"position", "n_distinct", "n_distinct_inherited", "usual_storage"}),
        portable=_portable,
        texts={"default": _same_default, "generated": same_expression},
    ),
    Rows(
        family="system_columns",
        read=_system_columns,
        key=("schema", "table", "name"),
        noun="system column",
        inside=OF_RELATION,
    ),
)
