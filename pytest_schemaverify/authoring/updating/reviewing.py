"""The changes of a review as data, with what a person or a program has decided on each."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.editing import Texts
from pytest_schemaverify.authoring.updating.judged import dotted
from pytest_schemaverify.authoring.updating.loosening import risk
from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.language.files import patch
from pytest_schemaverify.language.writing import flow
from pytest_schemaverify.settings import paths
from pytest_schemaverify.sql.secrets import masked

DECISIONS = ("pending", "accept", "accept-loosening", "reject", "baseline")
"""What can be decided. What allows more than the file does takes more than `accept`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as the file of a review has it."""

    id: str
    """The same in another review of the same change."""
    key: str
    kind: str
    what: str
    place: str
    """Where it stands, or would stand: `expectations.yaml:12:5`."""
    old: str
    """The lines of the file that go, and below those that come; none for a change by hand."""
    new: str
    expected: str
    actual: str
    risk: str
    by_hand: str
    blame: str
    """The migration that did it."""
    undo: str
    """SQL that makes the database what the file says."""
    decision: str = "pending"
    reason: str = ""
    """Why it goes into the known findings."""

    @property
    def pending(self) -> bool:
        """Whether nobody has decided."""
        return self.decision == "pending"

    @property
    def taken(self) -> bool:
        """Whether it goes into the file."""
        plain = self.decision == "accept" and not self.risk
        return not self.by_hand and (plain or self.decision == "accept-loosening")


def changes_of(texts: Texts, differences: Sequence[Difference]) -> list[Change]:
    """Return differences as the changes of a review, in their order."""
    return [_change(texts, one) for one in differences]


def _change(texts: Texts, one: Difference) -> Change:
    old, new = ("", "") if one.by_hand else _lines(texts, one)
    said = {
        "key": dotted(one.path), "kind": one.family, "what": one.what,
        "place": texts.place(one.path), "old": old, "new": new, "expected": one.expected,
        "actual": one.actual, "risk": risk(one), "by_hand": one.by_hand, "blame": one.blame,
        "undo": one.fix,
    }  # fmt: skip
    same = "\0".join((said["key"], one.what, one.expected, one.actual, flow(one.value)))
    shown = {name: masked(text) for name, text in said.items()}
    return Change(id=sha256(same.encode()).hexdigest()[:16], **shown)


def _lines(texts: Texts, one: Difference) -> tuple[str, str]:
    """Return the lines that go and those that come where a difference is taken in."""
    edited = texts.edited([one])
    lines = [
        line
        for file, text in edited.changed.items()
        for line in patch("x", edited.before[file], text).splitlines()[2:]
    ]
    found = ("\n".join(line[1:] for line in lines if line[0] == sign) for sign in "-+")
    return next(found), next(found)


def with_decisions(changes: Iterable[Change], earlier: Iterable[Change]) -> list[Change]:
    """Return changes with what was decided on the same ones before."""
    known = {one.id: one for one in earlier}
    return [
        replace(one, decision=known[one.id].decision, reason=known[one.id].reason)
        if one.id in known
        else one
        for one in changes
    ]


def load(path: Path) -> list[Change]:
    """Return the changes in a file of a review; none where there is no file. Raises ConfigError."""
    try:
        document = json.loads(paths.content(path))
        return list(_read(document))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _wrong(path, str(error.strerror)) from None
    except json.JSONDecodeError as error:
        place = Path(f"{path}:{error.lineno}:{error.colno}")
        raise _wrong(place, f"it is no JSON: {error.msg}") from None
    except (TypeError, KeyError, UnicodeDecodeError, AttributeError, _Odd) as error:
        raise _wrong(path, str(error)) from None


class _Odd(Exception):
    """Something in the file that cannot be."""


def _read(document: Mapping[str, Any]) -> Iterator[Change]:
    if document["version"] != 1:
        raise _Odd("version 1 is expected")
    for number, one in enumerate(document["changes"]):
        change = Change(**one)
        odd = [f.name for f in fields(change) if not isinstance(getattr(change, f.name), str)]
        if odd:
            raise _Odd(f"`{odd[0]}` of change {number + 1}, {change.key}, is no text")
        if change.decision not in DECISIONS:
            known = ", ".join(DECISIONS)
            raise _Odd(f"the decision {change.decision!r} on {change.key} is none of {known}")
        if change.decision == "baseline" and not change.reason.strip():
            raise _Odd(f"{change.key} goes into the known findings, and `reason` is empty")
        yield change


def _wrong(path: Path, because: str) -> ConfigError:
    remedy = "repair it, or remove it and begin the review again; nothing is written"
    return ConfigError(f"reading the review in {path}", because=because, remedy=remedy)


def save(path: Path, changes: Sequence[Change]) -> None:
    """Write the file of a review; with no changes left it goes. Raises ConfigError."""
    document = {"version": 1, "changes": [asdict(one) for one in changes]}
    text = f"{json.dumps(document, indent=1, ensure_ascii=False)}\n"
    try:
        if not changes:
            path.unlink(missing_ok=True)
            return
        new = path.with_name(f"{path.name}.new")
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise ConfigError(
            f"writing the review into {path}", because=str(error.strerror),
            remedy="name another file with --state",
        ) from None  # fmt: skip
