"""A folder of migrations is listed once for a run, and each file in it is read once."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

LISTENING = """\
import json, os, sys
heard = []
below = os.path.abspath("migrations")
def hear(event, arguments):
    if event in ("os.scandir", "os.listdir", "open") and not isinstance(arguments[0], int):
        if (path := os.path.abspath(os.fsdecode(arguments[0]))).startswith(below):
            heard.append((event, path))
sys.addaudithook(hear)
import pytest
code = pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]])
print(json.dumps([int(code), heard]))
"""
"""Runs pytest and prints when Python has listed a folder or opened a file there."""
EXPECTED = """\
migrations:
  directory: migrations
  versions: {{unique: true, ordered: true, distinct: true}}
  {keys}
"""
"""Nothing of this needs a database."""
NO_DATABASE = ("-k", "unique or ordered or distinct", "expectations.yaml", "more.expectations.yaml")
KEYS = "before: [001_a.sql]\n  seed: [002_a.sql]\n  apply: [003_a.sql]\n  rollback: [004_a.sql]"


def test_a_folder_is_listed_once_for_all_keys_and_files_of_expectations(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    for number in range(1, 51):
        (folder / f"{number:03}_a.sql").write_text(f"select {number};\n")
    (tmp_path / "expectations.yaml").write_text(EXPECTED.format(keys=KEYS))
    (tmp_path / "more.expectations.yaml").write_text(EXPECTED.format(keys="ignored: {050_*: old}"))
    done = subprocess.run(
        [sys.executable, "-c", LISTENING, *NO_DATABASE],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, heard = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stdout
    events = Counter(event for event, path in heard if Path(path) == folder)
    assert events == {"os.scandir": 1}
    read = Counter(path for event, path in heard if event == "open" and Path(path).parent == folder)
    assert len(read) == 50
    # The first ones are looked into before: for the comments of a tool, and for a backup's.
    assert {read[str(folder / f"{number:03}_a.sql")] for number in range(6, 51)} == {1}
