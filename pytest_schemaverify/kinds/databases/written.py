"""How a file says what the database itself is."""

from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, pairs
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.platforms import of_platform_maker, of_platform_setting
from pytest_schemaverify.kinds.written_privileges import privileges_on
from pytest_schemaverify.sql.names import parts

ITSELF = Subject("databases", (), "database")
"""The database of a file, which the file does not name."""


def _settings(row: Row, look: Look) -> dict[str, str]:
    return pairs(one for one in row.settings if not of_platform_setting(one, look.platform))


def _grants(row: Row, look: Look) -> dict[str, Any]:
    found = privileges_on(ITSELF, row, look)
    return {
        role: held
        for role, held in found.items()
        if not of_platform_maker(parts(role)[0], look.platform)
    }


FORM = Form(
    values={
        "settings": _settings,
        "settings_of_every_role": lambda row, look: pairs(row.settings_of_every_role),
        "grants": _grants,
    },
    # By `grants` a file says that it is about the whole database, and not only about what is in it.
    usual={"connection_limit": -1, "tablespace": "pg_default", "grants": None},
    left=frozenset({"extensions"}),
)
