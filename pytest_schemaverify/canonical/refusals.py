"""What it means when the server makes nothing of a text."""

import re

from pytest_schemaverify.errors import Refused

_DENIED = re.compile(r"permission denied for (?P<kind>[a-z ]+?) (?P<name>\S+)$")
_PRIVILEGES = {"schema": "usage", "type": "usage", "function": "execute", "procedure": "execute"}


def lacking(message: str) -> str:
    """Return which privilege a message of the server's says is missing, or ""."""
    if denied := _DENIED.match(message):
        privilege = _PRIVILEGES.get(denied["kind"], "select")
        return f"{privilege} on {denied['kind']} {denied['name']}"
    return ""


def remedy(error: Refused) -> str:
    """Return what to do about it."""
    if error.state == "42501":
        return f"connect as a role that has {lacking(error.message) or 'the privilege'}"
    return _REMEDIES.get(
        error.state, error.hint or "write it as the server would accept it in this schema"
    )


_BUSY = "try again when the server is less busy"
_NAMED = "check the spelling; write `schema.name` for what the search_path does not find"
_REMEDIES = {
    "57014": _BUSY,
    "55P03": _BUSY,
    "40001": "try again, or verify the primary",
    "08P01": "write the value in place of `$1`",
    "42703": "name a column that is there; a text stands in SQL's quotes inside YAML's: "
    "\"'draft'\"",
    "42704": _NAMED,
    "3F000": _NAMED,
}
"""By SQLSTATE: query_canceled, lock_not_available, serialization_failure, protocol_violation,
undefined_column, undefined_object, invalid_schema_name.
https://www.postgresql.org/docs/current/errcodes-appendix.html"""
