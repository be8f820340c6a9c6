"""A hot standby of a running server, and the real PgBouncer in front of a server."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
from psycopg import conninfo

from pytest_schemaverify import databases
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.databases.binaries import OPTIONS
from pytest_schemaverify.databases.supervisor.processes import (
    Account,
    launch,
    make_private,
    server_account,
)

PATIENCE = 120.0
"""Seconds; a slow and busy machine takes long to start a server."""
LEFT_OUT = shutil.ignore_patterns("postmaster.*", "pg_dynshmem", "log")


@contextmanager
def standby(primary: Dsn) -> Iterator[Dsn]:
    """Start a standby that follows the server of a database; it has the same databases."""
    with _folder() as (account, folder), databases.connect(primary, autocommit=True) as connection:
        data = make_private(account, folder / "data")
        programs = _copied(connection, data)
        (data / "pg_dynshmem").mkdir()
        (data / "standby.signal").touch()
        _given(account, data)
        follow = conninfo.make_conninfo(primary, dbname="", application_name="standby")
        options = {**OPTIONS, "primary_conninfo": follow, "unix_socket_directories": str(folder)}
        settings = [f"-c{name}={value}" for name, value in options.items()]
        command: list[str | Path] = [programs / "postgres", "-D", data, *settings]
        with _running(account, command, folder / "log", signal.SIGQUIT):
            there = Dsn(conninfo.make_conninfo(primary, host=str(folder)))
            _answering(there, folder / "log")
            _caught_up(connection, there)
            yield there


def _copied(connection: psycopg.Connection[Any], data: Path) -> Path:
    """Copy the files of a running server, and return the folder of its programs.

    https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
    """
    rows = connection.execute(
        "select current_setting('data_directory'), setting from pg_config() where name = 'BINDIR'"
    ).fetchone()
    assert rows
    if connection.info.server_version >= 150000:
        start, stop = "pg_backup_start('copy', true)", "pg_backup_stop(false)"
    else:
        start, stop = "pg_start_backup('copy', true, false)", "pg_stop_backup(false, false)"
    connection.execute(f"select {start}".encode())
    shutil.copytree(rows[0], data, dirs_exist_ok=True, symlinks=True, ignore=LEFT_OUT)
    label = connection.execute(f"select labelfile from {stop}".encode()).fetchone()
    assert label
    (data / "backup_label").write_text(label[0])
    return Path(rows[1])


def _caught_up(primary: psycopg.Connection[Any], there: Dsn) -> None:
    [position] = primary.execute("select pg_current_wal_lsn()").fetchone() or [None]
    deadline = time.monotonic() + PATIENCE
    query = "select pg_last_wal_replay_lsn() >= %s::pg_lsn"
    while time.monotonic() < deadline:
        with psycopg.connect(there) as connection:
            if (connection.execute(query, [position]).fetchone() or [False])[0]:
                return
        time.sleep(0.05)
    raise TimeoutError("the standby does not follow")


@contextmanager
def pgbouncer(server: Dsn, program: str, users: list[str]) -> Iterator[Dsn]:
    """Start PgBouncer in transaction mode, which gives each transaction another connection."""
    with _folder() as (account, folder):
        socket = conninfo.conninfo_to_dict(server)["host"]
        (folder / "users").write_text("".join(f'"{user}" ""\n' for user in users))
        (folder / "pgbouncer.ini").write_text(
            f"[databases]\n* = host={socket} port=5432\n"
            "[pgbouncer]\n"
            f"listen_addr =\nlisten_port = 6432\nunix_socket_dir = {folder}\n"
            f"auth_type = trust\nauth_file = {folder}/users\n"
            "pool_mode = transaction\ndefault_pool_size = 3\nmin_pool_size = 3\n"
            "server_round_robin = 1\nignore_startup_parameters = extra_float_digits\n"
        )
        _given(account, folder)
        command = [program, str(folder / "pgbouncer.ini")]
        with _running(account, command, folder / "log", signal.SIGINT):
            there = Dsn(conninfo.make_conninfo(server, host=str(folder), port=6432))
            _answering(there, folder / "log")
            yield there


@contextmanager
def _folder() -> Iterator[tuple[Account, Path]]:
    """Yield whom servers run as, and a folder with a short path that is theirs."""
    account = server_account()
    folder = Path(mkdtemp(prefix="cmp-"))
    folder.chmod(0o755)
    try:
        _given(account, folder)
        yield account, folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _given(account: Account, folder: Path) -> None:
    if account:
        for path in (folder, *folder.rglob("*")):
            if not path.is_symlink():
                shutil.chown(path, account["user"], account["group"])


@contextmanager
def _running(
    account: Account, command: Sequence[str | Path], log: Path, ending: signal.Signals
) -> Iterator[None]:
    process: subprocess.Popen[Any] = launch(account, [*command], log)
    try:
        yield
    finally:
        process.send_signal(ending)
        process.wait(PATIENCE)


def _answering(dsn: Dsn, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise AssertionError(f"{error}\n{log.read_text(errors='replace')}") from None
            time.sleep(0.05)
        else:
            return
