"""Tries on the database whether it takes proposed values for what it has itself."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_schemaverify.authoring.comparing.failing_expectations import names_others
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.writing import written
from pytest_schemaverify.sql.yaml_names import plain
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification


def tried(contract: Contract, one: Verification) -> Iterator[Result]:
    """Yield what would not hold on the database of a verification if its file were this one."""
    facts = Results(contract, one.database).facts
    for planned in contract.planned:
        # What else is there is not the question.
        if not names_others(planned):
            result = run(planned, facts)
            if result.findings or result.undetermined:
                yield result


def contract_of(values: Mapping[Path, Any], one: Verification) -> Contract | None:
    """Return a file with values at their paths, and nothing else; None where there are none.

    Raises SpecError where the language does not take one of them.
    """
    data: dict[str, Any] = {}
    for path, value in values.items():
        if all(isinstance(part, str) for part in path):
            _put(data, path, value)
    old = one.contract
    text = written({**_head(one), **data})
    return Contract(old.path, old.name, old.config, text=text) if data else None


def _head(one: Verification) -> dict[str, Any]:
    spec = one.contract.spec
    head: dict[str, Any] = {"version": 1, "defaults": {"schema": plain(spec.defaults.schema_)}}
    if spec.database is not None:
        head["database"] = {"platform": spec.database.platform.name}
    return head


def _put(data: dict[Any, Any], path: Path, value: Any) -> None:
    """Put a value at a path, beside what is there already."""
    inner = data
    for part in path[:-1]:
        following = inner.setdefault(part, {})
        if not isinstance(following, dict):
            return
        inner = following
    key = path[-1]
    if isinstance(inner.get(key), dict) and isinstance(value, dict):
        inner[key] = {**inner[key], **value}
    else:
        inner[key] = value
