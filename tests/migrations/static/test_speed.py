"""How long 400 files take; printed, for a machine under load says nothing about the code."""

from pathlib import Path
from time import process_time

import pytest

from pytest_schemaverify.migrations.read import read
from pytest_schemaverify.migrations.static import analyse
from pytest_schemaverify.migrations.static.secrets import secrets
from tests.example.worked_example import LEGACY

SIZE = 2_300
"""Characters of a file, on average, in the public projects that the rules were tried on."""


def test_400_files_are_read_and_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(LEGACY.glob("*.sql")))
    statements = source.split(";\n\n")
    written = 0
    for number in range(400):
        text = ""
        while len(text) < SIZE:
            text += statements[written % len(statements)].replace("ai_", f"ai_{number}_") + ";\n\n"
            written += 1
        (tmp_path / f"{number:04}_part.sql").write_text(text, encoding="utf-8")
    start = process_time()
    migrations = read(tmp_path).migrations
    found = analyse((), migrations)
    hidden = [secret for one in migrations for secret in secrets(one.text)]
    seconds = process_time() - start
    with capsys.disabled():
        print(f" 400 files, {sum(len(m.text) for m in migrations):,} characters: {seconds:.2f} s ")
    assert hidden
    assert found.dangling
