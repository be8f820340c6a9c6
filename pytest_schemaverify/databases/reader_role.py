"""The role that reads an existing database: what else it may do, and a script that makes one."""

from collections.abc import Sequence

from pytest_schemaverify.databases.reading import LIMITS, Reader
from pytest_schemaverify.sql.names import quoted

NAME = "schemaverify_reader"
CONNECTIONS = 16
"""Connections of the role: a run opens two, and each worker of pytest-xdist two more."""

# The groups of the second line are those of hosting services, whose administrators are no
# superusers: Amazon RDS, Google Cloud SQL and Azure. `pg_maintain` is there since 17.
_POWERS = """
select
    r.rolname::pg_catalog.text,
    r.rolsuper,
    array(
        select g.rolname::pg_catalog.text from pg_catalog.pg_roles as g
        where g.rolname in (
            'pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program',
            'pg_signal_backend', 'pg_maintain', 'pg_create_subscription',
            'rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin'
        ) and pg_catalog.pg_has_role(r.oid, g.oid, 'member')
        order by g.rolname
    ),
    r.rolreplication
from pg_catalog.pg_roles as r where r.rolname = current_user
"""


def advice(reader: Reader) -> tuple[str, ...]:
    """Return the lines of the report about a role that may do more than read; () for a reader."""
    row = reader.row(_POWERS)
    assert row is not None
    role, is_super, groups, replicates = row
    if not (is_super or groups or replicates):
        return ()
    may = "a superuser" if is_super else ", ".join([*["REPLICATION"] * replicates, *groups])
    what = f"is {may}" if is_super else f"has {may}"
    return (
        f"the role {quoted(role)} {what}: it may do far more than read; connect as a role"
        " that only reads: `schemaverify reader-role` prints a script that makes one",
    )


def script(name: str, schemas: Sequence[str], *, bypasses_rls: bool = False) -> str:
    """Return a script for psql that makes a role which can read these schemas."""
    # The role has the limits of our transactions too, so that they hold for whoever else uses it.
    return _SCRIPT.format(
        role=quoted(name), schemas=", ".join(map(quoted, schemas)), connections=CONNECTIONS,
        limits="\n".join(
            f"alter role {quoted(name)} set {setting} = {limit};"
            for setting, limit in LIMITS.items()
        ),
        rls="" if bypasses_rls else "-- ",
    )  # fmt: skip


_SCRIPT = """\
-- This makes a role that reads a database for pytest-schemaverify. Nothing has been run yet: read
-- it, then let an administrator run it with psql in the database that is verified.
-- Afterwards give the role a password. This way it is neither in a file nor in the server's log:
--     \\password {role}
-- To take it away again: drop owned by {role}; drop role {role};

create role {role} with login connection limit {connections};
alter role {role} set default_transaction_read_only = on;
{limits}

-- Every role may read the catalog. These keys of the file read rows, and need the rights below:
-- `data`, `vectors`, `schema_version`, `ledger`.
grant usage on schema {schemas} to {role};
grant select on all tables in schema {schemas} to {role};
-- For tables that are made later, run this for each role that makes tables:
-- alter default privileges for role OWNER in schema {schemas}
--   grant select on tables to {role};
-- From PostgreSQL 14 on, this replaces these grants, for all tables of all databases of the server:
-- grant pg_read_all_data to {role};

-- Row-level security hides rows from the role. A count without them would be wrong, so reading such
-- a table is an error. If `data` or `vectors` look at tables with row-level security, the role has
-- to see all of their rows:
{rls}alter role {role} with bypassrls;
"""
