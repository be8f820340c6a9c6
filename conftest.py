"""What pytest reads before anything else here: for our own tests, and for the worked example.

The plugin needs no conftest.py. The second part of this one is what a project puts there that wants
a fixture of the plugin to be another in its own tests; docs/guides/fixtures.md shows the same in
small.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_schemaverify import Database

# For our own tests.

pytest_plugins = ["pytester"]  # pytest takes this from the conftest.py at the root only


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what our own tests can be told. A conftest.py further down is read too late for it."""
    parser.addoption(
        "--test-bin-dir",
        default="",
        metavar="DIR",
        help="Folder of initdb and postgres of another version, to run the pages on",
    )


# For the worked example.


@pytest.fixture
def newcomer() -> str:
    """The id of a user who has signed up and has no rows; the users of the seed have some."""
    return "20000000-0000-4000-8000-000000000001"


@pytest.fixture
def schema_database(schema_database: "Database", newcomer: str) -> "Database":
    """The plugin's copy of the migrated database, with the newcomer: rows refer to a user."""
    schema_database.connection.execute("insert into auth.users (id) values (%s)", [newcomer])
    return schema_database
