"""Thousands of random changes of files in every style: none is wrong, and no other byte changes."""

import os
from pathlib import Path as File
from random import Random

import pytest

from pytest_schemaverify.language.edits import applied_where_possible
from pytest_schemaverify.language.yaml import Document
from tests.language.edits_judged import judge
from tests.language.random_edits import LARGE, SMALL, garbled, random_change, random_changes, read

EDITS = int(os.environ.get("SCHEMAVERIFY_TEST_EDITS", "340"))
"""Edits of a small file; a large one, for which each takes longer, gets a fifth of them."""
MOST_REFUSED = 0.05


@pytest.mark.parametrize("file", [*SMALL, *LARGE], ids=lambda file: file.stem)
def test_random_changes_do_what_they_say_and_nothing_else(file: File) -> None:
    random, text = Random(file.name), read(file)
    document = Document(text.removeprefix("\ufeff"))
    for _ in range(EDITS // 5 if file in LARGE else EDITS):
        changes = random_changes(document, random)
        judge(text, changes, *applied_where_possible(text, changes))


def test_few_changes_are_refused() -> None:
    asked, refused = 0, []
    for file in [*SMALL, *LARGE]:
        random, text = Random(f"refused {file.name}"), read(file)
        document = Document(text.removeprefix("\ufeff"))
        for _ in range(60 if file in SMALL else 20):
            changes = random_changes(document, random)
            asked += len(changes)
            refused += applied_where_possible(text, changes)[1]
    reasons = [one.reason for one in refused]
    assert len(refused) <= MOST_REFUSED * asked, reasons
    # What a person should do is refused on purpose; what only reading again found is not.
    assert sum("afterwards" in reason for reason in reasons) <= asked / 1000, reasons


def test_what_is_odd_and_still_yaml_is_changed_right_or_left_alone() -> None:
    random = Random("odd")
    texts = [text.removeprefix("\ufeff") for file in SMALL if (text := read(file))]
    tried = 0
    for _ in range(10 * EDITS):
        text = garbled(random.choice(texts), random)
        document = Document(text)
        if not document.problems:
            tried += 1
            change = random_change(document, random)
            after, refused = applied_where_possible(text, [change])
            judge(text, [change], after, refused, places=False)
    assert tried > EDITS
