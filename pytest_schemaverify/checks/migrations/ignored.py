from collections.abc import Iterator
from fnmatch import fnmatch

from pytest_schemaverify.build import Files
from pytest_schemaverify.findings import Finding


def check(expected: dict[str, str], files: Files) -> Iterator[Finding]:
    """Nothing in the folder of migrations would be left out by the tool that runs them, unsaid."""
    used = set()
    part_of_the_story = {
        m.path for m in (*files.baseline, *files.replaced, *files.apply, *files.rollback)
    }
    for ignored in files.directory.ignored:
        if ignored.path in part_of_the_story:
            continue
        path = ignored.path.relative_to(files.directory.directory).as_posix()
        pattern = next((p for p in expected if fnmatch(path, p)), None)
        if pattern is None:
            yield Finding(expected="a migration", actual=ignored.reason, subject=path)
        else:
            used.add(pattern)
    for pattern in (pattern for pattern in expected if pattern not in used):
        yield Finding(
            expected="a file that is no migration",
            actual="none matches; remove it from `ignored`",
            subject=pattern,
        )
