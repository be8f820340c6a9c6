"""How a report gets into its file, or into what is no file."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.reports.formats import markdown, replaces, require_writable, write
from pytest_schemaverify.settings.report_files import ReportFile
from tests.reports.formats.runs import expectation, finding, record

RECORD = record(expectation(findings=(finding(expected="größer", actual="→"),)))
TEXT = markdown.text(RECORD)


def _written(path: Path) -> str:
    file = ReportFile("markdown", str(path))
    require_writable([file], path.parent)
    write(RECORD, file, path.parent)
    return path.read_text(encoding="utf-8")


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    real, link = tmp_path / "elsewhere/real.md", tmp_path / "link.md"
    link.symlink_to(real)
    for _ in "12":  # the first time there is nothing behind it
        assert _written(link) == TEXT
        assert link.is_symlink()
        assert [*real.parent.iterdir()] == [real]


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for name in ("pipe", "link"):
        read: list[str] = []
        reader = Thread(target=lambda to=read: to.append(pipe.read_text("utf-8")), daemon=True)
        reader.start()
        file = ReportFile("markdown", name)
        require_writable([file], tmp_path)
        write(RECORD, file, tmp_path)
        reader.join(10)
        assert read == [TEXT]
        assert (pipe.is_fifo(), link.is_symlink()) == (True, True)


def test_a_device_is_no_file_to_be_replaced_in_its_folder(tmp_path: Path) -> None:
    # Nothing is written: a mistake would cost the machine its device.
    require_writable([ReportFile("json", os.devnull)], tmp_path)
    assert not replaces(ReportFile("json", os.devnull), tmp_path)


WRITING = """\
from pathlib import Path
from tests.reports.formats.test_writing import RECORD, ReportFile, write
print("before", flush=True)
for path in ("-", "/dev/fd/1"):
    write(RECORD, ReportFile("markdown", path), Path())
print("after")
"""


def test_the_standard_output_gets_utf_8_and_keeps_what_else_is_printed(tmp_path: Path) -> None:
    # /dev/stdout is the same as /dev/fd/1, and a mistake would cost the machine that.
    output = tmp_path / "output"
    with output.open("ab") as opened:
        subprocess.run(
            [sys.executable, "-c", WRITING], cwd=Path(__file__).parents[3], stdout=opened,
            env={**os.environ, "PYTHONIOENCODING": "ascii"}, check=True,
        )  # fmt: skip
    assert output.read_text(encoding="utf-8") == f"before\n{TEXT}{TEXT}after\n"


def test_a_new_file_has_the_rights_of_new_files_and_a_replaced_one_keeps_its_own(
    tmp_path: Path,
) -> None:
    new, old = tmp_path / "new.md", tmp_path / "old.md"
    old.touch()
    old.chmod(0o664)
    mask = os.umask(0o077)
    try:
        assert _written(new) == _written(old) == TEXT
    finally:
        os.umask(mask)
    assert [oct(stat.S_IMODE(one.stat().st_mode)) for one in (new, old)] == ["0o600", "0o664"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(ConfigError, match="writing the markdown report to folder"):
        write(RECORD, ReportFile("markdown", "folder"), tmp_path)
    assert [*tmp_path.iterdir()] == [folder]
