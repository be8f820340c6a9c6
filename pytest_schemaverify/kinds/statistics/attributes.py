"""What is only compared."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute

ATTRIBUTES: Mapping[str, Attribute] = {
    "target": Attribute(
        summary="The statistics keep the declared number of values.",
        shown="target {}",
        endless=-1,
    ),
}
