"""Takes differences into a file of expectations, and sees that the file holds afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_schemaverify.authoring.comparing.difference import Difference
from pytest_schemaverify.authoring.updating.editing import BOM, Edited, Texts
from pytest_schemaverify.authoring.updating.judged import Asked, Judged, judged
from pytest_schemaverify.errors import SpecError
from pytest_schemaverify.language.files import NotWritten, replaced
from pytest_schemaverify.language.places import Path
from pytest_schemaverify.reports.failure import brief
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.judging import run
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result
from pytest_schemaverify.verification.results import Results
from pytest_schemaverify.verification.verification import Verification

_NOT_HELD = "the file would not hold with it: {}"
_NOT_READ = "the file could not be read with it: {}"


@dataclass(frozen=True, slots=True)
class Update:
    """What becomes of the differences of a file, and of its text."""

    texts: Texts
    judged: tuple[Judged, ...]
    edited: Edited

    def those(self, verdict: str) -> list[Judged]:
        """Return the differences with a verdict."""
        return [one for one in self.judged if one.verdict == verdict]


def update(one: Verification, differences: Sequence[Difference], asked: Asked) -> Update:
    """Return what the file would be with differences taken in; nothing is written.

    A change after which an expectation would not hold is not in it. Raises what reading the files
    raises.
    """
    texts = Texts(one.contract)
    found = list(judged(differences, asked))
    edited, refused = _confirmed(one, texts, [j.difference for j in found if j.verdict == "taken"])
    for at, judgement in enumerate(found):
        if reason := refused.get(id(judgement.difference)):
            found[at] = replace(judgement, verdict="by hand", reason=reason)
    return Update(texts, tuple(found), edited)


def write(edited: Edited) -> None:
    """Replace the files, all or none. Raises NotWritten, and then they are as they were."""
    done = []
    try:
        for file, text in edited.changed.items():
            replaced(file, edited.before[file], text)
            done.append(file)
    except NotWritten:
        for file in done:
            replaced(file, edited.after[file], edited.before[file])
        raise


def _confirmed(
    one: Verification, texts: Texts, taken: list[Difference]
) -> tuple[Edited, dict[int, str]]:
    """Return the texts with the changes that hold, and why others are left out, by their ids."""
    refused: dict[int, str] = {}
    while True:
        edited = texts.edited([d for d in taken if id(d) not in refused])
        refused |= {id(difference): reason for difference, reason in edited.refused}
        left = [d for d in taken if id(d) not in refused]
        wrong = dict(_wrong(one, texts, edited, left)) if edited.changed else {}
        if not wrong:
            return edited, refused
        refused |= wrong


def _wrong(
    one: Verification, texts: Texts, edited: Edited, taken: Sequence[Difference]
) -> Iterator[tuple[int, str]]:
    """Yield the ids of changes with which the file would not hold, each with the reason."""
    try:
        contract = _contract(one, texts, edited)
    except SpecError as error:
        yield from _unreadable(one, texts, taken, error)
        return
    facts = replace(Results(contract, one.database).facts, fixing=False)
    for planned in contract.planned:
        about = [d for d in taken if is_about(planned, d.path)]
        result = run(planned, facts) if about else Result(planned)
        if result.findings or result.undetermined:
            for difference in about:
                yield id(difference), _NOT_HELD.format(brief(result))


def _contract(one: Verification, texts: Texts, edited: Edited) -> Contract:
    old = one.contract
    after = {file: text.removeprefix(BOM) for file, text in edited.after.items()}
    return Contract(old.path, old.name, old.config, text=after.pop(texts.first), texts=after)


def _unreadable(
    one: Verification, texts: Texts, taken: Sequence[Difference], error: SpecError
) -> Iterator[tuple[int, str]]:
    """Yield the changes that alone make the file one that cannot be read; all if none does."""
    found = {}
    for difference in taken:
        try:
            _contract(one, texts, texts.edited([difference]))
        except SpecError as alone:
            found[id(difference)] = _NOT_READ.format(alone)
    yield from (found or {id(d): _NOT_READ.format(error) for d in taken}).items()


def is_about(planned: Planned, path: Path) -> bool:
    """Return whether an expectation is about the value at a path, or about what is in it."""
    here = planned.path
    if len(here) >= len(path):
        return here[: len(path)] == path
    return path[: len(here)] == here and path[len(here)] == planned.check.partition(".")[2]
