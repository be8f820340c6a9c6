"""`schemaverify reader-role` prints a script, and none for a name that is none."""

import pytest

from pytest_schemaverify.cli import main


def test_the_script_of_a_reader_is_printed_and_not_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["reader-role", "--name", '"My reader"', "--schemas", "app, Public"]) == 0
    text = capsys.readouterr().out
    made = [line for line in text.splitlines() if line and not line.startswith("--")]
    assert made[0] == 'create role "My reader" with login connection limit 16;'
    assert 'grant select on all tables in schema app, public to "My reader";' in made
    assert '-- alter role "My reader" with bypassrls;' in text
    assert main(["reader-role", "--bypassrls"]) == 0
    assert "\nalter role schemaverify_reader with bypassrls;" in capsys.readouterr().out


def test_a_name_with_blanks_is_in_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reader-role", "--name", "a; drop table b"]) == 0
    script = capsys.readouterr().out
    assert script.count("a; drop table b") == script.count('"a; drop table b"') > 1


@pytest.mark.parametrize(
    "arguments",
    [["--name", "a.b"], ["--name", '"a\ndrop table b;"'], ["--schemas", "a.b"]],
)
def test_a_name_that_is_none_makes_no_script(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["reader-role", *arguments]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert "writing the script" in err
