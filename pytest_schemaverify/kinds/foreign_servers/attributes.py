"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.expected_names import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    # ALTER SERVER changes version and options; it has no clause for type and wrapper:
    # https://www.postgresql.org/docs/current/sql-alterserver.html
    "type": Attribute(
        summary="The foreign server has the declared type.",
        shown="type {}",
        nothing="no type",
    ),
    "version": Attribute(
        summary="The foreign server has the declared version.",
        shown="version {}",
        version=True,
        fix="alter server {name} version {literal};",
        nothing="no version",
    ),
    "wrapper": Attribute(
        summary="The foreign server belongs to the declared foreign data wrapper.",
        shown="foreign data wrapper {}",
        read=as_name,
    ),
}
