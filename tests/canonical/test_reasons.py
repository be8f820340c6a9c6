"""Where nobody can tell, the reason is said, with what to do."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from psycopg import conninfo

from pytest_schemaverify.canonical import Canonical
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import CannotDetermine

from .conftest import LIMITED, over

COLUMNS = [("id", "bigint"), ("title", "text"), ("amount", "integer"), ("secret", "geo.shade")]
Ask = Callable[[Canonical], object]


def expression(text: str) -> Ask:
    return lambda canonical: canonical.same_expression(text, "id > 0", "notes", COLUMNS)


def default(text: str, type_: str) -> Ask:
    return lambda canonical: canonical.same_default(text, "null", type_)


def query(text: str) -> Ask:
    return lambda canonical: canonical.same_query(text, "SELECT id FROM public.notes")


REASONS: dict[str, tuple[Ask, str, str]] = {
    "no usage on the schema of a type": (
        lambda canonical: canonical.type("geo.shade"),
        "permission denied for schema geo",
        "connect as a role that has usage on schema geo",
    ),
    "no usage on the schema of a column's type": (
        expression("secret is null"),
        "permission denied for schema geo",
        "connect as a role that has usage on schema geo",
    ),
    "no usage on the schema of a function": (
        expression("geo.near(title)"),
        "permission denied for schema geo",
        "connect as a role that has usage on schema geo",
    ),
    "no right to execute a function": (
        expression("guarded(title)"),
        "permission denied for function guarded",
        "connect as a role that has execute on function guarded",
    ),
    "no right to read a table, where that is needed": (
        query("select id from notes tablesample system (1)"),
        "permission denied for table notes",
        "connect as a role that has select on table notes",
    ),
    "no such type": (
        lambda canonical: canonical.type("geography"),
        'type "geography" does not exist',
        "check the spelling; write `schema.name`",
    ),
    "no such schema": (
        expression("nowhere.f(title)"), 'schema "nowhere" does not exist', "check the spelling",
    ),
    "no such function": (
        expression("lost(title)"),
        "function lost(text) does not exist",
        "No function matches the given name and argument types",
    ),
    "no such column": (
        expression("tytle = 'a'"), 'column "tytle" does not exist', "name a column that is there",
    ),
    "no such table": (
        query("select id from nodes"), 'relation "nodes" does not exist', "write it as the server",
    ),
    "no such label": (
        default("'happy'", "ext.mood"), 'invalid input value for enum ext.mood: "happy"',
        "write it",
    ),
    "types that do not fit": (
        expression("title > 1"), "operator does not exist: text > integer", "explicit type casts",
    ),
    "no SQL": (expression("id > > 1"), 'syntax error at or near ">"', "write it as the server"),
    "SQL that ends too early": (expression("id >"), "it ends too early", "write it as the server"),
    "more than one statement": (
        query("select 1; select 2"), "syntax error at or near", "write it as the server",
    ),
    "a parameter": (expression("id = $1"), "requires 1", "write the value in place of `$1`"),
    "an error in what does not depend on a row": (
        expression("id > 1 / 0"), "division by zero", "write it as the server",
    ),
    "a plan that does not show all": (
        lambda canonical: canonical.same_query(
            "select id from notes limit 1 + 1", "SELECT id FROM public.notes LIMIT (1 + 2)"
        ),
        "the server's plan does not show all of it (Limit)",
        "write it exactly as the server has stored it",
    ),
    "a plan that does not show with what a function is called": (
        lambda canonical: canonical.same_expression(
            "is_in('a')", "public.is_in('b'::text)", "notes", COLUMNS
        ),
        "the server's plan does not show all of it (is_in)",
        "write it exactly as the server has stored it",
    ),
    "a plan that does without a condition": (
        lambda canonical: canonical.same_expression("amount > 1 or true", "true", "notes", COLUMNS),
        "the server's plan does not show all of it (amount)",
        "write it exactly as the server has stored it",
    ),
    "a plan that does without a sub-query": (
        lambda canonical: canonical.same_expression(
            "false and id in (select note from members where role = 'a')",
            "false and id in (select note from members where role = 'b')",
            "notes",
            COLUMNS,
        ),
        "the server's plan does not show all of it (sub-queries)",
        "write it exactly as the server has stored it",
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def nobody(world: Dsn) -> Iterator[Canonical]:
    """Compares as a role that may do little."""
    connection, reading = over(Dsn(conninfo.make_conninfo(world, user=LIMITED)))
    with connection:
        yield Canonical(reading)


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_and_what_to_do_are_said(nobody: Canonical, reason: str) -> None:
    ask, because, remedy = REASONS[reason]
    with pytest.raises(CannotDetermine) as caught:
        ask(nobody)
    tried, *lines = str(caught.value).splitlines()
    assert tried.startswith(("reading the ", "comparing the "))
    assert because in lines[0]
    assert remedy in " ".join(lines[1:])


def test_a_limit_of_time_is_no_answer(world: Dsn) -> None:
    connection, reading = over(world)

    @contextmanager
    def hurried() -> Iterator[Reader]:
        with reading() as hurried:
            hurried.run("set local statement_timeout = '500ms'")
            yield hurried

    with connection, pytest.raises(CannotDetermine) as caught:
        expression("id > slow()")(Canonical(hurried))
    assert "because canceling statement due to statement timeout" in str(caught.value)
    assert "try again when the server is less busy" in str(caught.value)
