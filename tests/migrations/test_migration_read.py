"""Which files of a folder are migrations, in which order, and which are not."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from pytest_schemaverify.errors import MigrationFailed, WrongValue
from pytest_schemaverify.migrations.file_patterns import matching
from pytest_schemaverify.migrations.files import ROLLBACK, Migration
from pytest_schemaverify.migrations.read import read

Write = Callable[..., Path]


def paths(migrations: Iterable[Migration], directory: Path) -> list[str]:
    return [m.path.relative_to(directory).as_posix() for m in migrations]


def touch(write: Write, *names: str, folder: str = "migrations") -> Path:
    return write({name: f"-- {name}\nselect 1;" for name in names}, folder)


LAYOUTS = {
    "plain": ["1-a.sql", "1.2.3_a.sql", "1.10_a.sql", "002_b.sql", "2a_b.sql", "10 c.sql",
              "0100.sql"],
    "timestamped": ["20240101120000_a.sql", "20240201120000_b.sql"],
    "pairs": ["2_a.up.sql", "10_b.up.sql", "V0011.c.up.sql", "12.up.sql"],
    "pop": ["1_all.up.sql", "2_own.postgres.up.sql", "3_x.postgres.autocommit.up.sql"],
    "postgrator": ["001.do.a.sql", "002.do.sql"],
    "flyway": ["V1__a.sql", "V1_2__b.sql", "V1.10__c.sql", "more/V2__d.sql", "V10__e.sql",
               "R__views.sql"],
    "prisma": ["20240101120000_a/migration.sql", "20240201120000_b/migration.sql"],
    # Compared as Diesel does: as texts without dashes.
    "diesel": ["00000000000000_first/up.sql", "20230901120000_a/up.sql",
               "2023-10-01-120000_b/up.sql", "20240101120000_c/up.sql",
               "2024-01-01-120000-0001_d/up.sql"],
    "graphile-migrate": ["committed/000001.sql", "committed/000002-more.sql"],
    "named": ["functions.sql", "tables.sql"],
}  # fmt: skip
BESIDE = {
    "plain": ["1-a.down.sql", "1.10_a.down.sql"],
    "timestamped": ["20240101120000_a.down.sql", "20240201120000_b.down.sql"],
    "named": ["functions.down.sql", "tables.down.sql"],
    "pairs": ["2_a.down.sql", "10_b.down.sql", "V0011.c.down.sql"],
    "pop": ["1_all.down.sql", "2_own.postgres.down.sql"],
    "postgrator": ["001.undo.a.sql"],
    "flyway": ["U1__a.sql", "U1.10__c.sql"],
    "diesel": ["2023-10-01-120000_b/down.sql", "20240101120000_c/down.sql"],
}
ASIDE = {
    "pop": [
        "2_own.mysql.up.sql", "2_own.sqlite3.up.sql", "2_own.cockroach.down.sql", "2_own.up.sql",
    ],
    "graphile-migrate": ["current/1-now.sql", "fixtures/helpers.sql"],
}  # fmt: skip
"""What a tool has beside the migrations, and does not run on PostgreSQL, or not yet."""


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_recognised_and_ordered(write: Write, layout: str) -> None:
    beside = (*BESIDE.get(layout, []), *ASIDE.get(layout, []))
    directory = touch(write, *reversed(LAYOUTS[layout]), *beside)
    found = read(directory)
    assert found.layout == layout
    assert paths(found.migrations, directory) == LAYOUTS[layout]
    assert paths(found.down, directory) == list(reversed(BESIDE.get(layout, [])))
    assert found.ignored == ()


def test_a_way_up_without_a_word_for_it_is_not_taken_for_another_tool(write: Write) -> None:
    found = read(touch(write, "1_a.sql", "1_a.down.sql", "2_b.sql", "2_b.down.sql"))
    assert (found.layout, [m.path.name for m in found.migrations]) == (
        "plain", ["1_a.sql", "2_b.sql"],
    )  # fmt: skip
    # Supabase's CLI runs all of its names.
    both = ["20240101120000_a.down.sql", "20240101120000_a.sql"]
    directory = touch(write, *both, folder="both")
    assert paths(read(directory, layout="supabase").migrations, directory) == both


def test_all_of_a_date_with_dashes_is_the_version(write: Write) -> None:
    names = ["2024-01-02_a.sql", "2024-01-02-0002_b.sql", "2024-01-10-10.30.00-c.sql",
             "2024-02-01_2fa.sql", "2024-10-01.sql"]  # fmt: skip
    found = read(touch(write, *reversed(names)))
    assert paths(found.migrations, found.directory) == names
    assert [(m.version, m.name) for m in found.migrations] == [
        ("2024-01-02", "a"), ("2024-01-02-0002", "b"), ("2024-01-10-10.30.00", "c"),
        ("2024-02-01", "2fa"), ("2024-10-01", ""),
    ]  # fmt: skip
    assert (found.duplicates(), [*found.widths()]) == ({}, [8])
    twice = read(touch(write, "2024-01-02_a.sql", "2024-01-02_b.sql", folder="twice"))
    assert [*twice.duplicates()] == ["2024-01-02"]


def test_versions_of_diesel_are_compared_without_their_dashes(write: Write) -> None:
    names = ["00000000000000_setup", "2024-01-01-120000_a", "20240101120000_b",
             "2024-01-01-120000-0000_c"]  # fmt: skip
    found = read(touch(write, *(f"{name}/up.sql" for name in names)))
    assert [*found.widths()] == [14]
    assert found.out_of_order() == ()
    (same,) = found.duplicates().values()
    assert [m.called for m in same] == names[1:3]
    assert [*read(touch(write, "2024-01-01-1200_d/up.sql")).widths()] == [8, 14]


MARKED = {
    "dbmate": ("-- migrate:up\ncreate table a ();\n", "-- migrate:down\ndrop table a;\n"),
    "goose": ("-- +goose Up\ncreate table a ();\n", "-- +goose Down\ndrop table a;\n"),
    "sql-migrate": ("-- +migrate Up\ncreate table a ();\n", "-- +migrate Down\ndrop table a;\n"),
    "node-pg-migrate": (
        "-- Up Migration\ncreate table a ();\n",
        "-- Down Migration\ndrop table a;",
    ),
    "tern": ("create table a ();\n", "---- create above / drop below ----\ndrop table a;\n"),
}


@pytest.mark.parametrize("layout", MARKED)
def test_both_ways_in_one_file_are_told_apart(write: Write, layout: str) -> None:
    up, down = MARKED[layout]
    found = read(write({"1_a.sql": up + down, "2_b.sql": up, "10_c.sql": up + down}))
    assert found.layout == layout
    order = ["10", "1", "2"] if layout == "dbmate" else ["1", "2", "10"]
    assert [m.version for m in found.migrations] == order
    assert [m.version for m in found.down] == [v for v in reversed(order) if v != "2"]
    first = next(m for m in found.migrations if m.version == "1").text
    assert "create table a" in first
    assert "drop" not in first
    last = next(m for m in found.down if m.version == "1").text
    assert "create table" not in last
    assert last.index("drop table a") == (up + down).index("drop table a")  # positions stay
    assert matching(found.directory, "1_*.sql", setting="migrations.apply")[0].text == first


def test_a_supabase_folder_is_known_by_its_place(write: Write) -> None:
    names = ["20240101_a.sql", "20240101120000_b.sql"]
    directory = touch(write, *names, folder="supabase") / "."
    (directory / "migrations").mkdir()
    for name in names:
        (directory / name).rename(directory / "migrations" / name)
    found = read(directory / "migrations")
    assert found.layout == "supabase"
    # As text, which is how its CLI sorts: the digit comes before the underscore.
    assert [m.version for m in found.migrations] == ["20240101120000", "20240101"]
    assert [(a.version, b.version) for a, b in found.out_of_order()] == [
        ("20240101120000", "20240101")
    ]


def test_sqitch_follows_its_plan(write: Write) -> None:
    stamp = "2024-01-01T00:00:00Z me <m@e>"
    plan = f"%project=x\n\nzebra {stamp} # first\n@v1 {stamp}\napples [zebra] {stamp} # next\n"
    touch(write, "deploy/apples.sql", "deploy/zebra.sql", "deploy/other.sql", "revert/apples.sql")
    directory = write({"sqitch.plan": plan, "revert/zebra.sql": "drop", "verify/zebra.sql": "s"})
    found = read(directory)
    assert found.layout == "sqitch"
    assert paths(found.migrations, directory) == ["deploy/zebra.sql", "deploy/apples.sql"]
    assert paths(found.down, directory) == ["revert/apples.sql", "revert/zebra.sql"]
    reasons = {i.path.name: i.reason for i in found.ignored}
    assert "the plan does not name it" in reasons["other.sql"]


def test_a_change_that_sqitch_reworks_has_two_scripts(write: Write) -> None:
    plan = "%project=x\na s\n@v1 s\nb s\n@v2 s\na [a@v2] s\nc s\n"
    names = ("a@v2", "a", "b", "c")
    touch(write, *(f"{way}/{name}.sql" for name in names for way in ("deploy", "revert", "verify")))
    directory = write({"sqitch.plan": plan, "deploy/a@v3.sql": "select 1;"})
    found = read(directory)
    deployed = ["a@v2", "b", "a", "c"]
    assert paths(found.migrations, directory) == [f"deploy/{name}.sql" for name in deployed]
    assert paths(found.down, directory) == [f"revert/{name}.sql" for name in reversed(deployed)]
    # What verifies a change is the tool's; a script that no plan names is nobody's.
    assert [one.path.name for one in found.ignored] == ["a@v3.sql"]


def journal(*tags: str) -> str:
    return json.dumps({"version": "7", "entries": [{"idx": 0, "tag": tag} for tag in tags]})


def test_drizzle_follows_its_journal(write: Write) -> None:
    tags = ["0001_zebra", "0000_ape", "named"]
    names = {f"{tag}.sql": "select 1;" for tag in (*tags, "0002_by_hand")}
    directory = write({"meta/_journal.json": journal(*tags), **names})
    found = read(directory)
    assert found.layout == "drizzle"
    assert [m.path.stem for m in found.migrations] == tags
    assert [(i.path.name, i.kind, i.reason.rpartition("; ")[2]) for i in found.ignored] == [
        ("0002_by_hand.sql", "name", "the journal does not name it")
    ]


def test_a_journal_tells_files_without_numbers_and_not_what_supabase_runs(write: Write) -> None:
    files = {"meta/_journal.json": journal("b", "a"), "a.sql": "select 1;", "b.sql": "select 1;"}
    found = read(write(files))
    assert (found.layout, [m.path.stem for m in found.migrations]) == ("drizzle", ["b", "a"])
    (write({}, "supabase") / "migrations").mkdir()
    both = {"meta/_journal.json": journal("1_a"), "1_a.sql": "select 1;"}
    assert read(write(both, "supabase/migrations")).layout == "supabase"


def test_a_journal_that_was_left_behind_does_not_count(write: Write) -> None:
    names = {f"000{number}_a.sql": "select 1;" for number in range(4)}
    found = read(write({"meta/_journal.json": journal("0000_a", "0001_a"), **names}))
    assert found.layout == "plain"
    assert len(found.migrations) == 4


@pytest.mark.parametrize(
    ("text", "place"), [("{\n", ":2:1"), ("[]", ""), ('{"entries": [{}]}', ""), ("7", "")]
)
def test_a_journal_that_is_none_is_told(write: Write, text: str, place: str) -> None:
    directory = write({"meta/_journal.json": text, "0000_a.sql": "select 1;"})
    with pytest.raises(MigrationFailed, match=rf"_journal\.json{place}\n.*no.* journal of Drizzle"):
        read(directory)


def test_the_layout_can_be_given(write: Write) -> None:
    directory = touch(write, "001_a.sql", "b.sql", "V1__c.sql")
    assert read(directory).layout == "plain"
    assert paths(read(directory, layout="named").migrations, directory) == [
        "001_a.sql", "V1__c.sql", "b.sql",
    ]  # fmt: skip
    assert paths(read(directory, layout="flyway").migrations, directory) == ["V1__c.sql"]
    with pytest.raises(WrongValue, match="choose one of sqitch, prisma"):
        read(directory, layout="flywya")


def test_what_the_runner_would_skip_is_listed_with_the_reason(write: Write) -> None:
    directory = touch(
        write, "001_a.sql", "002_b.sql", "seed.sql", "reset.sql", "rollback_002.sql", "003_c.SQL",
        "004_d.sql.bak", "legacy/001_x.sql", "notes.md", ".hidden.sql",
    )  # fmt: skip
    (directory / "005_e.sql").mkdir()
    found = {i.path.relative_to(directory).as_posix(): i for i in read(directory).ignored}
    assert {name: ignored.kind for name, ignored in found.items()} == {
        "003_c.SQL": "name",
        "004_d.sql.bak": "name",
        "005_e.sql": "directory",
        "legacy/001_x.sql": "nested",
        "reset.sql": "name",
        "rollback_002.sql": "rollback",
        "seed.sql": "seed",
    }
    assert found["003_c.SQL"].reason == "the plain layout runs 001_name.sql; the name ends in .SQL"
    assert "does not begin with a version" in found["reset.sql"].reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("V3_c.sql", "the separator is two underscores"),
        ("v4__d.sql", "the prefix is a capital letter"),
        ("005_e.sql", "the number is there"),
    ],
)
def test_names_that_flyway_skips_are_explained(write: Write, name: str, reason: str) -> None:
    directory = touch(write, "V1__a.sql", "V2__b.sql", "V3__c.sql", name)
    (ignored,) = read(directory).ignored
    assert reason in ignored.reason


def test_a_folder_in_which_a_tool_finds_a_migration_is_not_left_out(write: Write) -> None:
    directory = touch(write, "1_a/migration.sql", "2_b.sql/migration.sql", "3_c/migration.sql")
    (directory / "4_d.sql").mkdir()
    found = read(directory)
    assert [m.called for m in found.migrations] == ["1_a", "2_b.sql", "3_c"]
    assert [(one.path.name, one.kind) for one in found.ignored] == [("4_d.sql", "directory")]


def test_a_rollback_among_forward_files_would_be_applied(write: Write) -> None:
    found = read(
        touch(write, "018_a.sql", "019_rollback_a.sql", "020_revert-b.sql", "021_download.sql")
    )
    assert [m.version for m in found.migrations] == ["018", "019", "020", "021"]
    assert [m.version for m in found.migrations if ROLLBACK.search(m.name)] == ["019", "020"]


def test_duplicate_versions_are_found_by_value(write: Write) -> None:
    found = read(touch(write, "024_a.sql", "24_b.sql", "025_c.sql", "025_d.sql", "026_e.sql"))
    assert {v: [m.name for m in same] for v, same in found.duplicates().items()} == {
        "024": ["a", "b"],
        "025": ["c", "d"],
    }


def test_flyway_versions_that_mean_the_same_are_duplicates(write: Write) -> None:
    found = read(touch(write, "V1__a.sql", "V1.0__b.sql", "V1_1__c.sql", "R__x.sql", "R__y.sql"))
    assert [[m.name for m in same] for same in found.duplicates().values()] == [["b", "a"]]


def test_the_same_content_under_two_names_is_found(write: Write) -> None:
    write({"001_a.sql": "select 1;\r\n", "002_b.sql": "\nselect 1;", "003_c.sql": "select 2;"})
    comments = {"006_f.sql": "-- moved\n", "007_g.sql": "-- moved\n", "008_h.sql": "/* a */"}
    directory = write({"004_d.sql": "", "005_e.sql": "\n", **comments})
    (same,) = read(directory).duplicate_content().values()
    assert [m.name for m in same] == ["a", "b"]


def test_mixed_widths_and_the_order_they_disturb_are_found(write: Write) -> None:
    found = read(touch(write, "1_a.sql", "2_b.sql", "10_c.sql"))
    assert {w: [m.version for m in same] for w, same in found.widths().items()} == {
        1: ["1", "2"],
        2: ["10"],
    }
    assert [(a.version, b.version) for a, b in found.out_of_order()] == [("2", "10")]
    assert read(touch(write, "01_a.sql", "02_b.sql", folder="even")).out_of_order() == ()
    assert read(touch(write, "V2__a.sql", "V10__b.sql", folder="flyway")).out_of_order() == ()


def test_names_that_do_not_match_a_pattern_are_found(write: Write) -> None:
    found = read(touch(write, "001_a.sql", "2_b.sql"))
    assert [m.name for m in found.mismatched(r"^\d{3}_")] == ["b"]


def test_files_named_elsewhere_can_be_left_out(write: Write) -> None:
    directory = touch(write, "001_a.sql", "002_b.sql")
    found = read(directory)
    assert [m.name for m in found.without([directory / "../migrations/002_b.sql"])] == ["a"]


def test_an_empty_folder_has_no_migrations(write: Write) -> None:
    found = read(write({}))
    assert (found.layout, found.migrations, found.ignored) == ("plain", (), ())


def test_a_folder_that_is_not_there_is_an_error(write: Write) -> None:
    directory = write({})
    with pytest.raises(
        WrongValue, match=r"there is no such folder\n  do      did you mean migrations"
    ):
        read(directory.with_name("migratons"))
    with pytest.raises(WrongValue, match="it is a file"):
        read(write({"a.sql": ""}) / "a.sql")


def test_patterns_choose_files_in_natural_order(write: Write) -> None:
    touch(
        write, "10_c.sql", "2_b.sql", "1_a.sql", "legacy/9_x.sql", "legacy/10_y.sql", "legacy/n.txt"
    )
    directory = touch(write, "more.up.sql", "more.down.sql")
    touch(write, "seed.sql", folder="data")

    def chosen(*patterns: str) -> list[str]:
        return [m.path.name for m in matching(directory, patterns, setting="migrations.apply")]

    assert chosen("[0-9]*.sql") == ["1_a.sql", "2_b.sql", "10_c.sql"]
    assert chosen("legacy/*.sql") == ["9_x.sql", "10_y.sql"]
    assert chosen("legacy") == ["9_x.sql", "10_y.sql"]
    assert chosen("../data/seed.sql") == ["seed.sql"]
    assert chosen("../data/*.sql") == ["seed.sql"]
    assert chosen(str(directory / "2_b.sql"), "1_a.sql") == ["2_b.sql", "1_a.sql"]
    assert chosen(f"{directory}/legacy/9*.sql") == ["9_x.sql"]
    assert chosen("more*.sql") == ["more.up.sql"]
    assert chosen("1_a.sql", "*_a.sql") == ["1_a.sql"]
    (one,) = matching(directory, "10_c.sql", setting="migrations.apply")
    assert (one.version, one.name) == ("10", "c")


def test_a_pattern_without_a_file_names_the_nearest(write: Write) -> None:
    directory = touch(write, "003_unified.sql", "004_data.sql")
    with pytest.raises(WrongValue) as caught:
        matching(directory, ["003_unifid.sql"], setting="migrations.apply")
    assert str(caught.value) == (
        "looking for migrations.apply: 003_unifid.sql\n"
        f"  because no file in {directory} matches\n"
        "  do      did you mean 003_unified.sql?"
    )
    with pytest.raises(WrongValue, match=r"there are 003_unified\.sql, 004_data\.sql"):
        matching(directory, "legacy/*.sql", setting="migrations.before")
    with pytest.raises(WrongValue, match=r"there is no \.sql file"):
        matching(write({}, "empty"), "*.sql", setting="migrations.apply")


def test_hidden_and_foreign_folders_are_not_looked_into(write: Write) -> None:
    directory = touch(write, "001_a.sql", ".git/x.sql", "node_modules/p/y.sql")
    assert read(directory).ignored == ()


def test_comments_about_ways_do_not_cut_files_that_go_one_way(write: Write) -> None:
    text = "select 0;\n-- Up migration\nselect 1;\n-- Down migration\nselect 2;\n"
    directory = write({"supabase/migrations/20240101120000_a.sql": text}) / "supabase/migrations"
    (migration,) = read(directory).migrations
    assert migration.text == text
    (listed,) = matching(directory, "20240101120000_a.sql", setting="migrations.apply")
    assert listed == migration
    plain = write({"001_a.sql": text.replace("-- Down", "-- down and up")}, "plain")
    assert read(plain).layout == "plain"
