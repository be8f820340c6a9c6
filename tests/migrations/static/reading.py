"""Migration files written for a test, and what reading them tells."""

from pathlib import Path

from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import Analysis, analyse

ASKS = [
    ("if to_regclass('public.extra') is not null then {} end if;", True),
    ("if a and to_regclass('public.extra') is not null then execute '{}'; end if;", True),
    ("if a then null; elsif to_regclass('public.extra') is not null then if a then {} end if;"
     " end if;", True),
    ("if to_regclass('public.extra') is not null or a then {} end if;", False),
    ("if not (to_regclass('public.extra') is not null) then {} end if;", False),
    ("if to_regclass('public.extra') is null then {} end if;", False),
    ("if to_regclass('public.others') is not null then {} end if;", False),
    ("if to_regclass('public.extra') is not null then null; else {} end if;", False),
    ("if to_regclass('public.extra') is not null then null; end if; {}", False),
    ("if exists (select 1 from information_schema.tables where table_schema = 'public'"
     " and table_name = 'extra') then {} end if;", True),
    ("if exists (select from pg_class where relname = 'extra') then {} end if;", True),
    ("if not exists (select from pg_tables where tablename = 'extra') then {} end if;", False),
    ("if exists (select from information_schema.tables where table_schema = 'audit'"
     " and table_name = 'extra') then {} end if;", False),
    ("if exists (select from others where relname = 'extra') then {} end if;", False),
    ("if to_regclass('public.extra') is null then return; end if; {}", True),
    ("if not exists (select from pg_tables where tablename = 'extra') then raise exception 'a';"
     " end if; if a then {} end if;", True),
    ("if to_regclass('public.extra') is null then raise notice 'a'; end if; {}", False),
    ("if to_regclass('public.extra') is null and a then return; end if; {}", False),
    ("if a then if to_regclass('public.extra') is null then return; end if; end if; {}", False),
]  # fmt: skip
"""Bodies that ask for a table before they name it, and whether that makes them right."""


def written(folder: Path, *texts: str) -> tuple[Migration, ...]:
    """Return the texts as migrations 001, 002 …"""
    for number, text in enumerate(texts, 1):
        (folder / f"{number:03}_{'abcdefgh'[number - 1]}.sql").write_text(text, encoding="utf-8")
    return read(folder).migrations


def analysed(folder: Path, *texts: str) -> Analysis:
    """Return what reading the texts as migrations tells."""
    return analyse((), written(folder, *texts))
