"""Every key that holds a number takes every condition, or says at its place that it takes none."""

import functools
import json
import operator
import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Dsn, Server
from pytest_schemaverify.databases.reading import Reader
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.language.conditions import holds
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.facts.facts import VETTING
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.vetting import Vet
from tests.pages import Case, results
from tools.models import models

ROOT = Path(__file__).parents[2]
SCHEMA: Any = json.loads((ROOT / "pytest_schemaverify/expectations.schema.json").read_text())

SQL = """
create sequence s increment -2 minvalue -100 maxvalue -1 start -1 cache 3;
create table t (
    id int primary key, label text, e extensions.vector(3)
) with (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.050, toast.autovacuum_vacuum_threshold = 7
);
insert into t select i, i, case when i > 1 then '[1,2,3]' else '[0,0,0]' end::extensions.vector
from generate_series(1, 8) as i;
update t set e = null where id > 6;
alter table t alter column label set statistics 250;
alter table t alter column label set (n_distinct = 120);
create statistics t_both on id, label from t;
alter statistics t_both set statistics 40;
create index t_label on t (label) with (fillfactor = 55);
create index t_lower on t (lower(label));
alter index t_lower alter column 1 set statistics 350;
create index t_e on t using hnsw (e extensions.vector_l2_ops) with (m = 5, ef_construction = 33);
create table u (e extensions.vector(3));
create index u_e on u using ivfflat (e extensions.vector_l2_ops) with (lists = 12);
create materialized view v with (fillfactor = 45) as select 1 as one;
create function f() returns setof int language sql cost 0.25 rows 1.5
    set statement_timeout = '2500ms' set work_mem = '64MB' set app.rate = '0.250' as 'select 1';
create role conditions connection limit 9;
alter role conditions set random_page_cost = 1.10;
alter role all set random_page_cost = 1.2;
do $$ begin
    execute format('alter database %I connection limit 12', current_database());
    execute format('alter database %I set random_page_cost = 1.3', current_database());
    execute format(
        'alter role conditions in database %I set seq_page_cost = 1.4', current_database()
    );
end $$;
alter tablespace pg_default set (random_page_cost = 1.5);
create table k (
    id int primary key with (fillfactor = 71), label text unique with (fillfactor = 72),
    constraint k_apart exclude using btree (id with =) with (fillfactor = 73)
);
alter table k alter label set (n_distinct_inherited = 130);
create foreign data wrapper w options (batch_size '0.50');
create server x version '1.10' foreign data wrapper w options (fetch_size '100');
create foreign table y (id int options (width '6')) server x options (fetch_size '-5');
create table schema_migrations (version text);
insert into schema_migrations values ('1.8'), ('1.9'), ('1.10');
"""

TAKES: dict[str, list[tuple[str, str]]] = {
    "Sequence.increment": [("sequences: {s: {increment: {}}}", "-2")],
    "Sequence.minimum": [("sequences: {s: {minimum: {}}}", "-100")],
    "Sequence.maximum": [("sequences: {s: {maximum: {}}}", "-1")],
    "Sequence.start": [("sequences: {s: {start: {}}}", "-1")],
    "Sequence.cache": [("sequences: {s: {cache: {}}}", "3")],
    "Column.statistics": [("tables: {t: {columns: {label: {statistics: {}}}}}", "250")],
    "Column.n_distinct": [("tables: {t: {columns: {label: {n_distinct: {}}}}}", "120")],
    "Column.n_distinct_inherited": [
        ("tables: {k: {columns: {label: {n_distinct_inherited: {}}}}}", "130")
    ],
    "Column.options": [
        ("tables: {y: {foreign: {server: x}, columns: {id: {options: {width: {}}}}}}", "6")
    ],
    "PrimaryKey.with": [
        ("tables: {k: {primary_key: {columns: [id], with: {fillfactor: {}}}}}", "71")
    ],
    "UniqueConstraint.with": [
        ("tables: {k: {unique_constraints: {k_label_key: {with: {fillfactor: {}}}}}}", "72")
    ],
    "Exclusion.with": [("tables: {k: {exclusions: {k_apart: {with: {fillfactor: {}}}}}}", "73")],
    "Column.position": [("tables: {t: {columns: {label: {position: {}}}}}", "2")],
    "Statistics.target": [("tables: {t: {statistics: {t_both: {target: {}}}}}", "40")],
    "Table.with": [
        ("tables: {t: {with: {fillfactor: {}}}}", "70"),
        ("tables: {t: {with: {autovacuum_vacuum_scale_factor: {}}}}", "0.05"),
        ("tables: {t: {with: {toast.autovacuum_vacuum_threshold: {}}}}", "7"),
    ],
    "Index.statistics": [("tables: {t: {indexes: {t_lower: {statistics: {1: {}}}}}}", "350")],
    "Index.with": [("tables: {t: {indexes: {t_label: {with: {fillfactor: {}}}}}}", "55")],
    "MaterializedView.with": [("materialized_views: {v: {with: {fillfactor: {}}}}", "45")],
    "Function.cost": [("functions: {f(): {cost: {}}}", "0.25")],
    "Function.rows": [("functions: {f(): {rows: {}}}", "1.5")],
    "Function.settings": [
        ("functions: {f(): {settings: {app.rate: {}}}}", "0.25"),
        ("functions: {f(): {settings: {statement_timeout: {}}}}", "2500"),
        ("functions: {f(): {settings: {work_mem: {}}}}", "65536"),
    ],
    "Role.settings": [("roles: {conditions: {settings: {random_page_cost: {}}}}", "1.1")],
    "Role.database_settings": [
        ("roles: {conditions: {database_settings: {seq_page_cost: {}}}}", "1.4")
    ],
    "Database.settings": [("database: {settings: {random_page_cost: {}}}", "1.3")],
    "Database.settings_of_every_role": [
        ("database: {settings_of_every_role: {random_page_cost: {}}}", "1.2")
    ],
    "Database.connection_limit": [("database: {connection_limit: {}}", "12")],
    "Tablespace.with": [("tablespaces: {pg_default: {with: {random_page_cost: {}}}}", "1.5")],
    "Role.connection_limit": [("roles: {conditions: {connection_limit: {}}}", "9")],
    "Wrapper.options": [("wrappers: {w: {options: {batch_size: {}}}}", "0.5")],
    "ForeignServer.options": [("foreign_servers: {x: {options: {fetch_size: {}}}}", "100")],
    "ForeignTable.options": [("tables: {y: {foreign: {options: {fetch_size: {}}}}}", "-5")],
    "DataSet.rows": [("data: {t: {rows: {}}}", "8"), ("data: {t: {where: id < 4, rows: {}}}", "3")],
    "Query.returns": [
        ("data: {queries: {q: {sql: select count(*) from t, returns: {}}}}", "8"),
        ("data: {queries: {q: {sql: select -0.5::float8, returns: {}}}}", "-0.5"),
        ("data: {queries: {q: {sql: 'select 1.50, 7', returns: [1.5, {}]}}}", "7"),
    ],
    "VectorColumn.dimensions": [("vectors: {columns: {t.e: {dimensions: {}}}}", "3")],
    "VectorColumn.regenerate": [
        ("vectors: {columns: {t.e: {regenerate: {}}}}", "2"),
        ("vectors: {columns: {t.e: {dimensions: '< 4', regenerate: {}}}}", "2"),
    ],
    "VectorData.dimensions": [("vectors: {columns: {t.e: {data: {dimensions: {}}}}}", "3")],
    "VectorData.null": [("vectors: {columns: {t.e: {data: {null: {}}}}}", "2")],
    "VectorData.zero_norm": [("vectors: {columns: {t.e: {data: {zero_norm: {}}}}}", "1")],
    "VectorData.duplicates": [("vectors: {columns: {t.e: {data: {duplicates: {}}}}}", "5")],
    "VectorIndex.m": [("vectors: {columns: {t.e: {index: {m: {}}}}}", "5")],
    "VectorIndex.ef_construction": [
        ("vectors: {columns: {t.e: {index: {ef_construction: {}}}}}", "33")
    ],
    "VectorIndex.lists": [("vectors: {columns: {u.e: {index: {lists: {}}}}}", "12")],
    "Vectors.dimensions": [("vectors: {dimensions: {}}", "3")],
}
"""Keys that take conditions, with places for one and what is there."""

TAKES_NONE = {
    "Recall.at_least": "vectors: {columns: {t.e: {recall: {at_least: {}}}}}",
    "Recall.k": "vectors: {columns: {t.e: {recall: {at_least: 1, k: {}}}}}",
    "Recall.queries": "vectors: {columns: {t.e: {recall: {at_least: 1, queries: {}}}}}",
    "Recall.ef_search": "vectors: {columns: {t.e: {recall: {at_least: 1, ef_search: {}}}}}",
    "Recall.probes": "vectors: {columns: {t.e: {recall: {at_least: 1, probes: {}}}}}",
    "Recall.rows": "vectors: {columns: {t.e: {recall: {at_least: 1, rows: {}}}}}",
    "VectorSearch.at_most": (
        "vectors: {columns: {t.e: {search: {function: f, limit: l, at_most: {}}}}}"
    ),
    "VectorRule.dimensions": "rules: {one_vector_dimension: {dimensions: {}}}",
    "LockRule.postgres": "rules: {no_blocking_statements: {postgres: {}}}",
    "Spec.version": "{version: {}, tables: {t: {}}}",
    **{
        f"AccessEntry.{key}": f"access: {{tables: {{t: {{a: {{{key}: {{rows: {{}}}}}}}}}}}}"
        for key in ("select", "insert", "update", "delete")
    },
    **{
        f"ViewAccess.{key}": f"access: {{views: {{v: {{a: {{{key}: {{rows: {{}}}}}}}}}}}}"
        for key in ("select", "insert", "update", "delete")
    },
    "CallAccess.call": "access: {functions: {f: {sql: select 1, a: {rows: {}}}}}",
    "Accepted.between": "data: {t: {accepted: {id: {}}}}",
}
"""Keys that say that they take none."""

ELSEWHERE = {
    "Budget.seconds": "what is measured: tests/rehearsal/test_cost.py",
    "Command.seconds": "a time-out: tests/rehearsal/test_commands.py",
    "When.server": "a version: tests/language/test_terms.py",
    "When.env": "texts of the environment",
    "Spec.vars": "what other texts are made of",
    "Migrations.placeholders": "what the texts of files are made of",
    "VectorSearch.arguments": "what is handed to a function",
    "Accepted.one_of": "constants of SQL",
    **dict.fromkeys(
        ("CheckConstraint.expression", "Column.default", "Column.generated",
         "DomainCheck.expression", "Exclusion.where", "Index.where", "PublishedTable.where",
         "Policy.using", "Policy.with_check", "Trigger.when", "Type.default"),
        "expressions of SQL",
    ),
    **dict.fromkeys(
        (f"{name}.definition" for name in (
            "AccessMethod", "Aggregate", "Collation", "Conversion", "Language", "OperatorFamily",
            "TextSearchDictionary", "TextSearchParser", "TextSearchTemplate", "Transform", "Type",
        )),
        "words of a CREATE, compared as texts",
    ),
    **dict.fromkeys(("Matcher.not", "Matcher.contains"), "what stands around it tells"),
}  # fmt: skip
"""Keys in which a number may stand, and why no condition on it is theirs."""


ENTRIES = {model.__name__ for model in models()} | {"Matcher"}


def alternatives(schema: Any) -> Iterator[Any]:
    """Yield what may stand somewhere, without other entries."""
    while "$ref" in schema:
        name, *inner = schema["$ref"].removeprefix("#/$defs/").split("/")
        if name in ENTRIES:
            return
        schema = functools.reduce(operator.getitem, inner, SCHEMA["$defs"][name])
    for one in schema.get("anyOf", [schema]):
        yield from alternatives(one) if "anyOf" in one or "$ref" in one else [one]


def admits_a_number(schema: Any) -> bool:
    for one in alternatives(schema):
        kinds = {one.get("type")} if isinstance(one.get("type"), str) else {*one.get("type", ())}
        inner = [
            *one.get("properties", {}).values(),
            one.get("items"),
            one.get("additionalProperties"),
        ]
        if (
            kinds & {"integer", "number"}
            or type(one.get("const")) is int
            or not one.keys() - {"description", "examples"}
        ):
            return True
        if any(admits_a_number(each) for each in inner if isinstance(each, dict)):
            return True
    return False


def test_no_key_that_holds_a_number_is_forgotten() -> None:
    found = {
        f"{name}.{key}"
        for name, definition in [("Spec", SCHEMA), *SCHEMA["$defs"].items()]
        if name in ENTRIES
        for form in (definition, *definition.get("anyOf", ()))
        for key, value in form.get("properties", {}).items()
        if admits_a_number(value)
    }
    assert found == {*TAKES, *TAKES_NONE, *ELSEWHERE}


def conditions_on(number: Decimal) -> list[str]:
    """Return conditions of every sign, of which some hold."""
    more, less, near = number + 1, number - 1, number + Decimal(".15")
    return [
        f"> {less}", f">= {near}", f"<{number}", f"<= {number}", f"= {number * 10}e-1",
        f"= {near}", f"!= {number}", f"<> {more}", f"> {less}, < {near}",
    ]  # fmt: skip


PLACES = [place for places in TAKES.values() for place in places]
NO_MATCHERS = ("with:", "ettings:", "every_role:", "options:", "[1.5", "{1:")
"""Values of mappings and of lists, in whose place no matcher can stand."""


def test_each_of_them_takes_every_condition(connection: Connection[Any], server: Server) -> None:
    connection.execute(SQL.encode())
    target = Target(Dsn(""), "", (), read(connection))

    @contextmanager
    def reading() -> Iterator[Reader]:
        with Reader(connection).undone() as reader:
            yield reader

    vets: list[Vet] = []

    def fails(yaml: str) -> bool:
        spec, positions = load(yaml, "e.yaml")
        facts = Facts(spec, Path(), target, None, reading)
        if not vets:
            vets.append(facts.vet)
        # It looks through the functions of the database, which stay the same.
        facts.once(VETTING, lambda: vets[0])
        found = [run(one, facts) for one in plan(spec, positions, "e.yaml")]
        assert not [one.undetermined for one in found if one.undetermined], yaml
        return any(one.findings for one in found)

    for yaml, number in PLACES:
        assert not fails(yaml.replace("{}", number)), (yaml, number)
        for text in conditions_on(Decimal(number)):
            fulfilled = holds(text, Decimal(number))
            assert fails(yaml.replace("{}", f'"{text}"')) is not fulfilled, (yaml, text)
        if not any(word in yaml for word in NO_MATCHERS):
            assert fails(yaml.replace("{}", f'{{not: {{one_of: ["<= {number}"]}}}}')), yaml


NO_LIMITS = {"temp_file_limit": "-1", "log_min_duration_statement": "-1", "lock_timeout": "0",
             "gin_fuzzy_search_limit": "0"}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), NO_LIMITS.items())
def test_no_limit_is_below_none_whatever_unit_the_setting_has(
    name: str, value: str, connection: Connection[Any], server: Server
) -> None:
    sql = (
        "create or replace function f() returns int language sql "
        f"set {name} = '{value}' as 'select 1'"
    )
    for condition, right in (("< 5000", False), ("<= 1_000_000", False), (f"= {value}", True)):
        yaml = f"functions: {{f(): {{settings: {{{name}: '{condition}'}}}}}}"
        found = results(Case("", sql=sql, yaml=yaml), connection, server)
        assert all(one.passed for one in found) is right, yaml


EXACT = {
    "12345678901234567.89": ("12345678901234567.89", "12345678901234568", "12345678901234567.88"),
    "0.30000000000000001": ("0.30000000000000001", "0.3", "0.30000000000000000"),
    "1e-400": ("1e-400::numeric", "0", "2e-400::numeric"),
    "1e400": ("1e400::numeric", "'Infinity'::numeric", "'Infinity'::float8"),
    '"= 12345678901234567.1"': (
        "'12345678901234567.1'::jsonb", "'12345678901234567.2'::jsonb", "12345678901234567"
    ),
    "[[{a: 1.1}]]": ("""'{"a": 1.10}'::json""", """'{"a": 1.1000000000000000001}'::json""", "1"),
    '"> 1e4999"': ("'1e5000'::jsonb", "'1e4999'::json", "'-1e5000'::jsonb"),
}  # fmt: skip
"""What a query is to return; what is that, and what differs in digits that no float has."""


@pytest.mark.parametrize(("expected", "found"), EXACT.items(), ids=EXACT)
def test_every_digit_counts(
    expected: str, found: tuple[str, ...], connection: Connection[Any], server: Server
) -> None:
    passed = []
    for value in found:
        query = json.dumps(f"select {value}")
        yaml = f"data: {{queries: {{q: {{sql: {query}, returns: {expected}}}}}}}"
        passed += [one.passed for one in results(Case("", sql="", yaml=yaml), connection, server)]
    assert passed == [True, False, False]


def test_values_of_a_column_are_those_that_are_written(
    connection: Connection[Any], server: Server
) -> None:
    sql = "create table t (a text, b numeric); insert into t values ('1.1', 12345678901234568)"
    yaml = "data: {t: {accepted: {a: [1.10], b: {between: [0, 12345678901234567.89]}}}}"
    found = results(Case("", sql=sql, yaml=yaml), connection, server)
    assert [one.planned.name for one in found if one.findings] == [
        "data.t::accepted[a]", "data.t::accepted[b]"
    ]  # fmt: skip


@pytest.mark.parametrize("key", TAKES_NONE)
@pytest.mark.parametrize("text", [">= 3", "< .5"])
def test_a_key_says_that_it_takes_none(key: str, text: str) -> None:
    yaml = TAKES_NONE[key].replace("{}", f'"{text}"')
    with pytest.raises(SpecError) as caught:
        plan(*load(yaml, "e.yaml"), "e.yaml")
    assert all(one.startswith("e.yaml:1:") for one in caught.value.problems)


NO_CONDITIONS = ["=> 2", ">= many", "< 5 > 2", ">= 2,", "> 1.2.3", "< 5 MB"]


@pytest.mark.parametrize("text", NO_CONDITIONS)
def test_what_is_no_condition_is_told_at_its_place(text: str) -> None:
    for yaml, _ in PLACES:
        if "ettings" in yaml or "options" in yaml or "queries" in yaml:
            continue  # there it is a text
        with pytest.raises(SpecError) as caught:
            plan(*load(yaml.replace("{}", f'"{text}"'), "e.yaml"), "e.yaml")
        key = re.search(r"[\w.]+: \{\}", yaml)
        [problem] = caught.value.problems
        assert key
        assert problem.startswith(f"e.yaml:1:{key.start() + 1}: "), yaml
        assert "condition" in problem
