"""Rows that an identity must not see, and how they are recognised in what a function returns."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection, sql

from pytest_schemaverify.behaviour.access.budget import Budget
from pytest_schemaverify.behaviour.access.hostile_values import KnownRow
from pytest_schemaverify.behaviour.access.identities import Identity, acting, ran
from pytest_schemaverify.behaviour.access.policy_owners import owners_by_policies
from pytest_schemaverify.behaviour.access.rows.maker import Maker
from pytest_schemaverify.behaviour.access.statements import Table, Values
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.databases.resource_bounds import holding
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.sql.names import quoted
from pytest_schemaverify.sql.row_values import marked
from pytest_schemaverify.sql.secrets import of_column

_TELLING = re.compile(r".{6,}|\d{4,}", re.DOTALL)
"""A value that is in one row only: no `t`, no `1`, no `draft`."""
_TIME = re.compile(r"\d{4,}-\d\d-\d\d|-?infinity")
"""A date or a time: many rows are made at once."""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MOST = 200
_STRANGER = "99999999-9999-4999-8999-999999999999"


@dataclass(frozen=True, slots=True)
class Secret(KnownRow):
    """A row that an identity cannot read; its key is where it is."""

    def shown(self, told: Collection[str]) -> str:
        """Return the row in one line: what tells it apart first, then what was told."""
        first = next(iter(self.values))
        names = [name for name, text in self.values.items() if text in told and name != first]
        chosen = {n: of_column(n, self.values[n][:40]) for n in [first, *names][:4]}
        shown = ", ".join(f"{n} = {text}" for n, text in chosen.items())
        return f"{self.table}: {marked(shown)}"


@dataclass(slots=True)
class Secrets:
    """What one identity cannot read."""

    rows: list[Secret] = field(default_factory=list)
    shared: list[Secret] = field(default_factory=list)
    """Rows that it can read and that are not its own."""
    drafts: dict[Table, Values] = field(default_factory=dict)
    """Rows that tables would take, and that are not there."""
    tokens: dict[str, Secret] = field(default_factory=dict)
    """Values by which such a row is recognised, and that no readable row has."""

    @property
    def places(self) -> set[tuple[str, str]]:
        """Tables and places of the rows."""
        return {(one.table, one.key) for one in self.rows}

    def told(self, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Secret, set[str]]]:
        """Return the rows that an answer tells of with what it tells, most of it first."""
        found: dict[int, tuple[Secret, set[str]]] = {}
        for row in rows:
            text = "\n".join(str(value) for value in row)
            words = set(re.split(r"[\s,()\"{}\[\]:]+", text))
            for token, secret in self.tokens.items():
                # A short value is part of other words by accident.
                if token in words or (len(token) >= 8 and token in text):
                    found.setdefault(id(secret), (secret, set()))[1].add(token)
        return sorted(found.values(), key=lambda one: -len(one[1]))


def fill(
    connection: Connection[Any], catalog: Catalog, tables: Iterable[Table],
    identities: Iterable[Identity],
) -> dict[str, str]:  # fmt: skip
    """Make rows of each identity, and of a stranger, in tables.

    Returns why there are none, for each table that takes none.
    """
    tables = list(tables)
    owners = {table: column for table in tables if (column := owner_of(catalog, table))}
    maker = Maker(connection, catalog, owners)
    whose = {sub: one.name for one in identities if (sub := one.claim("sub"))}
    problems = {}
    budget = Budget(holding(connection).bounds)
    for table in tables:
        if budget.spent:
            problems[quoted(*table)] = budget.spent
            continue
        try:
            with budget.call(), connection.transaction():
                _fill(maker, table, owners.get(table, ""), whose)
        except CannotDetermine as error:
            if connection.closed:
                raise
            problems[quoted(*table)] = str(error).partition("because ")[2].partition("\n")[0]
        except psycopg.Error as error:
            problems[quoted(*table)] = error.diag.message_primary or str(error)
    return problems


def _fill(maker: Maker, table: Table, owner: str, whose: Mapping[str, str]) -> None:
    if not owner:
        maker.row(table, {}, "somebody")
        return
    for sub, label in {**whose, _STRANGER: "stranger"}.items():
        try:
            with maker.connection.transaction():
                maker.row(table, {owner: sub}, label)
        except (CannotDetermine, psycopg.Error):
            if maker.connection.closed:
                raise
            # There may be one already, made for another table or by a trigger.
            query = sql.SQL("select from {} where {}::text = {} limit 1").format(
                sql.Identifier(*table), sql.Identifier(owner), sql.Literal(sub)
            )
            if maker.connection.execute(query).fetchone() is None:
                raise


def owner_of(catalog: Catalog, table: Table) -> str:
    """Return the column that says whose a row is; "" if none is known.

    It is the one that refers to `auth.users`, or that policies compare with who is there.
    """
    rows = [
        row for row in catalog.of_table("constraints", *table)
        if row.references and row.references[:2] == ("auth", "users") and len(row.columns) == 1
    ]  # fmt: skip
    named = sorted((row.columns[0] for row in rows), key=lambda name: (name != "user_id", name))
    compared = [
        one.column
        for one in owners_by_policies(catalog, table)
        if one.claim == "sub" and not one.setting
    ]
    return next((str(name) for name in (*named, *compared)), "")


def hidden(
    connection: Connection[Any], catalog: Catalog, scope: Iterable[str], identity: Identity
) -> Secrets:
    """Return the rows of some schemas that an identity cannot read in any table."""
    schemas = set(scope)
    found = Secrets()
    readable: set[str] = set(filter(None, [identity.claim("sub")]))
    for table, row in catalog.families["tables"].items():
        # What is behind a foreign table is on another server, which may not be there.
        if table[0] in schemas and row.kind != "foreign table":
            every, seen = _all_and_readable(connection, catalog, table, identity)
            for key, values in every.items():
                secret = Secret(quoted(*table), key, values)
                if key in seen:
                    readable |= set(values.values())
                    if identity.claim("sub") not in values.values():
                        found.shared.append(secret)
                elif len(found.rows) < _MOST:
                    found.rows.append(secret)
    often = Counter(value for secret in found.rows for value in set(secret.values.values()))
    for secret in found.rows:
        for value in secret.values.values():
            alone = often[value] == 1 or _UUID.fullmatch(value)
            if alone and value not in readable and _telling(value):
                found.tokens.setdefault(value, secret)
    return found


def _telling(value: str) -> bool:
    return bool(_TELLING.fullmatch(value)) and not _TIME.match(value)


def _all_and_readable(
    connection: Connection[Any], catalog: Catalog, table: tuple[str, ...], identity: Identity
) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Return the rows of a table as text, and the keys of those that the identity can read."""
    columns = [
        one.name for one in catalog.of_table("columns", table[0], table[1])
        if not re.search(r"vector|halfvec|bytea|tsvector", one.type)
    ]  # fmt: skip
    listed = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(one)) for one in columns)
    name = sql.Identifier(*table)
    place = sql.SQL("select tableoid::text || ctid::text")
    every = connection.execute(
        sql.SQL("{}, {} from {} limit {}").format(place, listed, name, _MOST)
    ).fetchall()
    with acting(connection, identity):
        seen = ran(connection, sql.SQL("{} from {}").format(place, name))
    rows = {
        row[0]: {name: text for name, text in zip(columns, row[1:], strict=True) if text}
        for row in every
    }
    own = {key for key, values in rows.items() if identity.claim("sub") in values.values()}
    return rows, {row[0] for row in seen.rows} | own


def places(connection: Connection[Any], table: Table) -> set[str]:
    """Return where the present versions of the rows of a table are."""
    query = sql.SQL("select tableoid::text || ctid::text from {} limit 1000")
    return {row[0] for row in connection.execute(query.format(sql.Identifier(*table))).fetchall()}
