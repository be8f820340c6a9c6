"""JUnit by object, held against the schema of Jenkins, and read back by a library."""

import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from xmlschema import XMLSchema

from pytest_schemaverify.reports.formats.junit import text
from pytest_schemaverify.reports.record import Place
from tests.reports.formats.runs import UNREAD, expectation, finding, record

DATA = Path(__file__).parents[2] / "data/reports"


@pytest.fixture(scope="module")
def schema() -> XMLSchema:
    return XMLSchema(DATA / "junit-10.xsd")


def _read(written: str, schema: XMLSchema) -> JUnitXml:
    # Without the declaration: a text in Python has no encoding.
    schema.validate(written.partition("?>")[2].strip())
    return JUnitXml.fromstring(written.encode())


def test_a_table_is_a_test_case_with_all_of_its_differences(
    written: dict[str, str], schema: XMLSchema
) -> None:
    read = _read(written["junit"], schema)
    assert (read.tests, read.failures, read.errors) == (6, 2, 1)
    [suite] = read
    assert (suite.name, suite.tests, suite.skipped) == ("expectations.yaml", 6, 1)
    cases = {case.name: case for case in suite}
    assert [*cases] == [
        "migrations::applies", "migrations::ignored", "tables.users", "tables.orders", "data.users",
        "data.queries.broken",
    ]  # fmt: skip
    assert cases["tables.users"].classname == "expectations.tables"
    kinds = {name: [type(one) for one in case.result] for name, case in cases.items()}
    assert kinds == {name: [] for name in cases} | {
        "tables.users": [Failure], "tables.orders": [Skipped], "data.users": [Failure],
        "data.queries.broken": [Error],
    }  # fmt: skip
    [failure] = cases["tables.users"].result
    assert failure.message == "1 of 14 expectations: rls.policies.own::using"
    assert failure.text.startswith("expectations.yaml:8:60: tables.users.rls.policies.own::using")
    assert "    fix         alter policy own on public.users" in failure.text
    accepted = cases["tables.users"].system_out
    assert "users.columns.email::type (warned)" in accepted
    assert "known       expected: it comes with the next release" in accepted


def test_of_an_object_that_fails_everything_is_in_one_element(schema: XMLSchema) -> None:
    of_one = {"object": "tables.users"}
    untold = expectation(2, "undetermined", reason="a timeout", fingerprint="f" * 32, **of_one)
    several = (finding(3, subject="a"), finding(4, subject="b"))
    failed = [expectation(number, findings=several, **of_one) for number in range(3, 10)]
    others = [expectation(1, "passed", **of_one), expectation(2, "skipped", object="tables.b")]
    others.append(expectation(3, "passed", object="tables.b"))
    [[case, other]] = _read(text(record(untold, *failed, *others)), schema)
    assert other.is_passed
    [failure] = case.result
    assert failure.message.startswith("8 of 9 expectations: ")
    assert failure.text.count("expected") == 14
    assert "cannot tell a timeout" in failure.text


def test_characters_that_xml_forbids_are_written_as_codes(schema: XMLSchema) -> None:
    odd = finding(actual="a\x00\x1b[1m\ufffe\ud800 <&>\"' é 😀\tz")
    one = expectation(findings=(odd,), object="tables.\x07")
    [[case]] = _read(text(record(one)), schema)
    assert "a#x00#x1B[1m#xFFFE#xD800 <&>\"' é 😀\tz" in case.result[0].text
    assert case.name == "tables.#x07"


def test_a_file_that_cannot_be_read_is_an_error(schema: XMLSchema) -> None:
    [suite] = _read(text(record(problems=UNREAD)), schema)
    assert (suite.tests, suite.errors) == (3, 3)
    names = [case.name for case in suite]
    assert names == ["expectations.yaml:3:1", "expectations.yaml:9:1", "problem 3"]


def test_nine_thousand_expectations_are_five_hundred_test_cases() -> None:
    place = Place("migrations/1.sql", 1)
    told = [
        expectation(number, "failed" if number % 3 == 0 else "passed", place=place)
        for number in range(9000)
    ]
    began = time.process_time()
    written = text(record(*told))
    root = ElementTree.fromstring(written)
    took = time.process_time() - began
    assert (root.get("tests"), root.get("failures")) == ("500", "500")
    assert took < 5
