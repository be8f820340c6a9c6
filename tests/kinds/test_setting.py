"""The words that give a setting its value are those that the server reads as that value."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.kinds.setting import assignment, schemas

PATHS = {
    "": [], '""': [], " ": [], "app": ["app"], "app, public": ["app", "public"],
    "$user, public": ["$user", "public"], '"$user"': ["$user"], '"a, b", "C"': ["a, b", "C"],
}  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_search_path_is_set_as_a_list(path: str, connection: Connection[Any]) -> None:
    connection.execute(assignment("search_path", path).encode())
    [[found]] = connection.execute(b"show search_path")
    assert schemas(found) == PATHS[path]


def test_another_setting_is_set_as_one_value(connection: Connection[Any]) -> None:
    for name, value in {"app.name": "a, 'b'", "work_mem": "8MB", "DateStyle": "ISO, DMY"}.items():
        connection.execute(assignment(name, value).encode())
        assert connection.execute(f"show {name}".encode()).fetchone() == (value,)
