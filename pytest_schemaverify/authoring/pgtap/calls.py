"""The calls of pgTAP's functions in a SQL file, and what keeps one from being certain."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pytest_schemaverify.authoring.pgtap.constants import Value, constant
from pytest_schemaverify.authoring.pgtap.words import words
from pytest_schemaverify.sql.positions import Lines, Position
from pytest_schemaverify.sql.statements import Statement, statements
from pytest_schemaverify.sql.tokens import Token, closing, items, names, spans, text_at


@dataclass(slots=True)
class Call:
    """A call of one of pgTAP's functions."""

    function: str
    arguments: list[list[Token]]
    sources: list[str]
    """The arguments as they are written."""
    file: str
    place: Position
    schema: str | None
    """Schema of names without one; None where the search path leaves it open."""
    doubt: str
    """Why it may not be reached, or may fail without harm; "" where neither."""
    changed: str
    """What before it may have changed rows or the role, "" where nothing has."""
    made: dict[str, int]
    """Lines that make or change objects, by the names in them."""
    prepared: dict[str, str]
    """Prepared statements by name."""

    @property
    def values(self) -> list[Value | None]:
        """The arguments as constants; None for those that are none."""
        return [constant(one) for one in self.arguments]

    @property
    def at(self) -> str:
        """Where it is: `file:line:column`."""
        return f"{self.file}:{self.place.line}:{self.place.column}"


_BRANCHES = words("""
    case when if elsif where having limit offset except intersect loop while for exception
""")
"""Words at which a call may not be reached, or more than once."""
_BEFORE_CALL = words("""
    select from next query perform all distinct then else when and or not return begin , . (
    ||
""")
_READING = words("""
    begin start commit rollback end abort savepoint release prepare deallocate declare
    select show explain close fetch discard return
""")
_MAKING = words("create alter drop grant revoke comment import")
_MADE = words("""
    table view sequence type domain function procedure schema index role user group trigger
    policy extension aggregate rule language tablespace server wrapper class database
""")
_HARMLESS = words("""
    select from values in all any some exists row array cast unnest current_database
    current_setting now count sum min max avg array_agg string_agg jsonb_agg
    jsonb_build_object coalesce nullif greatest least lower upper length format to_char
    date_trunc extract
""")
"""Words before a bracket that change nothing; a function of the user's may change anything."""
_OURS = frozenset({"tap", "pgtap", "extensions", "pg_catalog", "tests"})
"""Schemas in a search path where pgTAP is, and nothing that it is asked about."""


@dataclass(slots=True)
class _Reading:
    """One file that is read."""

    file: str
    lines: Lines
    known: Collection[str]
    schema: str | None = "public"
    changed: str = ""
    made: dict[str, int] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)
    todo: int = 0
    """How many of the next assertions may fail; below 0 for all until `todo_end()`."""

    def calls(self, statement: Statement, shift: int, body: str) -> Iterator[Call]:
        """Yield the calls in a statement that begins `shift` characters before its offset."""
        spanned = list(spans(statement.text))
        found = [token for token, _, _ in spanned]
        said = [token.text for token in found if token.kind != "string"]
        self._state(found, said, statement.text, self.lines.at(statement.offset + shift).line)
        if said[:1] == ["do"] or (
            said[:1] == ["create"] and {"function", "procedure"} & {*said[:4]}
        ):
            yield from self._bodies(spanned, statement.offset + shift)
            return
        for at, (token, start, _) in enumerate(spanned):
            if not (token.is_name and token.name in self.known and _is_call(found, at)):
                continue
            close = closing(found, at + 1)
            inside = spanned[at + 2 : close]
            call = self._call(token.name, inside, statement, start + shift)
            call.doubt = body or _branch(found, at, close) or self._expected_to_fail(token.name)
            yield call

    def _call(
        self, name: str, inside: list[tuple[Token, int, int]], statement: Statement, start: int
    ) -> Call:
        arguments = items([token for token, _, _ in inside]) if inside else []
        sources, at = [], 0
        for one in arguments:
            here = inside[at : at + len(one)]
            sources.append(statement.text[here[0][1] : here[-1][2]] if here else "")
            at += len(one) + 1
        place = self.lines.at(statement.offset + start)
        known = (self.schema, "", self.changed, dict(self.made), self.prepared)
        return Call(name, arguments, sources, self.file, place, *known)

    def _bodies(self, spanned: list[tuple[Token, int, int]], offset: int) -> Iterator[Call]:
        """Yield the calls in what dollars quote."""
        for token, start, _ in spanned:
            if token.kind == "string" and token.text.startswith("$"):
                mark = token.text.index("$", 1) + 1
                inner = token.text[mark:-mark]
                branches = _BRANCHES.intersection(one.text for one, _, _ in spans(inner))
                doubt = f"a body with `{sorted(branches)[0]}` in it" if branches else ""
                for statement in statements(inner):
                    yield from self.calls(statement, offset + start + mark, doubt)

    def _expected_to_fail(self, name: str) -> str:
        if name.startswith("todo") or not self.todo:
            return ""
        self.todo -= self.todo > 0
        return "pgTAP's todo(): it may fail"

    def _state(self, found: list[Token], said: list[str], text: str, line: int) -> None:
        """Keep what a statement changes for those that follow."""
        first = said[0] if said else ""
        if first == "set" and "search_path" in said[:4]:
            self.schema = _searched(found[said.index("search_path") + 2 :])
        elif first in _MAKING:
            self.made |= dict.fromkeys(_names_made(found), line)
        if first == "prepare" and "as" in said:
            body = re.search(r"\bas\b\s*(.*)", text, re.IGNORECASE | re.DOTALL)
            self.prepared[found[1].name] = body[1] if body and "(" not in said[:3] else ""
        if not self.changed and not _only_reads(said, self.known):
            self.changed = f"`{' '.join(said[:2])}` in line {line} may change rows, or the role"
        self._todo(found)

    def _todo(self, found: list[Token]) -> None:
        for at, token in enumerate(found):
            if token.text in ("todo", "todo_start", "todo_end") and text_at(found, at + 1) == "(":
                values = [constant(one) for one in items(found[at + 2 : closing(found, at + 1)])]
                counts = [one.value for one in values if one and one.type == "integer"]
                self.todo = {"todo_start": -1, "todo_end": 0}.get(token.text, (counts or [1])[0])


def calls(text: str, file: str, known: Collection[str]) -> Iterator[Call]:
    """Yield the calls of the known functions in a file, in order."""
    reading = _Reading(file, Lines(text), known)
    for statement in statements(text):
        yield from reading.calls(statement, 0, "")


def _is_call(found: Sequence[Token], at: int) -> bool:
    return text_at(found, at + 1) == "(" and (at == 0 or found[at - 1].text in _BEFORE_CALL)


def _branch(found: Sequence[Token], at: int, close: int) -> str:
    """Return what around a call decides how often it is made, "" for once."""
    outside = [*_around(reversed(found[:at]), ")("), *_around(found[close + 1 :], "()")]
    if branches := [token.text for token in outside if token.text in _BRANCHES]:
        return f"`{branches[0]}` around it decides whether it is reached"
    behind = [token.text for token in _around(found[close + 1 :], "()")]
    return "it is called once for each row of a query" if "from" in behind else ""


def _around(found: Iterator[Token] | Sequence[Token], brackets: str) -> Iterator[Token]:
    """Yield the tokens in one direction that are in no bracket of their own."""
    depth = 0
    for token in found:
        closed = token.text == brackets[1]
        depth = max(0, depth + (token.text == brackets[0]) - closed)
        if depth == 0 and not closed:
            yield token


def _only_reads(said: Sequence[str], known: Collection[str]) -> bool:
    first = said[0] if said else ""
    if first == "set":
        return not {"role", "authorization"}.intersection(said[:4])
    if first == "create":
        return said[1:2] == ["extension"]
    if first not in _READING:
        return False
    called = [one for one, after in pairwise(said) if after == "("]
    return all(one in known or one in _HARMLESS or not one[0].isalpha() for one in called)


def _names_made(found: Sequence[Token]) -> Iterator[str]:
    """Yield the names in a statement that makes or changes something, but for types and columns."""
    if found[0].text != "create":
        yield from (parts[-1] for _, parts in names(found))
        return
    starts = [i for i, token in enumerate(found[:6]) if token.text in _MADE]
    wanted = [starts[-1] + 1] if starts else []
    wanted += [i + 1 for i, token in enumerate(found[:12]) if token.text == "on"]
    for at in wanted:
        while text_at(found, at) in ("if", "not", "exists", "concurrently", "only"):
            at += 1
        while text_at(found, at + 1) == "." and at + 2 < len(found):
            at += 2
        if at < len(found) and found[at].is_name:
            yield found[at].name


def _searched(found: Sequence[Token]) -> str | None:
    """Return the one schema of a search path that is not pgTAP's, None if there are more."""
    paths = [one[0] for one in items(found) if one]
    schemas = [one.name if one.is_name else one.text.strip("'") for one in paths]
    own = [one for one in schemas if one not in _OURS and not one.startswith("$")]
    return own[0] if own[:1] == ["public"] or len(own) == 1 else "public" if not own else None
