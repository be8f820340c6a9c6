"""Such checks of views and sequences."""

from collections.abc import Mapping

from .attribute import Attribute

_SEQUENCE = "alter sequence {object} "

RELATIONS: Mapping[str, Attribute] = {
    "materialized_views.populated": Attribute(
        summary="The materialized view has been filled, or has not.",
        shown={True: "populated", False: "not populated: it cannot be read"},
        fix={
            True: "refresh materialized view {object};",
            False: "refresh materialized view {object} with no data;",
        },
    ),
    "sequences.cache": Attribute(
        summary="A session takes the declared number of values at once.",
        shown="cache {}",
        fix=_SEQUENCE + "cache {value};",
    ),
    "sequences.cycle": Attribute(
        summary="The sequence starts again after its last value, or does not.",
        shown={True: "cycle", False: "no cycle"},
        fix={True: _SEQUENCE + "cycle;", False: _SEQUENCE + "no cycle;"},
    ),
    "sequences.increment": Attribute(
        summary="The sequence goes on by the declared step.",
        shown="increment by {}",
        fix=_SEQUENCE + "increment by {value};",
    ),
    "sequences.maximum": Attribute(
        summary="The sequence ends at the declared value.",
        shown="maxvalue {}",
        fix=_SEQUENCE + "maxvalue {value};",
    ),
    "sequences.minimum": Attribute(
        summary="The sequence has no smaller values than the declared one.",
        shown="minvalue {}",
        fix=_SEQUENCE + "minvalue {value};",
    ),
    "sequences.persistence": Attribute(
        summary="The sequence's value survives a crash, or need not.",
        fix={
            "permanent": _SEQUENCE + "set logged;",
            "unlogged": _SEQUENCE + "set unlogged;",
        },
    ),
    "sequences.start": Attribute(
        summary="The sequence starts with the declared value.",
        shown="start with {}",
        fix=_SEQUENCE + "start with {value};",
    ),
    "views.check_option": Attribute(
        summary="Rows that are written through the view must be visible in it, or need not.",
        shown="check option {}",
        nothing="no check option",
        fix="alter view {object} set (check_option = {value});",
        reset="alter view {object} reset (check_option);",
    ),
    "views.security_barrier": Attribute(
        summary="The view's own conditions come before those of a query, or need not.",
        shown={True: "security barrier", False: "no security barrier"},
        fix={
            True: "alter view {object} set (security_barrier = true);",
            False: "alter view {object} reset (security_barrier);",
        },
    ),
}
