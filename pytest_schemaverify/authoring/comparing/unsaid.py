"""What the database has and the file is silent about, as differences."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pytest_schemaverify.authoring.comparing.by_hand import along, by_hand
from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.comparing.failing_expectations import NO_WORD, names_others
from pytest_schemaverify.authoring.comparing.observed import Observed
from pytest_schemaverify.authoring.comparing.reality import Place, Reality, item_of
from pytest_schemaverify.authoring.comparing.source import Source
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.language.base import Entry, Named
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.language.writing import flow
from pytest_schemaverify.sql import names
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaid import Unsaid

_LISTED = "the file has a list of names here, and there is more to say of it"


@dataclass(slots=True)
class Silent:
    """Makes differences of what a file does not say."""

    reality: Reality
    source: Source
    differing: frozenset[Path]
    """Paths at which the file says something else than the database."""

    def differences(self, seen: Observed) -> Iterator[Difference]:
        """Yield what is new, each thing once."""
        found = [*self._of_named(seen.unsaid)]
        found += [self._object(path, one) for path, one in seen.unnamed.items()]
        yield from found
        for result in seen.wrong:
            if names_others(result.planned):
                for finding in result.findings:
                    if not any(_same(one, result.planned, finding) for one in found):
                        yield self._other(result.planned, finding)

    def _of_named(self, unsaid: Iterable[Unsaid]) -> Iterator[Difference]:
        """Yield what is unsaid; what belongs into one short form is one difference."""
        short: dict[Path, list[Unsaid]] = {}
        listed: set[Path] = set()
        for one in unsaid:
            path, entry = one.place
            if isinstance(entry, list):
                # A list has no place for more, so that a mapping takes its own.
                if (*path, one.key) not in listed:
                    yield self._instead(one)
                listed.add((*path, one.key))
                continue
            if (
                not isinstance(entry, Named)
                and isinstance(entry, Entry)
                and self.source.text(path).short(path)
            ):
                short.setdefault(path, []).append(one)
            else:
                yield from self._single(one)
        for path, those in short.items():
            yield self._together(path, those)

    def _single(self, one: Unsaid) -> Iterator[Difference]:
        path, entry = one.place
        # The items of a mapping stand in the entry that says some of them.
        item = one.name and not isinstance(one.value, Written) and isinstance(entry, Entry)
        if not (item or isinstance(entry, Named)):
            path = (*path, one.key)
        if isinstance(one.value, Written) and one.name:
            yield self._object((*path, one.name), one.value)
        elif one.key != "grants":
            path = (*path, one.name) if one.name else path
            value, key = self._value(one, path), ".".join(filter(None, (one.key, one.name)))
            yield self._new(_family(one), str(one.subject), path, value, flow(value), (key,))
        elif one.name or not one.value:
            path = (*path, one.name) if one.name else path
            yield self._grant(one.subject, path, one.name or "nobody", one.value)
        else:
            for role, value in one.value.items():
                yield self._grant(one.subject, (*path, role), role, value)

    def _instead(self, one: Unsaid) -> Difference:
        row = self.reality.row(one.subject)
        around = dict(along(self.reality.facts.spec, one.place[0])).get(one.place[0])
        own = self.reality.own(one.subject, around.__class__) if row and around else None
        value = own.said.get(one.key) if own is not None else None
        path, said = (*one.place[0], one.key), flow({one.name: one.value})[1:-1]
        return self._new(_family(one), str(one.subject), path, value, said, (one.key,))

    def _grant(self, subject: Subject, path: Path, role: str, value: Any) -> Difference:
        return self._new("grants", f"{role} on {subject}", path, value, flow(value))

    def _value(self, one: Unsaid, path: Path) -> Any:
        """Return what the file would say."""
        if isinstance(one.value, Written):
            self.reality.keep(path, one.value)
            return self.reality.style.entry(one.value, path)
        entry = one.place[1]
        own = None if one.name or not isinstance(entry, Entry) else self._own(one)
        return one.value if own is None else self.reality.attribute(own, one.key, one.place[0])

    def _own(self, one: Unsaid) -> Written | None:
        path, entry = one.place
        assert isinstance(entry, Entry)
        own = self.reality.own(one.subject, entry.__class__)
        if own is not None:
            self.reality.keep(path, own)
        return own

    def _together(self, path: Path, those: list[Unsaid]) -> Difference:
        entry, subject = those[0].place[1], those[0].subject
        own = self._own(those[0])
        if own is None:
            return self._new(_family(those[0]), str(subject), path, None, "")
        more: dict[str, Any] = {}
        for one in those:
            if one.name:
                value = self._value(one, (*path, one.key, one.name))
                more.setdefault(one.key, {})[one.name] = value
            else:
                more[one.key] = self._value(one, (*path, one.key))
        place = Place(own, path, ())
        if path in self.differing:
            # The rest of its text does not hold, so that both are tried together.
            keys = {info.alias or name for name, info in entry.__class__.model_fields.items()}
            self.reality.whole[path] = self.reality.short(entry, keys, more, place)
        value = self.reality.short(entry, (), more, place)
        attributes = tuple(more)
        only = those[0].value
        if len(those) == 1 and isinstance(only, Written) and those[0].name:
            name = str(only.subject)
            return self._new(
                only.model.family, name, path, value, flow(more[those[0].key][those[0].name])
            )
        said = flow(more[attributes[0]]) if len(more) == 1 else flow(more)[1:-1]
        if attributes == ("grants",):
            name = f"{', '.join(more['grants']) or 'nobody'} on {subject}"
            return self._new("grants", name, path, value, said)
        return self._new(_family(those[0]), str(subject), path, value, said, attributes)

    def _object(self, path: Path, one: Written) -> Difference:
        self.reality.keep(path, one)
        value = self.reality.style.entry(one, path)
        listed, hand = self.source.text(path).listed(path[:-1]), ""
        if listed is not None:
            hand = _LISTED if value else ""
            path, value = (*path[:-1], listed), value or path[-1]
        family = one.subject.family
        said = flow(value) if value else ""
        return self._new(family, str(one.subject), path, value, said, hand=hand)

    def _new(
        self, family: str, subject: str, path: Path, value: Any, actual: str,
        keys: tuple[str, ...] = (), hand: str = "",
    ) -> Difference:  # fmt: skip
        return Difference(
            what="new", family=family, subject=subject, path=path, value=value,
            actual=actual, keys=keys,
            by_hand=hand or by_hand(self.reality.facts.spec, self.source, path)
            or (NO_WORD if value is None else ""),
        )  # fmt: skip

    def _other(self, planned: Planned, finding: Finding) -> Difference:
        """Return what a check of others has found, and nothing else has."""
        place, family = self.reality.place(planned), planned.check.partition(".")[0]
        value = None
        if place is not None and family == "grants":
            one = place.one
            value = item_of({**one.usual, **one.said}.get("grants"), finding.subject)
        path = (*planned.path, finding.subject)
        if family == "grants" and planned.subject is not None:
            return self._grant(planned.subject, path, finding.subject, value)
        return self._new(family, finding.subject, path, value, finding.actual)


def _family(one: Unsaid) -> str:
    if isinstance(one.value, Written):
        return one.value.model.family
    return "grants" if one.key == "grants" else one.subject.family


def _same(one: Difference, planned: Planned, finding: Finding) -> bool:
    """Return whether a difference is what a check of others has found."""
    if one.path[: len(planned.path)] != planned.path:
        return False
    # A function that is not overloaded goes by its name alone.
    ends = (finding.subject, finding.subject.partition("(")[0])
    return names.bare(str(one.path[-1])) == names.bare(finding.subject) or one.subject.endswith(
        ends
    )
