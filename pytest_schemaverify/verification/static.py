"""The expectations that migration files alone can tell: no database is asked for them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from pytest_schemaverify.catalog import Catalog, Families
from pytest_schemaverify.databases import Dsn
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.rehearsal.target import Target
from pytest_schemaverify.verification.contract import Contract
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.judging import of_files, run
from pytest_schemaverify.verification.result import Result


def facts(contract: Contract, new: frozenset[Path] | None) -> Facts:
    """Return the facts for such checks; `new` are the files to be judged, None for all.

    Raises what `Contract.files` raises.
    """
    nothing = Target(Dsn(""), "", (), Catalog(0, Families()))
    return Facts(contract.spec, contract.folder, nothing, contract.files, _nowhere, new=new)


def results(contract: Contract, named: frozenset[Path] | None) -> Iterator[Result]:
    """Yield the bare results of these expectations, about the files at the paths `named` alone.

    All files count as what is there already. None stands for all files. Where a run is about what
    is new, files that are not new are left out. Raises what `Contract.new` raises.
    """
    new = contract.new
    if named is not None:
        new = named if new is None else named & new
    known = facts(contract, new)
    for planned in contract.planned:
        if of_files(planned.check):
            found = run(planned, known)
            yield found if named is None else _about(found, named, contract)


def _about(result: Result, named: frozenset[Path], contract: Contract) -> Result:
    """Return a result without files that no runner would run, as far as they are not named."""
    # Such a file is no migration, so it is neither old nor new, and pytest tells all of them.
    if result.planned.check != "migrations.ignored" or contract.files is None:
        return result
    folder = contract.files.directory.directory
    left = tuple(one for one in result.findings if folder / one.subject in named)
    return replace(result, findings=left)


def _nowhere() -> NoReturn:
    raise CannotDetermine("asking a database", because="only files are looked at")
