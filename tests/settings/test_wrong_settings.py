"""What is told of mistakes in settings: tests/data/wrong_settings.yaml has them."""

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from pytest_schemaverify.cli import main
from tests.projects import Project, shows_no_traceback, text_of
from tests.projects import project as project  # a fixture

MISTAKES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "wrong_settings.yaml").read_text(encoding="utf-8")
)


def called(mistake: dict[str, Any]) -> str:
    return " ".join(str(mistake[key]) for key in ("command", "pytest", "ini", "environment",
                                                 "dotenv") if key in mistake)  # fmt: skip


def test_there_are_many() -> None:
    assert len(MISTAKES) > 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=called)
def test_a_mistake_is_told_with_its_place_and_what_to_type(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mistake: dict[str, Any],
) -> None:
    for name in ("DATABASE_URL", "PROD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in mistake.get("environment", {}).items():
        monkeypatch.setenv(name, value)
    for file, text in ((".env", mistake.get("dotenv")), ("pytest.ini", mistake.get("ini"))):
        if text is not None:
            project.write(file, f"[pytest]\n{text}\n" if file == "pytest.ini" else text)
    if "command" in mistake:
        code: int = main(shlex.split(mistake["command"]))
        text = "".join(capsys.readouterr())
    else:
        result = project.run(*shlex.split(mistake.get("pytest", "")))
        code, text = int(result.ret), text_of(result)
    assert code == mistake.get("code", 4), text
    for part in ("place", "found", "type"):
        assert mistake[part], f"the table does not say the {part}"
        assert mistake[part] in text, text
    assert "s3cr3t" not in text
    assert shows_no_traceback(text), text
