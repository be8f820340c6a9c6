"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "check_option": Attribute(
        summary="Rows that are written through the view must be visible in it, or need not.",
        shown="check option {}",
        nothing="no check option",
        fix="alter view {object} set (check_option = {value});",
        # The option has `local` and `cascaded`; none is said by its absence.
        reset="alter view {object} reset (check_option);",
    ),
    "security_barrier": Attribute(
        summary="The view's own conditions come before those of a query, or need not.",
        shown={True: "security barrier", False: "no security barrier"},
        fix={
            True: "alter view {object} set (security_barrier = true);",
            False: "alter view {object} reset (security_barrier);",
        },
    ),
}
