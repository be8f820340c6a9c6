"""The objects that exemptions of a rule name: of a finding, or a function that is not called."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql import names, yaml_names
from pytest_schemaverify.sql.statements import Unparsed
from pytest_schemaverify.verification.planning import Planned

from .facts import Facts

FILE = re.compile(r"\.sql(?::\d+)?$")


def exempted(planned: Planned, facts: Facts) -> Callable[[str], bool]:
    """Return a function that returns whether an exemption of a rule names an object.

    An object with an exemption is never tried, not even when the exemption has ended or to find
    out whether it is needed.
    """
    listed = getattr(planned.expected, "exemptions", {})

    def exempted(subject: str) -> bool:
        return any(one == subject or is_named(one, subject, facts) for one in listed)

    return exempted


def no_name(written: str) -> str:
    """Return why the text of an exemption is no name or pattern of names, "" if it is one."""
    try:
        name, _ = names.signature(written)
        (yaml_names.pattern if names.is_pattern(name) else yaml_names.parts)(name)
    except names.BadName as error:
        return "" if FILE.search(written) else str(error)
    return ""


def _bare(subject: str) -> str:
    """Return the object of a finding without the types of a function's arguments."""
    try:
        return names.signature(subject)[0]
    except names.BadName:
        return subject


def _unquoted(subject: str) -> str:
    """Return the name of a finding's object without quotes, as patterns are compared with it."""
    try:
        return ".".join(names.parts(_bare(subject)))
    except names.BadName:  # it is about something that has no name of its own
        return subject


def is_named(written: str, subject: str, facts: Facts) -> bool:
    """Return whether a name in the file is the object's, spelled as SQL would accept it."""
    if no_name(written):
        return False
    name, types = names.signature(written)
    if names.is_pattern(name):
        whole = ".".join(yaml_names.pattern(name))
        bare = _unquoted(subject)
        return fnmatchcase(bare, whole) or fnmatchcase(bare, f"{facts.schema}.{whole}")
    parts = yaml_names.parts(name)
    spelled = {names.quoted(*parts), names.quoted(facts.schema, *parts)}
    if types is None:
        return subject in spelled or _bare(subject) in spelled
    try:
        arguments = ", ".join(map(facts.server.type, types))
    except CannotDetermine:  # the server has no such type, or only files are looked at
        # The parser of migration files takes long to import, and few exemptions need it.
        from pytest_schemaverify.migrations.static import signature

        try:
            arguments = signature(types)
        except Unparsed:
            return False
    return subject in {f"{one}({arguments})" for one in spelled}
