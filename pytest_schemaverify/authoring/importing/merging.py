"""Facts of many places as the data of one file, and those that contradict others."""

from dataclasses import dataclass, field
from typing import Any

from pytest_schemaverify.authoring.importing.facts import Fact, Untaken

Path = tuple[str, ...]


@dataclass(slots=True)
class Merged:
    """What has been said so far, by its path, and where."""

    said: dict[Path, tuple[Any, str]] = field(default_factory=dict)
    objects: dict[Path, str] = field(default_factory=dict)
    """Where something was said of an object, or inside of one, for each path above."""

    def add(self, facts: list[Fact], at: str) -> None:
        """Add what one place says. Raises Untaken, and adds nothing, where another denies it."""
        found = [(fact.path, self._together(fact)) for fact in facts]
        for path, value in found:
            self.said[path] = (value, self.said.get(path, (None, at))[1])
            for length in range(2, len(path) + 1):
                self.objects.setdefault(path[:length], at)

    def _together(self, fact: Fact) -> Any:
        """Return what stands at a path once a fact is added. Raises Untaken."""
        path, value = fact
        for length in range(2, len(path)):
            if self.said.get(path[:length], ("",))[0] == "absent":
                raise Untaken(f"{self.said[path[:length]][1]} says that it is absent")
        if path not in self.said:
            if value == "absent" and path in self.objects:
                raise Untaken(f"{self.objects[path]} says that it is there")
            return value
        before, at = self.said[path]
        both = _both(before, value, path)
        if both is None:
            raise Untaken(f"{at} says something else of the same; only one of them can hold")
        return both

    def data(self) -> dict[str, Any]:
        """Return all of it as nested mappings, in the order in which it was said."""
        whole: dict[str, Any] = {}
        for path, (value, _) in self.said.items():
            here = whole
            for part in path[:-1]:
                here = _inner(here, part)
            if value != {} or not isinstance(here.get(path[-1]), dict):
                here[path[-1]] = {} if value == {} else value
        return whole


def _inner(here: dict[str, Any], part: str) -> dict[str, Any]:
    found: dict[str, Any] = here.setdefault(part, {})
    return found


_LISTS = frozenset({"unique", "inherits"})
"""Keys whose list has an item of each place."""


def _both(before: Any, value: Any, path: Path) -> Any:
    """Return what says both, None where they contradict each other."""
    if value in (before, {}) and before != "absent":
        return before
    if before == {} and value != "absent":
        return value
    if path[-1] in _LISTS and isinstance(before, list) and isinstance(value, list):
        return [*before, *(one for one in value if one not in before)]
    for positive, negative in ((before, value), (value, before)):
        if isinstance(negative, dict) and set(negative) == {"not"}:
            denied = isinstance(positive, dict) or positive == negative["not"]
            return None if denied else positive
    return before if before == value else None
