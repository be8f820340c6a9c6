"""What a large file of expectations comes to, kept until the file or what it depends on changes.

Reading 100,000 lines and planning what they say takes seconds, and nothing of it changes from one
run to the next.
"""

import contextlib
import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pytest_schemaverify.databases.binaries import cache_folder
from pytest_schemaverify.databases.cache_folders import is_private
from pytest_schemaverify.databases.supervisor import cache_files, folders
from pytest_schemaverify.kinds.contract import Spec
from pytest_schemaverify.language import Sources
from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.verification.planning import Planned

SMALLEST = 200_000
"""Characters of a file, from which on remembering is faster than reading it again."""
_MOST = 12
"""Files that are kept; the oldest goes first."""
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Known:
    """What a file says and plans, and what else that depends on."""

    spec: Spec
    planned: list[Planned]
    included: Mapping[str, str]
    """Digests of the included files, by their paths."""
    environ: Mapping[str, str]
    """Digests of the variables of the environment that the file asks for."""
    variables: frozenset[str]
    """Names of the variables that it declares or uses."""


def remembered(
    text: str, asked: Iterable[object], make: Callable[[], tuple[Spec, list[Planned], Sources]]
) -> tuple[Spec, list[Planned], frozenset[str]]:
    """Return what a file says and plans, and its variables, of an earlier run if all is the same.

    `asked` is all that `make` depends on besides the text and what it returns as sources. Raises
    what `make` raises; a file that cannot be read back, or that is not ours alone, is ignored.
    """
    if len(text) < SMALLEST or not is_private(cache_folder()):
        spec, planned, sources = make()
        return spec, planned, sources.variables
    parts = (_product(), text, *map(repr, asked))
    file = cache_folder() / f"contract-{_digest(repr(parts))}.pickle"
    with uncollected():
        known = _read(file)
        if known is None or not _current(known):
            spec, planned, sources = make()
            included = {str(path): _digest(inner) for path, inner in sources.files.items()}
            environ = {name: _digest(str(value)) for name, value in sources.environ.items()}
            known = Known(spec, planned, included, environ, sources.variables)
            _write(file, known)
    return known.spec, known.planned, known.variables


def _current(known: Known) -> bool:
    """Return whether included files and the environment are as they were."""
    try:
        return all(
            _digest(Path(path).read_text(encoding="utf-8-sig")) == digest
            for path, digest in known.included.items()
        ) and all(
            _digest(str(os.environ.get(name))) == digest for name, digest in known.environ.items()
        )
    except (OSError, UnicodeDecodeError):
        return False


def _read(file: Path) -> Known | None:
    try:
        with cache_files.open_regular(file) as opened:
            content = opened.read()
    except OSError:
        return None
    if hashlib.sha256(content[_DIGEST:]).digest() != content[:_DIGEST]:  # cut short, or altered
        return None
    known = pickle.loads(content[_DIGEST:])
    return known if isinstance(known, Known) else None


def _write(file: Path, known: Known) -> None:
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
    """Return what tells this program from any other that may have written a file."""
    root = Path(__file__).parents[1]
    found = sorted(
        (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in root.rglob("*.py")
    )
    libraries = [version(name) for name in ("pydantic", "pytest-schemaverify", "pyyaml")]
    return _digest(repr((found, libraries, platform.python_version(), sys.implementation.name)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
