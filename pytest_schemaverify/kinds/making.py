"""Statements that make and drop whole objects, where none alters what differs.

Several attributes of one object that fail give the same statements, made from the whole entry and,
where that says nothing, from what is there: no fix undoes another.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.catalog import Catalog, Row, granted
from pytest_schemaverify.kinds.depending import depends
from pytest_schemaverify.kinds.form import Look
from pytest_schemaverify.kinds.granting import granting
from pytest_schemaverify.kinds.kind import Subject, folders, kind_of, names_in, package_of
from pytest_schemaverify.kinds.whole import Whole, members_of, whole_of
from pytest_schemaverify.sql.lexical import remark
from pytest_schemaverify.sql.names import literal, quoted

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

Statement = Callable[[Whole], str]
"""Returns a statement; "" where none can be made of what is said."""


def dropped(row: Row, family: str) -> str:
    """Return the statement that drops an object as most kinds have it."""
    return f"drop {kind_of(family).named(row)};"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How the objects of a kind are made, and dropped."""

    create: Statement = lambda whole: ""
    drop: Callable[[Row, Catalog], str] | None = None
    """Returns the statement that drops one; "" where that cannot be. By default `drop …`."""
    needs: frozenset[str] = frozenset()
    """Attributes without which nothing can be made."""
    usual: Mapping[str, Any] = field(default_factory=dict)
    """Values of attributes of which an entry says nothing, where a statement has to name them."""
    risk: str = ""
    """What making one does to others meanwhile: `locks {table} against writes`."""
    loses: str = ""
    """What is lost with one that is dropped, besides itself: `the values of {object}`."""
    then: Callable[[Whole], list[str]] = lambda whole: []
    """Returns statements for attributes that the statement which makes an object cannot have."""
    replaces: Callable[[Whole], bool] = lambda whole: False
    """Returns whether the statement that makes one puts it in the place of one of its name."""
    inside: Mapping[str, str] = field(default_factory=dict)
    """Attributes that follow from another one, which has to be said for a fix of them; `-` for one
    with which nothing can be made anew."""
    again: Callable[[Whole], bool] = lambda whole: True
    """Returns whether one that is there can be dropped and made again."""


@cache
def making_of(family: str) -> Making | None:
    """Return how the objects of a kind are made; None where no statement can be written."""
    folder = folders().get(family)
    if folder is None or "making.py" not in names_in(folder):
        return None
    module = import_module(f"{package_of(folder)}.making")
    # Kinds that are alike share a folder.
    made: Making | None = getattr(module, "MAKINGS", {}).get(family)
    return made or module.MAKING


_SINCE = (
    ("stored", False, 18), ("nulls", "not distinct", 15), ("nulls_not_distinct", True, 15),
    ("security_invoker", True, 15),
)  # fmt: skip
"""Attributes and values that older servers have no words for, with the first version that has."""


def _newer(whole: Whole) -> bool:
    """Return whether the server is too old for what is said."""
    major = whole.catalog.version // 10_000
    return any(dict.get(whole.said, key) == value and major < since for key, value, since in _SINCE)


_APART = {"owner", "grants"}
"""Attributes that have statements of their own."""


def drop_of(row: Row, family: str, catalog: Catalog) -> str:
    """Return the statement that drops an object, with what is lost by it; "" for none."""
    making = making_of(family)
    if making is None:
        return ""
    statement = making.drop(row, catalog) if making.drop else dropped(row, family)
    return told(statement, loses=_filled(making.loses, row)) if statement else ""


def made(
    entry: "Entry | None", model: "type[Entry]", subject: Subject, row: Row | None, look: Look,
    *, gone: bool = False,
) -> str:  # fmt: skip
    """Return the statements that make an object, in place of one of its name; "" for none.

    That one is `gone` where what it belongs to has been dropped before.
    """
    making = making_of(subject.family)
    if making is None:
        return ""
    whole = whole_of(entry, model, subject, row, making.usual, look)
    if whole is None or not making.needs <= whole.said.keys() or _newer(whole):
        return ""
    text = making.create(whole)
    if not text or (row is not None and not making.again(whole)):
        return ""
    text = told(text, making.risk.format(table=whole.table, object=whole.object))
    again = row is not None and not making.replaces(whole)
    if row is not None and again and not gone:
        before = drop_of(row, subject.family, look.catalog)
        if not before:
            return ""
        text = f"{before}\n{text}"
    inner = [made(*one, look, gone=again) for one in members_of(entry, model, subject, row, look)]
    lines = [text, *making.then(whole), *_described(whole), *_depending(whole), *inner]
    # What no statement has heeded would be gone with the old one, although the entry says it.
    if row is not None and whole.unheeded - making.inside.keys() - _APART:
        return ""
    return "\n".join(filter(None, lines))


def _described(whole: Whole) -> Iterator[str]:
    """Yield statements for the comment, the owner and the privileges of an object that is made."""
    row = whole.row
    # What a type is made of has none of its own.
    if row is not None and "name" in row._fields:
        subject = Subject(whole.family, whole.key, "")
        yield from described(subject, row, whole.catalog, whole.said.get("comment", ""))


def _depending(whole: Whole) -> Iterator[str]:
    """Yield statements for the extensions on which an object depends that is made anew."""
    wanted = dict.get(whole.said, "depends_on_extensions", ())
    # One that is not installed stays unheeded, so that nothing is made without it.
    if whole.row is not None and all(whole.catalog.find("extensions", (one,)) for one in wanted):
        # `create or replace` forgets them, too.
        for one in whole.said.get("depends_on_extensions", ()):
            yield depends(whole.row, whole.family, one)


def described(subject: Subject, row: Row, catalog: Catalog, comment: str) -> Iterator[str]:
    """Yield statements that give an object a comment, and the owner and privileges of a row."""
    named = kind_of(subject.family).named(row)
    if comment:
        yield f"comment on {named} is {literal(comment)};"
    if owner := getattr(row, "owner", ""):
        yield f"alter {named} owner to {quoted(owner)};"
    if getattr(row, "acl", ()):
        on = granting(subject, row, catalog, {})
        held = granted(row.acl)
        if "public" not in held and on.kind in ("function", "type"):
            yield f"revoke all {on.place} from public;"
        yield from (on.grant(its, role) for role, its in held.items() if role != on.owner)


def _filled(text: str, row: Row) -> str:
    if "{" not in text:
        return text
    around = [getattr(row, one) for one in ("schema", "table") if one in row._fields]
    return text.format(object=quoted(*around, row.name))


def told(statement: str, locks: str = "", loses: str = "") -> str:
    """Return a statement with its risk behind it, as a comment."""
    risk = "; ".join(filter(None, [locks, loses and f"loses {loses}"]))
    return f"{statement} {remark(risk)}" if risk else statement


def words(*texts: str) -> str:
    """Return the texts that are not empty as one statement."""
    return " ".join(filter(None, texts)) + ";"


def listed(values: Any) -> str:
    """Return a list in brackets."""
    return f"({', '.join(values)})"


def settings(values: Mapping[str, Any]) -> str:
    """Return storage parameters in brackets."""
    return listed(f"{name} = {str(value).lower()}" for name, value in values.items())
