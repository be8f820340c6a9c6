"""Entries of a file, as data, from the objects of the catalog."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pytest_schemaverify.kinds.form import Form, Look, Short, form_of
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.language.places import Path

Depth = Literal["names", "shape", "all"]


@dataclass(slots=True)
class Style:
    """How entries are written."""

    look: Look
    depth: Depth = "all"
    """`names` of objects, their `shape` without expressions, or `all` that is known."""
    as_printed: set[tuple[Path, str]] = field(default_factory=set)
    """Paths and keys of what is written as the server prints it, because it takes the reader's
    spelling for something else."""
    left_out: set[tuple[Path, str]] = field(default_factory=set)
    """Paths and keys of what cannot be written."""

    def entry(self, one: Written, path: Path) -> Any:
        """Return the entry of an object, in its short form where that says all of it."""
        if self.depth == "names":
            return {}
        form = form_of(one.model.family)
        said = self._attributes(one, form, path)
        whole = all((path, key) not in self.left_out for key in one.said)
        short = form.short if whole else None
        if short is not None and not one.members and not one.parts:
            found = short(said, one.row, self.look)
            if found is not None:
                return found
        return self._ordered(one, said, path, short)

    def things(self, found: Mapping[str, Written], path: Path) -> dict[str, Any]:
        """Return the entries of named objects."""
        return {
            name: self.entry(one, (*path, name))
            for name, one in found.items()
            if ((*path, name), "") not in self.left_out
        }

    def _attributes(self, one: Written, form: Form, path: Path) -> dict[str, Any]:
        shape = self.depth == "shape"
        return {
            key: self._value(form, key, value, path)
            for key, value in one.said.items()
            if not (shape and key in form.expressions)
            and (path, key) not in self.left_out
            and not (not shape and form.implied.get(key) in one.said)
        }

    def _value(self, form: Form, key: str, value: Any, path: Path) -> Any:
        spelled = form.spelled.get(key)
        if spelled is None or (path, key) in self.as_printed:
            return value
        return spelled(value, self.look)

    def _ordered(self, one: Written, said: dict[str, Any], path: Path, short: Short | None) -> Any:
        """Return attributes, parts and members in the order of the model."""
        found: dict[str, Any] = {}
        for name, info in one.model.model_fields.items():
            key = info.alias or name
            if key in said:
                found[key] = said[key]
            elif key in one.parts:
                part = self.entry(one.parts[key], (*path, key))
                if part or key not in form_of(one.model.family).quiet:
                    found[key] = part
            elif one.members.get(key):
                found[key] = self.things(one.members[key], (*path, key))
        if form_of(one.model.family).short is not None and "comment" in found:
            found["comment"] = found.pop("comment")  # behind what a short form would say
        shortened = short(found, one.row, self.look) if short is not None else None
        return found if shortened is None else shortened
