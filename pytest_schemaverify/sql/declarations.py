"""What a body in PL/pgSQL declares: its blocks, their labels and variables, with types as written.

The parser of bodies knows no types but the server's own, and tells no scopes. So the declarations
are read here, and it is given a body in which each type is `text`, or `record` for a row.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_schemaverify.sql.lexical import skip_blank
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.tokens import Token, spans

# Options stand before the first block, and comments may stand between them.
_OPTION = re.compile(r"#\s*(\w+)\s+(\w+)")
_STARTS = frozenset({"", ";", "begin", "then", "else", "loop", ">>", "<<>>"})
"""What stands before a statement, and so before a block."""
_ENDS = frozenset({"collate", "not", "default", ":=", "="})
"""What ends the type of a declaration."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One variable, alias or cursor."""

    name: str
    type: str
    """As written; "" for an alias or a cursor."""
    line: int
    """Of the body, from 1."""
    span: tuple[int, int]
    """Where its type, or its alias, stands."""
    default: str = ""
    alias: str = ""
    """The name, or `$1`, for which it stands."""
    cursor: str = ""
    """The query of a cursor."""
    arguments: tuple["Declaration", ...] = ()
    """Of a cursor."""
    required: bool = False
    """Whether it is `not null`."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block and what it declares, in order."""

    label: str = ""
    declarations: list[Declaration] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Piece:
    token: Token
    start: int
    end: int


def options(source: str) -> tuple[dict[str, str], str]:
    """Return the options at the start of a body, `#variable_conflict …`, and the rest of it."""
    found: dict[str, str] = {}
    at = 0
    while match := _OPTION.match(source, skip_blank(source, at)):
        found[match[1].lower()] = match[2].lower()
        at = match.end()
    # Blanks in their place, so that every statement stays on its line.
    return found, re.sub(r"[^\n]", " ", source[:at]) + source[at:]


def blocks(source: str) -> list[Block]:
    """Return the blocks of a body, in the order in which they begin."""
    pieces = [_Piece(*span) for span in spans(source)]
    found: list[Block] = []
    label, pending, at = "", None, 0
    while at < len(pieces):
        text = pieces[at].token.text
        before = pieces[at - 1].token.text if at else ""
        if before == "<<" and at + 1 < len(pieces) and pieces[at + 1].token.text == ">>":
            label = pieces[at].token.name
        elif text == "declare" and before in _STARTS:
            pending, at = _declarations(source, pieces, at + 1)
            continue
        elif text == "begin" and (pending is not None or before in _STARTS):
            found.append(Block(label, pending or []))
            label, pending = "", None
        elif text not in ("<<", ">>"):
            label = ""
        at += 1
    return found


def returned(source: str) -> dict[int, list[str]]:
    """Return by line what stands alone behind `return`, in order: a name, or "" for nothing.

    The parser of bodies tells of expressions only.
    """
    found: dict[int, list[str]] = {}
    tokens = [*spans(source)]
    for at, (token, start, _) in enumerate(tokens):
        if token.text == "return":
            rest = [one.text for one, _, _ in tokens[at + 1 : at + 4]]
            rest = rest[1:] if rest[:1] == ["next"] else rest
            if ";" in rest[:2]:
                line = source.count("\n", 0, start) + 1
                found.setdefault(line, []).append(rest[0].removesuffix(";"))
    return found


def _declarations(source: str, pieces: Sequence[_Piece], at: int) -> tuple[list[Declaration], int]:
    """Return the declarations up to `begin`, and where that is."""
    found: list[Declaration] = []
    while at < len(pieces) and pieces[at].token.text != "begin":
        if pieces[at].token.text == "declare":
            at += 1
            continue
        stop = _until(pieces, at, {";"})
        if stop > at:
            found.append(_declaration(source, pieces[at:stop]))
        at = stop + 1
    return found, at


def _until(pieces: Sequence[_Piece], at: int, ends: set[str] | frozenset[str]) -> int:
    """Return where the first of some tokens is, outside of brackets; behind the end if nowhere."""
    depth = 0
    for place in range(at, len(pieces)):
        text = pieces[place].token.text
        if not depth and text in ends:
            return place
        depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
    return len(pieces)


def _declaration(source: str, pieces: Sequence[_Piece]) -> Declaration:
    name, line = pieces[0].token.name, source.count("\n", 0, pieces[0].start) + 1
    words = [piece.token.text for piece in pieces]
    if words[1:3] == ["alias", "for"] and len(words) > 3:
        span = pieces[1].start, pieces[-1].end
        return Declaration(name, "", line, span, alias=source[pieces[3].start : span[1]])
    if "cursor" in words[1:4]:
        return _cursor(source, pieces, words.index("cursor"), name, line)
    first = 2 if words[1:2] == ["constant"] else 1
    if first >= len(words):  # the parser of bodies says what is wrong
        return Declaration(name, "", line, (0, 0))
    stop = _until(pieces, first, _ENDS)
    value = _until(pieces, stop, {"default", ":=", "="})
    span = pieces[first].start, pieces[stop - 1].end
    default = source[pieces[value + 1].start : pieces[-1].end] if value + 1 < len(pieces) else ""
    required = "null" in words[stop:value]
    return Declaration(name, source[slice(*span)], line, span, default, required=required)


def _cursor(source: str, pieces: Sequence[_Piece], at: int, name: str, line: int) -> Declaration:
    stop = _until(pieces, at, {"for", "is"})
    listed: list[Declaration] = []
    start = at + 2
    while start < stop - 1:
        comma = min(_until(pieces, start, {",", ")"}), stop - 1)
        if comma > start:
            listed.append(_declaration(source, pieces[start:comma]))
        start = comma + 1
    query = source[pieces[stop + 1].start : pieces[-1].end] if stop + 1 < len(pieces) else ""
    return Declaration(name, "", line, (0, 0), cursor=query, arguments=tuple(listed))


def simplified(source: str, known: Sequence[Block], simple: Callable[[Declaration], str]) -> str:
    """Return a body with the simple type of each variable in place of its own, line by line."""
    edits = sorted(
        (one.span, simple(one)) for block in known for one in _all(block) if one.span != (0, 0)
    )
    # From the end, so that the places of those before stay right; with as many lines as before, for
    # statements are told by their lines.
    for (start, end), text in reversed(edits):
        source = source[:start] + text + "\n" * source.count("\n", start, end) + source[end:]
    return source


def _all(block: Block) -> Iterator[Declaration]:
    for one in block.declarations:
        yield one
        yield from one.arguments


def assigned(text: str) -> tuple[int, int]:
    """Return where the sign of `x := value` begins and ends; (0, 0) for no assignment."""
    depth = 0
    for token, start, end in spans(text):
        # Within brackets a `=` compares, as in `x[(a = b)::int] := 1`.
        if not depth and token.text in ("=", ":="):
            return start, end
        depth += (token.text in ("(", "[")) - (token.text in (")", "]"))
    return 0, 0


def guess(one: Declaration, source: str) -> str:
    """Return the simple type of a variable as the rest of the body uses it, without a server."""
    last = one.type.lower().replace('"', "").rpartition(".")[2].strip()
    if last == "refcursor":
        return last
    fields = re.compile(rf"\b{re.escape(one.name)}\"?\s*\.", re.IGNORECASE)
    whole = last == "record" or re.search(r"%\s*rowtype$", last)
    return "record" if whole or fields.search(source) else "text"


def alone(
    source: str, arguments: Mapping[str, str], returns: str, *, outputs: bool, rows: bool
) -> str:
    """Return a statement that makes a function of a body, its arguments in a block around it.

    So it does not matter what types they have. Of what it returns, "" for a procedure with
    outputs, the parser needs the word `trigger`, `void` or any other, and whether it is `rows`.
    """
    kind = returns if returns in ("", "trigger", "event_trigger", "void") else "text"
    head = f"returns {'setof ' if rows else ''}{kind}" if kind else ""
    listed = " ".join(f"{quoted(name)} {simple};" for name, simple in arguments.items())
    # The body is a statement of the block around it here, and the last `;` of it may be left out.
    *_, (last, _, _) = spans(source)
    text = f"declare {listed} begin {source}\n{'' if last.text == ';' else ';'} end"
    out = "out schemaverify_out text" if outputs else ""
    return (
        f"create function f({out}) {head} language plpgsql as {_dollars(text)}{text}"
        f"{_dollars(text)}"
    )


def _dollars(text: str) -> str:
    # Nothing in a quoted body needs escaping if the quote does not occur in it.
    mark = "$schemaverify$"
    while mark in text:
        mark = f"{mark[:-1]}_$"
    return mark
