"""The results as GitHub-flavoured Markdown that is short enough for a comment."""

from pytest_schemaverify.reports.formats.markdown import written
from pytest_schemaverify.reports.record import Record

MARKER = "<!-- pytest-schemaverify -->"
"""The first line, which nobody sees: by it the comment of an earlier run is found."""
LIMIT = 60_000
"""Bytes of UTF-8. GitHub refuses a comment of more than 65,536 characters."""
_MOST = 20
"""Findings, each folded."""


def text(record: Record) -> str:
    """Return the record as Markdown, with what is new where the run was compared with another."""
    return f"{MARKER}\n{written(record, LIMIT - len(MARKER) - 1, _MOST, again=False)}"
