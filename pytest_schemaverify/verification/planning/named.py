"""The objects that are named below an entry of the file."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pytest_schemaverify.kinds import Subject
from pytest_schemaverify.kinds.lookup import called
from pytest_schemaverify.sql import names

if TYPE_CHECKING:
    from pytest_schemaverify.language.base import Entry

Bad = Callable[[str, "Entry", names.BadName], None]
"""Is told of a name that is none, with its entry."""


def named_below(
    entry: "Entry", schema: str, parent: Subject | None, bad: Bad = lambda *_: None
) -> "Iterator[tuple[Subject, Entry, str]]":
    """Yield the objects that are named below an entry, each with its own entry and its key.

    `schema` is that of names without one, and `parent` the object that the entry is about.
    """
    for written, child in (entry.__pydantic_extra__ or {}).items():
        # Elsewhere `each` may be a name, such as that of an identity, and no field.
        for name in vars(child).get("each") or [written]:
            try:
                yield called(name, child.family, schema, parent), child, written
            except names.BadName as error:
                bad(written, child, error)
