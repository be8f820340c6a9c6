"""The commands of docs/guides/orm.md, run by the tools where they are written in Python."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.dsn_formats import django
from pytest_schemaverify.kinds.contract import load
from tests.projects import Project, text_of
from tests.projects import project as project

PAGE = Path(__file__).parents[2] / "docs" / "guides" / "orm.md"
_, _, PART = PAGE.read_text(encoding="utf-8").partition("## A command instead of files\n")
SECTIONS = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", PART, re.MULTILINE | re.DOTALL))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def block(tool: str, language: str) -> str:
    """Return the block of a tool's section in a language."""
    blocks: dict[str, str] = dict(BLOCK.findall(SECTIONS[tool]))
    return blocks[language]


@pytest.mark.parametrize("tool", SECTIONS)
def test_what_the_page_says_can_be_read(tool: str) -> None:
    spec, _ = load(block(tool, "yaml"), "expectations.yaml")
    assert spec.migrations is not None
    assert spec.migrations.command is not None
    assert spec.migrations.command.inputs


REVISION = """
from alembic import op
import sqlalchemy as sa

revision, down_revision = "1975ea83b712", None


def upgrade():
    op.create_table(
        "orders",
        sa.Column("id", sa.BigInteger, primary_key=True),
        sa.Column("number", sa.Text, nullable=False, unique=True),
    )


def downgrade():
    op.drop_table("orders")
"""
ORDERS = """
tables:
  orders: {columns: {id: bigint not null, number: NUMBER}, primary_key: [id]}
"""


def test_alembic(project: Project) -> None:
    begin = [sys.executable, "-m", "alembic", "init", "alembic"]
    subprocess.run(begin, cwd=project.path, check=True, capture_output=True)
    (project.path / "migrations/001_users.sql").unlink()
    settings = project.path / "alembic.ini"
    given = re.sub("(?m)^sqlalchemy.url = .*", "sqlalchemy.url = postgresql://nowhere/shop",
                   settings.read_text())  # fmt: skip
    settings.write_text(given)
    project.write("alembic/versions/1975ea83b712_orders.py", REVISION)
    project.expect(block("Alembic", "yaml") + ORDERS.replace("NUMBER", "text not null"))
    result = project.run("-v")
    assert result.ret == 0, text_of(result)
    assert "migrations::reversible PASSED" in text_of(result)
    project.write("alembic/versions/1975ea83b712_orders.py", REVISION.replace("sa.Text", "sa.Date"))
    text = text_of(project.run())
    assert "FAILED expectations.yaml::tables.orders.columns.number::type" in text
    assert re.search(r"last changed in \S+/commands/\w+/migrations.sql:10\b", text), text
    project.write("alembic/versions/1975ea83b712_orders.py", REVISION.replace("op.c", "none.c"))
    text = text_of(project.run())
    assert "running `alembic upgrade head --sql` in ." in text
    assert "NameError: name 'none' is not defined" in text


SETTINGS = """
SECRET_KEY = "x"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "orders"]
DATABASES = {"default": DATABASE}
"""
MIGRATION = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
    operations = [
        migrations.CreateModel("Order", [
            ("id", models.BigAutoField(primary_key=True)),
            ("number", models.CharField(max_length=20, unique=True)),
            ("buyer", models.ForeignKey("auth.User", on_delete=models.CASCADE)),
        ], options={"db_table": "orders"}),
        migrations.RunPython(migrations.RunPython.noop),
    ]
"""


def test_django(project: Project, database: Dsn) -> None:
    (project.path / "migrations/001_users.sql").unlink()
    settings = SETTINGS.replace("DATABASE}", f"{django(database)!r}}}")
    project.write("shop/settings.py", settings)
    project.write("orders/__init__.py", "")
    project.write("orders/migrations/__init__.py", "")
    project.write("orders/migrations/0001_initial.py", MIGRATION)
    project.write("print_sql.py", block("Django", "python"))
    project.expect(block("Django", "yaml") + ORDERS.replace("NUMBER", "varchar(20) not null"))
    result = project.run()
    assert result.ret == 0, text_of(result)
    project.write("orders/migrations/0001_initial.py", MIGRATION.replace("20", "30"))
    text = text_of(project.run())
    assert "FAILED expectations.yaml::tables.orders.columns.number::type" in text
    assert re.search(r"last changed in \S+/commands/\w+/migrations.sql:\d+", text), text
