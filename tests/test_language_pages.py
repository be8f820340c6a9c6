"""The examples of the reference of the language are run, and show what is found."""

from typing import Any

import pytest
from psycopg import Connection

from pytest_schemaverify.databases import Server
from tools.language import blocks

from .pages import Case, cases, results, shown

EXAMPLES = {block.name: list(cases(block.path)) for block in blocks()}


@pytest.mark.parametrize("examples", EXAMPLES.values(), ids=EXAMPLES)
def test_the_example_shows_what_is_found(
    examples: list[Case], connection: Connection[Any], server: Server
) -> None:
    assert examples
    for case in examples:
        if case.unfit(connection.info.server_version):
            continue
        with connection.transaction(force_rollback=True):
            assert shown(results(case, connection, server)) == case.text
