"""Checks that only compare one attribute of a row with the file."""

from collections.abc import Mapping
from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.attribute import Attribute, Fix, either


def _altered(change: str) -> Fix:
    """Return a maker of statements that alter an operator; no value is `none`."""

    def statement(row: Row, wanted: Any) -> str:
        text: str = row.altered(change.format(wanted or "none"))
        return text.replace("{", "{{").replace("}", "}}")  # as it is, and no template

    return statement


ATTRIBUTES: Mapping[str, Attribute] = {
    "function": Attribute(
        summary="The operator stands for the declared function.",
        shown="function {}",
        names=True,
    ),
    "hashes": Attribute(
        summary="Tables can be joined by the operator with a hash, or cannot.",
        shown=either("hashes"),
        fix={True: _altered("hashes")},
        since=17,
    ),
    "join": Attribute(
        summary="The planner estimates joins by the operator with the declared function.",
        shown="join {}",
        nothing="no join estimator",
        names=True,
        fix=_altered("join = {}"),
    ),
    "merges": Attribute(
        summary="Tables can be joined by the operator in sorted order, or cannot.",
        shown=either("merges"),
        fix={True: _altered("merges")},
        since=17,
    ),
    "restrict": Attribute(
        summary="The planner estimates conditions with the operator by the declared function.",
        shown="restrict {}",
        nothing="no restriction estimator",
        names=True,
        fix=_altered("restrict = {}"),
    ),
}
