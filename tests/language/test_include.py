"""Files that include each other are read as one."""

from pathlib import Path

import pytest

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.kinds.contract import load
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.expectations import plan
from tests.projects import EXPECTATIONS, WRONG, Project, text_of
from tests.projects import project as project


def planned(folder: Path, main: str, **files: str) -> list[Planned]:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return plan(*load(main, "db/main.yaml", folder=folder), "db/main.yaml")


def problems(folder: Path, main: str, **files: str) -> list[str]:
    with pytest.raises(SpecError) as caught:
        planned(folder, main, **files)
    return caught.value.problems


def test_sections_of_all_files_are_merged(tmp_path: Path) -> None:
    found = planned(
        tmp_path,
        "version: 1\ninclude: [a.yaml, parts/b.yaml]\nvars: {dims: 3}\ntables: {users: {}}\n"
        "rules: {primary_key: true}\ndata: {queries: {one: {sql: select 1, returns: 1}}}",
        a="version: 1\ntables:\n  notes: {columns: {v: 'vector(${dims})'}}\n"
        "data: {users: {rows: 0}}\nvars: {rows: 2}",
        parts__b="include: ../parts/c.yaml\nrules: {foreign_keys_indexed: true}",
        parts__c="data: {queries: {two: {sql: select 1, returns: '${rows}'}}, notes: {rows: 1}}",
    )
    assert [(one.file, one.line, one.name) for one in found] == [
        ("", 4, "tables.users::exists"),
        ("", 5, "rules::primary_key"),
        ("", 6, "data.queries.one::returns"),
        ("db/a.yaml", 3, "tables.notes::exists"),
        ("db/a.yaml", 3, "tables.notes.columns.v::exists"),
        ("db/a.yaml", 3, "tables.notes.columns.v::type"),
        ("db/a.yaml", 4, "data.users::rows"),
        ("db/parts/b.yaml", 2, "rules::foreign_keys_indexed"),
        ("db/parts/c.yaml", 1, "data.queries.two::returns"),
        ("db/parts/c.yaml", 1, "data.notes::rows"),
    ]
    assert found[5].expected == "vector(3)"
    assert found[8].expected == 2


def test_what_is_given_twice_names_both_places(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        "include: [a.yaml, b.yaml]\ntables: {users: {}}\nrules: {primary_key: true}",
        a="tables: {users: {primary_key: [id]}}",
        b="tables: {notes: {}}\nrules:\n  primary_key: {}\ndefaults: {schema: x}",
    ) == [
        "db/a.yaml:1:10: tables.users: given twice, first in db/main.yaml:2:10",
        "db/b.yaml:3:3: rules.primary_key: given twice, first in db/main.yaml:3:9",
    ]


def test_problems_of_an_included_file_point_into_it(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        "include: a.yaml\ntables: {users: {}}",
        a="tables:\n  notes: {colums: {}}\n  'a b': {}\n  c: [\n",
    )[0].startswith("db/a.yaml:")
    assert problems(
        tmp_path, "include: a.yaml\ntables: {users: {}}", a="tables:\n  notes: {colums: {}}\n"
    ) == ["db/a.yaml:2:11: tables.notes.colums: unknown key, did you mean `columns`?"]
    assert problems(tmp_path, "include: a.yaml", a="tables: {a.b.c: {}}") == [
        "db/a.yaml:1:10: tables.a.b.c: 'a.b.c' has more parts than schema and name; if the dots "
        "are a part of the name, write '\"a.b.c\"'"
    ]


def test_files_that_cannot_be_included_are_told(tmp_path: Path) -> None:
    missing = "db/main.yaml:1:11: include.0: db/{}.yaml cannot be read: No such file or directory{}"
    assert problems(tmp_path, "include: [nope.yaml]\ntables: {users: {}}") == [
        missing.format("nope", "; the path begins at the folder of the file that includes it")
    ]
    assert problems(tmp_path, "include: [tabels.yaml]", tables="tables: {users: {}}") == [
        missing.format("tabels", ", did you mean `tables.yaml`?")
    ]
    assert problems(tmp_path, "include:\n  - a.yaml", a="- 1") == [
        "db/a.yaml:1:1: an included file is a mapping too, `tables: …`"
    ]
    assert problems(
        tmp_path, "include: [a.yaml]", a="include: [b.yaml]", b="tables: {t: {}}\ninclude: a.yaml"
    ) == [
        "db/b.yaml:2:10: include.0: the files include each other: db/a.yaml → db/b.yaml → db/a.yaml"
    ]


def test_a_file_that_two_include_counts_once(tmp_path: Path) -> None:
    found = planned(
        tmp_path, "include: [a.yaml, b.yaml]", a="include: c.yaml", b="include: c.yaml",
        c="tables: {t: {}}",
    )  # fmt: skip
    assert [one.name for one in found] == ["tables.t::exists"]


def test_a_failure_points_into_the_included_file(project: Project) -> None:
    main, tables = WRONG.split("tables:", 1)
    project.expect(f"include: [users.expectations.yaml]\n{main}")
    project.write("users.expectations.yaml", f"tables:{tables}")
    result = project.run()
    result.assert_outcomes(passed=11, failed=1)
    text = text_of(result)
    assert "users.expectations.yaml:5:7: tables.users.columns.email::type" in text
    assert "FAILED expectations.yaml::tables.users.columns.email::type" in text


def test_an_included_file_is_not_collected_for_itself(project: Project) -> None:
    project.expect("include: [users.expectations.yaml]")
    project.write("users.expectations.yaml", EXPECTATIONS)
    project.run().assert_outcomes(passed=12)
    project.run("users.expectations.yaml").assert_outcomes(passed=12)
