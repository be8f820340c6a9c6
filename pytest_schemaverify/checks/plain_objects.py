"""Such checks of what is no table: roles, types, functions and what belongs to the database."""

from collections.abc import Mapping

from pytest_schemaverify.objects import as_name

from .attribute import Attribute


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


OBJECTS: Mapping[str, Attribute] = {
    "domain_checks.validated": Attribute(
        summary="The values that were there before have been checked, or have not.",
        shown={True: "validated", False: "not valid"},
        fix={True: "alter domain {domain} validate constraint {name};"},
    ),
    "memberships.admin": Attribute(
        summary="The role may make others members, or may not.",
        shown={True: "with admin option", False: "without admin option"},
        fix={
            True: "grant {name} to {role} with admin option;",
            False: "revoke admin option for {name} from {role};",
        },
    ),
    "memberships.inherit": Attribute(
        summary="The role has the privileges of the other without `set role`, or has not.",
        shown={True: "inherited", False: "not inherited"},
    ),
    "memberships.set": Attribute(
        summary="The role may `set role` to the other, or may not.",
        shown={True: "may set role to it", False: "may not set role to it"},
    ),
    "ranges.collation": Attribute(
        summary="The bounds of the range type have the declared collation.",
        nothing="the collation of the subtype",
        shown="collation {}",
        read=as_name,
    ),
    "roles.superuser": _role("superuser", "no privilege is checked for it"),
    "roles.login": _role("login", "it can log in"),
    "roles.createdb": _role("createdb", "it may create databases"),
    "roles.createrole": _role("createrole", "it may create roles"),
    "roles.bypassrls": _role("bypassrls", "row-level security does not apply to it"),
    "roles.replication": _role("replication", "it may start replication"),
    "roles.inherit": _role("inherit", "new memberships give it their privileges"),
    "roles.connection_limit": Attribute(
        summary="The role may have the declared number of connections at once.",
        shown="connection limit {}",
        fix="alter role {name} connection limit {value};",
    ),
    "types.collation": Attribute(
        summary="The domain has the declared collation.",
        nothing="the collation of its type",
        shown="collation {}",
        read=as_name,
    ),
    "types.kind": Attribute(summary="The type is of the declared kind.", shown="{} type"),
}
