"""Differences are taken into a file where it holds with them, and nowhere else."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.authoring.comparing.difference import Difference, What
from pytest_schemaverify.authoring.updating.judged import Asked
from pytest_schemaverify.authoring.updating.selecting import Selection, require_known, selected
from pytest_schemaverify.authoring.updating.update import Update, update, write
from pytest_schemaverify.databases import Server
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.language.files import NotWritten
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification

MIGRATION = """\
create table users (id bigint primary key, email text, title text not null default '');
alter table users enable row level security;
create index users_title on users (title);
create table notes (id bigint primary key);
alter table notes enable row level security;
"""
FILE = """\
migrations: {directory: migrations}
include: [notes.yaml]

tables:
  users:  # who can sign in
    columns:
      id: bigint not null
      email: varchar(80)   # as long as a form takes
    rls: true
    indexes: {users_name: {columns: [title]}}
"""
NOTES = "tables:\n  notes:\n    columns: {id: int not null}\n"
USERS = ("tables", "users")
ALL = Asked(create=True, fix=True, trim=True)

Opened = Callable[[], Verification]


@pytest.fixture
def opened(tmp_path: Path, server: Server) -> Iterator[Opened]:
    """Return what opens the file as it is, with its database."""
    made: list[Verification] = []
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/001.sql").write_text(MIGRATION, encoding="utf-8")
    (tmp_path / "expectations.yaml").write_text(FILE, encoding="utf-8")
    (tmp_path / "notes.yaml").write_text(NOTES, encoding="utf-8")

    def open_() -> Verification:
        one = Verification(tmp_path / "expectations.yaml", "expectations.yaml", Config())
        one.database.prepare(lambda _: server)
        made.append(one)
        return one

    yield open_
    for one in made:
        one.database.close()


def difference(what: What, path: str, value: Any = None, **more: Any) -> Difference:
    keys = tuple(path.split("."))
    return Difference(
        what=what, family=more.pop("family", "columns"), subject=keys[-1], path=keys, value=value,
        **more,
    )  # fmt: skip


TITLE = difference("new", "tables.users.columns.title", "text not null")
EMAIL = difference("differs", "tables.users.columns.email", "text", expected="a", actual="text")
INDEX = difference("gone", "tables.users.indexes.users_name", family="indexes")
ID = difference("differs", "tables.notes.columns.id", "bigint not null", expected="int")
KEY = difference("new", "tables.notes.primary_key", ["id"], family="tables")
WRONG = difference("new", "tables.users.columns.absent", "int")
UNREADABLE = difference("new", "tables.users.columns.odd", {"typ": "int"})
ACCEPTED = Asked(create=True, fix=True, trim=True, accepted=("tables",))


def verdicts(found: Update) -> list[str]:
    return [one.verdict for one in found.judged]


def test_only_what_is_asked_for_is_taken(opened: Opened, tmp_path: Path) -> None:
    every = [TITLE, EMAIL, INDEX]
    found = update(opened(), every, Asked())
    assert verdicts(found) == ["not asked", "loosens", "loosens"]
    assert not found.edited.changed
    found = update(opened(), every, Asked(create=True))
    assert verdicts(found) == ["taken", "loosens", "loosens"]
    write(found.edited)
    text = (tmp_path / "expectations.yaml").read_text(encoding="utf-8")
    line = "      email: varchar(80)   # as long as a form takes\n"
    assert text == FILE.replace(line, f"{line}      title: text not null\n")


def test_what_loosens_needs_its_own_key(opened: Opened) -> None:
    asked = Asked(fix=True, trim=True, accepted=("tables.users.columns.email",))
    found = update(opened(), [EMAIL, INDEX], asked)
    assert verdicts(found) == ["taken", "loosens"]
    [text] = found.edited.changed.values()
    assert text == FILE.replace("varchar(80)   #", "text   #")
    assert found.judged[1].reason == "nothing says any more what users_name has to be"


def test_a_part_of_a_name_is_no_key(opened: Opened) -> None:
    asked = Asked(fix=True, accepted=("tables.users.columns.e", "ables.users"))
    assert verdicts(update(opened(), [EMAIL], asked)) == ["loosens"]


def test_what_is_gone_leaves_the_rest_as_it_was(opened: Opened) -> None:
    [text] = update(opened(), [INDEX], ACCEPTED).edited.changed.values()
    assert "users_name" not in text
    assert text.startswith(FILE[: FILE.index("    indexes")])


def test_an_included_file_gets_what_stands_in_it(opened: Opened, tmp_path: Path) -> None:
    found = update(opened(), [ID, KEY], ACCEPTED)
    assert verdicts(found) == ["taken", "taken"]
    write(found.edited)
    text = (tmp_path / "notes.yaml").read_text(encoding="utf-8")
    assert text == (
        "tables:\n  notes:\n    columns: {id: bigint not null}\n    primary_key: [id]\n"
    )
    assert (tmp_path / "expectations.yaml").read_text(encoding="utf-8") == FILE
    assert not update(opened(), [], ACCEPTED).edited.changed


def test_several_new_things_of_one_section_come_together(opened: Opened) -> None:
    more = [
        difference("new", "tables.users.checks.one", {"expression": "true"}),
        difference("new", "tables.users.primary_key.columns", ["id"]),
        difference("new", "tables.users.primary_key.name", "users_pkey"),
    ]
    found = update(opened(), more, ACCEPTED)
    assert verdicts(found) == ["by hand", "taken", "taken"]
    [text] = found.edited.changed.values()
    assert text == f"{FILE}    primary_key: {{columns: [id], name: users_pkey}}\n"


def test_what_would_not_hold_is_left_out(opened: Opened) -> None:
    found = update(opened(), [TITLE, WRONG], ALL)
    assert verdicts(found) == ["taken", "by hand"]
    assert "the file would not hold with it: " in found.judged[1].reason
    [text] = found.edited.changed.values()
    assert "title: text not null" in text
    assert "absent" not in text


def test_what_could_not_be_read_is_left_out(opened: Opened) -> None:
    found = update(opened(), [UNREADABLE, TITLE], ALL)
    assert verdicts(found) == ["by hand", "taken"]
    assert "did you mean `type`?" in found.judged[0].reason


def test_what_a_person_has_to_do_is_never_done(opened: Opened) -> None:
    by_hand = difference("new", "tables.users.columns.title", "text", by_hand="there is a matcher")
    found = update(opened(), [by_hand], ACCEPTED)
    assert (found.judged[0].verdict, found.judged[0].reason) == ("by hand", "there is a matcher")
    assert not found.edited.changed


def test_two_changes_of_one_place_are_not_made_at_once(opened: Opened) -> None:
    found = update(opened(), [EMAIL, replace(EMAIL, value="text not null")], ACCEPTED)
    assert verdicts(found) == ["taken", "by hand"]
    assert "run the command once more" in found.judged[1].reason


def test_all_files_are_written_or_none(opened: Opened, tmp_path: Path) -> None:
    found = update(opened(), [TITLE, ID], ACCEPTED)
    assert len(found.edited.changed) == 2
    (tmp_path / "notes.yaml").chmod(0o444)
    with pytest.raises(NotWritten, match="it is read-only"):
        write(found.edited)
    assert (tmp_path / "expectations.yaml").read_text(encoding="utf-8") == FILE
    (tmp_path / "notes.yaml").chmod(0o644)
    (tmp_path / "notes.yaml").write_text(f"{NOTES}# mine\n", encoding="utf-8")
    with pytest.raises(NotWritten, match="it has changed since it was read"):
        write(found.edited)
    assert (tmp_path / "expectations.yaml").read_text(encoding="utf-8") == FILE
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == ["expectations.yaml", "migrations", "notes.yaml"]


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        (Selection(), 4),
        (Selection(keys=("tables.users",)), 3),
        (Selection(keys=("tables.users.columns.email", "tables.notes")), 2),
        (Selection(keys=("tables.use",)), 0),
        (Selection(words="users and not index"), 2),
        (Selection(words="email or (NOTES and id)"), 2),
        (Selection(kinds=("indexes",)), 1),
        (Selection(kinds=("tables",), words="title"), 1),
        (Selection(kinds=("views",)), 0),
    ],
)
def test_what_is_selected(asked: Selection, number: int) -> None:
    assert len(selected([TITLE, EMAIL, INDEX, ID], asked)) == number
    assert asked.whole is (asked == Selection())


def test_words_find_a_name_however_it_is_capitalized() -> None:
    capital = difference("new", "tables.Users.columns.Title", "text")
    assert selected([capital, ID], Selection(words="users and TITLE")) == [capital]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (Selection(words="a and"), "write words with and, or, not and brackets"),
        (Selection(words="and"), "that is no expression"),
        (Selection(words="a and or"), "that is no expression"),
        (Selection(words="(a"), "that is no expression"),
        (Selection(words="a b"), "that is no expression"),
        (Selection(words="a )"), "that is no expression"),
        (Selection(kinds=("tabels",)), "did you mean tables?"),
        (Selection(kinds=("xyz",)), "there are extensions, "),
    ],
)
def test_a_mistake_in_a_selection_is_told(asked: Selection, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        selected([TITLE], asked)
    assert told in str(caught.value)


def test_an_unknown_key_is_told_with_a_near_one() -> None:
    paths = [TITLE.path, EMAIL.path]
    require_known(["tables", "tables.users.columns.title"], paths, "")
    with pytest.raises(ConfigError, match=r"did you mean tables\.users\.columns\.title\?"):
        require_known(["tables.users.columns.titel"], paths, "")
    with pytest.raises(ConfigError, match="write a path of the file"):
        require_known(["qqq"], paths, "")
