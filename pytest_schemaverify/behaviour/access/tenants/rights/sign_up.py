"""Whether somebody who signs up chooses their rights: by what they say about themselves."""

import json

import psycopg
from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Outcome, administered
from pytest_schemaverify.behaviour.access.scene import Scene
from pytest_schemaverify.behaviour.access.tenants.rights.row_about_self import RowAboutSelf
from pytest_schemaverify.behaviour.access.tenants.rights.self_service import Gain, newcomer, wanted
from pytest_schemaverify.errors import CannotDetermine

USERS = ("auth", "users")
METADATA = "raw_user_meta_data"
"""What users say about themselves: the auth server stores it as it comes."""
_TRIGGERS = """
select t.tgfoid::pg_catalog.regprocedure::text
from pg_catalog.pg_trigger t
where t.tgrelid = pg_catalog.to_regclass('auth.users') and not t.tgisinternal
order by t.tgname
"""


def followers(scene: Scene) -> list[str]:
    """Return the functions that triggers call when somebody signs up."""
    if "followers" not in scene.cache:
        there = METADATA in scene.columns(USERS)
        rows = administered(scene.connection, sql.SQL(_TRIGGERS)).rows if there else ()
        scene.cache["followers"] = [name for (name,) in rows]
    found: list[str] = scene.cache["followers"]
    return found


def by_sign_up(row: RowAboutSelf) -> Gain | None:
    """Return the value that somebody new has because they have said so when they signed up."""
    who, own = newcomer(row)
    if not own or not followers(row.scene):
        return None
    for value in wanted(row):
        if value is not None and (statement := _signed_up(row, value)):
            return Gain(who, "sign-up", value, Outcome(statement), frozenset())
    return None


def _signed_up(row: RowAboutSelf, value: str) -> str:
    """Return the statement after which the row about somebody new has a value; "" if none has."""
    who, own = newcomer(row)
    said = json.dumps({row.right.column.name: value})
    given = {"id": who.claim("sub"), METADATA: said}
    with row.scene.meanwhile():
        try:
            with row.scene.connection.transaction():
                made = row.scene.maker.row(USERS, given, who.name)
        except (CannotDetermine, psycopg.Error):  # the trigger refuses it
            if row.scene.connection.closed:
                raise
            return ""
        return made.statement if row.has(own, value) else ""
