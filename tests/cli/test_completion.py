"""The script that `schemaverify completion` prints completes the command in a real shell."""

import shutil
import subprocess
from pathlib import Path

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.cli.command import COMMANDS
from pytest_schemaverify.cli.completion import SHELLS
from pytest_schemaverify.settings.config import DATABASES

ASKED = """
source "$1"; shift
COMP_WORDS=(schemaverify "$@") COMP_CWORD=$#
$(complete -p schemaverify | sed -E 's/.*-F ([^ ]+).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", "bash"]) == 0
    path = tmp_path / "completion.bash"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        (["c"], {one.replace("_", "-") for one in COMMANDS if one.startswith("c")}),
        (["reader-role", "--by"], {"--bypassrls"}),
        (["checklist", "--d"], {"--dsn", "--dsn-env", "--database"}),
        (["checklist", "--database", ""], {*DATABASES}),
        (["checklist", "--spec", "e"], {"expectations.yaml", "expectations"}),
        (["checklist", "--migrations", "e"], {"expectations"}),
        (["completion", ""], {*SHELLS}),
    ],
)
def test_bash_completes(
    script: Path, tmp_path: Path, typed: list[str], completed: set[str]
) -> None:
    (tmp_path / "expectations").mkdir()
    (tmp_path / "expectations.yaml").touch()
    done = subprocess.run(
        ["bash", "--norc", "-c", ASKED, "bash", script, *typed],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert {*done.stdout.split()} == completed, done.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_is_one(
    capsys: pytest.CaptureFixture[str], shell: str, tmp_path: Path
) -> None:
    assert main(["completion", shell]) == 0
    text = capsys.readouterr().out
    assert "checklist" in text
    if shutil.which(shell):
        path = tmp_path / "script"
        path.write_text(text)
        subprocess.run([shell, "-n", path], check=True)


def test_another_shell_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "sh"]) == 4
    assert "argument SHELL: invalid choice: 'sh'" in capsys.readouterr().err
