-- The notes in their order.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(
    n.place, n.tag, n.class::bigint, n.object::bigint, n.part, n.type, n.identity, n.said,
    n.columns, n.acl, n.transaction::bigint, n.xmin::text::bigint, n.cmin::text::bigint
) order by n.id), '[]')::text
from pg_catalog.schemaverify_note as n
