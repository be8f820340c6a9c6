"""Keeps the plan of a file of expectations until the file or its sources change.

Reading 100,000 lines and planning what they say takes seconds, and of a few lines it takes most
of the time to import what reads them. Nothing of it changes from one run to the next.
"""

import contextlib
import hashlib
import os
import pickle
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.databases.cache_folders import cache_folder, is_private
from pytest_schemaverify.databases.supervisor import cache_files, folders
from pytest_schemaverify.language.kept import packed
from pytest_schemaverify.verification.planning import Planned

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec
    from pytest_schemaverify.language.load import Sources

_MOST = 100_000_000
"""Bytes of all plans that are kept; the oldest goes first, and the newest stays."""
_DIGEST = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """The content and the checks of a file of expectations, and the sources of both."""

    spec: "Spec"
    planned: list[Planned]
    included: Mapping[str, str]
    """Digests of the included files, by their paths."""
    environ: Mapping[str, str]
    """Digests of the variables of the environment that the file asks for."""
    variables: frozenset[str]
    """Names of the variables that it declares or uses."""

    @classmethod
    def of(cls, spec: "Spec", planned: list[Planned], sources: "Sources") -> "Plan":
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


def place(text: str, asked: Iterable[object]) -> Path | None:
    """Return the file in which the plan of a text is kept.

    `asked` are the other inputs of the plan besides the text and its sources. Returns None where
    the folder is not ours alone.
    """
    if not is_private(cache_folder()):
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


def kept(new: Plan, file: Path | None) -> Plan:
    """Return a new plan as the next run reads it back from the file, where there is one."""
    try:
        content = packed(new)
    except RecursionError:  # nested deeper than pickle goes; then it is read every time
        return new
    if file is not None:
        _write(file, content)
    # Even in this run, so that checks see the same objects whether a file was read or not.
    plan: Plan = pickle.loads(content)
    return plan


def _write(file: Path, content: bytes) -> None:
    """Keep a plan, if the disk allows it."""
    with contextlib.suppress(OSError), contextlib.ExitStack() as temporary:
        # A full disk costs time, and nothing else; what killed runs leave, the next one removes.
        unfinished = folders.make_locked(file.parent, temporary) / file.name
        unfinished.write_bytes(hashlib.sha256(content).digest() + content)
        unfinished.chmod(0o600)
        cache_files.move_into_place(unfinished, file)
        sizes = {one: one.lstat() for one in file.parent.glob("contract-*.pickle") if one != file}
        newest = sorted(sizes, key=lambda one: sizes[one].st_mtime, reverse=True)
        total = accumulate((sizes[one].st_size for one in newest), initial=len(content))
        for old, so_far in zip(newest, islice(total, 1, None), strict=True):
            if so_far > _MOST:
                cache_files.discard(old)


@cache
def _product() -> str:
    """Return a digest of this program, so that it reads no plan of another version."""
    root, known = Path(__file__).parents[1], distribution("pytest-schemaverify")
    record = known.read_text("RECORD") or ""
    # The RECORD of a wheel has a hash of each file. That of a checkout, which somebody may edit,
    # names none of them, so their times and sizes tell.
    installed = f"{root.name}/__init__.py," in record and known.locate_file(root.name) == root
    ours = record if installed else sorted(_sources(str(root)))
    parts = (ours, _release("pydantic"), _release("pyyaml"))
    return _digest(repr((parts, platform.python_version(), sys.implementation.name)))


def _release(name: str) -> str:
    """Return a text that differs between the versions of a library."""
    known = distribution(name)
    # With its description, because to look for the version in pydantic's takes 3 ms.
    return known.read_text("METADATA") or known.version


def _sources(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield path, time and size of each module; Path.rglob takes four times as long."""
    with os.scandir(folder) as found:
        for one in found:
            if one.name.endswith(".py"):
                known = one.stat()
                yield one.path, known.st_mtime_ns, known.st_size
            elif one.is_dir() and one.name != "__pycache__":
                yield from _sources(one.path)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
