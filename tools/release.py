"""What a release says of itself: `python -m tools.release v0.2.0` prints its part of CHANGELOG.md.

It needs the standard library only, because the workflow runs it before anything is installed.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def notes(tag: str, root: Path = ROOT) -> str:
    """Return what CHANGELOG.md says of the version that the tag names.

    Raises:
        ValueError: the tag, the version in pyproject.toml, CHANGELOG.md and changelog/ disagree,
            with a line for each of the ways in which they do.

    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    version = project["project"]["version"]
    wrong = []
    if tag != f"v{version}":
        wrong.append(f"the tag is {tag!r}, and pyproject.toml says version {version}: v{version}")
    left = sorted(path.name for path in (root / "changelog").iterdir())
    left.remove("README.md")
    if left:
        named = f"{left[0]} and {len(left) - 1} more" if left[1:] else left[0]
        wrong.append(f"changelog/ still has {named}: run make changelog, and commit")
    found = re.search(
        rf"^## {re.escape(version)} \(.*?\)\n(.*?)(?=^## |\Z)",
        (root / "CHANGELOG.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    if found is None:
        wrong.append(f"CHANGELOG.md says nothing of {version}: run make changelog, and commit")
    if wrong or found is None:
        raise ValueError("\n".join(wrong))
    return found[1].strip() + "\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(notes(" ".join(sys.argv[1:])))
    except ValueError as error:
        sys.exit(str(error))
