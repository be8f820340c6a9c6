-- The comments that CREATE EXTENSION gives, from the control files.
select e.extname, coalesce(a.comment, '') as comment
from pg_catalog.pg_extension as e
join pg_catalog.pg_available_extensions() as a on a.name = e.extname
order by e.extname
