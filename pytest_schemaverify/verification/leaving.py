"""Fixes for privileges that a role has only as a member of another: it leaves that role."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.findings import Finding
from pytest_schemaverify.kinds.granting import granting
from pytest_schemaverify.kinds.making import told
from pytest_schemaverify.sql.names import BadName, parts, quoted
from pytest_schemaverify.verification.facts import Facts, given
from pytest_schemaverify.verification.planning import Planned


def left(planned: Planned, finding: Finding, facts: Facts) -> str:
    """Return the statements that end the memberships by which a privilege is held."""
    loses = "whatever else it may do as such a member"
    return "\n".join(
        told(f"revoke {quoted(one.name)} from {quoted(one.role)};", loses=loses)
        for one in _memberships(planned, finding, facts)
    )


def _memberships(planned: Planned, finding: Finding, facts: Facts) -> Iterator[Row]:
    subject = planned.subject
    assert subject is not None
    if planned.check.startswith("grants."):
        roles = given(("unnamed_clients",), planned, facts)[0]
        groups = {parts(finding.subject)[0]}
    else:
        roles, groups = {subject.key[-1]}, _holding(planned, facts)
    for row in facts.catalog.families["memberships"].values():
        if row.inherit and row.role in roles and row.name in groups and not _said(row, facts):
            yield row


def _holding(planned: Planned, facts: Facts) -> set[str]:
    """Return the roles that hold something on the object of an entry."""
    subject = planned.subject
    around = subject.parent if subject is not None else None
    row = facts.row(around) if around is not None else None
    if around is None or row is None:
        return set()
    on = granting(around, row, facts.catalog, {})
    return {role for role in {*on.direct, *on.above} if on.held(role)}


def _said(row: Row, facts: Facts) -> bool:
    """Return whether the file names a membership."""
    for name, role in facts.spec.roles.items() if facts.spec.roles else ():
        try:
            if parts(name)[0] == row.role and role.member_of is not None:
                return row.name in {parts(one)[0] for one, _ in role.member_of.items()}
        except BadName:  # a pattern
            continue
    return False
