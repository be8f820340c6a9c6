"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute


def _role(attribute: str, meaning: str) -> Attribute:
    """Return the check of an attribute that roles have or have not, as `create role` calls it."""
    return Attribute(
        summary=f"The role is {attribute}, so {meaning}; or it is not.",
        shown={True: attribute, False: f"no{attribute}"},
        fix={
            True: f"alter role {{name}} {attribute};",
            False: f"alter role {{name}} no{attribute};",
        },
    )


ATTRIBUTES: Mapping[str, Attribute] = {
    "superuser": _role("superuser", "no privilege is checked for it"),
    "login": _role("login", "it can log in"),
    "createdb": _role("createdb", "it may create databases"),
    "createrole": _role("createrole", "it may create roles"),
    "bypassrls": _role("bypassrls", "row-level security does not apply to it"),
    "replication": _role("replication", "it may start replication"),
    "inherit": _role("inherit", "new memberships give it their privileges"),
    "connection_limit": Attribute(
        summary="The role may have the declared number of connections at once.",
        shown="connection limit {}",
        # rolconnlimit is -1 without a limit.
        endless=-1,
        fix="alter role {name} connection limit {value};",
    ),
}
