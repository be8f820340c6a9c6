"""Such checks of what is no table: roles, types, functions and what belongs to the database."""

from collections.abc import Callable, Mapping
from typing import Any

from pytest_schemaverify.catalog import Row
from pytest_schemaverify.kinds.objects import as_name

from .attribute import Attribute


def _function(change: str, *, able: Callable[[Row, Any], bool] = lambda row, wanted: True) -> Any:
    """Return what makes the statement that alters a function; no procedure has such attributes."""

    def statement(row: Row, wanted: Any) -> str:
        possible = row.kind != "procedure" and able(row, wanted)
        text: str = row.altered(change.format(wanted)) if possible else ""
        return text.replace("{", "{{").replace("}", "}}")  # as it is, and no template

    return statement


def _returns_a_set(row: Row, wanted: float) -> bool:
    return wanted > 0 and bool(row.returns_set)


def _role(attribute: str, meaning: str) -> Attribute:
    """Return the check of an attribute that roles have or have not, as `create role` calls it."""
    return Attribute(
        summary=f"The role is {attribute}, so {meaning}; or it is not.",
        shown={True: attribute, False: f"no{attribute}"},
        fix={
            True: f"alter role {{name}} {attribute};",
            False: f"alter role {{name}} no{attribute};",
        },
    )


OBJECTS: Mapping[str, Attribute] = {
    "casts.context": Attribute(
        summary="The server makes the cast without being told where it is declared to.",
    ),
    "domain_checks.validated": Attribute(
        summary="The values that were there before have been checked, or have not.",
        shown={True: "validated", False: "not valid"},
        fix={True: "alter domain {domain} validate constraint {name};"},
    ),
    "aggregates.initial": Attribute(
        summary="The aggregate starts with the declared value.",
        shown="starts with {}",
        nothing="starts with NULL",
    ),
    "event_triggers.event": Attribute(
        summary="The event trigger fires at the declared event.",
        read=str.lower,
    ),
    "foreign_servers.type": Attribute(
        summary="The foreign server has the declared type.",
        shown="type {}",
        nothing="no type",
    ),
    "foreign_servers.version": Attribute(
        summary="The foreign server has the declared version.",
        shown="version {}",
        version=True,
        nothing="no version",
    ),
    "foreign_servers.wrapper": Attribute(
        summary="The foreign server belongs to the declared foreign data wrapper.",
        shown="foreign data wrapper {}",
        read=as_name,
    ),
    "foreign_tables.server": Attribute(
        summary="The rows of the foreign table are on the declared server.",
        shown="server {}",
        read=as_name,
    ),
    "functions.cost": Attribute(
        summary="The planner assumes the declared cost of a call.",
        shown="cost {:g}",
        fix=_function("cost {}", able=lambda row, wanted: wanted > 0),
    ),
    "functions.kind": Attribute(
        summary="It is a function, a procedure, an aggregate or a window function, as declared.",
        shown="a {}",
    ),
    "functions.leakproof": Attribute(
        summary="The function is leakproof, or is not.",
        shown={True: "leakproof", False: "not leakproof"},
        fix={True: _function("leakproof"), False: _function("not leakproof")},
    ),
    "functions.parallel": Attribute(
        summary="The function may run in parallel workers, as declared.",
        shown="parallel {}",
        fix=_function("parallel {}"),
    ),
    "functions.rows": Attribute(
        summary="The planner assumes the declared number of rows.",
        shown="{:g} rows",
        fix=_function("rows {}", able=_returns_a_set),
    ),
    "functions.strict": Attribute(
        summary="The function is not called with NULL, or is.",
        shown={True: "strict", False: "called on null input"},
        fix={True: _function("strict"), False: _function("called on null input")},
    ),
    "languages.trusted": Attribute(
        summary="The language keeps functions from what their callers may not do, or does not.",
        shown={True: "trusted", False: "not trusted"},
    ),
    "memberships.admin": Attribute(
        summary="The role may make others members, or may not.",
        shown={True: "with admin option", False: "without admin option"},
        fix={
            True: "grant {name} to {role} with admin option;",
            False: "revoke admin option for {name} from {role};",
        },
    ),
    "memberships.inherit": Attribute(
        summary="The role has the privileges of the other without `set role`, or has not.",
        shown={True: "inherited", False: "not inherited"},
    ),
    "memberships.set": Attribute(
        summary="The role may `set role` to the other, or may not.",
        shown={True: "may set role to it", False: "may not set role to it"},
    ),
    "operator_classes.default": Attribute(
        summary="An index takes the operator class where nothing is said, or does not.",
        shown={True: "the default", False: "not the default"},
    ),
    "operator_classes.method": Attribute(
        summary="The operator class is for the declared index method.",
        shown="using {}",
        read=str.lower,
    ),
    "publications.all_tables": Attribute(
        summary="The publication publishes every table, or does not.",
        shown={True: "for all tables", False: "for some tables"},
    ),
    "publications.via_root": Attribute(
        summary="Changes of partitions are published as those of the whole table, or are not.",
        shown={True: "as the whole table's", False: "as the partition's"},
        fix={
            True: "alter publication {name} set (publish_via_partition_root = true);",
            False: "alter publication {name} set (publish_via_partition_root = false);",
        },
    ),
    "ranges.collation": Attribute(
        summary="The bounds of the range type have the declared collation.",
        nothing="the collation of the subtype",
        shown="collation {}",
        read=as_name,
    ),
    "rewrite_rules.event": Attribute(
        summary="The rule is about the declared command.",
        shown="on {}",
    ),
    "rewrite_rules.instead": Attribute(
        summary="The rule's statement is run instead of the command, or beside it.",
        shown={True: "do instead", False: "do also"},
    ),
    "roles.superuser": _role("superuser", "no privilege is checked for it"),
    "roles.login": _role("login", "it can log in"),
    "roles.createdb": _role("createdb", "it may create databases"),
    "roles.createrole": _role("createrole", "it may create roles"),
    "roles.bypassrls": _role("bypassrls", "row-level security does not apply to it"),
    "roles.replication": _role("replication", "it may start replication"),
    "roles.inherit": _role("inherit", "new memberships give it their privileges"),
    "roles.connection_limit": Attribute(
        summary="The role may have the declared number of connections at once.",
        shown="connection limit {}",
        endless=-1,
        fix="alter role {name} connection limit {value};",
    ),
    "statistics.target": Attribute(
        summary="The statistics keep the declared number of values.",
        shown="target {}",
        endless=-1,
    ),
    "subscriptions.enabled": Attribute(
        summary="The subscription takes changes at present, or does not.",
        shown={True: "enabled", False: "disabled"},
        fix={
            True: "alter subscription {name} enable;",
            False: "alter subscription {name} disable;",
        },
    ),
    "subscriptions.slot": Attribute(
        summary="The subscription uses the declared replication slot.",
        shown="slot {}",
        nothing="no slot",
    ),
    "triggers.constraint": Attribute(
        summary="The trigger is a constraint trigger, or is not.",
        shown={True: "a constraint trigger", False: "an ordinary trigger"},
    ),
    "triggers.deferrable": Attribute(
        summary="The constraint trigger can wait for the end of the transaction, or cannot.",
        shown={True: "deferrable", False: "not deferrable"},
    ),
    "triggers.initially_deferred": Attribute(
        field="deferred",
        summary="The constraint trigger waits for the end of the transaction, or does not.",
        shown={True: "initially deferred", False: "initially immediate"},
    ),
    "triggers.new_table": Attribute(
        summary="The trigger sees the rows after in a transition table of the declared name.",
        shown="new table as {}",
        nothing="no transition table of rows after",
        read=as_name,
    ),
    "triggers.old_table": Attribute(
        summary="The trigger sees the rows before in a transition table of the declared name.",
        shown="old table as {}",
        nothing="no transition table of rows before",
        read=as_name,
    ),
    "types.collation": Attribute(
        summary="The domain has the declared collation.",
        nothing="the collation of its type",
        shown="collation {}",
        read=as_name,
    ),
    "types.kind": Attribute(summary="The type is of the declared kind.", shown="{} type"),
}
