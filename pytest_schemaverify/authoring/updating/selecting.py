"""Which differences a person has asked for: by path, by words of it, or by kind."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.scope import SECTIONS
from pytest_schemaverify.authoring.updating.judged import begins, dotted
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.kinds import KINDS
from pytest_schemaverify.language.places import Path


@dataclass(frozen=True, slots=True)
class Selection:
    """What a person has asked for; empty for everything."""

    keys: tuple[str, ...] = ()
    """Paths in the file, or their beginnings."""
    words: str = ""
    """`notes and not index`, as `-k` of pytest takes it."""
    kinds: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return not (self.keys or self.words or self.kinds)


def selected(differences: Iterable[Difference], asked: Selection) -> list[Difference]:
    """Return the differences that are asked for, in their order. Raises ConfigError."""
    require_kinds(asked.kinds)
    wanted = _expression(asked.words) if asked.words else None
    return [
        one
        for one in differences
        if (not asked.keys or any(begins(one.path, key) for key in asked.keys))
        and (wanted is None or wanted(dotted(one.path).lower()))
        and (not asked.kinds or one.family in asked.kinds or str(one.path[0]) in asked.kinds)
    ]


def require_known(keys: Iterable[str], paths: Sequence[Path], option: str) -> None:
    """Raise ConfigError for a key that no path of the file or of a difference begins with."""
    for key in keys:
        if not any(begins(path, key) for path in paths):
            known = list(dict.fromkeys(dotted(path[:n]) for path in paths for n in _lengths(path)))
            near = difflib.get_close_matches(key, known, n=1)
            raise ConfigError(
                f"reading {option}{key}",
                because="nothing in the file, and nothing that differs, has such a path",
                remedy=f"did you mean {near[0]}?" if near
                else "write a path of the file: tables.notes.columns",
            )  # fmt: skip


def _lengths(path: Path) -> range:
    return range(1, len(path) + 1)


def require_kinds(kinds: Iterable[str]) -> None:
    """Raise ConfigError for a kind of objects that there is not."""
    for one in kinds:
        if one not in (*KINDS, *SECTIONS, "grants"):
            near = difflib.get_close_matches(one, (*KINDS, *SECTIONS), n=1)
            raise ConfigError(
                f"reading --kinds={','.join(kinds)}",
                because=f"there is no kind {one!r}",
                remedy=f"did you mean {near[0]}?" if near else f"there are {', '.join(SECTIONS)}",
            )


_Wanted = Callable[[str], bool]
_TOKEN = re.compile(r"\s*([()]|[^\s()]+)")


def _expression(text: str) -> _Wanted:
    """Return what `-k` selects; its words are parts of a path. Raises ConfigError."""
    left = [found[1].lower() for found in _TOKEN.finditer(text)]
    try:
        wanted = _either(left)
    except IndexError:
        left.append(text)
    if left:
        raise ConfigError(
            f"reading -k {text}",
            because="that is no expression",
            remedy="write words with and, or, not and brackets: -k 'notes and not index'",
        )
    return wanted


def _either(left: list[str]) -> _Wanted:
    parts = [_both(left)]
    while left[:1] == ["or"]:
        del left[0]
        parts.append(_both(left))
    return lambda path: any(part(path) for part in parts)


def _both(left: list[str]) -> _Wanted:
    parts = [_single(left)]
    while left[:1] == ["and"]:
        del left[0]
        parts.append(_single(left))
    return lambda path: all(part(path) for part in parts)


def _single(left: list[str]) -> _Wanted:
    """Return what the first of the tokens selects. Raises IndexError where there is no word."""
    word = left.pop(0)
    if word == "not":
        other = _single(left)
        return lambda path: not other(path)
    if word == "(":
        inner = _either(left)
        if left.pop(0) != ")":
            raise IndexError
        return inner
    if word in (")", "and", "or"):
        raise IndexError
    return lambda path: word in path
