"""A contract as a file of expectations."""

from collections.abc import Iterator
from typing import Any

from pytest_schemaverify.authoring.importing.imported import Imported
from pytest_schemaverify.authoring.importing.shortening import shortened
from pytest_schemaverify.authoring.odcs.model import Contract
from pytest_schemaverify.authoring.odcs.notes import Notes
from pytest_schemaverify.authoring.odcs.reading import read_contract, texts
from pytest_schemaverify.authoring.odcs.references import References
from pytest_schemaverify.authoring.odcs.tables import Table
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.sql import secrets

OURS = "x-odcs"
"""Key of a file of expectations under which it has what a contract is called."""
_SECRET = "it looks as if a secret is part of it, which has no place in the file"
POSTGRES = ("postgres", "postgresql")
_SECTIONS = {
    "table": "tables",
    "partitioned table": "tables",
    "foreign table": "tables",
    "view": "views",
    "materialized view": "materialized_views",
    "materialized_view": "materialized_views",
}
"""Sections of a file of expectations by the physical types of objects."""


def imported(text: str, name: str, *, comments: bool = True) -> Imported:
    """Return what a contract says; `name` is its file's, for messages.

    `comments` says that descriptions are comments on tables and columns. Raises SpecError for what
    is no contract of version 3, or has nothing that a database can have.
    """
    return noted(text, name, comments=comments).result


def noted(text: str, name: str, *, comments: bool = True) -> Notes:
    """Return the same with the paths of what is not taken."""
    contract, positions = read_contract(text, name)
    notes = Notes(name, positions)
    notes.rest(contract, ())
    head = _head(contract, notes)
    references = References(contract)
    for place, one in enumerate(contract.schema_):
        path = ("schema", place)
        section = _SECTIONS.get((one.physical_type or "table").lower(), "")
        if section:
            Table(one, path, section, notes, references, comments).take()
        else:
            what = one.physical_type
            notes.leave(path, f"a {what} is neither a table nor a view of PostgreSQL")
    if not notes.merged.said:
        raise SpecError([_nothing(contract, notes, name)])
    # The list is in the order of the contract, whatever was looked at first.
    for listed in (notes.result.left, notes.result.guessed):
        listed.sort(key=lambda left: [int(part) for part in left.at.rsplit(":", 2)[1:]])
    notes.result.data = {**head, **shortened(notes.merged.data())}
    return notes


def _nothing(contract: Contract, notes: Notes, name: str) -> str:
    if not contract.schema_:
        line, column = notes.positions.get(("schema",), (1, 1))[:2]
        return (
            f"{name}:{line}:{column}: schema: expected tables, found none; write `schema: [{{name: "
            "users, properties: […]}]`"
        )
    left = notes.result.left[-1]
    return f"{left.at}: {left.what}: nothing of it can be expected of a database: {left.why}"


def _head(contract: Contract, notes: Notes) -> dict[str, Any]:
    """Return what the file says before its sections: what the contract is called, the schema."""
    own = {}
    for key, value in texts(contract).items():
        if secrets.found(f"{key}: {value}"):
            notes.leave((key,), _SECRET)
        else:
            own[key] = value
    servers = [*_servers(contract, notes)]
    head: dict[str, Any] = {OURS: own | ({"servers": servers} if servers else {})}
    schemas = {one.get("schema", "public") for one in servers}
    if len(schemas) > 1:
        notes.guess(("servers",), "they have several schemas: names without one are in `public`")
    elif schemas - {"public"}:
        head["defaults"] = {"schema": schemas.pop()}
    return head


def _servers(contract: Contract, notes: Notes) -> Iterator[dict[str, Any]]:
    for place, one in enumerate(contract.servers):
        path = ("servers", place)
        own = texts(one)
        if one.type not in POSTGRES:
            notes.leave(path, f"it is no server of PostgreSQL, but of the type `{one.type}`")
        elif not one.host or not one.database:
            notes.leave(path, "it has no `host`, or no `database`")
        elif secrets.found(" ".join(f"{key}={value}" for key, value in own.items())):
            notes.leave(path, _SECRET)
        else:
            notes.rest(one, path)
            notes.take(path, [])
            yield own
