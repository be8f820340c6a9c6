-- What a server keeps for all of its databases, and about the database that is read; no passwords.
-- search_path is empty. `own` is what belongs to the database alone; `whose` are the roles that it is
-- about; `granted` is who granted it, which says nothing where other people run the migrations.
with
here as (
    select d.* from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database()
),
privileges as (
    select 'the database' as what, true as own, a.*
    from here, pg_catalog.aclexplode(coalesce(datacl, pg_catalog.acldefault('d', datdba))) as a
    where a.grantee <> datdba -- who may grant them again
    union all
    select 'tablespace ' || pg_catalog.quote_ident(t.spcname), false, a.*
    from pg_catalog.pg_tablespace as t,
        pg_catalog.aclexplode(coalesce(t.spcacl, pg_catalog.acldefault('t', t.spcowner))) as a
    where a.grantee <> t.spcowner
    /*{15:*/
    union all
    select 'parameter ' || p.parname, false, a.*
    from pg_catalog.pg_parameter_acl as p, pg_catalog.aclexplode(p.paracl) as a
    where a.grantee <> 10 -- the superuser that initdb makes, who may do everything
    /*}*/
),
settings as (
    select
        pg_catalog.split_part(u.setting, '=', 1) as name,
        pg_catalog.substr(u.setting, pg_catalog.strpos(u.setting, '=') + 1) as value,
        s.setdatabase <> 0 as own, s.setrole
    from pg_catalog.pg_db_role_setting as s, pg_catalog.unnest(s.setconfig) as u (setting)
    where s.setdatabase in (0, (select oid from here))
)
select
    false as own, 'role' as kind, pg_catalog.quote_ident(r.rolname) as name,
    array[r.rolname::text] as whose,
    pg_catalog.concat_ws(
        ', ', case when r.rolcanlogin then 'login' else 'no login' end,
        case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
        case when r.rolcreaterole then 'createrole' end,
        case when r.rolcreatedb then 'createdb' end,
        case when r.rolreplication then 'replication' end,
        case when not r.rolinherit then 'no inherit' end,
        'connection limit ' || nullif(r.rolconnlimit, -1),
        'valid until ' || (r.rolvaliduntil at time zone 'UTC')::text
    ) as how,
    '' as granted
from pg_catalog.pg_roles as r
union all
select
    false, 'membership', pg_catalog.format('of %I in %I', u.rolname, r.rolname),
    array[u.rolname::text, r.rolname::text],
    pg_catalog.concat_ws(
        ', ', 'member', case when pg_catalog.bool_or(m.admin_option) then 'admin' end,
        case when pg_catalog.bool_or((j.own ->> 'inherit_option')::boolean) then 'inherit' end,
        case when pg_catalog.bool_or((j.own ->> 'set_option')::boolean) then 'set' end
    ),
    pg_catalog.string_agg(distinct m.grantor::regrole::text, ', ' order by m.grantor::regrole::text)
from pg_catalog.pg_auth_members as m
join pg_catalog.pg_roles as r on r.oid = m.roleid
join pg_catalog.pg_roles as u on u.oid = m.member
cross join lateral (select pg_catalog.to_jsonb(m)) as j (own)
group by u.rolname, r.rolname
union all
select
    s.own, 'setting', pg_catalog.concat_ws(
        ' of ', s.name, case when s.setrole <> 0 then 'role ' || s.setrole::regrole end,
        case when s.own then 'the database' when s.setrole = 0 then 'every role' end
    ),
    case when s.setrole <> 0 then array[pg_catalog.pg_get_userbyid(s.setrole)::text] else '{}' end,
    s.value, ''
from settings as s
union all
select
    bool_and(p.own), 'privileges', pg_catalog.format(
        'of %s on %s', case p.grantee when 0 then 'public' else p.grantee::regrole::text end, p.what
    ),
    array[case p.grantee when 0 then 'public' else pg_catalog.pg_get_userbyid(p.grantee)::text end],
    pg_catalog.string_agg(
        p.privilege_type || case when p.is_grantable then ' with grant option' else '' end,
        ', ' order by p.privilege_type
    ), ''
from privileges as p
group by p.grantee, p.what
union all
select true, 'owner', 'of the database', '{}', pg_catalog.concat_ws(
        ', without ', here.datdba::regrole, (
            select pg_catalog.string_agg(a.privilege_type, ', ' order by a.privilege_type)
            from pg_catalog.aclexplode(pg_catalog.acldefault('d', here.datdba)) as a
            where a.grantee = here.datdba and not exists (
                select from pg_catalog.aclexplode(here.datacl) as b
                where b.grantee = a.grantee and b.privilege_type = a.privilege_type
            ) and here.datacl is not null
        )
    ), ''
from here
union all
select true, f.kind, 'of the database', '{}', f.how, ''
-- Its tablespace, and whether it takes connections, nobody can change who is connected to it.
from here
cross join lateral (select pg_catalog.to_jsonb(here)) as j (own)
cross join lateral (
    values
    ('connection limit', nullif(here.datconnlimit, -1)::text),
    ('template', case when here.datistemplate then 'true' end),
    -- Since 15: `refresh collation version` writes it, which tells nothing of two servers.
    ('collation version', j.own ->> 'datcollversion')
) as f (kind, how)
where f.how is not null
union all
select false, 'tablespace', pg_catalog.quote_ident(t.spcname), '{}',
    pg_catalog.concat_ws(
        ', ', 'owner ' || t.spcowner::regrole, nullif(pg_catalog.pg_tablespace_location(t.oid), '')
    ), ''
from pg_catalog.pg_tablespace as t
union all
select false, 'options', 'of tablespace ' || pg_catalog.quote_ident(t.spcname), '{}',
    pg_catalog.array_to_string(t.spcoptions, ', '), ''
from pg_catalog.pg_tablespace as t
where t.spcoptions is not null
union all
select false, 'database', pg_catalog.quote_ident(d.datname), '{}',
    pg_catalog.concat_ws(
        ', ', 'owner ' || d.datdba::regrole,
        'connection limit ' || nullif(d.datconnlimit, -1),
        case when d.datistemplate then 'template' end,
        case when not d.datallowconn then 'no connections' end
    ), ''
from pg_catalog.pg_database as d
-- Those of other rehearsals come and go.
where d.datname !~ '^schemaverify[_-]' and d.datname <> pg_catalog.current_database()
union all
select o.own, 'comment', 'on ' || o.what, o.whose, o.comment, ''
from (
    select true as own, 'the database' as what, '{}'::text[] as whose,
        pg_catalog.shobj_description(oid, 'pg_database') as comment
    from here
    union all
    select false, 'role ' || pg_catalog.quote_ident(rolname), array[rolname::text],
        pg_catalog.shobj_description(oid, 'pg_authid')
    from pg_catalog.pg_roles
    union all
    select false, 'tablespace ' || pg_catalog.quote_ident(spcname), '{}',
        pg_catalog.shobj_description(oid, 'pg_tablespace')
    from pg_catalog.pg_tablespace
) as o
where o.comment is not null
union all
select false, 'security label', pg_catalog.concat_ws(' ', 'of', l.provider, 'on', l.objtype, l.objname),
    '{}', l.label, ''
from pg_catalog.pg_seclabels as l
where l.objtype in ('role', 'tablespace')
union all
select false, 'replication slot', s.slot_name, '{}', pg_catalog.concat_ws(' ', s.slot_type, s.plugin), ''
from pg_catalog.pg_replication_slots as s
where not s.temporary
union all
select false, 'replication origin', pg_catalog.quote_ident(o.roname), '{}', 'there', ''
from pg_catalog.pg_replication_origin as o
where o.roname !~ '^pg_[0-9]+' -- a subscription's, which is compared itself
