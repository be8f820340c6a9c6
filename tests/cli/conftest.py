"""What the tests of several commands share."""

import pytest

from pytest_schemaverify.databases import Server
from tests.projects import Project
from tests.projects import project as project  # a fixture


@pytest.fixture
def on_the_server(project: Project, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Build in the folder, on the server that is there already: another one takes long to start."""
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
