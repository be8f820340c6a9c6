select
    w.oid,
    w.fdwname,
    w.fdwowner,
    nullif(w.fdwhandler, 0)::regproc::text as handler,
    nullif(w.fdwvalidator, 0)::regproc::text as validator,
    w.fdwoptions,
    coalesce(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner))::text[] as acl
from pg_catalog.pg_foreign_data_wrapper as w
order by w.fdwname
