"""The end of a run: what was verified, in the categories of a migration's checklist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "schema version": ("schema_version",),
    "tables": ("tables.exists", "tables.absent", "tables.exact", "schemas", "extensions",
               "unmanaged"),
    "table structures": ("tables", "views", "materialized_views",
                         "sequences", "partitions", "columns", "primary_key", "foreign_keys",
                         "unique_constraints", "exclusions", "checks", "triggers",
                         "types", "domain_checks", "ranges", "rewrite_rules", "statistics",
                         "rules.primary_key", "rules.no_conflicting_definitions",
                         "rules.foreign_key_types", "rules.constraints_validated",
                         "rules.keys_have_room", "rules.sequences_owned",
                         "rules.no_unlogged_tables", "rules.timestamps_with_time_zone",
                         "rules.naming", "rules.no_extensions_in_public"),
    "vector dimensions": ("vectors", "vector_columns.exists", "vector_columns.absent",
                          "vector_columns.exact", "vector_columns.dimensions",
                          "vector_columns.type", "rules.one_vector_dimension"),
    "vector search": ("vector_columns", "vector_index", "vector_data", "vector_recall",
                      "vector_search"),
    "migrations": ("migrations", "budget", "ledger", "rules.no_destructive_statements",
                   "rules.no_blocking_statements", "rules.no_rollbacks", "rules.no_credentials"),
    "function security": ("functions", "aggregates", "event_triggers", "languages",
                          "casts", "operators", "operator_classes",
                          "rules.no_security_definer",
                          "rules.function_search_path",
                          "rules.definer_search_path", "rules.no_dangling_references",
                          "rules.definer_functions_pinned", "rules.no_definer_for_clients",
                          "rules.no_dynamic_sql_as_owner", "rules.function_bodies",
                          "rules.no_leaking_definers", "rules.no_injectable_definers",
                          "rules.no_shadowed_definers"),
    "RLS policies": ("rls", "policies", "rules.row_level_security", "rules.rls_on_created_tables",
                     "rules.rls_forced", "rules.rls_has_policies", "rules.policies_in_force",
                     "rules.policies_for_users", "rules.no_always_true_writes",
                     "rules.no_anonymous_writes", "rules.no_user_metadata_in_policies",
                     "rules.auth_called_once", "rules.one_permissive_policy",
                     "rules.views_security_invoker", "rules.no_exposed_materialized_views",
                     "rules.no_exposed_foreign_tables", "rules.no_exposed_auth_users",
                     "rules.no_default_privileges_for_public"),
    "access": ("access", "access_tables"),
    "database": ("databases", "tablespaces"),
    "replication": ("publications", "published_tables", "subscriptions"),
    "foreign data": ("wrappers", "foreign_servers", "user_mappings", "foreign_tables"),
    "roles and grants": ("roles", "memberships", "privileges", "grants", "default_privileges",
                         "schema_defaults"),
    "indexes": ("indexes", "rules.foreign_keys_indexed", "rules.no_duplicate_indexes",
                "rules.no_overlapping_indexes", "rules.indexes_valid",
                "rules.no_leftover_indexes"),
    "data integrity": ("data", "queries", "preserved", "allow_functions"),
}  # fmt: skip
"""Checks, or families of checks, of each category."""

_BY_CHECK = {check: name for name, checks in CATEGORIES.items() for check in checks}


def category(check: str) -> str:
    """Return the category of a check."""
    return _BY_CHECK.get(check) or _BY_CHECK[check.partition(".")[0]]


OUTCOMES = ("passed", "failed", "undetermined", "skipped", "warned", "known")


@dataclass(slots=True)
class Tally:
    """What happened in one category."""

    passed: int = 0
    failed: int = 0
    undetermined: int = 0
    skipped: int = 0
    warned: int = 0
    known: int = 0
    seconds: float = 0.0

    def count(self, outcome: str, seconds: float) -> None:
        """Add one expectation; `outcome` is the name of a number, or another plugin's own."""
        if outcome in OUTCOMES:  # one that is run again is counted when that has come out
            setattr(self, outcome, getattr(self, outcome) + 1)
        self.seconds += seconds


def summary(tallies: Mapping[str, Tally], width: int = 100) -> Iterator[str]:
    """Yield the lines of the table, as many categories beside each other as fit."""
    cells = [_cell(name, tallies[name]) for name in CATEGORIES if name in tallies]
    columns = max(1, min(3, (width - 2) // 40))
    for start in range(0, len(cells), columns):
        yield "  " + "".join(f"{cell:<39} " for cell in cells[start : start + columns]).rstrip()


MANY = 10
"""Expectations that are worth a line when none of them was looked at, for one reason."""
MOST = 5
"""Such lines."""


def causes(reasons: Mapping[str, int]) -> Iterator[str]:
    """Yield for the most frequent reasons how many expectations nobody looked at."""
    many = sorted(((count, reason) for reason, count in reasons.items()), reverse=True)
    for count, reason in [one for one in many if one[0] >= MANY][:MOST]:
        yield f"  - not looked at: {count}, because {reason}"


def _cell(name: str, tally: Tally) -> str:
    wrong = tally.failed + tally.undetermined
    others = {"skipped": tally.skipped, "warned": tally.warned, "known": tally.known}
    total = tally.passed + wrong + sum(others.values())
    mark = "✗" if tally.failed else "?" if tally.undetermined else "!" if tally.warned else ""
    count = f"{wrong} of {total}" if wrong else f"{tally.passed or ''}"
    if not wrong:
        count += "".join(f" {number} {word}" for word, number in others.items() if number)
    return (
        f"{mark or ('✓' if tally.passed else '-')} {name:<17} {count:>13} {_time(tally.seconds):>5}"
    )


def _time(seconds: float) -> str:
    return f"{seconds * 1000:.0f}ms" if seconds < 0.9995 else f"{seconds:.1f}s"
