"""An installation of links, whose server finds our stand-ins beside its own extensions.

Before PostgreSQL 18 a server looks for extensions in one folder only, which it finds from where
its program is: at the place, relative to that, which the two had when it was compiled. So a copy
of the program alone, among links to everything else, can be given a folder of our making. It is a
copy because a server follows links to itself, and because a hard link changes the original's
change time.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from . import Order, stand_in_files
from .folders import make

LIBRARIES = ("lib", "lib64")
"""Folders on the way to the program that it may look for libraries in."""


NOT_EXECUTED = getattr(os, "ST_NOEXEC", 0)
"""The flag of a file system whose programs are not executed, where that can be asked."""


def plant(order: Order, bin_dir: Path, places: Iterable[Path], cleanup: ExitStack) -> Path:
    """Return a folder with a `postgres` that has the stand-ins, or `bin_dir` if there is no way.

    It is in the first of the places where programs may be executed.
    """
    program = (bin_dir / "postgres").resolve()
    share = _share(program.parent, order["major"])
    place = next((path for path in places if not os.statvfs(path).f_flag & NOT_EXECUTED), None)
    if share is None or place is None:
        return bin_dir
    root = Path(os.path.commonpath([program.parent, share]))
    # Two names are kept: a wheel has libraries beside the package, which a program finds, too.
    farm = make(place, cleanup) / root.parent.name / root.name
    try:
        folder = farm / program.parent.relative_to(root)
        folder.mkdir(parents=True)
        shutil.copyfile(program, folder / program.name)
        (folder / program.name).chmod(0o755)
        _link_libraries(program.parent, root, farm)
        _fill(share, farm / share.relative_to(root), order)
    except OSError:
        return bin_dir
    return folder


def _share(bin_dir: Path, major: int) -> Path | None:
    """Return the folder that holds `extension` with what the programs of a folder can create."""
    for folder in _candidates(bin_dir, major):
        if (folder / "extension" / "plpgsql.control").exists():
            return folder
    return None


def _candidates(bin_dir: Path, major: int) -> Iterator[Path]:
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


def _link_libraries(bin_dir: Path, root: Path, farm: Path) -> None:
    """Have links to folders of libraries at the same places, as seen from the program."""
    folder = bin_dir
    while folder != root:
        folder = folder.parent
        for name in LIBRARIES:
            link = farm / folder.relative_to(root) / name
            if (folder / name).is_dir() and not link.exists():
                link.symlink_to(folder / name)
    bundled = Path(f"{root.parent}.libs")
    if bundled.is_dir():
        Path(f"{farm.parent}.libs").symlink_to(bundled)


def _fill(share: Path, target: Path, order: Order) -> None:
    """Make a folder of links to what is in another, with the stand-ins for what is lacking."""
    own = target / "extension"
    own.mkdir(parents=True)
    _link(share, target)
    names = _link(share / "extension", own)
    present = [name.removesuffix(".control") for name in names if name.endswith(".control")]
    stand_ins = stand_in_files.files(Path(order["stand_ins"]), order["major"], present)
    for name, content in stand_ins.items():
        if name not in names:
            (own / name).write_bytes(content)


def _link(source: Path, target: Path) -> set[str]:
    """Have links to all that is in a folder, and return their names."""
    names = set()
    for path in source.iterdir():
        names.add(path.name)
        with suppress(FileExistsError):  # `extension` itself
            (target / path.name).symlink_to(path)
    return names
