"""The extensions that Supabase lets its role `postgres`, who is no superuser, create."""

# supautils.privileged_extensions of https://github.com/supabase/postgres, which makes a superuser
# create them for that role.
TRUSTED = (
    "address_standardizer", "address_standardizer_data_us", "autoinc", "bloom", "btree_gin",
    "btree_gist", "citext", "cube", "dblink", "dict_int", "dict_xsyn", "earthdistance",
    "fuzzystrmatch", "hstore", "http", "hypopg", "index_advisor", "insert_username", "intarray",
    "isn", "ltree", "moddatetime", "orioledb", "pg_cron", "pg_graphql", "pg_hashids",
    "pg_jsonschema", "pg_net", "pg_partman", "pg_prewarm", "pg_repack", "pg_stat_monitor",
    "pg_stat_statements", "pg_tle", "pg_trgm", "pg_walinspect", "pgaudit", "pgcrypto", "pgjwt",
    "pgmq", "pgroonga", "pgroonga_database", "pgrouting", "pgrowlocks", "pgsodium", "pgstattuple",
    "pgtap", "plcoffee", "pljava", "plls", "plpgsql", "plpgsql_check", "plv8", "postgis",
    "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology",
    "postgres_fdw", "refint", "rum", "seg", "sslinfo", "supabase_vault", "supautils", "tablefunc",
    "tcn", "timescaledb", "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "vector",
    "wrappers",
)  # fmt: skip
