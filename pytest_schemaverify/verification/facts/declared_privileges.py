"""The privileges on relations and on their columns that a file declares."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_schemaverify.catalog.privileges import KINDS, PRIVILEGES
from pytest_schemaverify.kinds.granting import Declared
from pytest_schemaverify.kinds.held import OPTION
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.lookup import matching
from pytest_schemaverify.language.matchers import Matcher
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.planning.named import named_below

from .facts import Fact, Facts

if TYPE_CHECKING:
    from pytest_schemaverify.kinds.grants.model import Grants

RELATIONS = ("tables", "views", "materialized_views")
"""The families of relations, which can have privileges on columns."""
_OF_COLUMNS = frozenset(PRIVILEGES[letter] for letter in KINDS["column"])


def _declared(planned: Planned, facts: Facts) -> Declared:
    """Return the privileges that the file names, at the moment that the check is about."""
    root: Any = facts.spec
    stage = planned.path[2] if planned.path[:2] == ("migrations", "at") else ""
    if stage:
        root = dict(root.migrations.at.items())[stage]
    return facts.once(f"reading which privileges are named {stage}", lambda: _of_root(root, facts))


def _of_root(root: Any, facts: Facts) -> Declared:
    found: dict[tuple[str, ...], dict[str, frozenset[str]]] = {}
    for one, grants in _entries(root, facts):
        for who, grant, _ in named_below(grants, facts.schema, one):
            of_one = found.setdefault(one.key, {})
            of_one[who.key[-1]] = of_one.get(who.key[-1], frozenset()) | _privileges_in(grant)
        if grants.exact:
            found.setdefault(one.key, {})[""] = _OF_COLUMNS
    return found


def _entries(root: Any, facts: Facts) -> "Iterator[tuple[Subject, Grants]]":
    """Yield the relations and columns with `grants` in the file, each with its entry."""
    for kind in RELATIONS:
        section = getattr(root, kind, None)
        members = named_below(section, facts.schema, None) if section else ()
        for subject, entry, _ in members:
            for relation in matching(facts.catalog, subject, None) if subject.wild else [subject]:
                yield from _entries_of_relation(relation, entry, facts)


def _entries_of_relation(
    relation: Subject, entry: Any, facts: Facts
) -> "Iterator[tuple[Subject, Grants]]":
    if entry.grants is not None:
        yield relation, entry.grants
    columns = entry.columns
    if not hasattr(columns, "model_fields_set"):  # a view may only list them
        return
    members = named_below(columns, facts.schema, relation)
    for subject, column, _ in members:
        grants: Grants | None = vars(column).get("grants")
        if grants is not None:
            for one in matching(facts.catalog, subject, relation) if subject.wild else [subject]:
                yield one, grants


def _privileges_in(grant: Any) -> frozenset[str]:
    """Return the privileges that may be there; all of them where a matcher says so elsewhere."""
    lists = (grant.exactly, grant.at_least)
    if any(isinstance(one, Matcher) for one in lists):
        return _OF_COLUMNS
    words = {word.removesuffix(OPTION) for one in lists for word in one or ()}
    return _OF_COLUMNS if "all" in words else frozenset(words)


FACTS: Mapping[str, Fact] = {"declared": _declared}
