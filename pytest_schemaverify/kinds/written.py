"""Objects of the catalog as a file would say them: what `init` writes and what `diff` compares.

The model of an entry says which keys there are, the check of a key which field of the row it is
about, and the form of the kind (`written.py` in its folder) what is said in another way.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.form import Form, Look, Said, as_file, form_of
from pytest_schemaverify.kinds.grants.model import Grants
from pytest_schemaverify.kinds.kind import (
    Kind,
    Subject,
    family_of,
    kind_of,
)
from pytest_schemaverify.kinds.lookup import plainest
from pytest_schemaverify.kinds.registry import find
from pytest_schemaverify.kinds.written_privileges import privileges_on
from pytest_schemaverify.language.base import Entry, Named
from pytest_schemaverify.language.include import model_at
from pytest_schemaverify.sql.names import BadName
from pytest_schemaverify.sql.secrets import default, found, secret_name

_NO_NAME = "*"
"""Stands for any name when a model is asked for that of its entries."""


@dataclass(frozen=True, slots=True)
class Written:
    """One object as a file would say it."""

    model: type[Entry]
    name: str
    """Its key in the file."""
    subject: Subject
    row: Row
    said: Said
    """Attributes that do not go without saying, in the order of the model, as the server has them.
    """
    usual: Said
    """Attributes that PostgreSQL gives by itself."""
    parts: Mapping[str, "Written"]
    """What is a part of it, as row-level security is of a table, by key."""
    members: Mapping[str, Mapping[str, "Written"]]
    """What belongs to it, as columns do, by key and name."""
    hidden: tuple[str, ...] = ()
    """Keys whose values are left out because they hold a secret."""
    given: Said | None = None
    """Attributes that it has from another object, as a partition has them from its table."""

    def all(self) -> Iterator["Written"]:
        """Yield it and everything in it."""
        yield self
        for part in self.parts.values():
            yield from part.all()
        for things in self.members.values():
            for one in things.values():
                yield from one.all()


def things(model: type[Entry], look: Look, parent: Subject | None = None) -> dict[str, Written]:
    """Return the objects that a mapping of named things can name, by the names that they get.

    Columns come in their order, all others by name.
    """
    entry = _entry(model)
    if entry is None or not isinstance(family_of(entry.family), Kind):
        return {}
    found = {}
    for row in _rows(entry.family, look, parent):
        name = _name(entry.family, row, look, model, parent)
        try:
            subject = Subject(
                entry.family, kind_of(entry.family).key(name, look.schema, parent), name, parent
            )
        except BadName:
            continue  # gaps() names it
        one = own(written(entry, name, subject, row, look), look)
        if one is not None:
            found[name] = one
    ordered = entry.family != "columns"
    return dict(sorted(found.items())) if ordered else found


@cache
def _entry(model: type[Entry]) -> type[Entry] | None:
    found = model_at(_NO_NAME, model)
    return found if found is not None and issubclass(found, Entry) else None


def _rows(family: str, look: Look, parent: Subject | None) -> Iterator[Row]:
    kind, form = kind_of(family), form_of(family)
    if form.rows is not None:
        yield from form.rows(look.catalog)
        return
    around = () if parent is None or kind.beside else parent.key
    for name in kind.families:
        for row in look.inside(name, around):
            if kind.has(row, parent) and form.there(row, look):
                yield row


def _name(family: str, row: Row, look: Look, around: type[Entry], parent: Subject | None) -> str:
    form = form_of(family)
    name = form.name(row, look) if form.name else look.bare(kind_of(family).own_name(row))
    name = plainest(name, family, look.schema, parent)
    # A table may be called like a key of ours; in quotes it is a name.
    return f'"{name}"' if name in around.model_fields else name


def written(model: type[Entry], name: str, subject: Subject, row: Row, look: Look) -> Written:
    """Return an object as its model says it."""
    attributes: dict[str, Any] = {}
    parts: dict[str, Written] = {}
    members: dict[str, Mapping[str, Written]] = {}
    form = form_of(model.family)
    for key, inner, field in keys(model):
        if inner is not None and key in form.detailed:
            found = {n: form.detailed[key](one) for n, one in things(inner, look, subject).items()}
            if its := {name: one for name, one in found.items() if one is not None}:
                members[key] = its
        if key in form.values:
            attributes[key] = form.values[key](row, look)
        elif inner is None:
            attributes[key] = as_file(getattr(row, field))
        elif issubclass(inner, Grants):
            attributes[key] = privileges_on(subject, row, look)
        elif issubclass(inner, Named):
            members[key] = things(inner, look, subject)
        elif (part := _part(inner, key, subject, row, look)) is not None:
            parts[key] = part
    given = {key: value for key, value in attributes.items() if value is not None}
    hidden = tuple(key for key in given if _secret(form, name, key, given[key]))
    given = {key: value for key, value in given.items() if key not in hidden}
    usual = {key: value for key, value in given.items() if _usual(form, key, given, look)}
    said = {key: value for key, value in given.items() if key not in usual}
    return Written(model, name, subject, row, said, usual, parts, members, hidden)


def own(one: Written, look: Look) -> Written | None:
    """Return what of an object no other object gives it; None where nothing is left to say."""
    form = form_of(one.model.family)
    found: Written | None = form.own(one, look) if form.own is not None else one
    return found


def _secret(form: Form, name: str, key: str, value: Any) -> bool:
    """Return whether a value holds a secret, which no file should have."""
    if isinstance(value, Mapping):
        # The words of a CREATE are PostgreSQL's: `gettoken` is no token.
        names = key != "definition"
        return any((names and secret_name(item)) or found(str(its)) for item, its in value.items())
    if not isinstance(value, str) or not (key == "comment" or key in form.expressions):
        return False
    return default(name, value) != value if key == "default" else bool(found(value))


def _usual(form: Form, key: str, given: Said, look: Look) -> bool:
    if key == "owner" and look.owner:
        return bool(given[key] == look.owner)
    return form.goes_without_saying(key, given[key], given)


@cache
def keys(model: type[Entry]) -> tuple[tuple[str, type[Entry] | None, str], ...]:
    """Return the keys of an entry that are written.

    With each comes the model of what is in it, and the field of the row that its check is about.
    """
    form, found = form_of(model.family), []
    for name, info in model.model_fields.items():
        key = info.alias or name
        if name in model.settings or key in form.left:
            continue
        inner = model_at(key, model)
        # What says where an expectation holds is no object.
        if inner is not None and not (issubclass(inner, Entry) and inner.family):
            inner = None
        plain = inner is None and key not in form.values
        field = find(f"{model.family}.{name.rstrip('_')}").field if plain else ""
        found.append((key, inner, field))
    return tuple(found)


def _part(model: type[Entry], key: str, subject: Subject, row: Row, look: Look) -> Written | None:
    """Return what a part of an object would say; None where the object has no such part."""
    if not model.part:  # row-level security is of the table's own row
        return written(model, key, subject, row, look)
    part = Subject(model.part, subject.key, subject.written, subject)
    there = look.catalog.whole().families
    its = getattr(row, key, None) or there.get(model.part, {}).get(subject.key)
    return None if its is None else written(model, key, part, its, look)


def additions(one: Written) -> Written | None:
    """Return what people add to a table of the platform: policies, and triggers in `auth`.

    The rest of the table is the platform's. None is returned where nothing was added.
    """
    triggers = one.members.get("triggers") if one.subject.key[0] == "auth" else None
    rls = one.parts.get("rls")
    secured = rls is not None and bool(rls.members["policies"])
    if not triggers and not secured:
        return None
    parts = {"rls": rls} if rls is not None and secured else {}
    members = {"triggers": triggers} if triggers else {}
    return replace(one, said={}, usual={}, parts=parts, members=members)
