"""Applies changes to a text, reads it again, and sorts out what cannot be done."""

from collections.abc import Sequence

from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.yaml import Document, composed

from .changes import Add, Append, Change, Put, Refused, Remove, target
from .intended import difference, intended
from .layout import BREAK, Layout
from .plan import planned
from .splices import Overlap, spliced
from .steps import Steps

_BOM = "\ufeff"


def applied(text: str, changes: Sequence[Change]) -> str:
    """Return a text with all changes. Raises Refused if one cannot be made.

    All paths are those of the text before the changes.
    """
    changed, refused = applied_where_possible(text, changes)
    if refused:
        raise refused[0]
    return changed


def applied_where_possible(text: str, changes: Sequence[Change]) -> tuple[str, list[Refused]]:
    """Return a text with the changes that can be made, and why the others cannot."""
    refused: list[Refused] = []
    try:
        file = _File(text)
        kept = _settled(file, [], file.possible(changes, refused), refused)
        return (file.edited(kept) if kept else text), refused
    except RecursionError:
        return text, [Refused(target(one), "the file is nested too deeply") for one in changes]


class _File:
    """A text with what it says."""

    def __init__(self, text: str) -> None:
        # libyaml takes the mark of the byte order for a part of the first key.
        self._bom = _BOM if text.startswith(_BOM) else ""
        written = text.removeprefix(_BOM)
        nodes = composed(written)
        found = Document(nodes)
        self._data, self._problems = found.data, found.problems
        self._added = _missing_line_break(written)
        self._layout = Layout(written + self._added, nodes)
        self._steps = Steps(self._layout)
        self._last: tuple[list[Change], str] = ([], "")

    def possible(self, changes: Sequence[Change], refused: list[Refused]) -> list[Change]:
        """Return the changes that can be made as far as the text before shows."""
        found: list[Change] = []
        touched = _Touched()
        for change in changes:
            try:
                self._check(change)
                touched.add(change)
            except Refused as why:
                refused.append(Refused(target(change), why.reason))
            else:
                found.append(change)
        return found

    def edited(self, changes: list[Change]) -> str:
        """Return the text with changes, read again. Raises Refused if it is not as intended."""
        if self._last[0] == changes and changes:
            return self._last[1]
        wanted = intended(self._data, changes)
        try:
            text = spliced(self._layout.text, planned(self._layout, self._steps, changes))
        except Overlap:
            raise Refused(target(changes[0]), "other changes touch the same place") from None
        # A file without a line break at its end stays so, unless the last text needs one.
        for candidate in dict.fromkeys((text.removesuffix(self._added), text)):
            why = _why_not(candidate, wanted)
            if not why:
                self._last = (changes, self._bom + candidate)
                return self._last[1]
        raise Refused(target(changes[0]), why)

    def _check(self, change: Change) -> None:
        if self._problems:
            (line, column, *_), _, message = self._problems[0]
            raise Refused(target(change), f"the file has an error at {line}:{column}: {message}")
        intended(self._data, [change])
        planned(self._layout, self._steps, [change])


class _Touched:
    """The paths that changes are about: no two may be about the same."""

    def __init__(self) -> None:
        self._rewritten: set[Path] = set()
        self._around: set[Path] = set()

    def add(self, change: Change) -> None:
        """Take a change in. Raises Refused if another one is about the same value."""
        path = target(change)
        above = [path[:length] for length in range(len(path))]
        here = not isinstance(change, Append)
        if self._rewritten.intersection([*above, path]) or (here and path in self._around):
            raise Refused(path, "another change is about the same value")
        self._around.update([*above, path])
        if isinstance(change, Put | Remove | Add):
            self._rewritten.add(path)


def _settled(
    file: _File, kept: list[Change], group: list[Change], refused: list[Refused]
) -> list[Change]:
    """Return the changes that can be made together; the others are found by halving."""
    if not group:
        return kept
    together = [*kept, *group]
    try:
        file.edited(together)
    except Refused as why:
        if len(group) == 1:
            refused.append(Refused(target(group[0]), why.reason))
            return kept
    else:
        return together
    half = len(group) // 2
    return _settled(file, _settled(file, kept, group[:half], refused), group[half:], refused)


def _missing_line_break(text: str) -> str:
    """Return what a text lacks at its end."""
    if not text or text[-1] in "\n\r\x85\u2028\u2029":
        return ""
    found = BREAK.search(text)
    return found.group() if found else "\n"


def _why_not(text: str, wanted: object) -> str:
    """Return in which way a text does not say what it should, "" if it does."""
    document = Document(text)
    if document.problems:
        return f"the file would have an error afterwards: {document.problems[0][2]}"
    path = difference(document.data, wanted)
    if path is None:
        return ""
    return f"`{'.'.join(map(str, path))}` would not be what it should afterwards"
