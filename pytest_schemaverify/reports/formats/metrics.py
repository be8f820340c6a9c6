"""The results as numbers for Prometheus, by the textfile collector of its node exporter.

The text is read as Prometheus' text format, which that collector takes, and as OpenMetrics: all are
gauges without a time, which both write alike, and `# EOF` is a comment in the first.
https://prometheus.io/docs/instrumenting/exposition_formats/
https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from pytest_schemaverify.reports.outcomes import OUTCOMES
from pytest_schemaverify.reports.record import Problem, Record, Reported

_Samples = Iterator[tuple[Mapping[str, str], float]]

_FRONT = "schemaverify"
_DRIFT = ("migrations.deployed", "unmanaged.")
"""Checks that find what is there and was not said, or was said and is not there."""
_PENDING = "ledger.applied"
"""The check whose findings are migrations."""


def text(record: Record) -> str:
    """Return the metrics, each with all labels that it may have, so that alerts end by themselves.

    What could not be found out has no sample: a zero would say that nothing is wrong.
    """
    lines = []
    for name, (description, samples) in _metrics(record).items():
        lines += [f"# HELP {_FRONT}_{name} {description}", f"# TYPE {_FRONT}_{name} gauge"]
        lines += [f"{_FRONT}_{name}{{{_labels(labels)}}} {value}" for labels, value in samples]
    return "\n".join([*lines, "# EOF\n"])


def _metrics(record: Record) -> dict[str, tuple[str, _Samples]]:
    ended = round(datetime.fromisoformat(record.began).timestamp() + record.seconds)
    return {
        "expectations": ("Expectations by what became of them.", _expectations(record)),
        "findings": ("Findings; accepted ones are known.", _findings(record)),
        "cannot_tell": (
            "Expectations that could not be found out, and files that cannot be read.",
            _untold(record),
        ),
        "drift": ("Differences from what migrations and files say.", _drift(record)),
        "pending_migrations": (
            "Migrations that the ledger of a live database does not list as applied.",
            _pending(record),
        ),
        "last_run_timestamp_seconds": ("When the last run ended.", _each_file(record, ended)),
        "run_duration_seconds": ("How long it took.", _each_file(record, record.seconds)),
        "exit_code": (
            "Its exit code, 0 if nothing is wrong.",
            _each_file(record, record.exit_code),
        ),
    }


def _labels(labels: Mapping[str, str]) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _file(one: Reported | Problem) -> str:
    """Return the file of expectations, "" for a problem of no file."""
    if isinstance(one, Problem):
        return one.place.file if one.place else ""
    return one.id.partition("::")[0]


def _files(record: Record) -> list[str]:
    """Return the files of expectations; of a run without any, one without a name is told."""
    found = [one.file for one in record.verified]
    found += [_file(one) for one in record.expectations]
    found += [_file(one) for one in record.problems]
    return [*dict.fromkeys(found)] or [""]


def _each_file(record: Record, value: float) -> _Samples:
    # By file, so that a host can have the metrics of several runs, each of another file.
    return (({"file": file}, value) for file in _files(record))


def _by_category(
    record: Record, found: Counter[tuple[str, str, str]], outcomes: Iterable[str]
) -> _Samples:
    for file, category in dict.fromkeys((_file(one), one.category) for one in record.expectations):
        for outcome in outcomes:
            labels = {"file": file, "category": category, "outcome": outcome}
            yield labels, found[file, category, outcome]


def _expectations(record: Record) -> _Samples:
    found = Counter((_file(one), one.category, one.outcome) for one in record.expectations)
    return _by_category(record, found, OUTCOMES)


def _findings(record: Record) -> _Samples:
    found = Counter(
        (_file(one), one.category, "known" if finding.known else one.outcome)
        for one in record.expectations
        for finding in one.findings
    )
    return _by_category(record, found, ("failed", "warned", "known"))


def _untold(record: Record) -> _Samples:
    found = Counter(_file(one) for one in record.expectations if one.fingerprint)
    found.update(map(_file, record.problems))
    if record.interrupted:  # what was not looked at any more is as good as nothing
        seen = Counter(map(_file, record.expectations))
        found.update({one.file: one.expectations - seen[one.file] for one in record.verified})
    return (({"file": file}, found[file]) for file in _files(record))


def _told(record: Record, *checks: str) -> list[Reported]:
    """Return the expectations with these checks, or such beginnings, that were found out."""
    told = record.of("passed", "failed", "warned", "known")
    return [one for one in told if one.check.startswith(checks) and not one.fingerprint]


def _drift(record: Record) -> _Samples:
    found: Counter[tuple[str, str]] = Counter()
    for one in _told(record, *_DRIFT):
        found[_file(one), one.check] += sum(not finding.known for finding in one.findings)
    return (({"file": file, "check": check}, number) for (file, check), number in found.items())


def _pending(record: Record) -> _Samples:
    for one in _told(record, _PENDING):
        # The finding that there is no ledger is about no migration.
        if all(finding.subject for finding in one.findings):
            yield {"file": _file(one)}, len(one.findings)
