"""`schemaverify import` writes a file, overwrites none, and says what it left out."""

from pathlib import Path

import pytest
import yaml

from pytest_schemaverify.cli import main
from pytest_schemaverify.kinds.contract import load

SUITE = "select plan(3);\nselect has_table('users'), col_is_pk('users', 'id'), ok(true);\n"


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "users.sql"
    path.write_text(SUITE, encoding="utf-8")
    return path


def test_what_is_written_is_a_file_of_expectations(
    suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "pgtap", suite.name]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("version: 1\n\ntables:\n  users: {primary_key: [id]}\n\n# Not taken:\n\n")
    assert "\n# `assert` in a test of your own" in out
    assert out.endswith("`\n#   users.sql:2:54 ok()\n")
    assert err == "2 of 3 assertions taken; 1 listed at the end as comments\n"
    assert main(["import", "pgtap", suite.name, suite.name, "-o", "new.yaml"]) == 0
    assert Path("new.yaml").read_text(encoding="utf-8") == out
    assert capsys.readouterr() == ("", err)
    load(out, "new.yaml")


def test_no_file_is_overwritten(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("old.yaml").write_text("mine", encoding="utf-8")
    assert main(["import", "pgtap", suite.name, "-o", "old.yaml"]) == 4
    assert "it is there already, and would be overwritten" in capsys.readouterr().err
    assert Path("old.yaml").read_text(encoding="utf-8") == "mine"
    assert main(["import", "pgtap", suite.name, "-o", "no/where.yaml"]) == 4
    assert "name a file in a folder that you may write to" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (None, 2, "reading odd.sql"),
        (b"select has_table('\xff');", 2, "odd.sql:1:19"),
        (b"select 1;", 4, "there is no assertion of pgTAP"),
        (b"", 4, "name the SQL files of the suite"),
    ],
)
def test_what_cannot_be_read_writes_nothing(
    suite: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, code: int, told: str
) -> None:
    if content is not None:
        Path("odd.sql").write_bytes(content)
    files = ["odd.sql"] if code == 4 else [suite.name, "odd.sql"]
    assert main(["import", "pgtap", *files, "-o", "new.yaml"]) == code
    out, err = capsys.readouterr()
    assert (out, Path("new.yaml").exists()) == ("", False)
    assert told in err


HEAD = "apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 1.0.0\nstatus: active\n"
TABLE = f"{HEAD}schema:\n  - name: users\n    description: Who\n    properties: [{{name: id}}]\n"


def test_a_contract_becomes_a_file_of_expectations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(f"{TABLE}price: {{priceAmount: 1}}\n", encoding="utf-8")
    assert main(["import", "odcs", "c.yaml"]) == 0
    out, err = capsys.readouterr()
    assert "\n  users:\n    comment: Who\n    columns:\n      id: {}\n" in out
    assert out.endswith(
        "# no database knows it, so there is nothing to verify\n#   c.yaml:10:1 price\n"
    )
    assert err == "3 of 4 entries of the contract taken; 1 listed at the end as comments\n"
    assert main(["import", "odcs", "--no-comments", "c.yaml", "-o", "e.yaml"]) == 0
    assert "comment: Who" not in Path("e.yaml").read_text(encoding="utf-8")
    assert "#   c.yaml:8:5 users.description" in Path("e.yaml").read_text(encoding="utf-8")


WRONG = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "odcs" / "wrong.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("wrong", WRONG, ids=lambda one: one["told"])
def test_what_is_no_contract_is_told_with_its_place(
    wrong: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(wrong["text"], encoding="utf-8")
    assert main(["import", "odcs", "c.yaml", "-o", "e.yaml"]) == 2
    out, err = capsys.readouterr()
    assert (out, Path("e.yaml").exists()) == ("", False)
    assert wrong["told"] in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["odcs", "a.yaml", "b.yaml"], "name one: schemaverify import odcs a.yaml"),
        (["pgtap", "--no-comments", "a.sql"], "a suite of pgTAP has no descriptions"),
    ],
)
def test_what_does_not_go_together_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", *arguments]) == 4
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["pgtap"], ["dbunit", "a.sql"], ["pgtap", ""]])
def test_a_mistake_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", *arguments]) == 4
    assert "`schemaverify import --help` shows what there is" in capsys.readouterr().err
