"""A program that runs PostgreSQL in a container and removes it, however the run ends.

testcontainers has a second container for that (Ryuk), which needs an image of its own and the
engine's socket. This program takes its place.
"""

import io
import os
import secrets
import socket
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo

from pytest_schemaverify.databases import orphans
from pytest_schemaverify.databases.keepers import protocol
from pytest_schemaverify.databases.libpq_environment import without_variables
from pytest_schemaverify.databases.supervisor import (
    folders,
    signals,
    stand_in_files,
    trusted_controls,
)
from pytest_schemaverify.errors import DatabaseUnavailable

os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # read when testcontainers is imported

import docker
import requests
from docker.errors import APIError, DockerException, ImageNotFound
from testcontainers.core.container import DockerContainer

PORT = 5432
DATA = "/var/lib/postgresql"
"""The folder that is in memory. The images keep clusters in it, and some declare a volume right
below: /var/lib/postgresql/data up to PostgreSQL 17 in Docker's official image."""

ANSWER_TIMEOUT = 5
"""Seconds for the engine's first answer; `auto` tries other servers if there is none."""

PROGRESS_TIMEOUT = 8
"""Seconds between two signs of progress while the engine pulls an image."""

WORK_TIMEOUT = 60
"""Seconds for the engine to create a container, for `initdb` and for the start."""

OWNER = "pytest-schemaverify.owner"
"""The label with a folder that this program has locked; without the lock, it is dead."""

HOST = "pytest-schemaverify.host"
"""The label with the machine that has this folder. Others may use the same engine, and there the
folder does not exist although the program lives."""


def main() -> None:
    """Carry out an order: `image`, `superuser`, `stand_ins`, `trusted`, `options`, and `keep`."""
    order = protocol.read_order()
    with ExitStack() as cleanup:
        owner = folders.make_locked(Path(tempfile.gettempdir()), cleanup)
        try:
            with without_variables(), _container(order, owner) as (container, dsn):
                protocol.answer(dsn=dsn, container=container.get_wrapped_container().short_id)
                order["keep"] = False  # so that it is removed if a signal ends us while we wait
                order["keep"] = protocol.wait_for_caller(order["parent"])
        except DatabaseUnavailable as error:
            protocol.answer(failure=str(error))
        signals.ignore_signals()


@contextmanager
def _container(order: Mapping[str, Any], owner: Path) -> Iterator[tuple[DockerContainer, str]]:
    """Yield a container in which the server accepts connections, and how to connect."""
    image, password = order["image"], secrets.token_urlsafe(12)
    _have(image)
    settings = [part for item in order["options"].items() for part in ("-c", "=".join(item))]
    container = DockerContainer(image, docker_client_kw={"timeout": WORK_TIMEOUT}).with_command(
        ["postgres", *settings]
    )
    container.with_exposed_ports(PORT).with_tmpfs_mount(DATA).with_envs(
        POSTGRES_USER=order["superuser"],
        POSTGRES_DB="postgres",
        POSTGRES_PASSWORD=password,
        PGDATA=f"{DATA}/cluster",
    )
    # Without labels, no later run takes a container that stays for an abandoned one.
    if not order["keep"]:
        container.with_kwargs(labels={OWNER: str(owner), HOST: socket.gethostname()})
    started = False
    try:
        try:
            container.start()
            dsn = _reachable(container, order["superuser"], password)
            _give_extensions(container, dsn, order)
        except (DockerException, requests.RequestException) as error:
            raise _refused(f"starting a container of {image}", error) from None
        started = True
        yield container, dsn
    finally:
        # Also one that was to be kept, if it did not start: nobody was told about it.
        if not (started and order["keep"]):
            signals.ignore_signals()
            with suppress(DockerException, requests.RequestException):
                container.stop()
            _remove_own(owner)


def _have(image: str) -> None:
    """Make sure that an engine answers and has the image; remove what killed runs left.

    Raises DatabaseUnavailable.
    """
    tried = f"running {image} in a container"
    try:
        engine = docker.from_env(timeout=ANSWER_TIMEOUT)
        engine.ping()
        # A client has one time-out for each read of its socket. testcontainers makes clients of its
        # own, with WORK_TIMEOUT.
        engine.api.timeout = PROGRESS_TIMEOUT
    except (DockerException, requests.RequestException) as error:
        raise DatabaseUnavailable(
            tried,
            because=f"no container engine answers: {_short(error)}",
            remedy="start Docker or Podman, or set DOCKER_HOST to where it listens",
        ) from None
    try:
        _remove_abandoned(engine)
        try:
            engine.images.get(image)
        except ImageNotFound:
            _pull(engine, image)
    except (DockerException, requests.RequestException) as error:
        raise _refused(tried, error) from None
    finally:
        engine.close()


def _pull(engine: docker.DockerClient, image: str) -> None:
    """Pull an image. Raises DatabaseUnavailable."""
    # A colon before the last slash is that of a registry's port.
    name, tag = image, "latest"
    if ":" in image.rpartition("/")[2]:
        name, _, tag = image.rpartition(":")
    # `images.pull` of docker 7.2 passes over the lines, and so over the error in one of them. Its
    # own error afterwards only says that there is no such image.
    try:
        progress = engine.api.pull(name, tag=tag, stream=True, decode=True)
        problem = next((line["error"] for line in progress if "error" in line), "")
    except (DockerException, requests.RequestException) as error:
        problem = _short(error)
    if problem:
        raise DatabaseUnavailable(
            f"running {image} in a container",
            because=f"the image is not on this machine and cannot be pulled: {problem}",
            remedy=f"docker pull {image}, or name one that is there with --schema-image",
        )


def _reachable(container: DockerContainer, user: str, password: str) -> str:
    """Return the DSN as soon as the server accepts a connection. Raises DatabaseUnavailable."""
    wrapped = container.get_wrapped_container()
    tried = f"starting PostgreSQL in a container of {container.image}"
    deadline = time.monotonic() + WORK_TIMEOUT
    problem = "it was never asked"
    dsn = ""
    while time.monotonic() < deadline:
        wrapped.reload()
        if wrapped.status == "exited":
            log = wrapped.logs(tail=12).decode(errors="replace").strip()
            raise DatabaseUnavailable(
                tried,
                because=f"it ended at once; its log ends with:\n{log or '(nothing)'}",
                remedy="see whether this is an image of PostgreSQL; name another one with"
                " --schema-image",
            )
        # The images run a first server while they initialise the cluster. It listens on a socket
        # inside only, so that a connection from outside tells the last one.
        try:
            dsn = dsn or _dsn(container, user, password)
            with psycopg.connect(dsn, connect_timeout=2):
                return dsn
        except (psycopg.OperationalError, OSError) as error:
            problem = str(error).splitlines()[0]
        time.sleep(0.05)
    raise DatabaseUnavailable(
        tried, because=f"no connection within {WORK_TIMEOUT} seconds: {problem}"
    )


def _give_extensions(container: DockerContainer, dsn: str, order: Mapping[str, Any]) -> None:
    """Put stand-ins for the extensions that the server lacks beside those that it has.

    Those of the order that are to be trusted become so.

    A container with a read-only file system has none.
    """
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("select name from pg_catalog.pg_available_extensions").fetchall()
        where = "select setting from pg_catalog.pg_config() where name = 'SHAREDIR'"
        ((share,),) = connection.execute(where).fetchall()
        major = connection.info.server_version // 10000
        controls = {
            f"{name}.control": connection.execute(
                "select pg_catalog.pg_read_file(%s)", [f"{share}/extension/{name}.control"]
            ).fetchall()[0][0]
            for (name,) in rows
            if name in order["trusted"]
        }
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as files:
        stand_ins = stand_in_files.files(Path(order["stand_ins"]), major, [row[0] for row in rows])
        for name, content in {**stand_ins, **trusted_controls.trusting(controls)}.items():
            file = tarfile.TarInfo(name)
            file.size = len(content)
            files.addfile(file, io.BytesIO(content))
    with suppress(APIError):
        container.get_wrapped_container().put_archive(f"{share}/extension", archive.getvalue())


def _dsn(container: DockerContainer, user: str, password: str) -> str:
    return conninfo.make_conninfo(
        host=container.get_container_host_ip(),
        port=container.get_exposed_port(PORT),
        user=user,
        password=password,
        dbname="postgres",
    )


def _remove_own(owner: Path) -> None:
    """Remove a container that the engine went on creating after our time-out."""
    with suppress(DockerException, requests.RequestException):
        engine = docker.from_env(timeout=WORK_TIMEOUT)
        for container in engine.containers.list(all=True, filters={"label": f"{OWNER}={owner}"}):
            container.remove(force=True, v=True)
        engine.close()


def _remove_abandoned(engine: docker.DockerClient) -> None:
    """Remove the containers of this machine's programs that were killed."""
    labels = [OWNER, f"{HOST}={socket.gethostname()}"]
    ours = engine.containers.list(all=True, filters={"label": labels})
    # Another run may have had another folder for temporary files.
    owners = [Path(container.labels[OWNER]) for container in ours]
    orphans.remove([tempfile.gettempdir(), *(str(owner.parent) for owner in owners)])
    for container in ours:
        if not Path(container.labels[OWNER]).exists():
            with suppress(APIError):
                container.remove(force=True, v=True)


def _refused(tried: str, error: Exception) -> DatabaseUnavailable:
    """Return what the user is told about an error of the engine."""
    # Docker does not see which ports other programs have taken. It tries a few, one after the
    # other, and then answers with one of two messages.
    reason = _short(error)
    remedy = "see the engine's log"
    if any(said in reason for said in ("address already in use", "port is already allocated")):
        reason = f"the ports that the engine has tried are taken: {reason}"
        remedy = "try again, it goes on to other ports; `ss -ltnp` shows who has them"
    return DatabaseUnavailable(tried, because=reason, remedy=remedy)


def _short(error: Exception) -> str:
    """Return the engine's reason in one line."""
    text = getattr(error, "explanation", None) or str(error)
    return str(text).splitlines()[0] if text else type(error).__name__


if __name__ == "__main__":
    main()
