"""Tools whose migrations are no SQL or are not there yet, and the commands that write SQL.

docs/guides/orm.md has the commands of TOOLS with what comes of them. They are those of the manuals:
https://alembic.sqlalchemy.org/en/latest/offline.html,
https://docs.djangoproject.com/en/stable/ref/django-admin/#sqlmigrate,
https://www.prisma.io/docs/cli/migrate/diff, https://orm.drizzle.team/docs/drizzle-kit-generate,
https://guides.rubyonrails.org/active_record_migrations.html#types-of-schema-dumps,
https://supabase.com/docs/reference/cli/supabase-db-pull.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_schemaverify.migrations.names import shown
from pytest_schemaverify.settings import paths

_HEAD = 20_000
"""Characters of a file in which its mark is looked for."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that keeps its migrations, or its schema, in a language of its own."""

    name: str
    leaves: str
    """What it leaves in a project instead of SQL, in words for messages."""
    signs: tuple[tuple[str, str], ...]
    """Patterns of its files, and a text that one of them has; "" where the name is enough."""
    commands: str
    """The commands to type, a line each."""


TOOLS = (
    Tool(
        "Alembic", "its migrations are Python",
        (("alembic/versions/*.py", "down_revision"), ("migrations/versions/*.py", "down_revision"),
         ("versions/*.py", "down_revision"), ("*.py", "down_revision"), ("alembic.ini", "")),
        """\
mkdir -p sql
alembic upgrade head --sql > sql/0001_alembic.sql
schemaverify init --migrations sql
""",
    ),
    Tool(
        "Django", "its migrations are Python",
        (("*/migrations/0*.py", "django.db"), ("migrations/0*.py", "django.db"),
         ("0*.py", "django.db"), ("manage.py", "django")),
        """\
mkdir -p sql; n=0
python manage.py showmigrations --plan | sed 's/.*\\] *//' | while IFS=. read -r app name; do
  n=$((n + 1))
  python manage.py sqlmigrate "$app" "$name" > "sql/$(printf '%04d' $n)_${app}_$name.sql"
done
schemaverify init --migrations sql
""",
    ),
    Tool(
        "Rails", "its migrations and its schema are Ruby",
        (("db/schema.rb", ""), ("db/migrate/*.rb", ""), ("schema.rb", "ActiveRecord"),
         ("*.rb", "ActiveRecord::Migration")),
        """\
SCHEMA_FORMAT=sql bin/rails db:schema:dump
schemaverify init --migrations db/structure.sql
""",
    ),
    Tool(
        "Prisma", "there is its schema, and no migration",
        (("prisma/schema.prisma", ""), ("prisma/schema/*.prisma", ""), ("schema.prisma", ""),
         ("migration_lock.toml", "")),
        """\
mkdir -p sql
npx prisma migrate diff --from-empty --to-schema prisma/schema.prisma --script > sql/0001_prisma.sql
schemaverify init --migrations sql
""",
    ),
    Tool(
        "Drizzle", "there is its configuration, and no migration",
        (("drizzle.config.*", ""), ("drizzle/meta/_journal.json", ""), ("meta/_journal.json", "")),
        """\
npx drizzle-kit generate
schemaverify init --migrations drizzle
""",
    ),
)  # fmt: skip

SUPABASE = Tool(
    "Supabase",
    "supabase/migrations has no migration",
    (("supabase/config.toml", ""),),
    "supabase link\nsupabase db pull\nschemaverify init\n",
)
"""A project that somebody has built in Supabase's Studio."""


def found(folder: Path) -> Iterator[tuple[Tool, str]]:
    """Yield the tools whose files are in a folder, each with the file that shows it."""
    for tool in (*TOOLS, SUPABASE):
        signs = (_first(folder, pattern, mark) for pattern, mark in tool.signs)
        if sign := next(filter(None, signs), ""):
            yield tool, sign


def _first(folder: Path, pattern: str, mark: str) -> str:
    """Return the first file of a pattern that has the mark, with its line; "" if none has."""
    for path in sorted(folder.glob(pattern)):
        if paths.is_file(path) and not mark:
            return shown(path)
        if paths.is_file(path):
            with path.open(encoding="utf-8-sig", errors="replace") as file:
                head, there, _ = file.read(_HEAD).partition(mark)
            if there:
                return f"{shown(path)}:{head.count(chr(10)) + 1}"
    return ""
