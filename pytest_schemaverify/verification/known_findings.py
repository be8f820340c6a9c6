"""A file of findings that are accepted, so that only new ones fail."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pytest_schemaverify.errors import ConfigError
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.settings import paths
from pytest_schemaverify.sql.row_values import unmarked
from pytest_schemaverify.verification.result import Result

NEVER_KNOWN = frozenset({"migrations.applies"})
"""Checks without which nothing else is verified: to accept what they find would accept all."""
_SHOWN = 200
"""Characters of a text that the file has; the digest is of all of it."""


class Known(NamedTuple):
    """One finding of an item, recognised by everything but its reason."""

    item: str
    """Id of the test item."""
    subject: str
    digest: str
    """Of what is wrong, by the finding's identity or else what was expected and what was found, so
    that another difference is a new one; of several that are the same, also which it is."""
    expected: str = ""
    actual: str = ""
    reason: str = ""
    """The reason that a person has written into the file; empty without one."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """The fields by which it is the same finding in another run."""
        return self.item, self.subject, self.digest


def known_of(item: str, findings: Iterable[Finding]) -> list[Known]:
    """Return the findings of an item as the file has them."""
    seen: Counter[tuple[str, str]] = Counter()
    return [_known(item, finding, seen) for finding in findings]


def _known(item: str, finding: Finding, seen: Counter[tuple[str, str]]) -> Known:
    # Without line and column, which change with every edit above them.
    file = "" if finding.identity else finding.place.rpartition(":")[0].rpartition(":")[0]
    subject = finding.subject or file
    # Of what is there, so that another secret is another finding.
    identity = unmarked(finding.identity or f"{finding.expected}\0{finding.actual}")
    seen[subject, identity] += 1
    number = seen[subject, identity]  # one more of the same is a new one
    counted = f"{identity}\0{number}" if number > 1 else identity
    # The name of a migration is in it, which is in any encoding.
    digest = sha256(counted.encode(errors="surrogatepass"))
    shown = finding.masked
    return Known(item, subject, digest.hexdigest()[:16], _cut(shown.expected), _cut(shown.actual))


@dataclass(frozen=True, slots=True)
class KnownFindings:
    """The findings that are known."""

    path: Path
    entries: Mapping[tuple[str, str, str], Known] = field(default_factory=dict)
    recording: bool = False
    """Whether this run writes the file: what is found now is known from then on."""

    def applied(self, result: Result, item: str) -> Result:
        """Return the result without the findings that are known; with none left, it is known."""
        if not result.findings:
            return result
        if self.recording:
            return replace(result, known=f"recorded in {self.path.name}")
        pairs = zip(result.findings, known_of(item, result.findings), strict=True)
        new = tuple(finding for finding, one in pairs if one.identity not in self.entries)
        if not new:
            return replace(result, known=f"known, see {self.path.name}")
        number = len(result.findings) - len(new)
        if not number:
            return result
        more = f"{number} more {'is' if number == 1 else 'are'} known, see {self.path.name}"
        hint = "\n".join(filter(None, (new[-1].hint, more)))
        return replace(result, findings=(*new[:-1], replace(new[-1], hint=hint)))

    def why(self, one: Known) -> str:
        """Return why a finding is known, or is from now on; "" for a new one."""
        if self.recording:
            return f"recorded in {self.path.name}"
        entry = self.entries.get(one.identity)
        return "" if entry is None else entry.reason or f"known, see {self.path.name}"

    def stale(self, ran: Iterable[str], gone: Iterable[str], found: Iterable[Known]) -> list[Known]:
        """Return the entries that no longer hold, of items that ran or that there are no more."""
        looked_at, still = {*ran, *gone}, {one.identity for one in found}
        return [
            one
            for identity, one in sorted(self.entries.items())
            if one.item in looked_at and identity not in still
        ]

    def rewritten(self, stale: Iterable[Known], found: Iterable[Known]) -> list[Known]:
        """Return the entries that the file is to have: those that still hold, and new ones."""
        left = {one.identity: one for one in found} | dict(self.entries)
        for one in stale:
            del left[one.identity]
        return [left[identity] for identity in sorted(left)]


def read(path: Path, *, recording: bool) -> KnownFindings:
    """Return the known findings of a file; one to be recorded need not be there.

    Raises ConfigError for a file that cannot be read.
    """
    try:
        document = json.loads(paths.content(path))
        known = [Known(**{**one, "reason": one.get("reason", "")}) for one in _entries(document)]
    except FileNotFoundError:
        return KnownFindings(path, recording=True)
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"reading the known findings in {path}", because=str(why)) from None
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ConfigError(
            f"reading the known findings in {path}",
            because=f"it is not what --schema-baseline-update writes: {error}",
            remedy="repair it, or remove it and record it once more",
        ) from None
    return KnownFindings(path, {one.identity: one for one in known}, recording)


def _entries(document: Any) -> list[dict[str, str]]:
    if document["version"] != 1:
        raise ValueError("version 1 is expected")
    return list(document["findings"])


def write(path: Path, known: Iterable[Known]) -> None:
    """Write known findings, one after the other. Raises ConfigError."""
    try:
        path.write_text(text_of(known), encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"writing the known findings into {path}", because=str(error.strerror)
        ) from None


def text_of(known: Iterable[Known]) -> str:
    """Return the text of a file of known findings, in their order."""
    findings = [
        {name: value for name, value in one._asdict().items() if value or name != "reason"}
        for one in known
    ]
    # Indented and sorted, so that a diff of two versions shows the findings that came or went.
    text = json.dumps({"version": 1, "findings": findings}, indent=1, ensure_ascii=False)
    return f"{text}\n"


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
