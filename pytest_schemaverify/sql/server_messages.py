"""What reports may repeat of the server's errors: sentences of its own, which have names in them.

A function raises whatever its author likes, with any SQLSTATE, and other languages have other
sentences. So a sentence is one of those here, or none of its text gets into a report.
https://github.com/postgres/postgres has them in the calls of errmsg().
"""

import re

OMITTED = "…"
_RAISED_BY = "a function raised an error, whose text may have values of rows"
_UNTOLD = "the server's text is left out, as it may have values of rows"

# What a group captures is no name, or may be none.
_NAME = r'(?:"[A-Za-z_][\w$.-]*"|("[^"]*"))'
_WORD = r"[A-Za-z_][\w$.]*"
_TYPE = r"[A-Za-z_][\w$. ,()\[\]]*"
_KIND = r"[a-z][a-z -]*"
_OF = rf"(?: (?:of|for|on) (?:relation|table|{_KIND}) {_NAME})?"
_VALUE = r'(".*")'

_SENTENCES = (
    # Names that are not there, or there twice.
    rf"{_KIND} {_NAME}{_OF} (?:does not exist|already exists)(?:, skipping)?",
    rf"(?:column|function|procedure|relation|type) {_WORD}(?:\({_TYPE}\)|\(\))?"
    r" (?:does not exist|is not unique)",
    rf"operator does not exist: (?:{_TYPE} )?[^\w\s\"']+ {_TYPE}",
    rf"{_KIND} {_NAME}{_OF} specified more than once",
    rf"column reference {_NAME} is ambiguous",
    rf"(?:missing|invalid reference to) FROM-clause entry for table {_NAME}",
    rf"extension {_NAME} (?:is not available|has no [a-z ]+{_NAME}?.*)",
    rf"unrecognized configuration parameter {_NAME}",
    # Syntax and types.
    rf'syntax error at (?:end of input|or near (?:"[^\w"\'@]{{1,3}}"|{_NAME}))',
    rf"column {_NAME} is of type {_TYPE} but [a-z]+ is of type {_TYPE}",
    rf"(?:default for )?column {_NAME} cannot be cast automatically to type {_TYPE}",
    rf"foreign key constraint {_NAME} cannot be implemented",
    r"there is no unique constraint matching given keys for referenced table " + _NAME,
    r"there is no unique or exclusion constraint matching the ON CONFLICT specification",
    rf"{_NAME} is (?:not )?an? {_KIND}",
    # Privileges and dependencies.
    rf"permission denied for {_KIND} {_WORD}",
    rf"permission denied to {_KIND}(?: {_NAME})?",
    rf"must be (?:owner of {_KIND} {_WORD}|superuser to {_KIND}|able to SET ROLE {_NAME})",
    rf"new row violates row-level security policy (?:{_NAME} )?for table {_NAME}",
    rf"query would be affected by row-level security policy for table {_NAME}",
    rf"cannot drop {_KIND} [\w$. ()\",]+ because"
    r" (?:other objects depend on it|[\w$. ]+ requires it)",
    r"cannot alter type of a column used [a-z ]+",
    r"the \w[\w -]* is refused",  # ours
    # Constraints.
    rf"duplicate key value violates unique constraint {_NAME}",
    rf"could not create (?:unique index|exclusion constraint) {_NAME}",
    rf"null value in column {_NAME}{_OF} violates not-null constraint",
    rf"column {_NAME}{_OF} contains null values",
    rf"(?:insert or update|update or delete) on table {_NAME}"
    rf" violates foreign key constraint {_NAME}(?: on table {_NAME})?",
    rf"new row for relation {_NAME} violates check constraint {_NAME}",
    rf"check constraint {_NAME}{_OF} is violated by some row",
    rf"conflicting key value violates exclusion constraint {_NAME}",
    # Data.
    r"division by zero|numeric field overflow|query returned (?:no rows|more than one row)",
    rf"{_KIND} out of range|value too long for type {_TYPE}",
    rf"invalid input (?:syntax|value) for {_KIND} ?{_TYPE}: {_VALUE}",
    rf"value {_VALUE} is out of range for type {_TYPE}",
    rf"(?:malformed|invalid) {_KIND}: {_VALUE}|date/time field value out of range: {_VALUE}",
    # Transactions, time and resources.
    r"[A-Z ]+ (?:cannot (?:run|be executed) [a-z ]+|can only be used in transaction blocks)",
    r"cannot execute [A-Z ]+ in a (?:read-only transaction|parallel operation|[a-z-]+ function)",
    r"current transaction is aborted, commands ignored until end of transaction block",
    r"(?:canceling statement|terminating connection) due to [a-z -]+|deadlock detected",
    rf"could not (?:obtain lock on|connect to) (?:relation|server) {_NAME}",
    r"it is more than one statement",  # ours
)
_KNOWN = re.compile(rf"[\s;]*(?:[\w ,-]+: )*(?:{'|'.join(_SENTENCES)})", re.DOTALL)


_STATE = re.compile(r" \(SQLSTATE (?P<state>\w{5})(?P<where>, in (?:[^\n]*? at [\w ]+|[^\n]*?))?\)")
_RAISED = re.compile(
    r"(?:\bin:|, in) PL/\w+ function [^\n]* at (?:RAISE|ASSERT)\b|SQLSTATE P000[14]"
)
_FRAME = r"(?:PL/\w+ function [\w$.\"]+(?:\([\w$., \[\]\"]*\))? line \d+ at [\w ]+|SQL function .*)"
_BECAUSE, _DO = re.compile(r"^ +because +", re.MULTILINE), re.compile(r"\n *do {6}")
_LASTING = re.compile(
    rf"^ +(?:in: +)?{_FRAME}$|^ +in: COPY [\w$.]+, line \d+|^ +statement: [^'$(\d]*"
    r"|^ +detail: Key \([^()]*\)="
    r"|^ +(?:detail: +)?[a-z][\w$. ]* depends on [a-z][\w$. ]*$|^ +not run after it: .*$"
)


def errors(text: str) -> list[str]:
    """Return the errors that a text lists, with line ends; further lines of each are indented."""
    return re.split(r"^(?=\S)", text, flags=re.MULTILINE) if _BECAUSE.search(text) else [text]


def known_words(text: str) -> str:
    """Return an error of the server for a report: its SQLSTATE, its place, and what is known."""
    states = [*_STATE.finditer(text)]
    if not states:
        return text
    because = _BECAUSE.search(text, 0, states[-1].start())
    begin, end = because.end() if because else 0, states[-1].end()
    raised = _RAISED.search(text)
    said = "" if raised else _known(text[begin:end])
    told = said or f"{_RAISED_BY if raised else _UNTOLD} (SQLSTATE {states[-1]['state']})"
    rest = text[end:]
    if because:  # the server's detail and context follow, and lines of the file
        # Without a sentence that is known, the remedy may be a hint in a function's words.
        do = _DO.search(rest) if said else None
        remedy = do.start() if do else len(rest)
        rest = _lasting(rest[:remedy]) + rest[remedy:]
    return f"{text[:begin]}{told}{rest}"


def _known(text: str) -> str:
    """Return sentences with their SQLSTATEs and without values; "" if one is not known."""
    shown, begin = "", 0
    for state in _STATE.finditer(text):
        found = _KNOWN.fullmatch(text, begin, state.start())
        if not found:
            return ""
        for start, end in found.regs[1:]:
            if start >= 0:
                shown, begin = f'{shown}{text[begin:start]}"{OMITTED}"', end
        where = re.fullmatch(f", in {_FRAME}", state["where"] or "")
        shown += (
            f"{text[begin : state.start()]} (SQLSTATE {state['state']}{where[0] if where else ''})"
        )
        begin = state.end()
    return shown


def _lasting(text: str) -> str:
    """Return those lines of what follows a message that have names alone."""
    lines = ((line, _LASTING.match(line)) for line in text.splitlines())
    kept = (f"\n{one[0]}{OMITTED if one.end() < len(line) else ''}" for line, one in lines if one)
    return "".join(kept) + ("\n" if text.endswith("\n") else "")
