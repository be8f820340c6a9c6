"""Which rows there are and whose they are, as expressions of SQL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from psycopg import sql

from pytest_schemaverify.behaviour.access.identities import Identity
from pytest_schemaverify.behaviour.access.statements import Table, Values, cast
from pytest_schemaverify.catalog import Catalog
from pytest_schemaverify.errors import CannotDetermine
from pytest_schemaverify.kinds.columns.row import Column
from pytest_schemaverify.kinds.constraints.row import Constraint
from pytest_schemaverify.sql import names


@dataclass(frozen=True, slots=True)
class Ownership:
    """How a row shows whose it is."""

    column: str = ""
    claim: str = "sub"
    setting: str = ""
    through: tuple[str, ...] = ()
    """Columns of a foreign key: whose the row is that they refer to."""
    shared: str = ""
    """Condition on rows that others may see."""
    public: str = ""
    """Condition on those of them that are for everybody, whoever owns them."""
    also: tuple[str, ...] = ()
    """Further columns that name an owner to whom a row belongs as well."""
    users: tuple[str, ...] = ()
    """Further columns that name a user, by the claim `sub`, where owners are no users."""
    of_user: bool = False
    """The column itself names a user, where other tables have owners who are none."""
    itself: bool = False
    """A row is its owner itself, such as an organisation or a profile."""
    founded: bool = False
    """It is an organisation: whoever adds one names it, so that none is in another's name, and
    adding is not tried."""

    def of(self, identity: Identity) -> str | None:
        """Return what an identity's own rows have there; None if it can own none."""
        if self.setting:
            return identity.settings.get(self.setting)
        return identity.claim(self.claim)


def key_to_owned(
    catalog: Catalog, owners: Mapping[Table, Ownership], table: Table, columns: Sequence[str]
) -> Constraint | None:
    """Return the foreign key of a table on these columns that leads to a table with owners."""
    for row in catalog.of_table("constraints", *table):
        mine = row.kind == "foreign key" and set(columns) <= set(row.columns)
        if mine and row.references and row.references[:2] in owners:
            found: Constraint = row
            return found
    return None


def with_owners_of_parents(
    catalog: Catalog, owners: Mapping[Table, Ownership]
) -> dict[Table, Ownership]:
    """Return the same, where rows that belong to whom a parent's do are told by its claim."""

    def told(table: Table, passed: frozenset[Table] = frozenset()) -> Ownership:
        owner = owners[table]
        key = key_to_owned(catalog, owners, table, owner.through) if owner.through else None
        if key is None or key.references is None or table in passed:
            return owner
        parent = told(key.references[:2], passed | {table})
        return replace(owner, claim=parent.claim, setting=parent.setting)

    return {table: told(table) for table in owners}


@dataclass(slots=True)
class OwnedTables:
    """Tables with rows that have owners."""

    catalog: Catalog
    identities: Mapping[str, Identity]
    owners: dict[Table, Ownership]

    def values(self, table: Table) -> list[str]:
        """Return what the identities' own rows of a table have as owner."""
        owner = self.owners[table]
        found = [owner.of(identity) for identity in self.identities.values()]
        return list(dict.fromkeys(value for value in found if value is not None))

    def key_of(self, table: Table, columns: Sequence[str]) -> Constraint:
        """Return the foreign key on these columns. Raises CannotDetermine if there is none."""
        found = key_to_owned(self.catalog, self.owners, table, columns)
        if found is not None:
            return found
        raise CannotDetermine(
            f"finding whose the rows of {names.quoted(*table)} are",
            because=f"there is no foreign key on {', '.join(columns)} to a table with an `owner`",
            remedy="name the owner's column, or the table that is referred to, with its `owner`",
        )

    def owner_of(self, table: Table, row: str) -> sql.Composed:
        """Return the expression for a row's owner as text; `row` is the alias of the table."""
        owner = self.owners[table]
        if owner.column:
            return sql.SQL("{}::text").format(sql.Identifier(row, owner.column))
        return self._of_parent(table, row, self.owner_of)

    def belongs(self, table: Table, row: str, value: str | None) -> sql.Composed:
        """Return the condition that a row belongs to an owner, alone or among others.

        It is never NULL.
        """
        if not self.owners[table].column:
            inner = self._of_parent(table, row, lambda at, one: self.belongs(at, one, value))
            return sql.SQL("coalesce({}, {})").format(inner, sql.Literal(value is None))
        parts = [
            sql.SQL("{}::text is not distinct from {}::text").format(
                sql.Identifier(row, name), sql.Literal(text)
            )
            for name, text in self.marks(table, value).items()
        ]
        return sql.SQL("({})").format(sql.SQL(" or ").join(parts))

    def marks(self, table: Table, value: str | None) -> dict[str, str | None]:
        """Return what columns have in rows of an owner, each of which is enough."""
        owner = self.owners[table]
        also = owner.also if value is not None else ()
        who = [one for one in self.identities.values() if value and owner.of(one) == value]
        me = who[0].claim("sub") if who else None
        users = owner.users if me is not None else ()
        found: dict[str, str | None] = dict.fromkeys((owner.column, *also), value)
        return found | dict.fromkeys(users, me)

    def _of_parent(
        self, table: Table, row: str, what: Callable[[Table, str], sql.Composed]
    ) -> sql.Composed:
        """Return what an expression gives for the row that says whose this one is."""
        key = self.key_of(table, self.owners[table].through)
        assert key.references is not None
        # An alias of its own on each level, for a table may refer to itself.
        parent, inner = key.references[:2], f"{row}_"
        pairs = zip(key.columns, key.references[2], strict=True)
        return sql.SQL("(select {} from {} as {} where {})").format(
            what(parent, inner),
            sql.Identifier(*parent),
            sql.Identifier(inner),
            sql.SQL(" and ").join(
                sql.SQL("{} = {}").format(sql.Identifier(inner, to), sql.Identifier(row, name))
                for name, to in pairs
            ),
        )

    def owner_column(self, table: Table) -> Column | None:
        """Return the column with the owner, where the table has it. Raises CannotDetermine."""
        owner = self.owners.get(table)
        if owner is None or not owner.column:
            return None
        column = self.columns(table).get(owner.column)
        if column is None:
            raise CannotDetermine(
                f"finding whose the rows of {names.quoted(*table)} are",
                because=f"there is no column {owner.column}",
            )
        return column

    def columns(self, table: Table) -> dict[str, Column]:
        """Return the columns of a table or view."""
        return {column.name: column for column in self.catalog.of_table("columns", *table)}

    def primary_key(self, table: Table) -> tuple[str, ...]:
        """Return the columns of the primary key; () if there is none."""
        for row in self.catalog.of_table("constraints", *table):
            if row.kind == "primary key":
                columns: tuple[str, ...] = row.columns
                return columns
        return ()

    def key(self, table: Table) -> sql.Composed:
        """Return the expression that tells rows of a table apart, as text."""
        # Without a key the place of a row has to do; every attempt is undone, so it stays.
        columns = self.primary_key(table) or ("tableoid", "ctid")
        if len(columns) == 1:
            return sql.SQL("{}::text").format(sql.Identifier("t", columns[0]))
        listed = sql.SQL(", ").join(sql.Identifier("t", name) for name in columns)
        return sql.SQL("row({})::text").format(listed)

    def keys(self, table: Table, keys: Sequence[str]) -> sql.Composed:
        """Return the condition that a row is one of these; the table has the alias `t`."""
        columns = self.primary_key(table)
        if len(columns) != 1:
            return sql.SQL("{} = any ({}::text[])").format(self.key(table), sql.Literal(list(keys)))
        # In the type of the column: as text the comparison could not use the index of the key.
        name, type_ = columns[0], sql.SQL(self.columns(table)[columns[0]].type)
        if len(keys) == 1:
            return sql.SQL("{} = {}::{}").format(
                sql.Identifier("t", name), sql.Literal(keys[0]), type_
            )
        return sql.SQL("{} = any ({}::{}[])").format(
            sql.Identifier("t", name), sql.Literal(list(keys)), type_
        )

    def who(self, table: Table, value: str | None) -> str:
        """Return the name of the identity that a value of an owner's column stands for."""
        owner = self.owners.get(table)
        for identity in self.identities.values():
            if owner is not None and value is not None and owner.of(identity) == value:
                return identity.name
        return "nobody" if value is None else f"somebody else ({value})"

    def whose(self, table: Table, value: str | None) -> str:
        """Return the same as the beginning of a phrase: `bob's`; `a` where there are no owners."""
        return f"{self.who(table, value)}'s" if table in self.owners else "a"

    def condition(self, table: Table, values: Values) -> sql.Composed:
        """Return the condition that columns equal values; the table has the alias `t`."""
        types = {name: column.type for name, column in self.columns(table).items()}
        return sql.SQL(" and ").join(
            sql.SQL("{} = {}").format(sql.Identifier("t", name), cast(text, types[name]))
            for name, text in values.items()
        )
