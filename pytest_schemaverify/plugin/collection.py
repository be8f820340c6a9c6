"""From a file of expectations to the items of pytest."""

from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_schemaverify.errors import ConfigError, SchemaVerifyError, SpecError
from pytest_schemaverify.plugin import internals, options
from pytest_schemaverify.plugin.exit_codes import CODE
from pytest_schemaverify.plugin.items import Expectation, Object
from pytest_schemaverify.plugin.session import session_of
from pytest_schemaverify.plugin.spec_items import SpecItem
from pytest_schemaverify.settings import paths
from pytest_schemaverify.settings.garbage_collection import uncollected
from pytest_schemaverify.verification import spec_files
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.verification import Verification


def expectations(file: pytest.File) -> Iterator[pytest.Item | pytest.Collector]:
    """Yield one item for each expectation of a file, in its order."""
    with uncollected():
        yield from _expectations(file)


def named(file: pytest.File, names: Container[str]) -> list[SpecItem]:
    """Return the items of a file with these names. Raises SchemaVerifyError."""
    with uncollected():
        verification = session_of(file.config).verification(file.path)
        return [item for item in _items(file, verification) if item.name in names]


def _items(file: pytest.File, verification: Verification) -> Iterator[SpecItem]:
    """Yield the items of a file, in its order: one for each expectation, or one for each object."""
    make, contract = _maker(file, verification), verification.contract
    if contract.config.items != "object":
        yield from map(make, contract.planned)
        return
    from pytest_schemaverify.plugin.object_items import ObjectItem  # few runs ask for it

    common = _common(file, verification)
    for name, members in contract.objects.items():
        if "::" in name:  # a rule is in no entry
            yield from map(make, members)
        else:
            yield ObjectItem.from_parent(
                file, name=name, nodeid=f"{file.nodeid}::{name}", members=members, **common
            )


def _maker(file: pytest.File, verification: Verification) -> Callable[[Planned], Expectation]:
    """Return what makes the item of an expectation."""
    common, id_of = _common(file, verification), internals.ids_in(file)

    def make(planned: Planned) -> Expectation:
        name = planned.name
        found: Expectation = Expectation.from_parent(
            file, name=name, nodeid=id_of(name), planned=planned, **common
        )
        return found

    return make


def _common(file: pytest.File, verification: Verification) -> dict[str, Any]:
    return {
        "verification": verification,
        "file": options.name_of(file.path, file.config),
        "shared": session_of(file.config).shared,
    }


def _read(file: pytest.File) -> Verification | None:
    """Return the verification of a file, None for one that is included or another tool's."""
    session = session_of(file.config)
    try:
        if options.is_misnamed(file.path, file.config):
            raise _misnamed(file)
        if is_included(file):
            return None
        verification = session.verification(file.path)
        if isinstance(verification.contract.fault, (ConfigError, SpecError)):
            raise verification.contract.fault
    except SchemaVerifyError as error:
        if _is_anothers(file, error):
            session.leave(file.path)
            return None
        raise
    return verification


def _expectations(file: pytest.File) -> Iterator[pytest.Item | pytest.Collector]:
    try:
        verification = _read(file)
    except SchemaVerifyError as error:
        raise refused(file, error) from None
    if verification is None:
        return
    if not any(f"{file.path.name}::" in str(argument) for argument in file.config.args):
        contract, unmade = verification.contract, session_of(file.config).unmade
        if contract.config.items == "object":
            yield from _items(file, verification)
        else:
            yield from unmade.items(file, contract.planned, _maker(file, verification))
        return
    # `expectations.yaml::tables.users::exists` on the command line is matched level by level.
    # The ids are the same in both shapes; for 30,000 objects the flat one is far cheaper.
    # Behind a bracket, `f(text[])::exists`, pytest takes the rest of an argument as one level.
    asked = {str(argument).partition("::")[2] for argument in file.config.args}
    make, objects = _maker(file, verification), dict[str, list[Planned]]()
    planned_apart = verification.contract.planned
    if verification.contract.config.items == "object":
        _require_whole(file, verification, asked)
        yield from (item for item in _items(file, verification) if "::" not in item.name)
        planned_apart = [one for one in planned_apart if "::" in one.object]
    for planned in planned_apart:
        if "[" in planned.name.rpartition("::")[0] and planned.name in asked:
            yield make(planned)
            continue
        objects.setdefault(planned.name.rpartition("::")[0], []).append(planned)
    common = _common(file, verification)
    for name, members in objects.items():
        yield Object.from_parent(file, name=name, members=members, common=common)


def _require_whole(file: pytest.File, verification: Verification, asked: Container[str]) -> None:
    """Raise CollectError for an expectation that is asked for and is a part of an item."""
    config = verification.contract.config
    for planned in verification.contract.planned:
        if planned.name in asked and "::" not in planned.object:
            file.stash[CODE] = 4
            where = f"{config.place('items')}: " if config.place("items") else ""
            raise file.CollectError(
                f"{file.nodeid}::{planned.name}: one item is an object here\n"
                f"  because {where}{config.called('items')} says so\n"
                f"  do      name the object, {file.nodeid}::{planned.object}, or add "
                "--schema-items=expectation"
            )


def refused(file: pytest.File, error: SchemaVerifyError) -> Exception:
    """Return what pytest takes for an error of collecting, and note its exit code on the file."""
    file.stash[CODE] = error.code
    config = file.config
    # One that was found by its name may be another tool's: at the root if it has none of our keys,
    # elsewhere always.
    foreign = file.path not in options.default_specs(config) or (
        "unknown key" in str(error) and not spec_files.is_ours(file.path)
    )
    if not isinstance(error, SpecError) or _named(file) or not foreign:
        return file.CollectError(str(error))
    return file.CollectError(f"{error}{_FOREIGN.format(options.name_of(file.path, config))}")


def _is_anothers(file: pytest.File, error: SchemaVerifyError) -> bool:
    """Return whether a file that cannot be read is another tool's, which only has this name."""
    return isinstance(error, SpecError) and not _named(file) and spec_files.is_foreign(file.path)


def _named(file: pytest.File) -> bool:
    """Return whether the user has named the file, and so means it."""
    return bool(file.config.stash[options.CHOSEN].spec) or file.path in _asked(file.config)


def _misnamed(file: pytest.File) -> SpecError:
    name = options.name_of(file.path, file.config)
    return SpecError([spec_files.misnamed(file.path, name, "--schema-spec")])


_FOREIGN = """
  note    this file was found by its name, expectations.yaml or *.expectations.yaml
  do      if it belongs to another tool, name yours with --schema-spec=FILE or the ini key
          schema_spec, or leave it out with --ignore={}"""


def _asked(config: pytest.Config) -> set[Path]:
    """Return the paths that the user has named on the command line."""
    named = config.args if config.args_source == config.ArgsSource.ARGS else ()
    return {options.path_of(str(one).partition("::")[0], config) for one in named}


def is_included(file: pytest.File) -> bool:
    """Return whether another file includes this one, and the user has not named it."""
    config = file.config
    if session_of(config).chosen.spec or file.path in _asked(config):
        return False
    # Only where runs find files by themselves, and beside this one, and not in the whole project.
    beside = (path for path in sorted(file.path.parent.iterdir()) if options.is_spec(path, config))
    for path in {*options.default_specs(config), *beside} - {file.path}:
        try:
            text = paths.content(path).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):  # it is reported when that file is collected
            continue
        if "include" not in text:
            continue
        from pytest_schemaverify.language.includes import includes  # it imports a reader of YAML

        written = includes(text)
        if any(paths.resolved(path.parent / one) == file.path.resolve() for one in written):
            return True
    return False
