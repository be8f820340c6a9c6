"""Notes on expectations whose truth depends on a stand-in for an extension."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.result import Result


def noted(result: Result, stand_ins: Sequence[str]) -> Result:
    """Return the result with a note on each finding that is about a stand-in."""
    name = _stand_in(result.planned, stand_ins)
    if not name:
        return result
    note = f"{name} is a stand-in in SQL here, with a version and a schema of its own"
    return replace(
        result,
        findings=tuple(
            replace(finding, hint="\n".join(filter(None, (finding.hint, note))))
            for finding in result.findings
        ),
    )


def unproved(planned: Iterable[Planned], stand_ins: Sequence[str]) -> Iterator[str]:
    """Yield a line that names the expectations that say something about stand-ins only."""
    named = [one.name for one in planned if _stand_in(one, stand_ins)]
    if named:
        yield f"about stand-ins, so it proves nothing about the extensions: {', '.join(named)}"


def _stand_in(planned: Planned, stand_ins: Sequence[str]) -> str:
    subject = planned.subject
    about = subject is not None and subject.family == "extensions"
    return subject.key[0] if about and subject and subject.key[0] in stand_ins else ""
