"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute, either

ATTRIBUTES: Mapping[str, Attribute] = {
    "connection_limit": Attribute(
        summary="The database may have the declared number of connections at once.",
        shown="connection limit {}",
        # datconnlimit is -1 without a limit.
        endless=-1,
        fix="alter database {name} connection limit {value};",
    ),
    "template": Attribute(
        summary="The database is a template, which others may copy, or is not.",
        shown=either("a template"),
        fix="alter database {name} is_template {value};",
    ),
    # Nobody may be connected to a database that is moved, so a fix could not be run there.
    "tablespace": Attribute(
        summary="What names no tablespace lies in the declared one.",
        shown="in tablespace {}",
    ),
}
