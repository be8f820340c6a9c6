from collections import Counter
from collections.abc import Iterator

from pytest_schemaverify.findings import Finding


def check(expected: list[str], versions: list[str] | None) -> Iterator[Finding]:
    """The database lists just the declared versions as applied, each once."""
    if versions is None:
        yield Finding(
            expected=f"version {', '.join(expected)}", actual="no such table", unlike=True
        )
        return
    # Counted, as a table without a unique key may list a version twice.
    wanted, found = Counter(expected), Counter(versions)
    for version in sorted(wanted - found):
        yield Finding(expected=f"version {version}", actual="not listed")
    for version in sorted(found - wanted):
        times = f"listed {found[version]} times" if found[version] > 1 else "listed"
        wrong = f"version {version} once" if version in wanted else f"no version {version}"
        yield Finding(expected=wrong, actual=times, identity=wrong)
