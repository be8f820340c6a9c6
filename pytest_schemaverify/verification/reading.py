"""Reads a file of expectations and plans it. Of an unchanged file a run imports none of this."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pytest_schemaverify.errors import SpecError, WrongValue
from pytest_schemaverify.kinds.contract import load, read
from pytest_schemaverify.language.access import with_matrix
from pytest_schemaverify.language.load import position, rendered
from pytest_schemaverify.settings.config import Config
from pytest_schemaverify.verification.plan_cache import Plan
from pytest_schemaverify.verification.planning.expectations import plan
from pytest_schemaverify.verification.together import others


def read_anew(text: str, path: Path, name: str, config: Config, texts: Mapping[Path, str]) -> Plan:
    """Return the content and plan of a text, which is that of the file at `path`.

    `texts` stand for files that it includes. Raises SpecError.
    """
    given = config.variables
    spec, positions, sources = read(text, name, folder=path.parent, given=given, texts=texts)
    if config.access_matrix:
        spec = spec.model_copy(update={"access": with_matrix(spec.access)})
    found = [*others(spec, positions, path, name, given)]
    together = tuple(other for other, _ in found)
    planned = plan(spec, positions, name, rollback=config.rollback, together=together)
    files, environ, links = dict(sources.files), dict(sources.environ), dict(sources.links)
    for _, more in found:
        files |= more.files
        environ |= more.environ
        links |= more.links
    return Plan.of(spec, planned, replace(sources, files=files, environ=environ, links=links))


def placed(error: WrongValue, text: str, path: Path, name: str, config: Config) -> SpecError:
    """Return an error of a value with its place in the text, which is read once more for it."""
    # A plan has no positions: only errors need them later.
    _, positions = load(text, name, folder=path.parent, given=config.variables)
    tried = error.tried.replace(f"{'.'.join(error.path)}: ", "")
    message = "; ".join(filter(None, (f"{tried}: {error.because}", error.remedy)))
    place = position(error.path, positions)
    return SpecError([rendered(name, place, error.path, message)])
