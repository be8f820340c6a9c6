"""The tables that views read, also by other views."""

from collections.abc import Collection

from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.statements import Table

# What a view reads is what its rewrite rule depends on; the rule depends on the view itself as
# well. Views below views are followed to their tables.
READ_BY_VIEWS = """
with recursive direct (view, relation) as (
    select r.ev_class, d.refobjid
    from pg_catalog.pg_rewrite r
    join pg_catalog.pg_class v on v.oid = r.ev_class and v.relkind in ('v', 'm')
    join pg_catalog.pg_depend d on d.objid = r.oid
        and d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
        and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        and d.refobjid <> r.ev_class
), reads (view, relation) as (
    select view, relation from direct
    union
    select r.view, d.relation from reads r join direct d on d.view = r.relation
)
select distinct r.view, n.nspname, c.relname
from reads r
join pg_catalog.pg_class c on c.oid = r.relation
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p')
"""


def read_by_views(scene: Scene, tables: Collection[Table]) -> dict[int, set[Table]]:
    """Return which of some tables each view reads, by the view's OID."""
    read: dict[int, set[Table]] = {}
    for view, schema, name in scene.connection.execute(READ_BY_VIEWS).fetchall():
        if (schema, name) in tables:
            read.setdefault(view, set()).add((schema, name))
    return read
