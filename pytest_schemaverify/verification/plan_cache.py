"""Keeps the plan of a file of expectations until the file or its sources change.

Reading 100,000 lines and planning what they say takes seconds, and of a few lines it takes most
of the time to import what reads them. Nothing of it changes from one run to the next.
"""

import os
import pickle
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_schemaverify.databases import kept_files
from pytest_schemaverify.databases.kept_files import digest
from pytest_schemaverify.language.kept import packed
from pytest_schemaverify.settings import paths
from pytest_schemaverify.verification.planning import Planned

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.contract import Spec
    from pytest_schemaverify.language.load import Sources


@dataclass(frozen=True, slots=True)
class Plan:
    """The content and the checks of a file of expectations, and the sources of both."""

    spec: "Spec"
    planned: list[Planned]
    included: Mapping[str, str]
    """Digests of the included files, by their paths."""
    environ: Mapping[str, str]
    """Digests of the variables of the environment that the file asks for."""
    links: Mapping[str, str]
    """Where paths lead that may be links."""
    variables: frozenset[str]
    """Names of the variables that it declares or uses."""

    @classmethod
    def of(cls, spec: "Spec", planned: list[Planned], sources: "Sources") -> "Plan":
        """Return the plan of a file that was read from these sources."""
        included = {str(path): digest(inner) for path, inner in sources.files.items()}
        environ = {name: digest(repr(value)) for name, value in sources.environ.items()}
        links = {str(path): str(leads) for path, leads in sources.links.items()}
        return cls(spec, planned, included, environ, links, sources.variables)

    def is_current(self) -> bool:
        """Return whether included files, links and the environment are as they were."""
        try:
            return (
                all(
                    digest(paths.content(Path(path)).decode("utf-8-sig")) == known
                    for path, known in self.included.items()
                )
                and all(str(paths.resolved(Path(one))) == to for one, to in self.links.items())
                and all(
                    digest(repr(os.environ.get(name))) == known
                    for name, known in self.environ.items()
                )
            )
        except (OSError, ValueError):
            return False


def place(text: str, asked: Iterable[object]) -> Path | None:
    """Return the file in which the plan of a text is kept.

    `asked` are the other inputs of the plan besides the text and its sources. Returns None where
    the folder is not ours alone.
    """
    return kept_files.place("contract", text, *map(repr, asked))


def read(file: Path) -> Plan | None:
    """Return the plan in a file; None where the file is damaged or the sources have changed."""
    content = kept_files.read(file)
    known = None if content is None else pickle.load(content)
    return known if isinstance(known, Plan) and known.is_current() else None


def kept(new: Plan, file: Path | None) -> Plan:
    """Return a new plan as the next run reads it back from the file, where there is one."""
    try:
        content = packed(new)
    except RecursionError:  # nested deeper than pickle goes; then it is read every time
        return new
    if file is not None:
        kept_files.write(file, content)
    # Even in this run, so that checks see the same objects whether a file was read or not.
    plan: Plan = pickle.loads(content)
    return plan
