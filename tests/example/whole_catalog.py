"""Everything a database consists of, as lines of text, to compare two states of it.

Deliberately not the plugin's own reader: this one is to catch what that one may forget.
"""

from typing import Any

import psycopg
from psycopg import sql

Connection = psycopg.Connection[Any]

_OURS = r"""
    n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    and n.nspname !~ '^pg_(toast_)?temp_'
"""

_PRIVILEGES = """
    (select string_agg(format('%%s=%%s%%s by %%s', coalesce(g.rolname, 'public'), a.privilege_type,
            case when a.is_grantable then '*' end, b.rolname), ', '
            order by g.rolname, a.privilege_type, b.rolname)
     from aclexplode({acl}) a
     left join pg_roles g on g.oid = a.grantee
     left join pg_roles b on b.oid = a.grantor)
""".replace("%%", "%")

QUERIES = {
    "schema": f"""
        select n.nspname, n.nspowner::regrole, {_PRIVILEGES.format(acl="n.nspacl")},
            obj_description(n.oid, 'pg_namespace')
        from pg_namespace n where {_OURS}
    """,
    "relation": f"""
        select n.nspname, c.relname, c.relkind, c.relowner::regrole, c.relpersistence, am.amname,
            c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.relispopulated,
            c.relispartition, c.reltablespace, c.relhasrules, c.relhastriggers,
            {_PRIVILEGES.format(acl="c.relacl")}, obj_description(c.oid, 'pg_class'),
            case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_am am on am.oid = c.relam
        where {_OURS}
    """,
    "column": f"""
        select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, a.attcompression,
            a.attstorage, a.attstattarget, a.attcollation::regcollation, a.attoptions,
            {_PRIVILEGES.format(acl="a.attacl")}, col_description(c.oid, a.attnum),
            pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname)
        from pg_attribute a
        join pg_class c on c.oid = a.attrelid
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where {_OURS} and a.attnum > 0 and not a.attisdropped
    """,
    "constraint": f"""
        select n.nspname, k.conrelid::regclass, k.contypid::regtype, k.conname, k.contype,
            pg_get_constraintdef(k.oid), k.convalidated, k.condeferrable, k.condeferred,
            k.connoinherit, obj_description(k.oid, 'pg_constraint')
        from pg_constraint k join pg_namespace n on n.oid = k.connamespace where {_OURS}
    """,
    "index": f"""
        select n.nspname, c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready,
            i.indisclustered, i.indisreplident
        from pg_index i
        join pg_class c on c.oid = i.indexrelid
        join pg_namespace n on n.oid = c.relnamespace
        where {_OURS}
    """,
    "policy": """
        select p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
            array(select coalesce(r.rolname, 'public') from unnest(p.polroles) o
                  left join pg_roles r on r.oid = o order by 1),
            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
            obj_description(p.oid, 'pg_policy')
        from pg_policy p
    """,
    "trigger": """
        select t.tgrelid::regclass, t.tgname, pg_get_triggerdef(t.oid), t.tgenabled,
            obj_description(t.oid, 'pg_trigger')
        from pg_trigger t where not t.tgisinternal
    """,
    "rule": """
        select r.ev_class::regclass, r.rulename, pg_get_ruledef(r.oid)
        from pg_rewrite r join pg_class c on c.oid = r.ev_class
        join pg_namespace n on n.oid = c.relnamespace where n.nspname not in
            ('pg_catalog', 'information_schema')
    """,
    "function": f"""
        select p.oid::regprocedure, case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
            p.proowner::regrole, {_PRIVILEGES.format(acl="p.proacl")},
            obj_description(p.oid, 'pg_proc')
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {_OURS}
    """,
    "type": f"""
        select n.nspname, t.typname, t.typtype, t.typowner::regrole, t.typarray::regtype,
            format_type(t.typbasetype, t.typtypmod), t.typnotnull, t.typdefault,
            array(select e.enumlabel from pg_enum e where e.enumtypid = t.oid
                  order by e.enumsortorder),
            {_PRIVILEGES.format(acl="t.typacl")}, obj_description(t.oid, 'pg_type')
        from pg_type t join pg_namespace n on n.oid = t.typnamespace where {_OURS}
    """,
    "sequence": """
        select s.schemaname, s.sequencename, s.sequenceowner, s.data_type, s.start_value,
            s.min_value, s.max_value, s.increment_by, s.cycle, s.cache_size, s.last_value
        from pg_sequences s
    """,
    "statistics": """
        select stxnamespace::regnamespace, stxname, stxrelid::regclass, pg_get_statisticsobjdef(oid)
        from pg_statistic_ext
    """,
    "publication": """
        select p.pubname, p.pubowner::regrole, p.puballtables, p.pubinsert, p.pubupdate,
            p.pubdelete, p.pubtruncate, r.prrelid::regclass, r.prattrs,
            pg_get_expr(r.prqual, r.prrelid)
        from pg_publication p left join pg_publication_rel r on r.prpubid = p.oid
    """,
    "default privilege": f"""
        select d.defaclrole::regrole, d.defaclnamespace::regnamespace, d.defaclobjtype,
            {_PRIVILEGES.format(acl="d.defaclacl")}
        from pg_default_acl d
    """,
    "extension": """
        select extname, extowner::regrole, extnamespace::regnamespace, extversion from pg_extension
    """,
    "event trigger": """
        select evtname, evtevent, evtenabled, evtfoid::regprocedure from pg_event_trigger
    """,
    "database setting": """
        select s.setrole::regrole, s.setconfig from pg_db_role_setting s
        join pg_database d on d.oid = s.setdatabase where d.datname = current_database()
    """,
}


def whole_catalog(connection: Connection) -> set[str]:
    """Return one line for every object, so that a difference shows which object it is."""
    with connection.transaction(force_rollback=True):
        # With every name qualified, and as whoever signed in.
        connection.execute("set local search_path = ''; set local role none")
        return {
            f"{kind}: {row}"
            for kind, query in QUERIES.items()
            for (row,) in connection.execute(f"select row(q.*)::text from ({query}) q").fetchall()
        }


def all_rows(connection: Connection, schema: str = "public") -> dict[str, list[str]]:
    """Return the rows of every table and materialized view of a schema, as sorted text."""
    select = sql.SQL("select t::text from {} t order by 1")
    with connection.transaction(force_rollback=True):
        connection.execute("set local role none")
        tables = connection.execute(
            """
            select relname from pg_class
            where relnamespace = to_regnamespace(%s) and relkind in ('r', 'm') order by relname
            """,
            [schema],
        ).fetchall()
        return {
            name: [
                row for (row,) in connection.execute(select.format(sql.Identifier(schema, name)))
            ]
            for (name,) in tables
        }
