"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

_SEQUENCE = "alter sequence {object} "


ATTRIBUTES: Mapping[str, Attribute] = {
    "cache": Attribute(
        summary="A session takes the declared number of values at once.",
        shown="cache {}",
        fix=_SEQUENCE + "cache {value};",
    ),
    "cycle": Attribute(
        summary="The sequence starts again after its last value, or does not.",
        shown={True: "cycle", False: "no cycle"},
        fix={True: _SEQUENCE + "cycle;", False: _SEQUENCE + "no cycle;"},
    ),
    "increment": Attribute(
        summary="The sequence goes on by the declared step.",
        shown="increment by {}",
        fix=_SEQUENCE + "increment by {value};",
    ),
    "maximum": Attribute(
        summary="The sequence ends at the declared value.",
        shown="maxvalue {}",
        fix=_SEQUENCE + "maxvalue {value};",
    ),
    "minimum": Attribute(
        summary="The sequence has no smaller values than the declared one.",
        shown="minvalue {}",
        fix=_SEQUENCE + "minvalue {value};",
    ),
    # Sequences can be unlogged since PostgreSQL 15.
    "persistence": Attribute(
        summary="The sequence's value survives a crash, or need not.",
        fix={
            "permanent": _SEQUENCE + "set logged;",
            "unlogged": _SEQUENCE + "set unlogged;",
        },
    ),
    # It is what `restart` goes back to; the value that has been reached stays.
    "start": Attribute(
        summary="The sequence starts with the declared value.",
        shown="start with {}",
        fix=_SEQUENCE + "start with {value};",
    ),
}
