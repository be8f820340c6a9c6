"""An installation of links, whose server finds our stand-ins beside its own extensions.

Before PostgreSQL 18 a server looks for extensions in one folder only. It finds this folder from the
place of its own program, by the relative path that was compiled in (make_relative_path in
PostgreSQL's path.c). So a copy of the program among links to everything else looks into a folder of
ours. The program is copied because a server resolves links to itself, and because a hard link would
alter the original's change time, which is part of the name of its archive.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from . import Order, stand_in_files, trusted_controls
from .folders import make_locked

LIBRARIES = ("lib", "lib64")
"""Names of the folders beside and above the program in which it may look for libraries."""

NOT_EXECUTED = getattr(os, "ST_NOEXEC", 0)
"""The flag of a file system that is mounted `noexec`; 0 on systems without that flag."""


def with_stand_ins(order: Order, bin_dir: Path, places: Iterable[Path], cleanup: ExitStack) -> Path:
    """Return a folder with a `postgres` that has the stand-ins.

    It is in the first of the places where programs may be executed. If there is none, or if nothing
    can be linked, it is `bin_dir`, whose server has no stand-ins.
    """
    program = (bin_dir / "postgres").resolve()
    found = share(program.parent, order["major"])
    place = next((path for path in places if not os.statvfs(path).f_flag & NOT_EXECUTED), None)
    if found is None or place is None:
        return bin_dir
    root = Path(os.path.commonpath([program.parent, found]))
    # The last two names of the path stay the same, because auditwheel puts libraries of a wheel
    # into `<package>.libs` beside the package, and the program finds them by a relative path.
    links = make_locked(place, cleanup) / root.parent.name / root.name
    try:
        folder = links / program.parent.relative_to(root)
        folder.mkdir(parents=True)
        shutil.copyfile(program, folder / program.name)
        (folder / program.name).chmod(0o755)
        _link_libraries(program.parent, root, links)
        _fill(found, links / found.relative_to(root), order)
    except OSError:
        return bin_dir
    return folder


def share(bin_dir: Path, major: int) -> Path | None:
    """Return the folder that holds the installation's `extension`, None if it is not found."""
    for folder in _candidates(bin_dir, major):
        # plpgsql belongs to the server itself, so its file tells this folder from an empty one.
        if (folder / "extension" / "plpgsql.control").exists():
            return folder
    return None


def _candidates(bin_dir: Path, major: int) -> Iterator[Path]:
    # pg_config knows the folder, but it is a program to run while the user waits. So it is asked
    # last.
    prefix = bin_dir.parent
    if len(bin_dir.parents) > 3:
        yield bin_dir.parents[3] / "share" / "postgresql" / str(major)  # Debian
    for upper in (prefix, prefix.parent):  # below libexec it is one up
        for name in (f"postgresql{major}", f"postgresql-{major}", "postgresql", "pgsql", ""):
            yield upper / "share" / name
    with suppress(OSError):
        pg_config = bin_dir / "pg_config"
        run = subprocess.run([pg_config, "--sharedir"], capture_output=True, check=False)
        yield Path(os.fsdecode(run.stdout).strip())


def _link_libraries(bin_dir: Path, root: Path, links: Path) -> None:
    """Link each folder of libraries at the same place, as seen from the program."""
    folder = bin_dir
    while folder != root:
        folder = folder.parent
        for name in LIBRARIES:
            link = links / folder.relative_to(root) / name
            if (folder / name).is_dir() and not link.exists():
                link.symlink_to(folder / name)
    bundled = Path(f"{root.parent}.libs")
    if bundled.is_dir():
        Path(f"{links.parent}.libs").symlink_to(bundled)


def _fill(installed: Path, target: Path, order: Order) -> None:
    """Make a folder with links to everything in another, and with stand-ins for what it lacks."""
    own = target / "extension"
    own.mkdir(parents=True)
    _link(installed, target)
    names = _link(installed / "extension", own)
    present = [name.removesuffix(".control") for name in names if name.endswith(".control")]
    stand_ins = stand_in_files.files(Path(order["stand_ins"]), order["major"], present)
    for name, content in stand_ins.items():
        if name not in names:
            (own / name).write_bytes(content)
    controls = trusted_controls.of(installed / "extension", order["trusted"])
    for name, content in trusted_controls.trusting(controls).items():
        (own / name).unlink()  # the link
        (own / name).write_bytes(content)


def _link(source: Path, target: Path) -> set[str]:
    """Make links to everything in a folder, and return the names."""
    names = set()
    for path in source.iterdir():
        names.add(path.name)
        with suppress(FileExistsError):  # `extension` itself
            (target / path.name).symlink_to(path)
    return names
