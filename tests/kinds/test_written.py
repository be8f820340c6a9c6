"""Every key of every kind can be written from a row of the catalog, or says why it is not."""

from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from pytest_schemaverify.catalog import Catalog, Families
from pytest_schemaverify.kinds import KINDS, Kind, family_of
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.kinds.databases.model import Database
from pytest_schemaverify.kinds.form import Look, form_of
from pytest_schemaverify.kinds.snapshot import families
from pytest_schemaverify.kinds.spelling import expression, query, type_of
from pytest_schemaverify.kinds.written import keys
from pytest_schemaverify.language.base import Entry, Named
from pytest_schemaverify.language.include import model_at


def _models(model: type[Entry], seen: set[type[Entry]]) -> Iterator[type[Entry]]:
    """Yield the models of entries about objects, below one."""
    if model in seen:
        return
    seen.add(model)
    names = [f.alias or n for n, f in model.model_fields.items()]
    for key in (*names, "*"):
        inner = model_at(key, model)
        if inner is not None and issubclass(inner, Entry) and inner.family in KINDS:
            yield inner
            yield from _models(inner, seen)


MODELS = {
    one.__name__: one
    for section in KINDS
    if (top := model_at(section, Spec)) is not None and issubclass(top, Entry)
    for one in _models(top, set())
    # A mapping of named things is no object, and these are values of the object around them.
    if not issubclass(one, Named) and one.family not in ("privileges", "primary_key", "rls")
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_a_key_is_a_field_of_the_row_or_is_said_in_another_way(model: type[Entry]) -> None:
    kind = family_of(model.family)
    assert isinstance(kind, Kind)
    plain = {field for _, _, field in keys(model) if field}
    rows = [_row(name) for name in kind.families]
    parts = {"ranges": "range", "aggregates": "aggregate", "not_null": "not_null"}
    if part := parts.get(model.family):  # the row is a field of another
        rows = [get_args(get_type_hints(row)[part])[0] for row in rows]
    for row in rows:
        there = {*row._fields, *(name for name in dir(row) if not name.startswith("_"))}
        assert plain <= there, f"{model.family}: say in its written.py how these are written"


def _row(family: str) -> Any:
    (row,) = get_args(get_type_hints(families()[family].read)["return"])
    return row


@pytest.mark.parametrize("kind", [one for one in KINDS if isinstance(family_of(one), Kind)])
def test_the_keys_of_a_form_are_keys_of_its_entry(kind: str) -> None:
    form = form_of(kind)
    said = {*form.values, *form.usual, *form.left, *form.expressions, *form.spelled, *form.implied}
    every: list[type[Entry]] = [*MODELS.values(), Database]
    models = [one for one in every if one.family == kind]
    known = {f.alias or n for one in models for n, f in one.model_fields.items()}
    assert said <= known


LOOK = Look(Catalog(180000, Families(extensions={})))


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("(( SELECT auth.uid() AS uid) = user_id)", "(select auth.uid()) = user_id"),
        ("((a = 1) AND ((b = 2) OR (c = 3)))", "a = 1 and (b = 2 or c = 3)"),
        ("'draft'::public.agent_status", "'draft'"),
        ("'2 days'::interval", "interval '2 days'"),
        ("(now() - '30 days'::interval)", "now() - interval '30 days'"),
        ("'-1'::integer", "-1"),
        ("NULL::character varying", "null"),
        ("'{}'::text[]", "'{}'"),
        ("('x'::character varying(20))::text", "('x')::text"),
        ("(state = ANY (ARRAY['a'::text, 'b'::text]))", "state in ('a', 'b')"),
        ("(state <> ALL (ARRAY['a'::text, 'b'::text]))", "state not in ('a', 'b')"),
        ("(name ~~ 'A%'::text)", "name like 'A%'"),
        ("public.current_team()", "current_team()"),
        ("app.current_team()", "app.current_team()"),
        ("nextval('public.notes_id_seq'::regclass)", "nextval('public.notes_id_seq')"),
        ("(NOT (a AND b))", "not (a and b)"),
        ('("Order" > 1)', '"Order" > 1'),
        ("(note = 'AND (x)'::text)", "note = 'AND (x)'"),
        ("COALESCE(a, b)", "coalesce(a, b)"),
    ],
)
def test_an_expression_is_written_without_what_the_server_adds(printed: str, written: str) -> None:
    assert expression(printed, LOOK) == written


@pytest.mark.parametrize(
    ("printed", "written"),
    [
        ("timestamp(3) with time zone", "timestamptz(3)"),
        ("timestamp without time zone[]", "timestamp[]"),
        ("character varying(80)", "varchar(80)"),
        ("public.agent_status", "agent_status"),
        ('public."Mood"', '"Mood"'),
        ("app.mood", "app.mood"),
        ("double precision", "double precision"),
    ],
)
def test_a_type_is_written_by_its_usual_name(printed: str, written: str) -> None:
    assert type_of(printed, LOOK) == written


def test_a_query_keeps_its_lines() -> None:
    printed = " SELECT id,\n    title\n   FROM public.notes\n  WHERE (mood = 'bad'::public.mood);"
    assert query(printed, LOOK).splitlines() == [
        "select id,",
        "  title",
        " from notes",
        "where (mood = 'bad')",
    ]
