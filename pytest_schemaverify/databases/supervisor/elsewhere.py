"""What reads what is neither in the files nor in the database: as SQL says it, and as it was run.

A text cannot tell what `execute format(…)` becomes. So a server whose database may be kept writes
each statement to its log before it is run, those within functions and blocks too: with
`log_parser_stats` it reports on everything that it parses, and each report has the statement as
its context. It does so whatever comes of the statement: a file that was not there may be there
tomorrow.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

MARK = "\x1e"
"""What each entry of the log begins with."""

WATCHED = {
    "log_statement": "all",
    "log_parser_stats": "on",
    "log_min_error_statement": "panic",
    "log_line_prefix": MARK,
}
"""Settings with which the log has all statements."""

MOST_LOGGED = 64 << 20
"""Bytes of the log of such a server."""

_SAYS = re.compile(
    r"\b(?:pg_read_(?:binary_)?file|pg_ls_\w*dir|pg_stat_file|lo_import|dblink\w*"
    r"|http(?:_(?:get|post|put|patch|delete|head))?)\"?\s*\(|\bcreate\s+(?:server|subscription)\b|\bload\s+(?:(?:e|u&)?'|\$\w*\$)"
    r"|\blanguage\s+['\"]?(?:c|internal|pl\w+u)\b|\bu&\""
    r"|\blog_(?:statement|parser_stats|min_messages|error_verbosity)\b",
    re.IGNORECASE,
)
"""The last two hide what is read."""
_COPY = re.compile(r"\bcopy\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:program\b|(?:e|u&)?'|\$\w*\$)", re.IGNORECASE)
_SCRIPT = re.compile(r"^\textension script file \"", re.MULTILINE)
"""The context of what an extension's script does, which counts with its content."""
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"')


def said(text: str) -> str:
    """Return what in SQL reads, or may read, what is elsewhere, or ''."""
    bare = _COMMENT.sub(" ", text)  # of strings, too, so the text is looked at as well
    for form in (text, bare, _QUOTED.sub('""', bare)):
        if found := next(_found(form), ""):
            return " ".join(found.split())
    return ""


def _found(text: str) -> Iterator[str]:
    yield from (found.group() for found in _SAYS.finditer(text))
    for statement in text.split(";"):
        if (copy := _COPY.search(statement)) and (end := _FROM.search(statement, copy.end())):
            yield statement[copy.start() : end.end()]


def bounded(log: Path) -> str:
    """Empty a log that has grown too large, and return that nobody knows what was in it, or ''."""
    if log.stat().st_size <= MOST_LOGGED:
        return ""
    os.truncate(log, 0)
    return f"its statements fill {MOST_LOGGED >> 20} MB of the server's log, and none are looked at"


def run(log: Path) -> str:
    """Return what of the statements in the log of a server reads what is elsewhere, or ''.

    The log is empty then: no message of a server that does not start again shows a statement.
    """
    entries = set(log.read_text(encoding="utf-8", errors="replace").split(MARK))
    os.truncate(log, 0)
    ours = (entry for entry in sorted(entries) if not _SCRIPT.search(entry))
    found = next(filter(None, map(said, ours)), "")
    return found and f"it has run `{found}`, which reads what is not in the files"
