"""Find a check by its name, which is the end of its module's path: `columns.type`, columns/type.py.

What only compares an attribute has no module and stands in attributes.py of its folder. A run
imports the checks that it plans and no others.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.language.matchers import Number

from .attribute import Attribute
from .kind import PACKAGE, Category, Kind, Use, family_of, folders, names_in, package_of

ANY = "any"
"""Folder of the checks that every family has, or several: exists, absent, exact, owner, comment."""


_PLAIN = Use()


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
    use: Use = _PLAIN

    @property
    def compares(self) -> bool:
        """Whether it compares with conditions on numbers itself: it takes a `Number`."""
        # As they are written: names of models in quotes are there for type checkers only.
        return bool(inspect.get_annotations(self.run).get("expected") == Number)


@cache
def find(name: str) -> Check:
    """Return the check of a name; `tables.exists` is `any.exists` where no family has its own.

    Raises KeyError when there is none.
    """
    family, _, own = name.partition(".")
    if attribute := _attributes(family).get(own):
        return _comparing(family, own, attribute)
    if own == "exists" and (sentence := _sentence(family)):
        page = folders()[family] / "exists.md"
        return replace(_module(ANY, own), name=name, summary=sentence, page=page)
    if own in _of_kinds(family):
        return _of_kind(family, own)
    # The folder of a family comes first: indexes have an `exact` of their own.
    for folder in (family, ANY):
        names = names_in(folders().get(folder, PACKAGE))
        if f"{own}.py" in names and f"{own}.md" in names:
            return _module(folder, own)
    raise KeyError(
        f"{name}: the folder of {family} has no {own}.py with a page {own}.md, and no {own} in its "
        "attributes.py"
    )


@cache
def category_of(name: str) -> Category:
    """Return the category of a check in the summary. Raises KeyError when there is none."""
    family, use = family_of(name.partition(".")[0]), find(name).use
    if family is None:
        raise KeyError(name)
    if family.presence and name.endswith((".exists", ".absent", ".exact")):
        return family.presence
    return use.category or family.category


@cache
def every() -> Mapping[str, Check]:
    """Return all checks by name, sorted."""
    modules = (
        f"{family}.{name.removesuffix('.py')}"
        for family, folder in folders().items()
        for name in names_in(folder)
        if name.endswith(".py") and f"{name.removesuffix('.py')}.md" in names_in(folder)
        if name != f"{_each_kind(family)}.py"
    )
    of_kinds = (f"{family}.{own}" for family in folders() for own in _of_kinds(family))
    compared = (f"{family}.{own}" for family in folders() for own in _attributes(family))
    there = (f"{family}.exists" for family in folders() if _sentence(family))
    names = sorted((*modules, *of_kinds, *compared, *there), key=lambda name: name.split("."))
    return {name: find(name) for name in names}


def _sentence(family: str) -> str:
    """Return the sentence of a kind's own `exists`; "" for kinds that have the usual one."""
    kind = family_of(family)
    return kind.exists if isinstance(kind, Kind) else ""


def _each_kind(family: str) -> str:
    found = family_of(family)
    return found.each_kind if found is not None else ""


@cache
def _of_kinds(family: str) -> tuple[str, ...]:
    """Return the names of the checks that a family has for each of some kinds, called like them."""
    module = _each_kind(family)
    if not module:
        return ()
    found: tuple[str, ...] = import_module(f"{package_of(folders()[family])}.{module}").names()
    return found


def _of_kind(family: str, own: str) -> Check:
    """Return such a check; its page is that of all of them where it has none of its own."""
    kind, shared = family_of(own), _module(family, _each_kind(family))
    noun = kind.noun if isinstance(kind, Kind) else own
    page = shared.page.with_name(f"{own}.md")
    return replace(
        shared,
        name=f"{family}.{own}",
        summary=shared.summary.format(noun=noun),
        page=page if page.name in names_in(page.parent) else shared.page,
    )


@cache
def _attributes(family: str) -> Mapping[str, Attribute]:
    """Return the checks of a family that only compare, by their own names."""
    folder = folders().get(family, PACKAGE)
    if "attributes.py" not in names_in(folder):
        return {}
    module = import_module(f"{package_of(folder)}.attributes")
    attributes: Mapping[str, Attribute] = module.ATTRIBUTES
    return attributes


def _comparing(family: str, own: str, attribute: Attribute) -> Check:
    field = attribute.field or own
    run = attribute.check(field)
    return Check(
        name=f"{family}.{own}",
        summary=attribute.summary,
        page=folders()[family] / f"{own}.md",
        run=run,
        needs=tuple(inspect.signature(run).parameters),
        field=field,
        endless=attribute.endless,
    )


@cache
def _module(family: str, own: str) -> Check:
    folder = folders()[family]
    module = import_module(f"{package_of(folder)}.{own}")
    query, value = getattr(module, "query", None), getattr(module, "value", None)
    return Check(
        name=f"{family}.{own}",
        summary=inspect.getdoc(module.check) or "",
        page=folder / f"{own}.md",
        run=module.check,
        needs=tuple(inspect.signature(module.check).parameters),
        field=getattr(module, "FIELD", own),
        value=value,
        query=query,
        query_needs=tuple(inspect.signature(query).parameters) if query else (),
        value_needs=tuple(inspect.signature(value).parameters) if value else (),
        use=getattr(module, "USE", _PLAIN),
    )
