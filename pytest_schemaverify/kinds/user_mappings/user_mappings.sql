-- Who has a login on a foreign server. Its options are digests, so that passwords stay where they are;
-- they are NULL for those to whom the view pg_user_mappings does not show them.
select
    m.srvname,
    m.usename,
    case
        when
            (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user)
            or (m.umuser = 0 and pg_catalog.pg_has_role(s.srvowner, 'usage'))
            or (
                m.usename = current_user
                and (
                    pg_catalog.pg_has_role(s.srvowner, 'usage')
                    or pg_catalog.has_server_privilege(s.oid, 'usage')
                )
            )
            then array(
                select
                    array[
                        pg_catalog.split_part(o.text, '=', 1),
                        pg_catalog.encode(
                            pg_catalog.sha256(
                                pg_catalog.convert_to(pg_catalog.concat_ws(' ', m.srvname, m.usename, o.text), 'UTF8')
                            ), 'hex'
                        )
                    ]
                from pg_catalog.unnest(m.umoptions) as o (text)
                order by o.text
            )
    end as options
from pg_catalog.pg_user_mappings as m
join pg_catalog.pg_foreign_server as s on s.oid = m.srvid
order by m.srvname, m.usename
