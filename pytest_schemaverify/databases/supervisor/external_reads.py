"""Statements that read what is neither in the files nor in the database, in SQL and in the log.

The text of a script does not say what `execute format(…)` becomes. So a server whose database may
be kept writes each statement to its log before it is run, those within functions and blocks too:
with `log_parser_stats` it reports on everything that it parses, and each report has the statement
as its context. It also does so for statements that fail, because a file that does not exist today
may exist tomorrow.
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
"""Bytes; a log that has grown larger is not read."""

_SAYS = re.compile(
    r"\b(?:pg_read_(?:binary_)?file|pg_ls_\w*dir|pg_stat_file|lo_import|dblink\w*"
    r"|http(?:_(?:get|post|put|patch|delete|head))?)\"?\s*\(|\bcreate\s+(?:server|subscription)\b|\bload\s+(?:(?:e|u&)?'|\$\w*\$)"
    r"|\blanguage\s+['\"]?(?:c|internal|pl\w+u)\b|\bu&\""
    r"|\blog_(?:statement|parser_stats|min_messages|error_verbosity)\b",
    re.IGNORECASE,
)
"""The last two could hide what is read."""
_COPY = re.compile(r"\bcopy\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:program\b|(?:e|u&)?'|\$\w*\$)", re.IGNORECASE)
_SCRIPT = re.compile(r"^\textension script file \"", re.MULTILINE)
"""The context of what an extension's script does, which counts with its content."""
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
"""Not as `sql.lexical` has it: the log has more than SQL, and one apostrophe in a message would
make a text of all that follows, with its comments in it. And the supervisor imports nothing.
"""
_QUOTED = re.compile(r'"[^"]*"')


def said(text: str) -> str:
    """Return the part of some SQL that reads, or may read, what is elsewhere, or ''."""
    bare = _COMMENT.sub(" ", text)  # this also cuts `--` in strings, so the text is read as well
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
    """Empty a log that is too large, and return why it tells nothing, or '' for one that is not."""
    if log.stat().st_size <= MOST_LOGGED:
        return ""
    os.truncate(log, 0)
    return f"its statements fill more than {MOST_LOGGED >> 20} MB of the server's log"


def run(log: Path) -> str:
    """Return which statement in the log of a server reads what is elsewhere, or ''.

    It empties the log, so that no message about a server that fails to start shows a statement.
    """
    entries = set(log.read_text(encoding="utf-8", errors="replace").split(MARK))
    os.truncate(log, 0)
    ours = (entry for entry in sorted(entries) if not _SCRIPT.search(entry))
    found = next(filter(None, map(said, ours)), "")
    return found and f"it has run `{found}`, which reads what is not in the files"
