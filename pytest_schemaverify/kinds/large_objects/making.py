"""How a large object is dropped; one that is missing cannot be made from what a file says.

`lo_create` would make an empty one, with which everything that the file says would hold while the
content is lost.
"""

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making


def _drop(row: Row, catalog: Catalog) -> str:
    return f"select lo_unlink({row.name});"


MAKING = Making(drop=_drop, loses="its content")
