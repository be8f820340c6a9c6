-- Stand-in for wrappers. Foreign data wrappers, servers and tables can be created with its handlers;
-- to read or to write such a table is an error.
\echo Use "create extension" to load this file. \quit

do $$
declare
    wrapper text;
begin
    foreach wrapper in array array[
        'airtable', 'auth0', 'big_query', 'click_house', 'cognito', 'duckdb', 'firebase',
        'hello_world', 'iceberg', 'logflare', 'mssql', 'redis', 's3', 's3vectors', 'stripe', 'wasm'
    ] loop
        -- The handler of file_fdw, which refuses to read a table that has no option `filename`.
        execute format(
            'create function %I() returns fdw_handler language c strict as %L, %L',
            wrapper || '_fdw_handler', '$libdir/file_fdw', 'file_fdw_handler'
        );
        execute format(
            'create function %I(options text[], catalog oid) returns void language plpgsql as %L',
            wrapper || '_fdw_validator', 'begin end'
        );
    end loop;
end
$$;
