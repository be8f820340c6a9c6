"""From the result of an expectation to the plain values that a record has of it."""

import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pytest_schemaverify.databases.dsn import unaddressed
from pytest_schemaverify.findings import lasting
from pytest_schemaverify.kinds import category_of
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.reports.concerns import concern_of
from pytest_schemaverify.reports.record import Place, Verified, place_in
from pytest_schemaverify.reports.sections import Recall
from pytest_schemaverify.sql.left_out_values import left_out
from pytest_schemaverify.sql.row_values import unmarked
from pytest_schemaverify.sql.secrets import masked
from pytest_schemaverify.sql.server_messages import OMITTED
from pytest_schemaverify.verification.known_findings import KnownFindings, known_of
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.verification import Verification

_RECALL = "vector_recall.at_least"
# As MigrationFailed says it, also behind the words of who tells of that.
_APPLYING = re.compile(r".*?\bapplying (\S.*?:\d+:\d+)$", re.MULTILINE)
_CHANGED = re.compile(r"^(?:last changed|dropped or renamed|last named) in (.+:\d+)$")


@dataclass(frozen=True, slots=True)
class Recording:
    """What a record may have of results and messages."""

    root: Path
    """The folder at which the paths of a record begin."""
    values: bool
    """Whether values of rows may be in it."""
    known: KnownFindings | None = None
    """The findings that the run knows."""

    def of(self, result: Result, item: str, one: Verification) -> dict[str, Any]:
        """Return the fields of `Reported` but `outcome` and `seconds`, which pytest's report has.

        `item` is its id, and `one` the file that it is of.
        """
        planned, file = result.planned, one.contract.name
        where = encodable(planned.file or file)
        place = {"file": where, "line": planned.line, "column": planned.column}
        return {
            "id": encodable(item), "check": planned.check, "category": category_of(planned.check),
            "concern": concern_of(planned.check), "place": place, "object": planned.object,
            "severity": planned.under.severity, "preset": planned.preset,
            "reason": self.sayable(result.undetermined or result.skipped),
            "fingerprint": untold(item, result.undetermined) if result.undetermined else "",
            "findings": list(self._findings(result, item)), "recall": _recall(planned, one),
            "values_left_out": not self.values and any(map(_has_values, _texts(result))),
        }  # fmt: skip

    def sayable(self, text: str) -> str:
        """Return a message as a record may have it: without secrets and addresses of servers."""
        return unaddressed(self._text(text))

    def _text(self, text: str) -> str:
        said = masked(text if self.values else left_out(text))
        return encodable(said.replace(f"{self.root}{os.sep}", ""))

    def _findings(self, result: Result, item: str) -> Iterator[dict[str, Any]]:
        for finding, one in zip(result.findings, known_of(item, result.findings), strict=True):
            shown = finding.each(self.sayable)
            changed = _CHANGED.match(finding.changed)
            failed = _APPLYING.match(finding.actual)
            hints = (shown.hint, "" if changed else shown.changed)
            yield {
                "subject": shown.subject, "expected": shown.expected, "actual": shown.actual,
                "read_as": list(shown.read_as), "cause": shown.cause,
                "hint": "\n".join(filter(None, hints)), "fix": self._fix(finding.fix),
                "place": _plain(self._place(finding.place or (failed[1] if failed else ""))),
                "changed": _plain(self._place(changed[1] if changed else "")),
                "fingerprint": _digest(*one.identity),
                "known": result.known or (self.known.why(one) if self.known else ""),
            }  # fmt: skip

    def _fix(self, statements: str) -> str:
        """Return statements; "" if a part has to be left out, as what is left is not to be run."""
        shown = self.sayable(statements)
        return shown if shown.count(OMITTED) == statements.count(OMITTED) else ""

    def placed(self, text: str) -> str:
        """Return a place in a migration with its path from the root folder."""
        return str(self._place(text) or text)

    def _place(self, text: str) -> Place | None:
        """Return the place in a migration; messages have its path from the current folder."""
        if not text:
            return None
        found = place_in(text) or Place(text, 1)  # some findings are about a file as a whole
        path = Path(os.path.relpath(found.file, self.root))
        return replace(found, file=encodable(path.as_posix()))

    def against(self, one: Verification) -> Verified:
        """Return what a file of expectations was verified against."""
        name, target, number = one.contract.name, one.database.target, len(one.contract.planned)
        if not isinstance(target, Target):
            return Verified(file=name, against="no database", live=False, expectations=number)
        live = target.server is None
        # The description of an existing database has how it is reached.
        _, sign, server = target.description.rpartition(", PostgreSQL ") if live else ("", "", "")
        # Those of --schema-dsn-env have a name by which people tell them apart.
        named = f" ({variable})" if (variable := one.contract.config.dsn_env) else ""
        where = f"an existing database{named}{sign}{server}" if live else target.description
        notes = tuple(line for note in target.notes for line in self.sayable(note).splitlines())
        return Verified(file=name, against=where, live=live, notes=notes, expectations=number)


def _texts(result: Result) -> Iterator[str]:
    """Yield what a record has of a result and of each of its findings."""
    yield result.undetermined or result.skipped
    for one in result.findings:
        said = (one.subject, one.expected, one.actual, *one.read_as, one.cause, one.hint, one.fix)
        yield "\n".join(said)


def _has_values(text: str) -> bool:
    return left_out(text) != unmarked(text)


def _recall(planned: Planned, one: Verification) -> dict[str, Any] | None:
    """Return the fields of the `Recall` that was measured for an expectation; None if none was."""
    if planned.check != _RECALL or not isinstance(one.database.target, Target):
        return None
    from pytest_schemaverify.verification.facts.vectors import recalled_before

    found = recalled_before(planned, one.results.facts)
    if found is None:
        return None
    entry: Any = planned.entry
    return asdict(
        Recall(
            k=entry.k, at_least=entry.at_least, shares=found.shares, index=found.index.index.name,
            vectors=found.rows, generated=found.generated, searched_with=found.candidates,
        )
    )  # fmt: skip


def _plain(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else asdict(place)


def untold(item: str, reason: object) -> str:
    """Return the fingerprint of an expectation that could not be found out."""
    return _digest(item, "cannot tell", lasting(reason))


def _digest(*parts: str) -> str:
    # Of parts that have no line numbers, so that it is the same where the file has other lines.
    return sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()[:32]


def encodable(text: str) -> str:
    """Return a text that UTF-8 can have. The name of a file is in any encoding, or in none."""
    return _SURROGATES.sub("\ufffd", text)


_SURROGATES = re.compile("[\ud800-\udfff]")
"""By which Python has the bytes of a name that are not UTF-8: https://peps.python.org/pep-0383/."""
