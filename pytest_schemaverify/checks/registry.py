"""Find a check by its name, which is the path of its module: `columns.type` is columns/type.py.

What only compares an attribute has no module and stands in plain.py. A run imports the checks that
it plans and no others.
"""

import inspect
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.matchers import Number

from .plain import PLAIN

ROOT = Path(__file__).parent
ANY = "any"
"""Folder of the checks that every family has: exists, absent, exact, owner, comment."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, what it says about a healthy database, and how to run it."""

    name: str
    summary: str
    page: Path
    run: Callable[..., Iterable[Finding]]
    needs: tuple[str, ...]
    """Names of the parameters of `run`; each is a fact that it is given."""
    field: str
    """Field of the object's row that the check is about, where it is about one."""
    value: Callable[..., Any] | None = None
    """Makes what a matcher looks at, where that is no field."""
    query: Callable[..., Any] | None = None
    """Makes the statement whose rows `run` gets as `rows`."""
    query_needs: tuple[str, ...] = ()
    value_needs: tuple[str, ...] = ()
    endless: Any = None
    """The value that stands for no limit, of a number that has one."""

    @property
    def compares(self) -> bool:
        """Whether it compares with conditions on numbers itself: it takes a `Number`."""
        return get_type_hints(self.run).get("expected") == Number


@cache
def find(name: str) -> Check:
    """Return the check of a name; `tables.exists` is `any.exists` where no family has its own.

    Raises KeyError when there is none.
    """
    family, _, own = name.partition(".")
    if name in PLAIN:
        return _plain(name)
    for folder in (family, ANY):
        if (ROOT / folder / f"{own}.py").exists():
            return _module(folder, own)
    raise KeyError(name)


@cache
def every() -> Mapping[str, Check]:
    """Return all checks by name, sorted."""
    modules = (
        f"{family.name}.{module.name}"
        for family in pkgutil.iter_modules([str(ROOT)])
        if family.ispkg
        for module in pkgutil.iter_modules([str(ROOT / family.name)])
    )
    return {name: find(name) for name in sorted({*modules, *PLAIN}, key=lambda n: n.split("."))}


def _page(name: str) -> Path:
    family, _, own = name.partition(".")
    return ROOT / family / f"{own}.md"


def _plain(name: str) -> Check:
    attribute = PLAIN[name]
    field = attribute.field or name.partition(".")[2]
    run = attribute.check(field)
    return Check(
        name, attribute.summary, _page(name), run, ("expected", "actual"), field,
        endless=attribute.endless,
    )  # fmt: skip


@cache
def _module(family: str, own: str) -> Check:
    module = import_module(f"{__package__}.{family}.{own}")
    query, value = getattr(module, "query", None), getattr(module, "value", None)
    return Check(
        name=f"{family}.{own}",
        summary=inspect.getdoc(module.check) or "",
        page=_page(f"{family}.{own}"),
        run=module.check,
        needs=tuple(inspect.signature(module.check).parameters),
        field=getattr(module, "FIELD", own),
        value=value,
        query=query,
        query_needs=tuple(inspect.signature(query).parameters) if query else (),
        value_needs=tuple(inspect.signature(value).parameters) if value else (),
    )
