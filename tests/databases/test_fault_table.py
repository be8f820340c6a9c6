"""The table of faults in docs/reference/faults.md is what happens."""

import os
import subprocess

import pytest

from pytest_schemaverify import databases
from pytest_schemaverify.errors import DatabaseUnavailable
from pytest_schemaverify.settings.config import Config

from .conftest import skip_without_containers
from .fault_table import (
    FAULTS,
    FAULTS_ELSEWHERE,
    GROUNDS,
    HEAD,
    PAGE,
    PLACES,
    Fault,
    Ground,
    Place,
    everybodys_python,
    place_row,
    row,
    row_elsewhere,
)

TEXT = PAGE.read_text(encoding="utf-8")


def namespaces_can_be_made() -> bool:
    made = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return os.geteuid() == 0 and made.returncode == 0


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_run_that_is_ended_leaves_what_the_page_says(fault: Fault) -> None:
    assert row(fault) in TEXT.splitlines()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_run_in_any_place_leaves_what_the_page_says(place: Place) -> None:
    if (place.prefix or place.unprivileged) and not namespaces_can_be_made():
        pytest.skip("only root can arrange this place")
    if place.unprivileged and not everybodys_python():
        pytest.skip("a user without privileges can run no Python of this version here")
    assert place_row(place) in TEXT.splitlines()


@pytest.mark.parametrize("fault", FAULTS_ELSEWHERE, ids=lambda fault: fault.name)
@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.name)
def test_a_run_elsewhere_leaves_what_the_page_says(ground: Ground, fault: Fault) -> None:
    if ground.name == "a container":
        try:
            with databases.start(Config(database="container")):
                pass
        except DatabaseUnavailable as error:
            skip_without_containers(error)
            raise
    assert row_elsewhere(ground, fault) in TEXT.splitlines()


def test_the_page_has_a_row_for_everything_and_no_other() -> None:
    assert TEXT.startswith(HEAD)
    names = [line.split(" | ")[0][2:] for line in TEXT.splitlines() if line.startswith("| ")]
    wanted = [*(fault.name for fault in FAULTS), *(place.name for place in PLACES)]
    wanted += [f"{ground.name}: {fault.name}" for ground in GROUNDS for fault in FAULTS_ELSEWHERE]
    assert [name for name in names if name in wanted] == wanted
    assert {name for name in names if name not in wanted} == {"", "---"}
    assert "REMAINS" not in TEXT
