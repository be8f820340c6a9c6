"""Keeps the plan of a large file of expectations until the file or its sources change.

Reading 100,000 lines and planning what they say takes seconds, and nothing of it changes from one
run to the next.
"""

import contextlib
import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pytest_schemaverify.databases.binaries import cache_folder
from pytest_schemaverify.databases.cache_folders import is_private
from pytest_schemaverify.databases.supervisor import cache_files, folders
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language.load import Sources
from pytest_schemaverify.verification.planning import Planned

SMALLEST = 200_000
"""Characters of a file, from which on keeping its plan is faster than reading it again."""
_MOST = 12
"""Files that are kept; the oldest goes first."""
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """The content and the checks of a file of expectations, and the sources of both."""

    spec: Spec
    planned: list[Planned]
    included: Mapping[str, str]
    """Digests of the included files, by their paths."""
    environ: Mapping[str, str]
    """Digests of the variables of the environment that the file asks for."""
    variables: frozenset[str]
    """Names of the variables that it declares or uses."""

    @classmethod
    def of(cls, spec: Spec, planned: list[Planned], sources: Sources) -> "Plan":
        """Return the plan of a file that was read from these sources."""
        included = {str(path): _digest(inner) for path, inner in sources.files.items()}
        environ = {name: _digest(str(value)) for name, value in sources.environ.items()}
        return cls(spec, planned, included, environ, sources.variables)

    def is_current(self) -> bool:
        """Return whether included files and the environment are as they were."""
        try:
            return all(
                _digest(Path(path).read_text(encoding="utf-8-sig")) == digest
                for path, digest in self.included.items()
            ) and all(
                _digest(str(os.environ.get(name))) == digest
                for name, digest in self.environ.items()
            )
        except (OSError, UnicodeDecodeError):
            return False


def place(text: str, asked: Iterable[object], smallest: int | None = None) -> Path | None:
    """Return the file in which the plan of a text is kept.

    `asked` are the other inputs of the plan besides the text and its sources. Returns None for a
    text of fewer characters than `smallest`, by default SMALLEST, and where the folder is not ours
    alone.
    """
    if len(text) < (SMALLEST if smallest is None else smallest) or not is_private(cache_folder()):
        return None
    parts = (_product(), text, *map(repr, asked))
    return cache_folder() / f"contract-{_digest(repr(parts))}.pickle"


def read(file: Path) -> Plan | None:
    """Return the plan in a file; None where the file is damaged or the sources have changed."""
    try:
        with cache_files.open_regular(file) as opened:
            content = opened.read()
    except OSError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:  # cut short, or altered
        return None
    known = pickle.loads(content[_DIGEST:])
    return known if isinstance(known, Plan) and known.is_current() else None


def write(file: Path, known: Plan) -> None:
    """Keep the plan of a file of expectations, if the disk and pickle allow it."""
    try:
        content = pickle.dumps(known, pickle.HIGHEST_PROTOCOL)
    except RecursionError:  # nested deeper than pickle goes; then it is read every time
        return
    with contextlib.suppress(OSError), contextlib.ExitStack() as temporary:
        # A full disk costs time, and nothing else; what killed runs leave, the next one removes.
        unfinished = folders.make_locked(file.parent, temporary) / file.name
        unfinished.write_bytes(hashlib.sha256(content).digest() + content)
        unfinished.chmod(0o600)
        cache_files.move_into_place(unfinished, file)
        kept = sorted(file.parent.glob("contract-*.pickle"), key=lambda one: one.lstat().st_mtime)
        for old in kept[:-_MOST]:
            cache_files.discard(old)


@cache
def _product() -> str:
    """Return a digest of this program, so that it reads no plan of another version."""
    root = Path(__file__).parents[1]
    # A checkout that is edited keeps its version, so the times and sizes of its files tell.
    found = sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*.py")
    )
    libraries = [version(name) for name in ("pydantic", "pytest-schemaverify", "pyyaml")]
    return _digest(repr((found, libraries, platform.python_version(), sys.implementation.name)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
