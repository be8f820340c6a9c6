"""What it means when the server makes nothing of a text."""

import re

import psycopg
from psycopg import errors

ANSWERS = (
    errors.QueryCanceled, errors.LockNotAvailable, errors.SerializationFailure,
    errors.ProtocolViolation,
)  # fmt: skip
"""Operational errors that are no end of the connection.

Limits that were hit, a standby that had to go on, and a text with `$1`.
"""
_DENIED = re.compile(r"permission denied for (?P<kind>[a-z ]+?) (?P<name>\S+)$")
_PRIVILEGES = {"schema": "usage", "type": "usage", "function": "execute", "procedure": "execute"}


def lacking(message: str) -> str:
    """Return which privilege a message of the server's says is missing, or ""."""
    if denied := _DENIED.match(message):
        privilege = _PRIVILEGES.get(denied["kind"], "select")
        return f"{privilege} on {denied['kind']} {denied['name']}"
    return ""


def remedy(error: psycopg.Error) -> str:
    """Return what to do about it."""
    if isinstance(error, errors.InsufficientPrivilege):
        missing = lacking(error.diag.message_primary or "")
        return f"connect as a role that has {missing or 'the privilege'}"
    if isinstance(error, (errors.QueryCanceled, errors.LockNotAvailable)):
        return "try again when the server is less busy"
    if isinstance(error, errors.SerializationFailure):
        return "try again, or verify the primary"
    if isinstance(error, errors.ProtocolViolation):
        return "write the value in place of `$1`"
    if isinstance(error, errors.UndefinedColumn):
        return (
            "name a column that is there; a text stands in SQL's quotes inside YAML's: \"'draft'\""
        )
    if isinstance(error, (errors.UndefinedObject, errors.InvalidSchemaName)):
        return "check the spelling; write `schema.name` for what the search_path does not find"
    return error.diag.message_hint or "write it as the server would accept it in this schema"
