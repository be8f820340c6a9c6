"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    # Since PostgreSQL 16 several roles can grant the same membership, each with options of its
    # own; before, it is the member that inherits. So `inherit` and `set` have no fix.
    "admin": Attribute(
        summary="The role may make others members, or may not.",
        shown={True: "with admin option", False: "without admin option"},
        fix={
            True: "grant {name} to {role} with admin option;",
            False: "revoke admin option for {name} from {role};",
        },
    ),
    "inherit": Attribute(
        summary="The role has the privileges of the other without `set role`, or has not.",
        shown={True: "inherited", False: "not inherited"},
    ),
    "set": Attribute(
        summary="The role may `set role` to the other, or may not.",
        shown={True: "may set role to it", False: "may not set role to it"},
    ),
}
