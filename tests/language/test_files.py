"""Files are replaced at once or not at all, and patches are ones that git takes."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_schemaverify.language.files import NotWritten, exact, patch, replaced

ODD = "c:\r d: 1\n\x0ce: ü\u2028😀\x85\n"
"""What ends a line for Python, and not in a patch."""
BEFORE, AFTER = "a: 1\r\nb: ü\r\n", "a: 2\r\nb: ü\r\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "expectations.yaml"
    made.write_bytes(BEFORE.encode())
    made.chmod(0o640)
    return made


def test_a_file_is_replaced_with_its_mode_and_nothing_stays_beside_it(file: Path) -> None:
    replaced(file, exact(file), AFTER)
    assert file.read_bytes() == AFTER.encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_the_old_content_is_complete_as_long_as_the_new_one_is_not(file: Path) -> None:
    with file.open("rb") as opened:
        replaced(file, BEFORE, AFTER)
        assert opened.read() == BEFORE.encode()


def test_a_link_still_leads_to_the_file(file: Path) -> None:
    link = file.with_name("link.yaml")
    link.symlink_to(file.name)
    replaced(link, BEFORE, AFTER)
    assert link.is_symlink()
    assert file.read_bytes() == AFTER.encode()


def test_the_mark_of_the_byte_order_is_read_and_written(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert exact(file) == "\ufeffa: 1\n"
    replaced(file, exact(file), "\ufeffa: 2\n")
    assert file.read_bytes() == b"\xef\xbb\xbfa: 2\n"


def _change(file: Path) -> None:
    file.write_text("else: true\n")


def _remove(file: Path) -> None:
    file.unlink()


def _protect(file: Path) -> None:
    file.chmod(0o440)


def _protect_folder(file: Path) -> None:
    file.parent.chmod(0o550)


def _make_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize(
    ("trouble", "because"),
    [
        (_change, "it has changed since it was read"),
        (_remove, "No such file or directory"),
        (_protect, "it is read-only"),
        (_protect_folder, "is read-only"),
        (_make_folder, "Is a directory"),
    ],
)
def test_nothing_is_written_where_it_should_not_be(
    file: Path, trouble: Callable[[Path], None], because: str
) -> None:
    trouble(file)
    there = {one.name for one in file.parent.iterdir()}
    content = file.read_bytes() if file.is_file() else None
    with pytest.raises(NotWritten, match=f"writing {file}") as caught:
        replaced(file, BEFORE, AFTER)
    file.parent.chmod(0o750)
    assert because in caught.value.because
    assert caught.value.remedy
    assert {one.name for one in file.parent.iterdir()} == there
    assert (file.read_bytes() if file.is_file() else None) == content


def test_a_file_that_changes_while_it_is_replaced_keeps_the_change(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def meanwhile(number: int) -> None:
        file.write_text("else: true\n")
        sync(number)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(NotWritten, match="it has changed since it was read"):
        replaced(file, BEFORE, AFTER)
    assert file.read_text() == "else: true\n"
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="it cannot be read: No such file"):
        exact(tmp_path / "none.yaml")
    (tmp_path / "odd.yaml").write_bytes(b"a: \xff\n")
    with pytest.raises(NotWritten, match="byte 4 is not UTF-8"):
        exact(tmp_path / "odd.yaml")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1\nb: 2\n", "a: 1\nb: 3\n"),
        ("a: 1\r\nb: 2\r\n", "a: 1\r\nb: 3\r\nc: 4\r\n"),
        ("a: 1\nb: 2", "a: 1\nb: 3"),
        ("a: 1\nb: 2", "a: 1\nb: 2\n"),
        ("a: 1\nb: 2\n", "a: 1\nb: 2"),
        (
            "a: 1\r\nb: 2\nc:\r d: 1\n\x0ce: ü\u2028😀\x85\n",
            "a: 1\r\nb: 3\nc:\r d: 2\n\x0ce: ü\u2028😀\x85\n",
        ),
        ("\ufeffa: 1\r\nb: 2", "\ufeffa: 2\r\nb: 2"),
        ("", "a: 1\n"),
        (
            "\n".join(f"k{n}: {n}" for n in range(99)),
            "\n".join(f"k{n}: {n % 40}" for n in range(99)),
        ),
    ],
)
@pytest.mark.parametrize("name", ["e.yaml", "sub/my file.yaml", 'ü "quoted" \\ \t.yaml'])
def test_git_applies_a_patch(tmp_path: Path, name: str, before: str, after: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before.encode())
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    made = patch(name, before, after)
    git = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    done = subprocess.run(git, cwd=tmp_path, input=made.encode(), capture_output=True)
    assert done.returncode == 0, f"{done.stderr.decode()}\n{made}"
    assert file.read_bytes() == after.encode()


def test_no_difference_is_no_patch() -> None:
    assert patch("e.yaml", BEFORE, BEFORE) == ""
