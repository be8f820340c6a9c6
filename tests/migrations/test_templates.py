"""Placeholders are filled in, and what nobody has filled in is called what it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.migrations import templates
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.failure import FileFailed
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.ledger.content import difference, flyway
from pytest_schemaverify.migrations.read import read

Write = Callable[..., Path]


def only(write: Write, name: str, text: str, **placeholders: str) -> Migration:
    (migration,) = read(write({name: text})).migrations
    return replace(migration, placeholders=tuple(placeholders.items()))


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("V1__a.sql", "select '${a}', ${a}.b -- ${a}", "select 'x', x.b -- x"),
        ("V1__a.sql", "select $a, $body$ $1 $body$, '$'", "select $a, $body$ $1 $body$, '$'"),
        ("1_a.up.sql", "select '${a}${other}'", "select 'x${other}'"),
        ("1_a.sql", "-- +goose Up\nselect $a, $ab, $a$$a$", "-- +goose Up\nselect x, $ab, $a$$a$"),
    ],
)
def test_placeholders_are_filled_in(write: Write, name: str, text: str, wanted: str) -> None:
    assert only(write, name, text, a="x").text.strip() == wanted


def test_a_placeholder_that_flyway_would_refuse_is_told(write: Write) -> None:
    migration = only(write, "V1__a.sql", "select 1;\n-- ${a}, ${b}", a="x")
    with pytest.raises(MigrationFailed) as caught:
        migration.text  # noqa: B018
    assert "V1__a.sql:2:7" in str(caught.value)
    assert "placeholders: {b: …}" in str(caught.value)
    # Nobody says that they are filled in: the text may be meant.
    assert only(write, "V1__a.sql", "select '${a}'").text == "select '${a}'"


def test_the_checksum_of_flyway_is_that_of_the_file(write: Write) -> None:
    migration = only(write, "V1__a.sql", "create table ${a} (id int);", a="x")
    assert difference(migration, flyway("create table ${a} (id int);")) is None
    assert difference(migration, flyway("create table x (id int);")) is not None


@pytest.mark.parametrize(
    ("sql", "place", "said"),
    [
        ("create table ${s}.a ();", ":1:14", "{placeholders: {s: …}}"),
        ("create table a_${s} ();", ":1:17", "{placeholders: {s: …}}"),
        ('create table "${s}".a ();', ":1:14", "{placeholders: {s: …}}"),
        ("create table ${flyway:defaultSchema}.a ();", ":1:14", '{"flyway:defaultSchema": public}'),
        ("create table a ();\nalter table a owner to $ME;", ":2:24", "{placeholders: {ME: …}}"),
        ("create table {{ .Options.Of }}.a ();", ":1:14", "`{{ .Options.Of }}` is a template"),
        ("{{ if\n .Big }}create table a ();{{ end }}", ":1:1", "`{{ if .Big }}` is a template"),
        ("{% if big %}create table a ();{% endif %}", ":1:1", "`{% if big %}` is a template"),
    ],
)
def test_what_nobody_has_filled_in_is_told(
    connection: psycopg.Connection, write: Write, sql: str, place: str, said: str
) -> None:
    with pytest.raises(FileFailed) as caught:
        apply_all(connection, [only(write, "1_a.up.sql", sql)])
    assert f"1_a.up.sql{place}\n" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    ["select '{{ a }} ${b}' from;", "select $1;", "select '{' ; }", "create tabel a (${b});",
     "insert into t values ('{%'); selekt {1};"],
)  # fmt: skip
def test_other_mistakes_are_not_taken_for_templates(
    connection: psycopg.Connection, write: Write, sql: str
) -> None:
    with pytest.raises(FileFailed) as caught:
        apply_all(connection, [only(write, "1_a.up.sql", sql)])
    assert "a placeholder" not in str(caught.value)
    assert "a template" not in str(caught.value)


def test_a_long_template_is_cut() -> None:
    assert len(templates.at("{{ " + "very " * 1000 + "}}", 0)) < 300
