"""The files of rows that Supabase's CLI runs after the migrations.

https://supabase.com/docs/guides/local-development/seeding-your-database
"""

import tomllib
from pathlib import Path
from typing import Any

from pytest_schemaverify.migrations.decoding import decoded
from pytest_schemaverify.migrations.file_patterns import found
from pytest_schemaverify.settings import paths

_USUAL = ["./seed.sql"]
"""What the CLI runs where its configuration names nothing."""


def seeds(migrations: Path) -> list[Path]:
    """Return names and patterns of such files for a folder of migrations, if they are there."""
    folder = paths.resolved(migrations).parent
    if folder.name != "supabase":
        return []
    named = [str(name) for name in _configured(folder / "config.toml") if found(folder, str(name))]
    return [folder / name for name in named]


def _configured(config: Path) -> list[Any]:
    if not paths.is_file(config):
        return _USUAL
    try:
        seed = tomllib.loads(decoded(config)).get("db", {}).get("seed", {})
    except tomllib.TOMLDecodeError:
        return []  # the CLI would run nothing either
    given = seed.get("sql_paths", _USUAL) if seed.get("enabled", True) else []
    return given if isinstance(given, list) else []
