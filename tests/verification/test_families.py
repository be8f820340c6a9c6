"""Of the catalog what a file asks for is read, and the rest as soon as something needs it."""

import pickle
from pathlib import Path

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.kinds.snapshot import families, read, usual
from pytest_schemaverify.rehearsal.target import Target, live
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.planning import asked
from pytest_schemaverify.verification.verification import Verification

ALWAYS = {"databases", "extensions", "memberships", "roles", "schemas"}
FILES = {
    "schemas: {public: {}}": ALWAYS,
    "casts: {(integer as text): absent}": ALWAYS | {"casts"},
    "publications: {news: {tables: {users: {}}}}": ALWAYS | {"publications", "published_tables"},
    "unmanaged: {extensions: fail}": ALWAYS,
    "large_objects: {7: {grants: {public: []}}}": ALWAYS | {"large_objects"},
    "unmanaged: {large_objects: fail}": ALWAYS | {"large_objects"},
}
REST = {"casts", "event_triggers", "operators", "publications", "text_search_configurations"}
"""Some of the families that rules do not look at."""


def verification(text: str, config: Config) -> Verification:
    """Return the verification of a file that is nowhere else."""
    return Verification(Path("e.yaml"), "e.yaml", config, text=f"version: 1\n{text}\n")


@pytest.mark.parametrize(("text", "wanted"), FILES.items(), ids=FILES)
def test_only_what_is_named_is_read(text: str, wanted: set[str]) -> None:
    assert asked(verification(text, Config()).contract.planned) == wanted


def test_tables_and_rules_need_what_is_common() -> None:
    for text in ("tables: {users: {}}", "rules: {primary_key: true}"):
        found = asked(verification(text, Config()).contract.planned)
        assert found >= {"tables", "columns", "policies", "views"}
        assert not found & REST


def test_a_comparison_with_the_files_reads_all_at_one_moment(tmp_path: Path) -> None:
    (tmp_path / "001_users.sql").write_text("create table users (id int primary key);")
    text = f"migrations: {{directory: {tmp_path}, deployed: true}}"
    assert asked(verification(text, Config()).contract.planned) == usual()
    more = f"{text}\nlarge_objects: {{7: {{}}}}"
    assert asked(verification(more, Config()).contract.planned) == usual() | {"large_objects"}


def test_large_objects_are_all_that_no_whole_snapshot_has() -> None:
    assert families().keys() - usual() == {"large_objects"}


def test_a_database_that_is_there_is_read_as_far_as_the_file_goes(database: Dsn) -> None:
    one = verification("schemas: {public: {}}", Config(dsn=database))
    one.database.prepare(lambda _: pytest.fail("no server is needed"))
    assert isinstance(one.database.target, Target)
    assert set(one.database.target.catalog.families) == ALWAYS


def test_a_disposable_database_is_read_as_far_as_the_file_goes(server: Server) -> None:
    one = verification("database: {platform: postgres}\nschemas: {public: {}}", Config())
    one.database.prepare(lambda _: server)
    assert isinstance(one.database.target, Target)
    catalog = one.database.target.catalog
    assert set(catalog.families) == ALWAYS
    assert catalog.families["tables"] == {}
    assert set(catalog.families) == usual()
    one.database.close()


def test_what_was_left_out_is_read_when_it_is_asked_for(database: Dsn) -> None:
    with databases.connect(database, autocommit=True) as connection:
        connection.execute("create table notes (id int primary key)")
        whole = read(connection, usual())
    catalog = pickle.loads(pickle.dumps(live(database, ALWAYS).catalog))  # as a worker gets it
    assert set(catalog.families) == ALWAYS
    assert catalog.find("columns", ("public", "notes", "id")) == whole.find(
        "columns", ("public", "notes", "id")
    )
    assert catalog == whole
    with pytest.raises(KeyError, match="large_objects"):
        catalog.families["large_objects"]


def test_a_family_that_is_none_is_an_error(database: Dsn) -> None:
    catalog = live(database, ALWAYS).catalog
    with pytest.raises(KeyError, match="tabels"):
        catalog.families["tabels"]
