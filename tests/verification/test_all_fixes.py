"""All fixes together, as one script, make good what single changes and pairs of them have done.

Each 12th change and each sixth pair are tried, and with `SCHEMAVERIFY_TEST_CHANGES=1` each.
"""

import os
from collections.abc import Iterator

import pytest

from pytest_schemaverify.databases import Server
from tests.verification.all_fixes import pairs, repaired
from tests.verification.changed import CHANGES, Kept, kept_from, unknown

ALL = bool(os.environ.get("SCHEMAVERIFY_TEST_CHANGES"))
KNOWN = {
    "a column is renamed": "the rows have no value for the column that is made again",
    "a domain has another collation": "the sequence of a table made again starts below it",
    "a publication has a table more": "a table that leaves a publication takes its children along",
    "an enum is renamed": "a transform of the type is made again in front of its function",
    "an access method is dropped": "what is made gets its comment by a second script",
    "a text search dictionary is of another template": "what uses it is made again too early",
    "a server has another type": "its foreign tables are dropped with it and made too late",
    "a like is there twice": "the rows are against the key that is made again",
}
"""Changes that no script makes good although each failure has a fix, with the reason."""


@pytest.fixture(scope="module")
def kept(server: Server) -> Iterator[Kept]:
    """The file that says all of a database, and that database."""
    with kept_from(server) as kept:
        yield kept


MENDED = (
    "a NOT NULL constraint is not inherited", "a number has no digits behind the point",
    "a column takes several values no longer", "an identity has another lowest value",
    "a virtual column has another expression", "a column of a parent is renamed",
    "a table is foreign", "a partition has row-level security", "a partition has a policy",
    "a partition's inherited trigger is off", "a partition is divided in another way",
    "a partition is renamed", "the index of a partition has another fillfactor",
    "an index has the operator class of the schema no longer", "a function is renamed",
    "an aggregate is dropped",
)  # fmt: skip
"""Changes of which a script was refused once, or left something that it had a fix for."""


def test_no_more_changes_are_known_to_stay() -> None:
    assert len(KNOWN) <= 8  # 1 of 100 changes is wanted at most


@pytest.mark.parametrize("name", CHANGES if ALL else dict.fromkeys([*list(CHANGES)[::12], *MENDED]))
def test_no_script_is_refused_or_leaves_what_it_has_a_fix_for(name: str, kept: Kept) -> None:
    if unknown(name, kept):
        pytest.skip("this version of PostgreSQL does not know it")
    one = repaired([name], kept)
    if one.word in ("error", "wrong") and name in KNOWN:
        pytest.xfail(KNOWN[name])
    assert one.word not in ("error", "wrong"), (one.error, one.left)


def test_two_changes_at_once_are_made_good_together(kept: Kept) -> None:
    bad = []
    for names in pairs(kept)[:: 1 if ALL else 6]:
        one = repaired(names, kept)
        if one.word in ("error", "wrong") and KNOWN.keys().isdisjoint(names):
            bad.append((names, one.error, one.left))
    assert bad == []
