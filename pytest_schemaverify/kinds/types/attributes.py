"""What is only compared."""

from collections.abc import Mapping

from pytest_schemaverify.kinds.attribute import Attribute
from pytest_schemaverify.kinds.objects import as_name

ATTRIBUTES: Mapping[str, Attribute] = {
    "collation": Attribute(
        summary="The domain has the declared collation.",
        nothing="the collation of its type",
        shown="collation {}",
        read=as_name,
    ),
    "kind": Attribute(summary="The type is of the declared kind.", shown="{} type"),
}
