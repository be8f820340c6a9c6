-- Large objects without their content. Comments are joined here, because comments.sql leaves them out: a file that does not
-- name these objects reads nothing of them.
select
    l.oid::text as number,
    l.lomowner,
    coalesce(l.lomacl, pg_catalog.acldefault('L', l.lomowner))::text[] as acl,
    coalesce(d.description, '') as comment
from pg_catalog.pg_largeobject_metadata as l
left join pg_catalog.pg_description as d
    on d.objoid = l.oid and d.classoid = 'pg_catalog.pg_largeobject'::regclass and d.objsubid = 0
order by l.oid
