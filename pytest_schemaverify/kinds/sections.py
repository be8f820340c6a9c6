"""The sections of a file: the keys at its top that are about a kind of object."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from pytest_schemaverify.language.base import Section

from . import KINDS
from .kind import folders, kind_of, names_in, package_of


@cache
def sections() -> Mapping[str, Section]:
    """Return the sections of all kinds that have one, in the order of the list of kinds."""
    found = {}
    for name in KINDS:
        folder = folders()[name]
        # Some folders are rows of several kinds, as constraints are, and no section of a file.
        if "model.py" in names_in(folder):
            module = import_module(f"{package_of(folder)}.model")
            section = getattr(module, "SECTIONS", {}).get(name) or getattr(module, "SECTION", None)
            if isinstance(section, Section):
                found[name] = section
    return found


@cache
def with_own_objects() -> tuple[str, ...]:
    """Return the sections whose objects are not those of another section.

    Materialized views are among the views. Default privileges are about roles, too, but a role has
    them or not.
    """
    return tuple(name for name in sections() if name in (*kind_of(name).families, _HELD))


def naming(objects: str) -> tuple[str, ...]:
    """Return the sections whose entries name the objects of a section."""
    return tuple(
        name for name in sections() if name == objects or objects in kind_of(name).families
    )


_HELD = "default_privileges"
