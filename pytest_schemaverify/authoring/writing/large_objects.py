"""Large objects in a new file: each of them where they are few, and none where they are many."""

from pytest_schemaverify.kinds.large_objects.written import MANY
from pytest_schemaverify.kinds.snapshot import read
from pytest_schemaverify.verification.facts import Facts

_SECTION = "large_objects"
_COUNTED = f"""
    select count(*) from (
        select from pg_catalog.pg_largeobject_metadata limit {MANY + 1}
    ) as few
"""


def read_few(facts: Facts) -> str:
    """Read them into the snapshot if they are few; return what is to be said of many."""
    with facts.reading() as reader:
        [(number,)] = reader.rows(_COUNTED.encode())
        if number <= MANY:
            facts.catalog.families.update(read(reader, {_SECTION}).families)
            return ""
    return f"large objects: there are more than {MANY}, as where an application stores them"
