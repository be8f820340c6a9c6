"""Failures that would fill more than a screen, grouped by their checks, the worst first."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pytest_schemaverify.kinds import find
from pytest_schemaverify.language.presets import CONCERNS
from pytest_schemaverify.reports.concerns import concern_of
from pytest_schemaverify.reports.failure import in_a_line
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.verification.result import Result

SCREEN = 40
"""Lines that failures may take before they are grouped, and take when they are."""
_ROOM = SCREEN - 2
"""The same without the two headlines above them."""
_WAYS = 6
"""Kinds of findings of one check that have a line of their own."""
_LONG = 300
"""Characters of a text that are kept; no terminal has such lines."""


class Told(NamedTuple):
    """One finding in short."""

    subject: str
    expected: str
    actual: str
    cause: str
    fix: str


class Failed(NamedTuple):
    """A failed expectation in short, of plain values: it may come from another process."""

    concern: int
    check: str
    place: str
    name: str
    """Name of the item, and the preset that asks for it."""
    findings: Sequence[Told]
    untold: str
    """Why nobody could look, "" if somebody could."""


def failed(result: Result, file: str) -> Failed:
    """Return a result that fails in short, as it may be printed; `file` is how its file is called.

    What people have to decide about access comes first; style comes last.
    """
    planned = result.planned
    concern = concern_of(planned.check)
    asked = f" (preset {planned.preset})" if planned.preset else ""
    found = [
        Told(
            one.subject or one.place or planned.name.partition("::")[0],
            _short(one.expected), _short(one.actual), one.cause, one.fix[:_LONG],
        )
        for one in (finding.masked for finding in result.findings)
    ]  # fmt: skip
    # What was tried and came out so is certain, and comes before what the catalog says.
    tried = find(planned.check).use.copied and planned.check != "access.default_privileges"
    order = CONCERNS.index(concern) * 2 + (not tried)
    untold = _short(masked(result.undetermined)) if result.undetermined else ""
    place = f"{planned.file or file}:{planned.line}:{planned.column}"
    return Failed(order, planned.check, place, f"{planned.name}{asked}", found, untold)


def grouped(all_failed: Iterable[Failed], width: int) -> list[str]:
    """Return the lines of all failures, at most about a screen of them.

    Those of one check are one block: its place, what is expected and found at the first object, how
    many more there are, and the fix. Blocks for which no room is left are a line each.
    """
    groups: dict[tuple[str, str], list[Failed]] = {}
    for one in sorted(all_failed, key=lambda one: one.concern):
        groups.setdefault((one.check, one.untold), []).append(one)
    fixes: dict[str, str] = {}
    blocks = [_block(group, fixes) for group in groups.values()]
    for number in reversed(range(len(blocks))):
        if sum(map(len, blocks)) > _ROOM:
            blocks[number] = [line for line in blocks[number] if line.needed]
    lines: list[str] = []
    for number, block in enumerate(blocks):
        left = len(blocks) - number - 1
        if len(lines) + 1 >= _ROOM and left:
            more = sum(map(len, [*groups.values()][number:]))
            return [*lines, f"and {more} more failures; -v shows all of them"]
        room = _ROOM - len(lines) - left
        lines += [
            line.cut(max(width, _NARROWEST))
            for line in (block if len(block) <= room else block[:1])
        ]
    return lines


_NARROWEST = 60
"""Columns that lines have at least: a terminal wraps them, and shorter ones would say nothing."""


class _Line(NamedTuple):
    """A line of a block; two texts share the room that there is."""

    text: str
    more: str = ""
    """What is printed behind the text in any case."""
    other: str = ""
    needed: bool = True
    """Whether it is there even if the screen is full."""
    whole: bool = False

    def cut(self, width: int) -> str:
        """Return it as wide as the terminal, if it need not be whole."""
        one, other, end = self.text, self.other, self.more
        room = width - len(end)
        if self.whole or len(one) + len(other) <= room:
            return one + other + end
        first = max(room // 2, room - len(other))
        one = _cut(one, first if other else room)
        return one + _cut(other, room - len(one)) + end


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(width - 1, 0)]}…"


def _block(group: Sequence[Failed], fixes: dict[str, str]) -> list[_Line]:
    """Return the lines about the failures of one check; `fixes` are those that are told already."""
    first = group[0]
    found = [told for one in group for told in one.findings]
    several = f" and {len(group) - 1} more of {first.check}" if len(group) > 1 else ""
    count = f", {len(found)} findings" if len(found) > len(group) else ""
    same = {fixes.get(told.fix, "") for told in found}
    if found and len(same) == 1 and "" not in same:
        # A rule that says more is told already: what removes its findings removes these.
        name = first.name.partition(" ")[0]
        return [_Line(f"{first.place}: {name}{several}{count}: see {same.pop()}", whole=True)]
    lines = [_Line(f"{first.place}: {first.name}{several}{count}", whole=True)]
    if first.untold:
        lines.append(_Line(f"    cannot tell {first.untold}"))
    if found:
        fixes |= {told.fix: first.name.partition(" ")[0] for told in found if told.fix}
        lines += _found(found)
    return lines


def _found(found: Sequence[Told]) -> Iterator[_Line]:
    """Yield the lines about the findings of a check."""
    kinds: dict[str, list[Told]] = {}
    for told in found:
        kinds.setdefault(told.actual, []).append(told)
    if found[0].cause and len(kinds) > 1:  # ways that differ, and each of them counts
        for kind in [*kinds.values()][:_WAYS]:
            yield _Line(f"    {kind[0].actual}: {_subjects(kind)}")
        if len(kinds) > _WAYS:
            yield _Line(f"    and {len(kinds) - _WAYS} more ways")
        return
    yield _Line(f"    expected    {found[0].expected}", other=f", actual {found[0].actual}")
    offered = dict.fromkeys(told.fix for told in found if told.fix)
    if len(found) > 1 or not offered:
        yield _Line(f"    at          {_subjects(found)}", needed=not offered)
    if offered:
        [fix, *others] = offered
        first, *rest = fix.splitlines()
        more = len(others) + len(rest)
        yield _Line(f"    fix         {first}", f"  -- and {more} more" if more else "")


_NAMED = 3
"""Objects that are named."""


def _subjects(found: Sequence[Told]) -> str:
    names = [*dict.fromkeys(told.subject for told in found)]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _short(text: str) -> str:
    return in_a_line(text)[:_LONG]
