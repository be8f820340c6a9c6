"""Write what can be written from the code: the JSON Schema and the reference pages.

python -m tools.generate            write the files
python -m tools.generate --check    fail if one of them is out of date
"""

import sys
from functools import cache
from pathlib import Path

from pytest_schemaverify.kinds import CATEGORIES, Check, category_of, every
from pytest_schemaverify.kinds.registry import ANY
from pytest_schemaverify.settings.config import settings
from pytest_schemaverify.settings.reading import CONTRADICTIONS
from tools import catalogs, commands, language, pgtap, plugins, presets, report_schema
from tools.markdown import table
from tools.schema import schema

ROOT = Path(__file__).parent.parent
IDS = ROOT / "tests/data/check_ids.txt"
NOTE = "<!-- Written by `make generate` from the code. Do not edit. -->"


def reference() -> str:
    """Return the index of every check, by category; the page of each lies beside its module."""
    parts = [
        NOTE,
        "# Checks",
        "Each check has a page that says what it looks at and shows cases; every case is run"
        " against a real PostgreSQL by the tests.",
    ]
    for name in CATEGORIES:
        checks = [c for c in every().values() if not c.name.startswith(f"{ANY}.")]
        parts.append(_section(name, [c for c in checks if category_of(c.name) == name]))
    parts.append(
        _section("every kind of object", [c for c in every().values() if c.name.startswith(ANY)])
    )
    return "\n\n".join(parts) + "\n"


def _section(title: str, checks: list[Check]) -> str:
    rows = [
        (f"[`{c.name}`](../../{c.page.relative_to(ROOT).as_posix()})", c.summary) for c in checks
    ]
    return f"## {title}\n\n{table(('Check', 'Says'), rows)}"


def options() -> str:
    """Return the table of settings."""
    rows = [
        (
            f"`--schema-{name.replace('_', '-')}{f' {metavar}' if metavar else ''}`",
            f"`schema_{name}`",
            f"`PYTEST_SCHEMA_{name.upper()}`",
            text,
        )
        for name, _, text, metavar in settings()
    ]
    pairs = [
        f"- `--schema-{one}` with `--schema-{other}`".replace("_", "-")
        for one, other, _ in CONTRADICTIONS
    ]
    parts = [
        NOTE,
        "# Settings",
        _SETTINGS,
        table(("Option", "ini key", "Environment", "Meaning"), rows),
        _APART,
        "\n".join(pairs),
        _KIND,
    ]
    return "\n\n".join(parts) + "\n"


_SETTINGS = """\
You can give each setting as an option, as an ini key or as an environment variable. The first of
these wins. A mistake in a setting ends the run with exit code 4 before anything is verified:

- A setting is empty. That usually comes from a variable that is not set:
  `--schema-dsn="$PRODUCTION"` would otherwise verify a disposable database. The value of a
  `--schema-var` may not be empty either, as in `region=`.
- An option or an ini key is almost one of these, but no plugin has it. Its value is not repeated.
- An environment variable begins with `PYTEST_SCHEMA_` and is none of these.
- A DSN cannot be read, or a file or a folder does not exist."""
_APART = """\
Some settings contradict each other, so the run refuses them together, wherever you gave them. The
message names both as you gave them, such as `--schema-dsn` or `PYTEST_SCHEMA_DSN`:"""
_KIND = """\
`--schema-server`, `--schema-bin-dir` and `--schema-image` also choose the kind of disposable
database, and contradict another `--schema-database`. With `--schema-dsn`, the last two may stay in
the ini file: they say where the database is built with which `migrations.deployed` compares the
existing one."""


@cache
def files() -> dict[Path, str]:
    """Return every generated file with its text."""
    docs = ROOT / "docs"
    return {
        ROOT / "pytest_schemaverify/expectations.schema.json": schema(),
        ROOT / "pytest_schemaverify/reports/formats/report.schema.json": report_schema.schema(),
        **language.pages(),
        docs / "reference/checks.md": reference(),
        docs / "reference/settings.md": options(),
        docs / "reference/command.md": f"{NOTE}\n\n{commands.page()}",
        docs / "reference/coverage.md": f"{NOTE}\n\n{catalogs.page()}",
        docs / "reference/presets.md": f"{NOTE}\n\n{presets.page()}",
        docs / "reference/plugins.md": f"{NOTE}\n\n{plugins.page()}",
        docs / "guides/pgtap.md": f"{NOTE}\n\n{pgtap.page()}",
        IDS: check_ids(),
    }


def check_ids() -> str:
    """Return the ids of all checks, and those that there have been: a line goes by hand only."""
    known = {*IDS.read_text(encoding="utf-8").split()} if IDS.exists() else set()
    return "\n".join(sorted(known | set(every()))) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the files."""
    stale = [
        path
        for path, text in files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if "--check" in arguments:
            sys.stderr.write(f"{path.relative_to(ROOT)} is out of date: run make generate\n")
        else:
            path.write_text(files()[path], encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
