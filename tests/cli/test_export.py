"""`schemaverify export` writes a contract, overwrites nothing, and says what it left out."""

from pathlib import Path

import pytest
import yaml

from pytest_schemaverify.cli import main

FILE = """
include: more.yaml
tables:
  users:
    columns: {id: int}
    rls: true
"""
MORE = "roles:\n  app: {}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "My shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path("expectations.yaml").write_text(FILE, encoding="utf-8")
    Path("more.yaml").write_text(MORE, encoding="utf-8")
    return folder


def test_a_contract_is_printed_and_the_rest_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "odcs"]) == 0
    out, err = capsys.readouterr()
    contract = yaml.safe_load(out)
    assert (contract["id"], contract["status"]) == ("my-shop", "draft")
    assert "servers" not in contract
    assert err == (
        "3 of 5 expectations carried\n"
        "made up: id: my-shop, version: 1.0.0, status: draft; "
        "write `x-odcs: {id: my-shop, version: 1.0.0, status: draft}` into "
        "expectations.yaml for your own\n"
        "not carried, 2:\n"
        "     1 rls: the standard has no key for it\n"
        "         expectations.yaml:6\n"
        "     1 roles: the standard has no key for it\n"
        "         more.yaml:2\n"
    )


def test_no_file_is_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "odcs", "-o", "c.yaml"]) == 0
    written = Path("c.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(written)["kind"] == "DataContract"
    assert main(["export", "odcs", "-o", "c.yaml"]) == 4
    assert "it is there already" in capsys.readouterr().err
    assert Path("c.yaml").read_text(encoding="utf-8") == written


def test_a_server_is_said_without_who_connects(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = "postgresql://me:hunter2@db.example.com/shop"
    monkeypatch.setenv("PYTEST_SCHEMA_DSN", dsn)
    assert main(["export", "odcs"]) == 0
    assert "example.com" not in capsys.readouterr().out
    monkeypatch.delenv("PYTEST_SCHEMA_DSN")
    monkeypatch.setenv("SHOP", dsn)
    for option in (f"--dsn={dsn}", "--dsn-env=SHOP"):
        assert main(["export", "odcs", option]) == 0
        out, err = capsys.readouterr()
        assert yaml.safe_load(out)["servers"] == [
            {
                "server": "shop",
                "type": "postgres",
                "host": "db.example.com",
                "port": 5432,
                "database": "shop",
                "schema": "public",
            }
        ]
        assert "hunter2" not in out + err
    for host in ("/run", "a.example.com,b.example.com"):
        assert main(["export", "odcs", f"--dsn=host={host} dbname=shop"]) == 4
        assert "it does not name one host and a database" in capsys.readouterr().err


WRONG = {
    "{idd: 5}": "expectations.yaml:1:10: x-odcs.idd: unknown key, did you mean `id`?",
    "{version: 1.0}": 'x-odcs.version: expected a text, found `1.0`; write `version: "1.0"`',
    "{servers: [{server: a, type: postgres, host: b}]}": "x-odcs.servers.0: `database` is missing",
    "{servers: [{server: a, type: postgres, host: b, database: c, password: hunter2}]}": "x-odcs."
    "servers.0.password: unknown key",
}


@pytest.mark.parametrize("own", WRONG)
def test_what_is_wrong_in_the_file_is_told(own: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("expectations.yaml").write_text(f"x-odcs: {own}\n{FILE}", encoding="utf-8")
    assert main(["export", "odcs", "-o", "c.yaml"]) == 2
    err = capsys.readouterr().err
    assert WRONG[own] in err
    assert "hunter2" not in err
    assert not Path("c.yaml").exists()


def test_a_file_without_tables(capsys: pytest.CaptureFixture[str]) -> None:
    Path("expectations.yaml").write_text(MORE, encoding="utf-8")
    assert main(["export", "odcs"]) == 2
    assert "expectations.yaml:1:1: a contract is about tables" in capsys.readouterr().err


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "odcs", "--spec=no.yaml"]) == 4
    assert "there is no such file" in capsys.readouterr().err
