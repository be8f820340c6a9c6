"""What no pattern may say, since some version of Python that is supported reads it otherwise."""

import re
from pathlib import Path

import pytest

import pytest_schemaverify

SOURCES = sorted(Path(pytest_schemaverify.__file__).parent.rglob("*.py"))
# Before Python 3.11.5 a possessive group ends where its last attempt failed, see
# https://github.com/python/cpython/issues/106052; Debian 12 has 3.11.2. `(?>(?:…)*)` means the
# same.
POSSESSIVE_GROUP = re.compile(r"(?<!\\)\)(?:[*+?]|\{\d*,?\d*\})\+")


@pytest.mark.parametrize("text", ["(?:a|b)*+", "(a)++", "(?:a)?+", "(?:a){2,}+"])
def test_a_possessive_group_is_found(text: str) -> None:
    assert POSSESSIVE_GROUP.search(text)


def test_no_pattern_has_a_possessive_group() -> None:
    assert len(SOURCES) > 500
    assert [path for path in SOURCES if POSSESSIVE_GROUP.search(path.read_text("utf-8"))] == []
