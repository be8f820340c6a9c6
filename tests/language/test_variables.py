"""`${…}` stands for a value of the file, of the command line or of the environment."""

import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning.expectations import plan
from tests.projects import EXPECTATIONS, Project, text_of
from tests.projects import project as project
from tests.secret_forms import OPEN_VARIABLES, SECRET_VARIABLES, written

TABLE = "tables: {t: {columns: {c: {type: %s}}}}"


def expected(text: str, **given: str) -> object:
    """Return what the last check of a file expects."""
    return plan(*load(text, "e.yaml", given=given), "e.yaml")[-1].expected


def problems(text: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        expected(text)
    return caught.value.problems


VALUES: dict[str, object] = {
    "vars: {dims: 3}\nvectors: {dimensions: '${dims}'}": 3,
    "vars: {dims: 3}\ntables: {t: {columns: {c: 'vector(${dims})'}}}": "vector(3)",
    "vars: {no: false}\ntables: {t: {columns: {c: {nullable: '${no}'}}}}": False,
    "vars: {what: 3}\ntables: {t: {columns: {c: {default: '${what}'}}}}": "3",
    "vars: {a: 1, b: '${a}'}\nvectors: {dimensions: '${b}'}": 1,
    "vars: {a: x, b: '${a}_y'}\ndata: {queries: {q: {sql: select 1, returns: '${b}'}}}": "x_y",
    "data: {queries: {q: {sql: select 1, returns: 'a $${b} $ {c} $d'}}}": "a ${b} $ {c} $d",
    "data: {queries: {q: {sql: select 1, returns: '${env:NOT_SET:-}'}}}": "",
    "data: {queries: {q: {sql: select 1, returns: '${env:NOT_SET:-a b}'}}}": "a b",
    "data: {queries: {q: {sql: select 1, returns: '${env:NOT_SET:-12}'}}}": 12,
    "data: {queries: {q: {sql: select 1, returns: '${env:NOT_SET:-012}'}}}": "012",
}


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=VALUES)
def test_a_variable_stands_for_its_value(text: str, value: object) -> None:
    assert expected(text) == value


def test_a_variable_may_be_part_of_a_name() -> None:
    text = "vars: {tenant: acme}\ntables: {'${tenant}_users': {}}"
    assert [one.name for one in plan(*load(text, "e.yaml"), "e.yaml")] == [
        "tables.acme_users::exists"
    ]


def test_the_command_line_goes_before_the_file() -> None:
    text = "vars: {dims: 3}\nvectors: {dimensions: '${dims}'}"
    assert expected(text, dims="768") == 768
    assert expected("vectors: {dimensions: '${dims}'}", dims="768") == 768


def test_the_environment_goes_before_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIMS", "5")
    assert expected("vectors: {dimensions: '${env:DIMS:-3}'}") == 5
    assert expected("vectors: {dimensions: '${env:DIMS}'}") == 5


@pytest.mark.parametrize("value", ["", "  "])
def test_a_variable_of_the_environment_that_says_nothing_is_none(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DIMS", value)
    assert expected("vectors: {dimensions: '${env:DIMS:-3}'}") == 3
    assert expected(TABLE % "'x${env:DIMS:-}'") == "x"
    [problem] = problems(TABLE % "'x${env:DIMS}'")
    assert "the environment has nothing in the variable DIMS; set it, or write" in problem


PROBLEMS = {
    "vars: {dims: 1, other: 2}\nvectors:\n  dimensions: ${dim}": (
        "e.yaml:3:15: vectors.dimensions: there is no variable `dim`, did you mean `dims`?"
    ),
    "vectors:\n  dimensions: ${dims}": (
        "e.yaml:2:15: vectors.dimensions: there is no variable `dims`; there is no `vars`"
    ),
    "vectors:\n  dimensions: ${env:NOT_SET}": (
        "e.yaml:2:15: vectors.dimensions: the environment has no variable NOT_SET; set it, or "
        "write `${env:NOT_SET:-default}`"
    ),
    "vars: {a: '${a}'}": "e.yaml:1:11: vars.a: `a → a`: a variable needs itself",
    "vars: {a: 1}\nvectors:\n  dimensions: ${a:-2}": (
        "e.yaml:3:15: vectors.dimensions: `${a:-2}` is not `${name}`, `${env:NAME}` or "
        "`${env:NAME:-default}`; for the text itself write `$${`"
    ),
    "vars: {a: text}\nvectors:\n  dimensions: ${a}": (
        "e.yaml:3:3: vectors.dimensions: expected a whole number, found `text`; write for "
        "example `dimensions: 5`"
    ),
}


@pytest.mark.parametrize(("text", "problem"), PROBLEMS.items(), ids=PROBLEMS)
def test_what_stands_for_nothing_is_a_problem_at_its_place(text: str, problem: str) -> None:
    assert problems(text) == [problem]


@pytest.mark.parametrize(
    ("name", "value"),
    [("DB_PASSWORD", "hunter2"), ("DATABASE", "postgres://me:hunter2@host/db")],
)
def test_a_secret_of_the_environment_is_refused_and_not_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    [problem] = problems(TABLE % f"'x ${{env:{name}}}'")
    assert f"{name} looks like a secret" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize("name", SECRET_VARIABLES)
def test_a_variable_that_is_named_like_a_secret_is_refused(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "plain")
    assert f"{name} looks like a secret" in problems(TABLE % f"'x ${{env:{name}}}'")[0]


@pytest.mark.parametrize("name", OPEN_VARIABLES)
def test_a_variable_of_another_name_is_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "plain")
    assert expected(TABLE % f"'${{env:{name}}}'") == "plain"


@pytest.mark.parametrize(("text", "secret"), written().values(), ids=written())
def test_a_value_that_is_a_secret_is_refused_whatever_its_name(
    text: str, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGION", text)
    [problem] = problems(TABLE % "'x ${env:REGION}'")
    assert "REGION looks like a secret" in problem
    assert secret not in problem


def test_an_option_gives_values(project: Project) -> None:
    project.expect("vars: {kind: json}\n" + EXPECTATIONS.replace("text", "${kind}"))
    assert "expected json, actual text" in text_of(project.run())
    project.run("--schema-var", "kind=text").assert_outcomes(passed=12)
    assert "reading --schema-var=kind" in text_of(project.run("--schema-var", "kind"))


USED = """\
vars: {kind: text, not_used: 1}
include: [more.yaml]
tables: {users: {columns: {email: '${kind}'}}}
"""
MORE = "data: {users: {rows: '${rows}'}}"
UNKNOWN = "knd=json"


@pytest.fixture
def several(project: Project) -> Project:
    """A project with two files of expectations, and one that the first of them includes."""
    project.expect(USED)
    project.write("more.yaml", MORE)
    project.write("b.expectations.yaml", "vars: {name: users}\ntables: {'${name}': {}}")
    return project


SOURCES = {
    "--schema-var": ("--schema-var=rows=0", f"--schema-var={UNKNOWN}"),
    "schema_var": ("-o", f"schema_var=rows=0 {UNKNOWN}"),
    "PYTEST_SCHEMA_VAR": (),
}


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
@pytest.mark.parametrize("called", SOURCES)
def test_a_value_for_a_variable_that_no_file_has_is_a_mistake(
    several: Project, monkeypatch: pytest.MonkeyPatch, called: str, workers: tuple[str, ...]
) -> None:
    if called.isupper():
        monkeypatch.setenv(called, f"rows=0 {UNKNOWN}")
    result = several.run(*SOURCES[called], *workers)
    text = text_of(result)
    assert result.ret == 4, text
    place = "-o schema_var" if called == "schema_var" else called
    assert f"reading {place}={UNKNOWN}\n" in text
    assert text.count("of this run has a variable `knd`, did you mean `kind`?") == 1


@pytest.mark.parametrize("text", ["kind=json", "not_used=2", "rows=1", "name=users"])
def test_a_value_for_a_variable_that_one_file_has_is_none(several: Project, text: str) -> None:
    several.write("more.yaml", "vars: {rows: 0}\n" + MORE)
    assert several.run(f"--schema-var={text}", "--collect-only").ret == 0


@pytest.mark.parametrize(
    ("called", "code"), {"--schema-var": 4, "PYTEST_SCHEMA_VAR": 4, "schema_var": 0}.items()
)
def test_the_ini_file_may_have_values_for_files_that_a_run_leaves_out(
    several: Project, monkeypatch: pytest.MonkeyPatch, called: str, code: int
) -> None:
    arguments = {
        "--schema-var": ("--schema-var=rows=0",),
        "schema_var": ("-o", "schema_var=rows=0"),
    }
    if called.isupper():
        monkeypatch.setenv(called, "rows=0")
    chosen = arguments.get(called, ())
    assert several.run(*chosen, "--collect-only", "b.expectations.yaml").ret == code


def test_what_cannot_be_read_is_told_before_a_variable_that_no_file_has(project: Project) -> None:
    project.expect("tables: {users: {columns: {email: '${kind}'}}}")
    result = project.run("--schema-var=knd=text")
    assert result.ret == 2
    assert "there is no variable `kind`, did you mean `knd`?" in text_of(result)
    assert "no file of expectations" not in text_of(result)
