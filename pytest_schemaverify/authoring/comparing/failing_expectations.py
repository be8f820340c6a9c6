"""Expectations of objects that do not hold, as differences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.authoring.comparing.by_hand import by_hand
from pytest_schemaverify.authoring.comparing.difference import Difference, What
from pytest_schemaverify.authoring.comparing.reality import Reality, key_of
from pytest_schemaverify.authoring.comparing.source import Source
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.form import form_of
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result

_SECRET = "what is there holds a secret, which no file should have"
NO_WORD = "no key of a file can say what is there"
_FAMILIES = {
    "privileges.exactly": "grants", "privileges.at_least": "grants",
    "privileges.without": "grants", "tables.unique": "unique_constraints",
}  # fmt: skip
"""Kinds of what a check is about, where its name says another."""


@dataclass(slots=True)
class Failing:
    """Makes differences of expectations that do not hold."""

    reality: Reality
    source: Source

    def differences(self, results: Iterable[Result]) -> Iterator[Difference]:
        """Yield the differences; all that is about one value of the file is one of them."""
        together: dict[Path, list[Result]] = {}
        gone: set[Path] = set()
        for result in results:
            if not names_others(result.planned):
                together.setdefault(self._path(result.planned), []).append(result)
                if result.planned.check.endswith(".exists"):
                    gone.add(result.planned.path)
        for path, those in together.items():
            # What is gone takes with it whatever the file says of it.
            if not any(path[:length] in gone for length in range(len(path))):
                yield self._one(path, those)

    def _path(self, planned: Planned) -> Path:
        """Return the path of the value that would be another one."""
        use, key = find(planned.check).use, key_of(planned)
        if use.presence or self.source.text(planned.path).short(planned.path):
            return planned.path
        if use.each:
            return (*planned.path, key, getattr(planned.entry, key).index(planned.expected))
        if use.pairs:
            return (*planned.path, key, planned.expected[0])
        return (*planned.path, key)

    def _one(self, path: Path, results: list[Result]) -> Difference:
        planned = results[0].planned
        findings = [one for result in results for one in result.findings]
        gone = find(planned.check).use.presence == "exists" or find(planned.check).use.each
        value = None if gone or planned.stage else self._value(path, results)
        what: What = "gone" if gone or (value is None and self._dropped(planned)) else "differs"
        hand = by_hand(self.reality.facts.spec, self.source, path)
        if what == "differs" and value is None:
            hand = hand or self._wordless(results)
        family = _FAMILIES.get(planned.check) or planned.check.partition(".")[0]
        return Difference(
            what=what,
            family=family,
            subject=str(planned.subject),
            path=path,
            keys=tuple(filter(None, dict.fromkeys(map(_key, results)))),
            expected=_joined(one.expected for one in findings),
            actual="" if what == "gone" else self._actual(results),
            value=value,
            planned=planned,
            by_hand=hand,
            fix=_joined((one.fix for one in findings), "\n"),
            blame=_joined(one.changed for one in findings),
        )

    def _wordless(self, results: list[Result]) -> str:
        """Return why no value can be proposed."""
        place = self.reality.place(results[0].planned)
        hidden = place.one.hidden if place is not None else ()
        return _SECRET if any(key_of(one.planned) in hidden for one in results) else NO_WORD

    def _actual(self, results: list[Result]) -> str:
        """Return what the database has as a person reads it, in the spelling of the file."""
        planned = results[0].planned
        place = self.reality.place(planned) if len(results) == 1 and not planned.stage else None
        key = key_of(planned)
        if place is not None and not place.rest and key in form_of(place.one.model.family).spelled:
            said = self.reality.attribute(place.one, key, place.path)
            if isinstance(said, str):
                return said
        return _joined(one.actual for result in results for one in result.findings)

    def _dropped(self, planned: Planned) -> bool:
        """Return whether an item of a mapping is not there, and not merely kept secret."""
        return find(planned.check).use.pairs and key_of(planned) in ("settings", "mappings")

    def _value(self, path: Path, results: list[Result]) -> Any:
        planned = results[0].planned
        if planned.subject is None or planned.subject.wild:
            return None
        place = self.reality.place(planned)
        if place is None:
            return None
        if find(planned.check).use.presence:  # it says that there is none
            return self.reality.style.entry(place.one, path)
        if find(planned.check).use.pairs:
            return self.reality.item(planned, place)
        if path == planned.path and not place.rest:
            changed = {key_of(result.planned) for result in results}
            return self.reality.short(planned.entry, changed, {}, place)
        return self.reality.value(planned, place)


def _key(result: Result) -> str:
    """Return the attribute that a result is about; "" for the object as a whole."""
    planned = result.planned
    use = find(planned.check).use
    if use.presence or use.each or planned.check.startswith("privileges."):
        return ""
    return f"{key_of(planned)}.{planned.expected[0]}" if use.pairs else key_of(planned)


def names_others(planned: Planned) -> bool:
    """Return whether a check names the objects that are there besides those of the file."""
    own = planned.check.partition(".")[2]
    if find(planned.check).use.pairs:
        return isinstance(planned.expected[1], frozenset)
    return own in ("exact", "clients", "definers") or planned.check == "tables.constraints"


def _joined(texts: Iterable[str], between: str = "; ") -> str:
    return between.join(dict.fromkeys(filter(None, texts)))
