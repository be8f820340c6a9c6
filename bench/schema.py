"""A schema of N tables, and the same assertions about it for both sides.

Each expectation of the YAML has its counterpart in pgTAP, one to one: 45 for a table, and 4 for the
function that every fifth table brings.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

SCHEMA = "app"
TABLES_PER_FILE = 20
"""Tables that one pgTAP script is about; pg_prove distributes whole scripts."""


class Column(NamedTuple):
    """A column as DDL, and as pgTAP wants to see it."""

    name: str
    type: str
    printed: str
    """The type as format_type() prints it, which is what pgTAP compares."""
    not_null: bool = True
    default: str = ""
    default_value: str = ""
    """What pgTAP calls the default: without quotes and cast."""

    @property
    def ddl(self) -> str:
        """`uuid not null default gen_random_uuid()`."""
        default = f" default {self.default}" if self.default else ""
        return f"{self.type}{' not null' if self.not_null else ''}{default}"


COLUMNS = (
    Column("id", "uuid", "uuid", True, "gen_random_uuid()", "gen_random_uuid()"),
    Column("parent_id", "uuid", "uuid", False),
    Column("tenant_id", "integer", "integer"),
    Column("name", "text", "text"),
    Column("email", "varchar(255)", "character varying(255)", False),
    Column("amount", "numeric(12,2)", "numeric(12,2)", True, "0", "0"),
    Column("status", "text", "text", True, "'new'", "new"),
    Column("is_active", "boolean", "boolean", True, "true", "true"),
    Column("payload", "jsonb", "jsonb", False, "'{}'", "{}"),
    Column("created_at", "timestamptz", "timestamp with time zone", True, "now()", "now()"),
)
INDEXES = {"tenant": ("tenant_id",), "status": ("status", "created_at")}
POLICIES = {
    "read": "for select to bench_reader using (tenant_id = current_setting('app.tenant')::integer)",
    "all": "for all to bench_writer using (true) with check (true)",
}


def ddl(count: int) -> str:
    """Return the statements that create the schema."""
    lines = [
        "do $$ begin create role bench_reader; exception when duplicate_object then end $$;",
        "do $$ begin create role bench_writer; exception when duplicate_object then end $$;",
        f"create schema {SCHEMA};",
    ]
    for number in range(count):
        lines += _table(number)
        if _has_function(number):
            lines.append(
                f"create function {SCHEMA}.{_function(number)}(a integer) returns integer "
                f"language sql stable security {_security(number)} set search_path = pg_catalog "
                "as 'select a + 1';"
            )
    return "\n".join(lines) + "\n"


def _table(number: int) -> Iterator[str]:
    table, parent = _name(number), _name(max(number - 1, 0))
    columns = ", ".join(f"{column.name} {column.ddl}" for column in COLUMNS)
    yield (
        f"create table {SCHEMA}.{table} ({columns}, primary key (id), "
        f"foreign key (parent_id) references {SCHEMA}.{parent} (id));"
    )
    for suffix, keys in INDEXES.items():
        yield f"create index {table}_{suffix} on {SCHEMA}.{table} ({', '.join(keys)});"
    yield f"alter table {SCHEMA}.{table} enable row level security;"
    for suffix, rest in POLICIES.items():
        yield f"create policy {table}_{suffix} on {SCHEMA}.{table} {rest};"


def expectations(count: int) -> str:
    """Return expectations.yaml."""
    lines = [f"defaults: {{schema: {SCHEMA}}}", "tables:"]
    for number in range(count):
        table, parent = _name(number), _name(max(number - 1, 0))
        lines += [
            f"  {table}:",
            "    columns:",
            *(f"      {column.name}: {column.ddl}" for column in COLUMNS),
            "    primary_key: [id]",
            f"    foreign_keys: {{parent_id: {parent}(id)}}",
            "    indexes:",
            *(
                f"      {table}_{suffix}: {{columns: [{', '.join(keys)}]}}"
                for suffix, keys in INDEXES.items()
            ),
            "    rls:",
            "      enabled: true",
            f"      policies: {{{', '.join(f'{table}_{suffix}: {{}}' for suffix in POLICIES)}}}",
        ]
    lines += ["functions:", "  exact: false  # as the assertions of pgTAP"]
    lines += [
        f"  {_function(number)}(integer): "
        f"{{returns: integer, language: sql, security: {_security(number)}}}"
        for number in range(count)
        if _has_function(number)
    ]
    return "\n".join(lines) + "\n"


def write_pgtap(count: int, folder: Path) -> int:
    """Write the pgTAP scripts, one statement for each assertion; return how many assertions."""
    folder.mkdir()
    total = 0
    for first in range(0, count, TABLES_PER_FILE):
        numbers = range(first, min(first + TABLES_PER_FILE, count))
        calls = [call for number in numbers for call in _pgtap(number)]
        total += len(calls)
        (folder / f"{first // TABLES_PER_FILE:04d}.sql").write_text(
            "\n".join(
                [
                    "\\set ON_ERROR_STOP 1",
                    "begin;",
                    f"select plan({len(calls)});",
                    *(f"select {call};" for call in calls),
                    "select * from finish();",
                    "rollback;\n",
                ]
            )
        )
    return total


def _pgtap(number: int) -> Iterator[str]:
    table, parent = _name(number), _name(max(number - 1, 0))
    at = f"'{SCHEMA}', '{table}'"
    relation = f"'{SCHEMA}.{table}'::regclass"
    yield f"has_table({at}, '{table} exists')"
    for column in COLUMNS:
        about, subject = f"{at}, '{column.name}'", f"{table}.{column.name}"
        yield f"has_column({about}, '{subject} exists')"
        yield f"col_type_is({about}, '{column.printed}', '{subject} type')"
        if column.not_null:
            yield f"col_not_null({about}, '{subject} nullable')"
        if column.default:
            yield f"col_default_is({about}, '{column.default_value}'::text, '{subject} default')"
    yield f"col_is_pk({at}, array['id']::name[], '{table} primary key')"
    yield f"col_is_fk({at}, 'parent_id', '{table} foreign key')"
    yield (
        f"fk_ok({at}, array['parent_id']::name[], '{SCHEMA}', '{parent}', array['id']::name[], "
        f"'{table} references')"
    )
    for suffix, keys in INDEXES.items():
        index = f"{table}_{suffix}"
        yield f"has_index({at}, '{index}'::name, '{index} exists'::text)"
        yield f"has_index({at}, '{index}', array{list(keys)}::name[], '{index} columns')"
    # pgTAP has no functions for these two: the usual idiom.
    yield (
        f"ok((select relrowsecurity from pg_class where oid = {relation}), '{table} rls enabled')"
    )
    for suffix in POLICIES:
        policy = f"{table}_{suffix}"
        yield (
            f"ok(exists(select from pg_policy where polrelid = {relation} "
            f"and polname = '{policy}'), '{policy} exists')"
        )
    names = [f"{table}_{suffix}" for suffix in POLICIES]
    yield f"policies_are({at}, array{names}::name[], '{table} policies')"
    if _has_function(number):
        name = _function(number)
        about = f"'{SCHEMA}', '{name}', array['integer']"
        yield f"has_function({about}, '{name} exists')"
        yield f"function_returns({about}, 'integer', '{name} returns')"
        yield f"function_lang_is({about}, 'sql', '{name} language')"
        verb = "is" if _security(number) == "definer" else "isnt"
        yield f"{verb}_definer({about}, '{name} security')"


def _name(number: int) -> str:
    return f"t{number:05d}"


def _function(number: int) -> str:
    return f"f{number:05d}"


def _has_function(number: int) -> bool:
    return number % 5 == 4


def _security(number: int) -> str:
    return "definer" if number // 5 % 2 else "invoker"
