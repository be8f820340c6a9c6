"""Statements that read what is neither in the files nor in the database, found in SQL and in logs.

The text of a script does not say what `execute format(…)` becomes. So a server whose database may
be kept writes each statement to its log before it is run, including statements within functions and
blocks: with `log_parser_stats` the server reports on everything that it parses, and each report has
the statement as its context. Statements that fail are in the log, too, because a file that does not
exist today may exist tomorrow.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

# Entries have many lines, and a statement may hold any prefix that people can read. So the prefix
# is the record separator of ASCII.
MARK = "\x1e"
"""The character with which each entry of the log begins."""

WATCHED = {
    # By itself, `all` logs what a client sends, and not what a function executes.
    "log_statement": "all",
    "log_parser_stats": "on",
    # The statement of an error is in the log already; a second time it only makes the log longer.
    "log_min_error_statement": "panic",
    "log_line_prefix": MARK,
}
"""Settings with which the log has all statements."""

MOST_LOGGED = 64 << 20
"""Bytes. A log that has grown larger is emptied and not read, and the database is not kept."""

# What reads files, other servers or the web, by the names of functions and statements. It errs on
# the side of finding too much: then a database is built again, where the opposite is a stale one.
_SAYS = re.compile(
    r"\b(?:pg_read_(?:binary_)?file|pg_ls_\w*dir|pg_stat_file|lo_import|dblink\w*"
    r"|http(?:_(?:get|post|put|patch|delete|head))?)\"?\s*\(|\bcreate\s+(?:server|subscription)\b|\bload\s+(?:(?:e|u&)?'|\$\w*\$)"
    r"|\blanguage\s+['\"]?(?:c|internal|pl\w+u)\b|\bu&\""
    r"|\blog_(?:statement|parser_stats|min_messages|error_verbosity)\b",
    re.IGNORECASE,
)
"""The last two read nothing: an escaped name may be any name, and settings may stop the log."""
# Two steps instead of `copy.*from`, which takes quadratic time for a text with many words `copy`.
_COPY = re.compile(r"\bcopy\b", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s+(?:program\b|(?:e|u&)?'|\$\w*\$)", re.IGNORECASE)
_SCRIPT = re.compile(r"^\textension script file \"", re.MULTILINE)
"""The context of statements of an extension's script. The script's file is compared by its content,
so what it reads does not have to be looked for."""
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
"""Not as `sql.lexical` has it: the log has more than SQL, and one apostrophe in a message would
make a text of all that follows, with its comments in it. And the supervisor imports nothing.
"""
_QUOTED = re.compile(r'"[^"]*"')


def in_text(text: str) -> str:
    """Return the first part of some SQL that reads, or may read, from elsewhere; '' for none."""
    bare = _COMMENT.sub(" ", text)  # this also cuts `--` in strings, so the text is read as well
    # Without names in quotes, too: a table may be called "x;y", which would split a `copy` in two.
    for form in (text, bare, _QUOTED.sub('""', bare)):
        if found := next(_found(form), ""):
            return " ".join(found.split())
    return ""


def _found(text: str) -> Iterator[str]:
    yield from (found.group() for found in _SAYS.finditer(text))
    for statement in text.split(";"):
        if (copy := _COPY.search(statement)) and (end := _FROM.search(statement, copy.end())):
            yield statement[copy.start() : end.end()]


def emptied_if_large(log: Path) -> str:
    """Empty a log that is too large and return why it is not read; '' for a smaller one."""
    if log.stat().st_size <= MOST_LOGGED:
        return ""
    os.truncate(log, 0)
    return f"its statements fill more than {MOST_LOGGED >> 20} MB of the server's log"


def in_log(log: Path) -> str:
    """Return which statement in the log of a server reads from elsewhere, or ''.

    The log is emptied, so that no message about a server that fails to start shows a statement.
    """
    # A set, because a statement in a loop is in the log each time that it runs.
    entries = set(log.read_text(encoding="utf-8", errors="replace").split(MARK))
    os.truncate(log, 0)
    ours = (entry for entry in sorted(entries) if not _SCRIPT.search(entry))
    found = next(filter(None, map(in_text, ours)), "")
    return found and f"it has run `{found}`, which reads what is not in the files"
