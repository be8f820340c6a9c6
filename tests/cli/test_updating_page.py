"""Every command of docs/guides/updating.md is run, in order, and prints what the page shows."""

import re
import shlex
from pathlib import Path

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.databases import Server
from tests.projects import Project
from tests.projects import project as project

PAGE = (Path(__file__).parents[2] / "docs/guides/updating.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sql|yaml|sh|text)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_command_of_the_page_works(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("PYTEST_SCHEMA_SERVER", str(server.dsn))
    printed, codes = "", []
    for kind, text in BLOCKS:
        if kind == "sql":
            project.write("migrations/001_users.sql", text)
        elif kind == "yaml":
            project.expect(text)
        elif kind == "text":
            assert [line for line in text.splitlines() if line not in printed] == []
        for line in text.splitlines() if kind == "sh" else ():
            command, *arguments = shlex.split(line)
            assert command == "schemaverify"
            codes.append(main(arguments))
            printed = capsys.readouterr().out
    assert codes == [0, 0, 0, 0, 0], printed
    written = (project.path / "expectations.yaml").read_text()
    assert "  notes:  # what people write down\n" in written
    assert "      title: text\n" in written
    assert "      text: text\n" not in written
