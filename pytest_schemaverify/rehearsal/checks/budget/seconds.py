from collections.abc import Iterator

from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.kind import Use
from pytest_schemaverify.language.conditions import is_condition
from pytest_schemaverify.language.matchers import Matcher, Number, meets, satisfied
from pytest_schemaverify.rehearsal.cost import Cost

USE = Use(built=True)


def check(expected: Number, cost: Cost) -> Iterator[Finding]:
    """All migrations together take no longer than the budget allows."""
    if not satisfied(expected, lambda text: meets(_bound(text), cost.seconds)):
        longest = sorted(cost.files.items(), key=lambda file: -file[1])[:3]
        # A file of less than a twentieth is not what makes the sum too large.
        listed = [(name, took) for name, took in longest if took > cost.seconds / 20]
        files = ", ".join(f"{name} {_time(seconds)}" for name, seconds in listed)
        took, place = cost.slowest
        wanted = _wanted(expected)
        yield Finding(
            # The slowest statement, as a sum of seconds has no place in the files.
            place=place,
            expected=wanted,
            # Without the seconds, which are others in each run.
            identity=wanted,
            actual=f"{_time(cost.seconds)}: {files}",
            hint=f"this statement takes longest, {_time(took)}",
        )


def _bound(text: str) -> str:
    return text if is_condition(text) else f"<= {text}"


def _wanted(expected: Number) -> str:
    if isinstance(expected, Matcher):
        return f"{expected} seconds for all files"
    return f"at most {expected:g} s for all files"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 1 else f"{seconds:.1f} s"
