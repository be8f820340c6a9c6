"""Find the check modules. The path of a module is the name of its check."""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_schemaverify.findings import Finding

ROOT = Path(__file__).parent
ANY = "any"
"""Folder of the checks that every family has: exists, absent, exact."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, what it says about a healthy database, and how to run it."""

    name: str
    summary: str
    page: Path
    run: Callable[..., Iterable[Finding]]
    needs: tuple[str, ...]
    """Names of the parameters of `run`; each is a fact that it is given."""
    query: Callable[..., Any] | None
    """Makes the statement whose rows `run` gets as `rows`."""
    query_needs: tuple[str, ...]


def _load() -> Iterator[Check]:
    for family in pkgutil.iter_modules([str(ROOT)]):
        if family.ispkg:
            for module in pkgutil.iter_modules([str(ROOT / family.name)]):
                yield _check(family.name, module.name)


def _check(family: str, name: str) -> Check:
    module = import_module(f"{__package__}.{family}.{name}")
    query = getattr(module, "query", None)
    return Check(
        name=f"{family}.{name}",
        summary=inspect.getdoc(module.check) or "",
        page=ROOT / family / f"{name}.md",
        run=module.check,
        needs=tuple(inspect.signature(module.check).parameters),
        query=query,
        query_needs=tuple(inspect.signature(query).parameters) if query else (),
    )


CHECKS: Mapping[str, Check] = {check.name: check for check in _load()}


def find(name: str) -> Check:
    """Return the check of a name; `tables.exists` is `any.exists` where no family has its own."""
    return CHECKS.get(name) or CHECKS[f"{ANY}.{name.partition('.')[2]}"]
