"""The shape of expectations.yaml: the sections of all kinds, and those that are about no kind.

The field docstrings are the documentation: the JSON Schema and the reference are made of them.
A field plans the check `<family>.<field>`, whose page is `<field>.md` in the folder of the family,
unless the entry lists it under `settings`. Mappings of named things keep the names as pydantic
extras, so that `exact:` can stand beside them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field, create_model

from pytest_schemaverify.kinds.contract.migrations import Migrations
from pytest_schemaverify.kinds.databases.model import Database
from pytest_schemaverify.kinds.sections import sections, with_own_objects
from pytest_schemaverify.language.access import Access
from pytest_schemaverify.language.base import Entry
from pytest_schemaverify.language.data import Data, SchemaVersion
from pytest_schemaverify.language.load import Sources
from pytest_schemaverify.language.load import read as read_by
from pytest_schemaverify.language.places import Positions
from pytest_schemaverify.language.rules import AllowedFunctions, Rules
from pytest_schemaverify.language.unmanaged import Unnamed, UnnamedFunctions, UnnamedObjects
from pytest_schemaverify.language.values import Name, Names, SingleNames, Value
from pytest_schemaverify.language.vectors import Vectors


class Defaults(Entry):
    """What is meant where nothing is said."""

    settings: ClassVar[frozenset[str]] = frozenset({"schema_", "clients", "severity"})

    schema_: Name = Field("public", alias="schema")
    """Schema of names that have none."""
    clients: SingleNames = ["anon", "authenticated"]
    """Roles that clients of the application come as, besides PUBLIC."""
    severity: Literal["error", "warn", "info"] = "error"
    """How bad it is when an expectation does not hold that says nothing else."""


class _Beginning(Entry):
    version: Literal[1] = 1
    """Version of this language."""
    include: Names = []
    """Files with more expectations, relative to this file. What one of them has may not be in
    another; all other paths in them start at the folder of the file that includes."""
    vars: dict[str, Value] = {}
    """Values by name, for `${name}` in any text of the file; `--schema-var name=value` goes before
    them. `${env:NAME:-default}` is the environment's, `$${` stands for itself."""
    defaults: Defaults = Defaults(schema="public")
    """What is meant where nothing is said."""
    database: Database | None = None
    """How a disposable database is built."""
    migrations: Migrations | None = None
    """Files that build a disposable database, and what holds for them."""
    schema_version: SchemaVersion | None = None
    """The version that the database says it has."""


def _optional(model: Any, summary: str) -> Any:
    return (model | None, Field(None, description=summary))


_Kinds: Any = create_model(
    "_Kinds",
    __base__=Entry,
    **{name: _optional(one.model, one.summary) for name, one in sections().items()},
)
_SAID = {
    "schemas": "Schemas, besides `defaults.schema`.",
    "extensions": "Extensions, besides `plpgsql`.",
    "tables": "Tables that neither `tables` nor `data` names; partitions belong to their table.",
    "views": "Views and materialized views that neither `views` nor `data` names.",
    "sequences": "Sequences that no column owns.",
    "functions": "Functions, procedures and aggregates.",
    "roles": "Roles of the cluster that neither `roles` nor `default_privileges` names.",
    "default_privileges": "Roles with privileges on the objects that they will make.",
}
"""What is to be said of unnamed objects where the summary of their section is not enough."""


def _unnamed(name: str, summary: str) -> Any:
    model = UnnamedFunctions if name == "functions" else Unnamed
    return _optional(model, _SAID.get(name, summary))


Unmanaged: Any = create_model(
    "Unmanaged",
    __base__=UnnamedObjects,
    __module__=__name__,
    __doc__=UnnamedObjects.__doc__,
    **{name: _unnamed(name, sections()[name].summary) for name in with_own_objects()},
)


class _End(Entry):
    vectors: Vectors | None = None
    """What holds for pgvector's columns."""
    unmanaged: Unmanaged | None = None
    """What becomes of objects in scope that the file names nowhere."""
    rules: Rules | None = None
    """Rules over everything in scope."""
    data: Data | None = None
    """What holds for the rows."""
    allow_functions: AllowedFunctions | None = None
    """Functions that SQL in the file may call on an existing database although they are volatile,
    each with the reason why it is harmless: `{app.next_slot: reads only}`."""
    access: Access | None = None
    """Behaviour: who can reach what, tried on a copy of a disposable database."""


# pydantic collects fields from the last base to the first, so the order of the file is this one
# from right to left.
class Spec(_End, _Kinds, _Beginning):  # type: ignore[misc] # its middle is made of the list of kinds
    """The whole file."""

    settings: ClassVar[frozenset[str]] = frozenset({"version", "include", "vars", "defaults"})


def load(
    text: str,
    name: str,
    *,
    folder: Path | None = None,
    given: Mapping[str, str] | None = None,
) -> tuple[Spec, Positions]:
    """Return the first two of the three values that `read` returns. Raises SpecError."""
    spec, positions, _ = read(text, name, folder=folder, given=given)
    return spec, positions


def read(
    text: str,
    name: str,
    *,
    folder: Path | None = None,
    given: Mapping[str, str] | None = None,
    texts: Mapping[Path, str] | None = None,
) -> tuple[Spec, Positions, Sources]:
    """Return the content of the file, the position of each of its keys, and its sources.

    With a folder the files that it includes are read from there; `given` are values of variables,
    and `texts` stand for included files. Raises SpecError with every problem as
    `name:line:column: path: message`.
    """
    return read_by(Spec, text, name, folder=folder, given=given, texts=texts)
