"""The disposable database of a contract: built, or kept by an earlier run."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.databases import Server, Wish
from pytest_schemaverify.migrations.global_objects import shared
from pytest_schemaverify.rehearsal.build import build
from pytest_schemaverify.rehearsal.kept import NOT_OURS, prepared
from pytest_schemaverify.rehearsal.progress import Line
from pytest_schemaverify.rehearsal.recipe import wish
from pytest_schemaverify.rehearsal.target import Target, completed
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.planning import asked


def built(
    contract: Contract, server: Callable[[Wish], Server], kept: ExitStack, line: Line
) -> Target:
    """Return a new database, or one that an earlier run has kept; `kept` then ends its server."""
    wanted = contract.recipe
    name, whole = _name(contract.path), wish(contract.spec)
    files = (*wanted.first, *(wanted.files.every if wanted.files else ()))
    # Roles that they create are in the way of those of another file of expectations.
    its = replace(whole, alone=contract.name if shared(files) else "")
    if not contract.config.cache:
        return build(server(its), wanted, name, line, asked(contract.planned))
    # A kept database serves other files, too, so that all of its catalog is read.
    found = prepared(contract.config, wanted, whole, name, kept, line)
    if found is not None:
        return completed(found, asked(contract.planned))
    target = build(server(its), wanted, name, line, asked(contract.planned))
    return replace(target, notes=(*target.notes, NOT_OURS))


def _name(path: Path) -> str:
    """Return a name for the database of a file that no other database of a server has."""
    # PostgreSQL cuts names after 63 bytes, and copies get more behind theirs.
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in path.stem.lower())
    return f"schemaverify_{plain[:14]}_{os.urandom(8).hex()}"
