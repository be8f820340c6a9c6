"""The checks that only compare one attribute, so that they need no module of their own.

To add one: the field in `spec/`, with the same name in the row of `catalog/rows` (or named by
`field=`), an entry here, and its page `<family>/<name>.md`.
"""

from collections.abc import Mapping

from .attribute import Attribute

PLAIN: Mapping[str, Attribute] = {
    "indexes.unique": Attribute(
        summary="The index is unique, or is not.",
        shown={True: "unique", False: "not unique"},
    ),
}
