-- Subscriptions of this database, without the connection string. Options that are as usual are NULL.
select
    -- Before PostgreSQL 14 only superusers may read this column, and that of synchronous_commit.
    {14: s.oid | (
        select max(t.subid) from pg_catalog.pg_stat_subscription as t
        where t.subname = s.subname having min(t.subid) = max(t.subid)
    )},
    s.subname,
    s.subowner,
    s.subenabled,
    s.subpublications,
    coalesce(s.subslotname::text, '') as slot,
    array[
        {14: 'synchronous_commit=' || nullif(s.subsynccommit, 'off') | null},
        {14: case when s.subbinary then 'binary' end | null},
        {14: 'streaming=' || nullif(pg_catalog.left(s.substream::text, 1), usual.streaming) | null},
        {15: case when s.subtwophasestate <> 'd' then 'two_phase' end | null},
        {15: case when s.subdisableonerr then 'disable_on_error' end | null},
        {16: case when not s.subpasswordrequired then 'password_required=false' end | null},
        {16: case when s.subrunasowner then 'run_as_owner' end | null},
        {16: 'origin=' || nullif(s.suborigin, 'any') | null},
        {17: case when s.subfailover then 'failover' end | null}
    ] as options
from pg_catalog.pg_subscription as s
cross join (select {18: 'p' | 'f'} as streaming) as usual
join pg_catalog.pg_database as d on d.oid = s.subdbid
where d.datname = pg_catalog.current_database()
order by s.subname
