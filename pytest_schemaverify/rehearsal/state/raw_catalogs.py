"""Compares the rows of all catalogs, for objects that no comparison by kind knows.

Objects that are compared by kind are told by their names. For all others, also those of future
versions of PostgreSQL, a difference in a row of a catalog is told. Left out are columns whose
values differ between databases (OIDs, numbers of columns), those that are compared in another form
(expressions, privileges, options), and those that the server changes by itself; `judged.yaml` says
of each which it is. What a newer version has besides is read, as far as its type allows.
https://www.postgresql.org/docs/current/catalogs.html
"""

from collections.abc import Iterator, Mapping
from typing import Any

from psycopg import Connection, sql

from pytest_schemaverify.databases.reading import reader_over
from pytest_schemaverify.findings import counted_rows

from .judged import columns as judged_columns
from .row_digest import DIGEST

RawCatalogs = Mapping[tuple[str, str], tuple[int, str]]
"""Number of rows and a digest of them, by catalog and by the name in these rows."""


def raw_catalogs(connection: Connection[Any]) -> RawCatalogs:
    """Return the digests of the database's catalogs, including PostgreSQL's own objects."""
    # One query for all of them, because each takes a round trip.
    with reader_over(connection).undone() as reader:
        reader.plainly(search_path="")
        known = [f"{catalog}.{name}" for catalog, of in judged_columns().items() for name in of]
        parts = [_of_catalog(*row) for row in reader.rows(_COLUMNS, list(_REFERENCES), known)]
        query = sql.SQL(" union all ").join([*parts, sql.SQL(_OTHERS)])
        return {
            (catalog, name): (int(number), str(digest))
            for catalog, name, number, digest in reader.rows(query, bound=None)
        }


def changed(before: RawCatalogs, after: RawCatalogs) -> Iterator[tuple[str, str, str]]:
    """Yield the subject of each difference, and both sides in words."""
    for key in sorted({*before, *after}):
        (number, digest), (now, other) = before.get(key, (0, "")), after.get(key, (0, ""))
        if (number, digest) != (now, other):
            catalog, name = key
            subject = f"{name}, in the catalog {catalog}" if name else f"rows of {catalog}"
            yield (
                subject,
                counted_rows(number),
                counted_rows(now) + ", not as before" * (number == now),
            )


def _of_catalog(
    catalog: str,
    name: str | None,
    columns: Mapping[str, str],
    namespace: str | None,
    relation: str | None,
) -> sql.Composed:
    """Return the query that reads a catalog."""
    conditions = [_WITHOUT[catalog]] if catalog in _WITHOUT else []
    if namespace is not None:
        conditions.append(f"r.{namespace} not in ({_PASSING})")
    if relation is not None:
        passing = f"select oid from pg_catalog.pg_class where relnamespace in ({_PASSING})"
        conditions.append(f"r.{relation} not in ({passing})")
    return sql.SQL(
        "select {catalog}, {name}, pg_catalog.count(*)::int, {digest} from pg_catalog.{table} as r"
        " where {condition} group by 2"
    ).format(
        catalog=sql.Literal(catalog),
        name=sql.SQL("''") if name is None else sql.SQL("r.{}::text").format(sql.Identifier(name)),
        digest=sql.SQL(DIGEST.format("row({})::text")).format(
            sql.SQL(", ").join(_printed(*column) for column in columns.items())
        ),
        table=sql.Identifier(catalog),
        condition=sql.SQL(" and ".join(conditions) or "true"),
    )


def _printed(column: str, type_: str) -> sql.Composable:
    """Return the SQL that reads a column; what it refers to by name, since OIDs differ."""
    read: sql.Composable = sql.Identifier(column)
    if column.endswith("owner"):
        return sql.SQL("{}::pg_catalog.regrole").format(read)
    if column in _REFERENCES:
        # Describing an object takes long, and PostgreSQL's own have the same OIDs everywhere.
        described = (
            "case when {0} < 16384 then {0}::text"
            " else pg_catalog.pg_describe_object({1}::regclass, {0}, 0) end"
        )
        catalog = sql.Literal(f"pg_catalog.{_REFERENCES[column]}")
        return sql.SQL(described).format(read, catalog)
    if type_ not in _PLAIN:  # it may have numbers in it that each database gives anew
        return sql.SQL("{} = 0" if type_ == "oid" else "{} is null").format(read)
    return read


_PLAIN = (
    "name", "text", "boolean", "smallint", "integer", "bigint", "real", '"char"', "regproc",
    "text[]", "aclitem[]",
)  # fmt: skip
"""Types whose values are the same in equal databases."""
_REFERENCES = {
    "amopsortfamily": "pg_opfamily",
    "amproclefttype": "pg_type",
    "amprocrighttype": "pg_type",
    "conindid": "pg_class",
    "conparentid": "pg_constraint",
    "laninline": "pg_proc",
    "lanplcallfoid": "pg_proc",
    "lanvalidator": "pg_proc",
    "oprresult": "pg_type",
    "partdefid": "pg_class",
    "tgparentid": "pg_trigger",
}
"""Catalogs that columns refer to by OID, where no comparison by kind tells another reference."""
_PASSING = "select oid from pg_catalog.pg_namespace where nspname ~ '^pg_(toast|temp)'"
"""Schemas of temporary objects, and of TOAST tables, whose names have OIDs in them."""
_WITHOUT = {
    "pg_attribute": "not r.attisdropped",
    "pg_namespace": "r.nspname !~ '^pg_(toast|temp)'",
    "pg_rewrite": "r.rulename <> '_RETURN'",  # a view's, which has been compared
    "pg_trigger": "not r.tgisinternal",  # their names have numbers
}
# Which catalogs and columns there are is asked of the server, so that those of a new version are
# read without a change here. `toastrelid` is not the table that a row is about.
_COLUMNS = """
    select
        c.relname,
        (
            select a.attname from pg_catalog.pg_attribute as a
            where a.attrelid = c.oid and a.attnum > 0 and a.atttypid = 'name'::regtype
            order by a.attnum limit 1
        ) as name,
        pg_catalog.json_object_agg(
            a.attname, pg_catalog.format_type(a.atttypid, null) order by a.attnum
        ) as columns,
        (
            select a.attname from pg_catalog.pg_attribute as a
            where a.attrelid = c.oid and a.attname ~ 'namespace$' order by a.attnum limit 1
        ) as namespace,
        (
            select a.attname from pg_catalog.pg_attribute as a
            where a.attrelid = c.oid and a.attname ~ '(?<!toast)relid$|^ev_class$'
            order by a.attnum limit 1
        ) as relation
    from pg_catalog.pg_class as c join pg_catalog.pg_attribute as a on a.attrelid = c.oid
    where
        c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'r' and not c.relisshared
        and a.attnum > 0 and not a.attisdropped
        -- Contents, statistics, states of replication.
        and c.relname not in (
            'pg_largeobject', 'pg_statistic', 'pg_statistic_ext_data', 'pg_subscription_rel'
        )
        and (c.relname || '.' || a.attname not in (select pg_catalog.unnest($2::text[])) or (
            (a.attname ~ 'owner$' or a.attname = any ($1) or a.atttypid in (
                'name'::regtype, 'text'::regtype, 'bool'::regtype, 'int2'::regtype,
                'int4'::regtype, 'int8'::regtype, 'float4'::regtype, '"char"'::regtype,
                'regproc'::regtype
            ))
            and c.relname not in (
                -- Numbers of columns, order of labels; and dependencies and comments, which are
                -- read in another way.
                'pg_attribute', 'pg_attrdef', 'pg_index', 'pg_inherits', 'pg_enum', 'pg_depend',
                'pg_description', 'pg_init_privs', 'pg_seclabel'
            )
            and a.attname not in (
                'relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relhasindex',
                'relnatts', 'relhasrules', 'relhastriggers', 'relhassubclass', 'relispopulated',
                'typndims'
            )
        ))
    group by c.oid, c.relname
    order by c.relname
"""
# Below 16384 are the OIDs of PostgreSQL's own objects, which are the same in each database.
_COMMENTS = DIGEST.format(
    "case when d.objoid < 16384 then d.objoid::text || ' ' else '' end || d.description"
)
_OTHERS = f"""
    select 'pg_depend', 'members of ' || e.extname, pg_catalog.count(*)::int, ''
    from pg_catalog.pg_depend as d join pg_catalog.pg_extension as e on e.oid = d.refobjid
    where d.deptype = 'e' and d.refclassid = 'pg_catalog.pg_extension'::regclass
    group by e.extname
    union all
    select
        'pg_description', 'comments on rows of ' || d.classoid::regclass::text,
        pg_catalog.count(*)::int, {_COMMENTS}
    from pg_catalog.pg_description as d group by d.classoid
"""
