"""The differences as annotations, which GitHub shows at the lines of a pull request.

GitHub reads them in what a step prints. Their form is described in
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands, and what is
escaped in https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts.
"""

from collections.abc import Sequence

from pytest_schemaverify.reports.differences import Difference, differences
from pytest_schemaverify.reports.record import Place, Record

MOST = 10
"""Errors of a step that GitHub shows, and as many warnings."""
_EACH = 5
"""Findings of one expectation that its annotation tells."""


def annotations(record: Record) -> list[str]:
    """Return at most ten lines: problems, then what is wrong with an expectation, security first.

    Where there are more, the last one says how many.
    """
    lines = [
        _line("error", record, one.place, "file of expectations", one.message)
        for one in record.problems
    ]
    wrong: dict[str, list[Difference]] = {}
    for one in differences(record):
        if not one.known:
            wrong.setdefault(one.of.id, []).append(one)
    lines += [_annotation(record, members) for members in wrong.values()]
    if len(lines) > MOST:
        left = len(lines) - MOST + 1
        more = f"{left} more are wrong; the log of this step and the reports have all of them"
        lines[MOST - 1 :] = [_line("error", record, None, "schema verification", more)]
    return lines


def _annotation(record: Record, members: Sequence[Difference]) -> str:
    first = members[0]
    told = [one.sentence for one in members[:_EACH]]
    if len(members) > _EACH:
        told.append(f"and {len(members) - _EACH} more")
    if first.cause:
        told.append(f"expected in {first.of.place}")
    kind = "warning" if first.of.outcome == "warned" else "error"
    return _line(kind, record, first.place, first.of.name, "\n".join(told))


def _line(kind: str, record: Record, place: Place | None, title: str, message: str) -> str:
    where = {}
    if place is not None:
        where = {"file": record.path(place), "line": place.line, "col": place.column}
    given = ",".join(
        f"{key}={_property(value)}" for key, value in (where | {"title": title}).items()
    )
    return f"::{kind} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")
