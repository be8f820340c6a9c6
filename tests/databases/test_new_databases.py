"""Copies are made file by file, and by the kernel where the server knows how."""

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Server
from pytest_schemaverify.databases.new_databases import _clones_files

WAL = "select pg_catalog.pg_current_wal_insert_lsn() - '0/0'::pg_lsn"


def test_a_copy_does_not_go_through_the_wal(embedded: Server) -> None:
    databases.create(embedded, name="copied_whole", platform="postgres", extensions={})
    with databases.connect(embedded.dsn, autocommit=True) as connection:
        ((before,),) = connection.execute(WAL).fetchall()
        databases.clone(embedded, "copied_whole", "copied_whole_2")
        ((after,),) = connection.execute(WAL).fetchall()
        ((size,),) = connection.execute("select pg_database_size('copied_whole_2')").fetchall()
        assert after - before < size / 20
        ways = connection.execute(
            "select 'clone' = any (enumvals) from pg_settings where name = 'file_copy_method'"
        ).fetchone()
        known = bool(ways and ways[0])
        assert _clones_files(connection) == known
        if known:
            assert connection.execute("show file_copy_method").fetchall() == [("clone",)]
    for name in ("copied_whole", "copied_whole_2"):
        databases.drop(embedded, name)
