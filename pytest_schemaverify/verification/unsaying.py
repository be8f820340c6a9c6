"""Fixes for what a file does not say of the objects that it names: as PostgreSQL has it by itself.

The check of an attribute is asked for the value that goes without saying, and has its own fix.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pytest_schemaverify.catalog import granted
from pytest_schemaverify.errors import SchemaVerifyError
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds import find
from pytest_schemaverify.kinds.exclusions.index import index_of
from pytest_schemaverify.kinds.extensions.row import first_comment
from pytest_schemaverify.kinds.form import ABSENT, Look, form_of, pairs, usual_owner
from pytest_schemaverify.kinds.granting import granting
from pytest_schemaverify.kinds.held import Held
from pytest_schemaverify.kinds.kind import Subject
from pytest_schemaverify.kinds.making import drop_of, made
from pytest_schemaverify.kinds.primary_key.making import remade
from pytest_schemaverify.kinds.primary_key.model import PrimaryKey
from pytest_schemaverify.kinds.written import Written
from pytest_schemaverify.sql.names import cut, parts, quoted
from pytest_schemaverify.verification.facts import Facts
from pytest_schemaverify.verification.facts.details import unsaid_of
from pytest_schemaverify.verification.planning import Planned
from pytest_schemaverify.verification.unsaid import Unsaid

Ask = Callable[[Planned, Facts], tuple[Finding, ...]]
"""Runs a check."""


def removed(planned: Planned, finding: Finding, facts: Facts, ask: Ask) -> str:
    """Return the statements that take away what a finding names; "" where there are none."""
    shown = (finding.subject, finding.actual)
    found = [one for one in unsaid_of(facts) if one.shown == shown]
    if len(found) != 1:
        return ""
    [one] = found
    # Checks keep the rows of subjects that are the plan's; these are none of them.
    own = replace(facts)
    own.server = facts.server
    fixes = list(_fixes(one, planned, own, ask))
    return "\n".join(fixes) if all(fixes) else ""


def _fixes(one: Unsaid, planned: Planned, facts: Facts, ask: Ask) -> Iterator[str]:
    if isinstance(one.value, Written) and one.of is not None and one.name and not one.own:
        yield drop_of(one.value.row, one.value.subject.family, facts.catalog)
    elif isinstance(one.value, Written):
        # A part, such as row-level security, or the sequence of a column.
        for key, value in one.value.said.items():
            if value is not False or one.own:
                yield _usual(one.value, key, "", value, one, planned, facts, ask)
        for members in one.value.members.values():
            for member in members.values():
                yield drop_of(member.row, member.subject.family, facts.catalog)
    elif one.of is not None and not one.within[0]:
        yield _usual(one.of, one.key, one.name, one.value, one, planned, facts, ask)
    elif one.of is not None and one.of.model.family == "default_privileges":
        yield _as_from_the_start(one.of, one.key, one.name, facts, parts(one.within[1])[0])
    else:
        yield ""


def _usual(
    of: Written, key: str, name: str, value: Any, one: Unsaid,
    planned: Planned, facts: Facts, ask: Ask,
) -> str:  # fmt: skip
    """Return the statements that give an attribute the value that it has by itself."""
    if key == "primary_key":  # it is a part without a check of its own for all of it
        return _key_fix(of, name, one.place[1], facts)
    if key == "grants" or (of.model.family == "default_privileges" and key != "in"):
        return _as_from_the_start(of, key, name, facts)
    field = next((n for n, f in of.model.model_fields.items() if (f.alias or n) == key), "")
    try:
        check = find(f"{of.model.family}.{field.rstrip('_')}")
    except KeyError:
        return ""
    subject = one.subject if of is one.of else of.subject
    entry = one.place[1] if isinstance(one.place[1], of.model) else of.model()
    fixes = []
    for wanted in _wanted(of, key, name, value, check.use.pairs, facts):
        said = dict([wanted]) if isinstance(wanted, tuple) else wanted
        there = entry.model_copy(update={field: said})
        asked = replace(planned, check=check.name, subject=subject, expected=wanted, entry=there)
        if check.name.startswith("any."):
            asked = replace(asked, check=f"{of.model.family}.{field.rstrip('_')}")
        try:
            findings = ask(asked, facts)
        except SchemaVerifyError:
            return ""
        look = Look(facts.catalog, "", "", facts.platform)
        # Without the entry the object would be made as it is, and undo what others repair.
        known = entry is one.place[1] and not all(x.fix for x in findings)
        whole = made(there, of.model, subject, of.row, look) if known else ""
        fixes += [x.fix or whole for x in findings]
    return "\n".join(fixes) if all(fixes) else ""


def _key_fix(of: Written, name: str, entry: Any, facts: Facts) -> str:
    """Return the statement that takes away a primary key, or what nobody says of one."""
    table = (of.row.schema, of.row.name)
    rows = facts.catalog.of_table("constraints", *table)
    row = next(one for one in rows if one.kind == "primary key")
    if not name:
        return drop_of(row, "unique_constraints", facts.catalog)
    alter, comment = f"alter table {quoted(*table)}", f"comment on constraint {quoted(row.name)}"
    if name == "name":
        usual = quoted(cut(f"{row.table}_pkey"))
        return f"{alter} rename constraint {quoted(row.name)} to {usual};"
    if name == "comment":
        return f"{comment} on {quoted(*table)} is null;"
    if name == "with":
        listing = ", ".join(pairs(index_of(row, facts.catalog).options))
        return f"alter index {quoted(row.schema, row.name)} reset ({listing});"
    waits = isinstance(entry, PrimaryKey) and entry.deferrable is not None
    at_once = {"deferrable": False, "initially_deferred": False}
    usual_ones: dict[str, dict[str, Any]] = {
        "include": {"include": []},
        "deferrable": at_once,
        "initially_deferred": {"initially_deferred": False} if waits else at_once,
    }
    if name not in usual_ones:
        return ""
    return remade(row, PrimaryKey.model_validate(usual_ones[name]), facts.catalog)


def _wanted(
    of: Written, key: str, name: str, value: Any, pairs: bool, facts: Facts
) -> Iterator[Any]:
    """Yield what the check of an attribute is to be asked for."""
    plain = not name and not isinstance(value, Mapping)
    if plain and of.given is not None and key in of.given:
        yield of.given[key]
    elif key == "owner":
        yield usual_owner(facts.catalog, facts.scope())
    elif key == "comment" and of.model.family == "extensions":
        yield first_comment(of.row.name, facts.catalog) or ABSENT
    elif key == "storage":
        yield of.row.usual_storage
    elif key == "enabled" and of.model.family != "rls":
        # `true` would accept a trigger or a rule that fires on replicas, too.
        yield "origin"
    elif not plain:
        given = (of.given or {}).get(key) or {}
        items = {one: given.get(one, ABSENT) for one in ([name] if name else value)}
        yield from items.items() if pairs else [items]
    else:
        usual = form_of(of.model.family).usual.get(key)
        given = {**of.usual, **of.said}
        usual = usual(given) if callable(usual) else usual
        empty = False if isinstance(value, bool) else [] if isinstance(value, list) else ABSENT
        yield empty if usual is None else usual


_OF_EVERYBODY: Mapping[str, Held] = {
    "function": {"execute": False}, "type": {"usage": False}, "language": {"usage": False},
}  # fmt: skip
"""What PUBLIC has on new objects, by the words of `grant`:
https://www.postgresql.org/docs/current/ddl-priv.html"""


def _as_from_the_start(of: Written, key: str, role: str, facts: Facts, schema: str = "") -> str:
    """Return the statements that leave a role, or all roles, what they have on a new object."""
    subject, row = of.subject, of.row
    if key != "grants":
        subject = Subject("default_grants", (of.row.name, schema, key), of.row.name)
        found = facts.catalog.find("default_privileges", (*subject.key[:2], key.replace("_", " ")))
        if found is None:
            return ""
        row = found
    on = granting(subject, row, facts.catalog, {})
    others = [one for one in granted(row.acl) if one != on.owner]
    roles = [parts(role)[0]] if role else [*others, "public"]
    usual = {} if schema else _OF_EVERYBODY.get(on.kind, {})
    lines = []
    for one in dict.fromkeys(roles):
        has, wanted = on.direct.get(one, {}), usual if one == "public" else {}
        lines.append(on.revoke({key: has[key] for key in has if key not in wanted}, one))
        lines.append(on.grant({key: wanted[key] for key in wanted if key not in has}, one))
    return "\n".join(filter(None, lines))
