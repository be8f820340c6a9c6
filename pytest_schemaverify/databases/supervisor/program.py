"""What the supervisor does, from its order to its end."""

import json
import os
import select
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from . import (
    KEEP,
    Copy,
    Failure,
    Order,
    cluster,
    crash_cleanup,
    external_reads,
    folders,
    linked_installation,
    processes,
    signals,
    stand_in_files,
    trusted_controls,
)

CONTROL_PATH = 18
"""The first major version that looks for extensions in several folders: extension_control_path."""


def main(order_text: str) -> None:
    """Carry out an order, and remove everything at the end, also after an error or a signal."""
    order: Order = json.loads(order_text)
    # The caller waits for the process that it has started. A server that may stay outlives the
    # caller, so its supervisor becomes a daemon.
    if order["keep"] and os.fork():
        os._exit(0)
    crash_cleanup.adopt_orphans()
    os.umask(0o022)  # the server's user reads some of what we write
    signals.exit_on_signals()
    with ExitStack() as cleanup:
        try:
            _supervise(order, cleanup)
        except (Failure, OSError, shutil.Error) as error:
            with suppress(OSError):  # the caller may be gone
                _answer(error=str(error))
        # Here, before the ExitStack removes everything: a second Ctrl-C must not interrupt that.
        signals.ignore_signals()


def _supervise(order: Order, cleanup: ExitStack) -> None:
    """Provide the server, tell the caller where it is, and return when nobody wants it any more."""
    account = processes.server_account()
    temporary = Path(order["places"][-1][0])
    base = folders.make_locked(folders.first_with_room(order["places"]), cleanup)
    bin_dir = processes.executable(account, Path(order["bin_dir"]), temporary, cleanup)
    data = base / "data"
    archive = cluster.initialise(order, account, bin_dir, data, cleanup)
    # The socket may have to be elsewhere: its path is short and needs no quotes, that of `data` may
    # be long and have any characters.
    plain = folders.with_short_path(base, cleanup)
    socket = processes.make_private(account, plain / "s")
    options = {**order["options"], "unix_socket_directories": str(socket)}
    programs = bin_dir
    if order["major"] >= CONTROL_PATH:
        trusted = _trusted(order, bin_dir, plain)
        options["extension_control_path"] = f"{trusted}$system:{_stand_ins(order, plain)}"
    else:
        programs = linked_installation.with_stand_ins(
            order, bin_dir, (base.parent, temporary), cleanup
        )

    def serve(watch: bool) -> cluster.Running:
        more = external_reads.WATCHED if watch else {}
        server = cluster.serve(account, programs, data, {**options, **more})
        # At once, since a signal may come at any time. It runs before the folders are removed.
        cleanup.callback(server.stop)
        server.wait_until_ready()
        return server

    try:
        server = serve(order["watch"])
    except (Failure, OSError):
        if programs == bin_dir:
            raise
        # A copy of this program does not run, such as that of a script which starts another one.
        # The server then has no stand-ins, and the run says so where it needs one.
        programs = bin_dir
        server = serve(order["watch"])
    _answer(socket=str(socket), folder=str(base), supervisor=os.getpid())
    # After the answer, so that nobody waits for the disk.
    if archive:
        cluster.publish(archive, Path(order["archive"]))
    _attend(order, server, serve)


def _attend(
    order: Order, server: cluster.Running, serve: Callable[[bool], cluster.Running]
) -> None:
    """Write copies of the data folder as the caller asks; return when nobody uses the server."""
    refused = ""  # it stays: what a server has once read from elsewhere is in every later copy
    while server.process.poll() is None and (heard := _next_line(order)) is not None:
        refused = refused or external_reads.emptied_if_large(server.log)
        if heard == KEEP:
            _close_streams()
            _wait_for_end(server)
        elif heard:
            wanted: Copy = json.loads(heard)
            refused = (
                refused
                or cluster.obstacle_to_copy(server.data)
                or external_reads.in_log(server.log)
            )
            if not refused:
                refused = cluster.stop_and_pack(server, Path(wanted["archive"]))
                server = serve(wanted["watch"] and order["watch"])
            _answer(refused=refused)


def _wait_for_end(server: cluster.Running) -> None:
    """Return when a server that was left running has ended. A signal ends the program, too."""
    while server.process.poll() is None:
        time.sleep(1)


def _stand_ins(order: Order, place: Path) -> Path:
    """Return a new folder that has the stand-ins in `extension`, as PostgreSQL 18 wants it."""
    folder = place / "share" / "extension"
    folder.mkdir(parents=True)
    for name, content in stand_in_files.files(Path(order["stand_ins"]), order["major"], ()).items():
        (folder / name).write_bytes(content)
    return folder.parent


def _trusted(order: Order, bin_dir: Path, place: Path) -> str:
    """Return the beginning of a path that leads to extensions which are trusted, '' for none."""
    share = order["trusted"] and linked_installation.share(bin_dir, order["major"])
    if not share:
        return ""
    folder = place / "trusted"
    trusted_controls.beside(share / "extension", order["trusted"], folder / "extension")
    return f"{folder}:"


def _next_line(order: Order) -> str | None:
    """Wait for up to a second and return a line, '' for none, None if nobody uses the server."""
    # A second, because the end of standard input does not tell everything: a child of pytest that
    # lives on keeps the pipe open, and a server that was killed has to be noticed.
    readable, _, _ = select.select([0], [], [], 1)
    # A line that is written at once arrives at once if it is not longer than PIPE_BUF, see pipe(7).
    line = os.read(0, select.PIPE_BUF) if readable else b"\n"
    return os.fsdecode(line).strip() if line and _caller_lives(order) else None


def _caller_lives(order: Order) -> bool:
    """Return whether the caller lives. It is our parent, unless we have become a daemon."""
    if not order["keep"]:
        return os.getppid() == order["parent"]
    try:
        os.kill(order["parent"], 0)
    except OSError:  # also when the id belongs to a process of another user by now
        return False
    return True


def _answer(**fields: Any) -> None:
    """Write the one line that the caller waits for."""
    print(json.dumps(fields), flush=True)


def _close_streams() -> None:
    """Close our ends of the pipes to the caller, who waits for the end of our output."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
