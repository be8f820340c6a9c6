"""Entries that `init` writes, each from the SQL that makes its object."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.authoring.scope import Chosen, contents
from pytest_schemaverify.kinds.entries import Style
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.language.writing import entry

WRITTEN = {
    "a privilege of a role with the name of a key": (
        """
        create role "exact";
        create table notes (id bigint);
        revoke all on notes from anon, authenticated, service_role;
        grant update on notes to "exact";
        """,
        ("tables", "notes", "grants"),
        """
        grants: {'"exact"': [update]}
        """,
    ),
    "names that YAML can have without SQL's quotes, and others": (
        """
        create role "my reader";
        create table notes (id bigint);
        alter table notes enable row level security;
        create policy "Allow full access" on notes to "my reader" using (true);
        create policy "Read" on notes using (true);
        create policy "is it open?" on notes using (true);
        create policy "notes.read" on notes using (true);
        create policy "Read: all" on notes using (true);
        """,
        ("tables", "notes", "rls", "policies"),
        """
        policies:
          '"Read"': {command: all, roles: public, using: "true"}
          '"is it open?"': {command: all, roles: public, using: "true"}
          '"notes.read"': {command: all, roles: public, using: "true"}
          Allow full access: {command: all, roles: my reader, using: "true"}
          "Read: all": {command: all, roles: public, using: "true"}
        """,
    ),
    "a column with the name of a key": (
        'create table notes ("exact" bigint, id bigint)',
        ("tables", "notes", "columns"),
        """
        columns:
          '"exact"': bigint
          id: bigint
        """,
    ),
    "a function that was taken from everybody": (
        """
        create function kept() returns int language sql as 'select 1';
        revoke execute on function kept() from public, anon, authenticated, service_role;
        """,
        ("functions", "kept", "grants"),
        """
        grants: {public: []}
        """,
    ),
    "an enum that was taken from everybody and given to a role": (
        """
        create type mood as enum ('fine');
        revoke usage on type mood from public;
        grant usage on type mood to pg_monitor;
        """,
        ("types", "mood", "grants"),
        """
        grants: {public: [], pg_monitor: [usage]}
        """,
    ),
    "a trigger that calls a function of the server": (
        """
        create table notes (id bigint, found tsvector, title text);
        create trigger notes_found before insert or update on notes for each row
        execute function tsvector_update_trigger('found', 'pg_catalog.english', 'title');
        """,
        ("tables", "notes", "triggers"),
        """
        triggers:
          notes_found: before insert or update for each row execute tsvector_update_trigger('found', 'pg_catalog.english', 'title')
        """,  # noqa: E501
    ),
    "a trigger that calls a function with a capital": (
        """
        create table notes (id bigint);
        create function "Touch"() returns trigger language plpgsql as 'begin return new; end';
        create trigger touch before insert on notes for each row execute function "Touch"();
        """,
        ("tables", "notes", "triggers"),
        """
        triggers:
          touch: before insert for each row execute "Touch"()
        """,
    ),
    "a partition whose values look like words": (
        """
        create table logs (kind text) partition by list (kind);
        create table logs_odd partition of logs for values in ('DEFAULT', 'GO TO (x');
        create table logs_rest partition of logs default;
        """,
        ("tables", "logs", "partitions"),
        """
        partitions:
          logs_odd: in ('DEFAULT', 'GO TO (x')
          logs_rest: default
        """,
    ),
    "a column with a comment": (
        "create table notes (title text not null); comment on column notes.title is 'In short'",
        ("tables", "notes", "columns"),
        """
        columns:
          title: {type: text, nullable: false, comment: In short}
        """,
    ),
    "a comment that begins with an empty line": (
        "create table notes (); comment on table notes is e'\\nShort ones.\\nAnd long.\\n'",
        ("tables", "notes", "comment"),
        """
        comment: |

          Short ones.
          And long.
        """,
    ),
    "a condition with types of columns and calls": (
        """
        create table notes (id bigint, data text, kind text);
        create index notes_kind on notes (id)
        where ((data)::jsonb -> 'kind') = (lower(kind))::jsonb and (data || kind)::jsonb is null;
        """,
        ("tables", "notes", "indexes"),
        """
        indexes:
          notes_kind: create index on notes (id) where (data::jsonb -> 'kind') = lower(kind)::jsonb and (data || kind)::jsonb is null
        """,  # noqa: E501
    ),
    "partitions that have nothing of their own": (
        """
        create table keys (id int primary key);
        create table logs (
            id bigint not null default 1 references keys (id), kind text unique check (kind > ''),
            primary key (kind)
        ) partition by list (kind);
        comment on column logs.kind is 'What it is';
        create index logs_id on logs (id) where id > 0;
        create function touch() returns trigger language plpgsql as 'begin return new; end';
        create trigger logs_touch before update on logs for each row execute function touch();
        create table logs_a partition of logs for values in ('a');
        create table logs_b (like logs including all);
        alter table logs attach partition logs_b for values in ('b');
        """,
        ("tables", "logs_b"),
        "",
    ),
    "a partition that has things of its own": (
        """
        create table logs (id bigint not null default 1, kind text, primary key (id, kind))
        partition by list (kind);
        create index logs_id on logs (id);
        create table logs_a partition of logs for values in ('a') with (fillfactor = 50);
        alter table logs_a alter id drop default, alter kind set statistics 7;
        create index logs_a_twice on logs_a (id);
        alter table logs_a enable row level security;
        comment on table logs_a is 'It stands with its bound';
        revoke all on logs, logs_a from anon, authenticated, service_role;
        grant insert on logs_a to authenticated;
        """,
        ("tables", "logs_a"),
        """
        logs_a:
          with: {fillfactor: "50"}
          columns:
            id: {default: absent}
            kind: {statistics: 7}
          indexes:
            logs_a_twice: create index on logs_a (id)
          rls: true
          grants: {authenticated: [insert]}
        """,
    ),
    "the sequence of an identity that counts otherwise": (
        """
        create table notes (
            id integer primary key generated always as identity (start with 100 increment by 10)
        );
        revoke all on sequence notes_id_seq from anon, authenticated, service_role;
        """,
        ("sequences", "notes_id_seq"),
        """
        notes_id_seq: {type: integer, start: 100, increment: 10, owned_by: notes.id}
        """,
    ),
    "the sequence of a serial column that others use": (
        """
        create table notes (id bigserial primary key);
        revoke all on sequence notes_id_seq from anon, service_role, authenticated;
        grant usage on sequence notes_id_seq to authenticated;
        """,
        ("sequences", "notes_id_seq"),
        """
        notes_id_seq:
          owned_by: notes.id
          grants: {authenticated: [usage]}
        """,
    ),
    "the sequence of a column as it always is": (
        """
        create table notes (id bigserial primary key, number int generated always as identity);
        revoke all on all sequences in schema public from anon, service_role, authenticated;
        """,
        ("sequences",),
        "",
    ),
}


@pytest.mark.parametrize(("sql", "path", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_an_object_is_written_as_a_person_would(
    sql: str, path: tuple[str, ...], expected: str, connection: Connection[Any]
) -> None:
    connection.execute(sql.encode())
    assert _lines(_entry_at(path, connection)) == _lines(expected)


def _entry_at(path: tuple[str, ...], connection: Connection[Any]) -> str:
    """Return the text at a path of what is written for a database; "" where there is nothing."""
    found = contents(read(connection), Chosen("supabase"))
    data: Any = {
        name: Style(found.look).things(things, (name,)) for name, things in found.sections.items()
    }
    for key in path:
        data = data.get(key, {})
    return entry(path[-1], data, 2) if data else ""


def _lines(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return [line[margin:] for line in lines]
