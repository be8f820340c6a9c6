from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.expected_names import means
from pytest_schemaverify.kinds.text_search_configurations.row import TextSearchConfiguration


def check(expected: str, actual: TextSearchConfiguration, schema: str) -> Iterator[Finding]:
    """The text search configuration uses the declared parser."""
    # There is no fix: ALTER TEXT SEARCH CONFIGURATION has no clause for another parser.
    if not means(expected, actual.parser, schema):
        yield Finding(expected=f"parser {expected}", actual=f"parser {actual.parser}")
