"""What the files build beside a database that was there before, and which statement did what."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify import databases
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases import Server, session_as
from pytest_schemaverify.errors import MigrationFailed
from pytest_schemaverify.kinds.snapshot import read, usual
from pytest_schemaverify.migrations.apply import apply_all
from pytest_schemaverify.migrations.files import Migration
from pytest_schemaverify.rehearsal.build import fresh
from pytest_schemaverify.rehearsal.history import History, Recorder, history
from pytest_schemaverify.rehearsal.recipe import HERE, migrator, recipe
from pytest_schemaverify.rehearsal.state import (
    Cluster,
    OtherObjects,
    cluster,
    other_objects,
    unknown_rows,
)

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the files build, and which statement made each part of it."""

    before: Catalog
    """What was there before the first file."""
    catalog: Catalog
    """What the files made of it."""
    history: History
    other_objects: tuple[OtherObjects, OtherObjects]
    """What else was there before the first file, and is there after the last."""
    cluster: tuple[Cluster, Cluster]
    """What the server kept for all of its databases, at the same moments."""
    unknown: Mapping[str, int]
    """Number of rows of users in catalogs that nobody has judged, after the last file."""
    failure: str
    """The error of a file that did not apply; nothing is known of it and of those after it."""


def replay(
    server: Server, spec: "Spec", migrations: Sequence[Migration], folder: Path = HERE
) -> Rebuilt:
    """Return what these files build when they are applied in order, and which statement did what.

    `folder` is where the file of expectations is. Raises DatabaseUnavailable.
    """
    name = f"schemaverify_history_{os.urandom(4).hex()}"
    built = fresh(server, recipe(spec, None, folder), name)
    failure, recorder = "", Recorder()
    try:
        with databases.connect(built.dsn, autocommit=True) as connection:
            before, others = read(connection, usual()), other_objects(connection)
            around = cluster(connection)
            try:
                with (
                    recorder.recording(connection, migrations) as number,
                    session_as(connection, migrator(spec)),
                ):
                    apply_all(connection, migrations, number=number)
            except MigrationFailed as error:
                failure = str(error)
            both = (others, other_objects(connection))
            servers = (around, cluster(connection))
            catalog, unknown = read(connection, usual()), unknown_rows(connection)
        return Rebuilt(before, catalog, history(recorder), both, servers, unknown, failure)
    finally:
        databases.drop(server, name)
