"""Files of expectations with one text at as many places as go together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.language.yaml import Document
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.verification import Verification
from tests.hostile.places import DATA, ITEM, KEY, Place, Steps

ALONE = re.compile(
    r"include|vars|defaults|migrations\.(directory|layout|role|before|seed|apply|rollback|at\.<key>)"
)
"""Places whose text decides whether, or how, everything else in the file is read."""
SHADOWS = re.compile(r"(^|\.)(when|skip|each)(\.|$)")
"""Places whose text keeps what stands beside them from being verified."""
NEVER = re.compile(
    r"expected (`true`|a whole number|a list|a mapping)|should be a valid|should match pattern"
    r"|` is not `|needs one value|and no matcher|what somebody can reach"
)
"""Problems that say that no text is possible at a place, in whichever form."""
FORMS: tuple[str, ...] = tuple(DATA["forms"])
"""How a text is written: the next form is tried at a place that refuses the one before."""


def formed(text: str, form: int) -> str:
    """Return a text in one of the forms."""
    if "{" not in FORMS[form] and "regular" in FORMS[form]:
        return re.escape(text)
    doubled = text.replace('"', '""')
    return FORMS[form].replace('{""}', doubled).replace("{}", text)


_LEARNT: dict[Steps, tuple[str, int]] = {}
"""In which file, and in which form, a place has accepted a text before."""

_ALWAYS = {"schemas": {"public": {"absent": False}}}
"""What is in every file, so that something is verified."""


@dataclass
class File:
    """A file of expectations with a text at many places."""

    verification: Verification
    taken: list[Place]


@dataclass
class Walk:
    """Puts a text at every place, into as few files as that takes."""

    text: str
    folder: Path
    config: Config
    refused: dict[Steps, str] = field(default_factory=dict)
    """The places that refuse every form of the text, and the problem with the last form."""

    def files(self, chosen: Iterable[Place]) -> Iterator[File]:
        """Yield files until every place was in one or has refused the text."""
        lanes: dict[str, list[tuple[Place, int]]] = {}
        for place in chosen:
            lane, form = _LEARNT.get(place.path) or (_lane(place), 0)
            lanes.setdefault(lane, []).append((place, form))
        number = 0
        for waiting in lanes.values():
            while waiting:
                found, taken, waiting[:] = self._packed(waiting)
                number += 1
                for place, form in taken:
                    _LEARNT.setdefault(place.path, (f"file {number}", form))
                if found is not None:
                    yield File(found, [place for place, _ in taken])
        for path in self.refused:
            _LEARNT.setdefault(path, ("refused", len(FORMS) - 1))

    def _packed(
        self, waiting: list[tuple[Place, int]]
    ) -> tuple[Verification | None, list[tuple[Place, int]], list[tuple[Place, int]]]:
        """Return a file, the places in it, which are as many as go together, and the others."""
        taken, later = [], []
        whole: dict[str, Any] = _copied(_ALWAYS)
        for place, form in waiting:
            fragment = place.around(formed(self.text, form))
            if _fits(whole, fragment):
                _add(whole, fragment)
                taken.append((place, form))
            else:
                later.append((place, form))
        while taken:
            try:
                return self._loaded(taken), taken, later
            except SpecError as error:
                taken = self._without(error, taken, later)
        return None, [], later

    def _loaded(self, taken: list[tuple[Place, int]]) -> Verification:
        whole: dict[str, Any] = _copied(_ALWAYS)
        for place, form in taken:
            _add(whole, place.around(formed(self.text, form)))
        path = self.folder / "expectations.yaml"
        dumped = yaml.dump(whole, Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6)
        path.write_text(dumped, encoding="utf-8")
        return Verification(path, "expectations.yaml", self.config)

    def _without(
        self, error: SpecError, taken: list[tuple[Place, int]], later: list[tuple[Place, int]]
    ) -> list[tuple[Place, int]]:
        """Return the places that no problem is about; the others wait, or have refused the text."""
        at: dict[str, list[tuple[Any, ...]]] = {}
        for path, position in self._positions().items():
            if path:
                steps = tuple(ITEM if isinstance(step, int) else step for step in path)
                at.setdefault(str(position[0]), []).append(steps)
        left = {one: _own(one, self.text) for one in taken}
        for problem in error.problems:
            match = re.match(r"[^:]*:(\d+):\d+: ", problem)
            assert match, f"a problem without a place: {problem}"
            paths = at[match[1]]
            about = [one for one, own in left.items() if own in paths]
            about = about or [
                one for one, own in left.items() if any(_about(path, own) for path in paths)
            ]
            if len(about) > 1:
                for one in about[len(about) // 2 :]:
                    del left[one]
                    later.append(one)
            for place, form in about if len(about) == 1 else ():
                del left[place, form]
                if form + 1 < len(FORMS) and not NEVER.search(problem):
                    later.append((place, form + 1))
                else:
                    self.refused[place.path] = problem
        assert len(left) < len(taken), error.problems
        return list(left)

    def _positions(self) -> dict[Any, Any]:
        return Document((self.folder / "expectations.yaml").read_text(encoding="utf-8")).positions


def _lane(place: Place) -> str:
    """Return what places have in common that may stand in one file."""
    name = str(place)
    if ALONE.match(name):
        return name
    return f"{SHADOWS.search(name) is not None} {place.path[:2] == ('migrations', 'at')}"


def _own(one: tuple[Place, int], text: str) -> Steps:
    """Return the path of a place as the file has it."""
    place, form = one
    return tuple(formed(text, form) if step == KEY else step for step in place.written)


def _about(path: Steps, own: Steps) -> bool:
    """Return whether a problem at a path has to do with what stands at another."""
    return path == own[: len(path)] or own == path[: len(own)]


def _fits(whole: Any, more: Any) -> bool:
    if isinstance(whole, dict) and isinstance(more, dict):
        return all(key not in whole or _fits(whole[key], value) for key, value in more.items())
    return (isinstance(whole, list) and isinstance(more, list)) or bool(whole == more)


def _add(whole: Any, more: Any) -> None:
    for key, value in more.items():
        if key not in whole:
            whole[key] = _copied(value)
        elif isinstance(value, dict):
            _add(whole[key], value)
        elif isinstance(value, list):
            whole[key] += [one for one in value if one not in whole[key]]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value
