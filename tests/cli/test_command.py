"""What anybody meets who types `schemaverify`: its help, and what it says of a mistake."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from pytest_schemaverify.cli import main
from pytest_schemaverify.cli.arguments import every
from pytest_schemaverify.cli.command import COMMANDS, parser

ROOT = Path(__file__).parents[2]
NAMES = [one.rstrip("_").replace("_", "-") for one in COMMANDS]


def test_the_help_lists_every_command_and_loads_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"    {name}" in text for name in NAMES)
    asked = "import sys; from pytest_schemaverify.cli import main; main(['--help']); "
    loaded = subprocess.run(
        [sys.executable, "-c", f"{asked} print([*sys.modules])"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "'psycopg'" not in loaded
    assert "'pydantic'" not in loaded


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_a_command_has_an_example(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main([name, "--help"]) == 0
    told = capsys.readouterr().out
    assert f"\n  schemaverify {name}" in told
    assert main(["help", name]) == 0
    assert capsys.readouterr().out == told


@pytest.mark.parametrize("name", NAMES)
def test_every_example_is_a_command(name: str) -> None:
    whole = parser()
    examples = str(every(whole)[name].epilog).splitlines()[1:]
    for example in examples:
        # Without what is the shell's: where the output goes, and what is done with it.
        command = re.search(r"schemaverify .*?(?=\)\"| >|   #|$)", example)
        assert command, example
        assert whole.parse_args(shlex.split(command[0])[1:]).run


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], f"name one of {', '.join(NAMES)}"),
        (["chekclist"], "there is no command 'chekclist'\n  do      did you mean checklist?"),
        (["xyz"], f"the commands are {', '.join(NAMES)}"),
        (["help", "chekclist"], "did you mean checklist?"),
        (["--vesion"], "did you mean --version?"),
        (["--quiet", "checklist"], "write options behind the name of the command"),
        (["checklist", "--sepc=x"], "unrecognized arguments: --sepc=x\n  do      did you mean --s"),
        (["checklist", "--spe=x"], "did you mean --spec?"),
        (["checklist", "--dsn"], "argument --dsn: expected one argument"),
        (["checklist", "more"], "`schemaverify checklist --help` shows what there is"),
    ],
)  # fmt: skip
def test_a_mistake_says_what_to_type(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(arguments) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert told in err
    assert "--help` shows what there is" in err


def test_the_package_brings_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["scripts"] == {"schemaverify": "pytest_schemaverify.cli:main"}
