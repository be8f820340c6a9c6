"""How `isolate` says in the report by what it tells tenants apart, where everything passes too."""

import pytest
import yaml
from psycopg import Connection

from pytest_schemaverify.verification.facts.access import tenants_of
from tests.behaviour.access.test_isolate import CASES, prepare
from tests.pages import prepared

TOLD = {
    "teams with boards, cards and roles": (
        "team_id is that of which somebody is a member; members are in public.team_members "
        "(user_id of team_id); they themselves are in public.teams"
    ),
    "organisations by a claim": (
        "organization_id is the claim app_metadata.org_id; they themselves are in "
        "public.organizations"
    ),
    "organisations in a list of the token": (
        "org_id is in the list of the claim app_metadata.orgs; they themselves are in public.orgs"
    ),
    "todo lists with profiles": (
        "user_id is the claim sub; they themselves are in public.profiles; policies let everybody "
        "read public.profiles"
    ),
    "the setting that its policies read": "firm is the setting app.firm",
}


@pytest.mark.parametrize(("name", "said"), TOLD.items(), ids=TOLD)
def test_what_was_found_is_said(name: str, said: str, connection: Connection[object]) -> None:
    prepare(CASES[name], connection)
    expected = {"access": {"isolate": CASES[name]["isolate"]}}
    _, facts = prepared(yaml.safe_dump(expected), connection, copy=lambda: connection)
    access = facts.spec.access
    assert access is not None
    assert access.isolate is not None
    assert tenants_of(facts, access.isolate) == said
