"""How a role is made, without a password, and dropped where this database does not need it."""

from collections.abc import Iterator

from pytest_schemaverify.catalog import Catalog, Row
from pytest_schemaverify.kinds.making import Making, dropped, words
from pytest_schemaverify.kinds.whole import Whole
from pytest_schemaverify.sql.names import literal, quoted

_WORDS = ("superuser", "login", "createdb", "createrole", "bypassrls", "replication")


def _create(whole: Whole) -> str:
    said = whole.said
    return words(
        f"create role {whole.name}",
        *(word for word in _WORDS if said.get(word)),
        "noinherit" if said.get("inherit") is False else "",
        whole.word("connection_limit", "connection limit {}"),
        f"valid until {literal(said['valid_until'])}" if "valid_until" in said else "",
    )


def _settings(whole: Whole) -> Iterator[str]:
    for name, value in whole.said.get("settings", {}).items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f"alter role {whole.name} set {name} = {literal(text)};"
    if "comment" in whole.said:
        yield f"comment on role {whole.name} is {literal(whole.said['comment'])};"


def _drop(row: Row, catalog: Catalog) -> str:
    return "" if _needed(row.name, catalog) else dropped(row, "roles")


def _needed(role: str, catalog: Catalog) -> bool:
    """Return whether something in the database is the role's, or is granted to it or by it."""
    grant = (f"{quoted(role)}=", f"/{quoted(role)}")
    for rows in catalog.families.values():
        for row in rows.values():
            if getattr(row, "owner", "") == role:
                return True
            if any(one.startswith(grant[0]) or one.endswith(grant[1])
                   for one in getattr(row, "acl", ()) or ()):  # fmt: skip
                return True
    policies = catalog.families["policies"].values()
    return any(role in one.roles for one in policies)


MAKING = Making(
    create=_create, drop=_drop, then=lambda whole: list(_settings(whole)),
    again=lambda whole: False,
    loses="its memberships, and is refused where another database needs it",
)  # fmt: skip
