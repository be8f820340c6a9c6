"""What relationships lead to: `users.id`, `schema/users_tbl/properties/user_id`."""

import re
from dataclasses import dataclass

from pytest_schemaverify.authoring.importing.facts import Untaken
from pytest_schemaverify.authoring.odcs.model import Contract, Element

_BY_ID = re.compile(r"/?schema/([^/]+)/properties/([^/]+)")


@dataclass(frozen=True, slots=True)
class References:
    """The objects of a contract, by which references are read."""

    contract: Contract

    def resolved(self, text: str) -> tuple[str, str]:
        """Return the names that an object and its property have in the database. Raises Untaken."""
        by_id = _BY_ID.fullmatch(text)
        if by_id is None and ("/" in text or "#" in text):
            raise Untaken("it leads to another contract, or into a value, where no key can lead")
        table, _, column = text.rpartition(".")
        wanted = (by_id[1], by_id[2]) if by_id else (table, column)
        for one in self.contract.schema_:
            if _is(one, wanted[0], by_id is not None):
                for inner in one.properties:
                    if _is(inner, wanted[1], by_id is not None):
                        return one.called, inner.called
        raise Untaken(
            "the contract has no such object with such a property; write `foreign_keys: {COLUMN: "
            "TABLE(COLUMN)}` at the table"
        )


def _is(one: Element, name: str, by_id: bool) -> bool:
    return one.id == name if by_id else name in (one.name, one.physical_name)
