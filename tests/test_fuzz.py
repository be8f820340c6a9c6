"""What fuzzing has found stays repaired, and fuzzing finds what is wrong."""

import os
import time
from collections.abc import Callable

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.errors import SpecError
from tools.fuzz import loop, trial
from tools.fuzz.inputs import SECRET, Input, known, made


@pytest.mark.parametrize("number", range(len(known())))
def test_what_was_found_once_is_no_problem(number: int) -> None:
    assert trial.problem(known()[number]) == ""


def test_inputs_are_made_from_a_seed_and_a_number_alone() -> None:
    numbers = range(len(known()), len(known()) + 50)
    assert [made("a", one) for one in numbers] == [made("a", one) for one in numbers]
    assert [made("a", one) for one in numbers] != [made("b", one) for one in numbers]
    assert {made("a", one).kind for one in numbers} == {"spec", "migrations", "dsn"}


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ("e.yaml: no place", "a problem without a place"),
        ("e.yaml:1:1: 'NoneType' object has no attribute 'x'", "a message that is Python's"),
    ],
)
def test_what_a_message_may_not_be_is_found(
    told: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise SpecError([told])

    monkeypatch.setattr(trial, "Verification", refuse)
    assert trial.problem(Input("spec", {"expectations.yaml": b""})).startswith(wrong)


def test_a_password_that_is_shown_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "redacted", str)
    assert trial.problem(Input("dsn", dsn=f"password={SECRET} host=")).startswith(
        "the password is shown"
    )


def test_an_exception_that_is_not_ours_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(trial, "Verification", fail)
    assert "KeyError: 'planted'" in trial.problem(Input("spec"))


def _busy() -> str:
    while True:
        pass


@pytest.mark.parametrize(
    ("trouble", "wrong"),
    [
        (lambda: os._exit(134), "the process that tried it died"),
        (lambda: time.sleep(60), "no end after 4 seconds"),
        (_busy, "no end after 0.2 seconds of work"),
        (lambda: "planted", "planted"),
    ],
)
def test_a_process_that_dies_or_never_ends_is_found(
    trouble: Callable[[], str], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = known()[3]

    # Making an input may take longer than this deadline: all are made before.
    monkeypatch.setattr(loop, "made", lambda _, number: planted if number == 3 else Input("spec"))
    monkeypatch.setattr(loop, "problem", lambda tried, _: trouble() if tried is planted else "")
    number, found = loop.fuzz("a", 8, deadline=0.2, start="fork")
    assert found == {3: wrong}
    assert number > 3
