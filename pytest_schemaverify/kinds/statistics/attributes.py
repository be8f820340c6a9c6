"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "target": Attribute(
        summary="The statistics keep the declared number of values.",
        shown="target {}",
        # The default is -1 in stxstattarget, and NULL since PostgreSQL 17, which is read as -1.
        endless=-1,
    ),
}
