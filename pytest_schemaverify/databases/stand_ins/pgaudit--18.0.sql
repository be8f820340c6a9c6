-- Stand-in for pgaudit. Nothing is written to the server's log; settings such as `pgaudit.log` are kept
-- by the server as those of any extension that is not loaded.
\echo Use "create extension" to load this file. \quit

-- A pulled schema grants them; no event trigger calls them here.
create function pgaudit_ddl_command_end() returns event_trigger
language plpgsql
set search_path = pg_catalog
as 'begin end';

create function pgaudit_sql_drop() returns event_trigger
language plpgsql
set search_path = pg_catalog
as 'begin end';
