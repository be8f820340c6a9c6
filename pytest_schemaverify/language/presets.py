"""Presets: what each rule is about, and which presets ask for it since when."""

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Literal, NamedTuple

from .other_words import did_you_mean

PRESETS = ("recommended", "supabase", "strict")
"""The presets; each has the rules of those before it."""
Concern = Literal["security", "correctness", "performance", "style"]
CONCERNS: tuple[Concern, ...] = ("security", "correctness", "performance", "style")
"""What a rule is about, the worst first."""


class Held(NamedTuple):
    """What is known of a rule beside its check."""

    preset: str
    """The smallest preset that asks for it, "" for none."""
    since: str
    """The minor version of the plugin since which it does."""
    concern: Concern
    advisor: str = ""
    """The lint of Supabase's advisors that looks for the same."""
    clients: bool = False
    """Whether it is about what clients reach, and so needs one of the roles that they come as."""


# A rule joins a preset only with a minor version, which stands here and, by that, on the page: so
# that who pins `supabase@0.1` keeps the rules of that version.
RULES: Mapping[str, Held] = {
    "primary_key": Held("recommended", "0.1", "correctness", "no_primary_key"),
    "foreign_keys_indexed": Held("recommended", "0.1", "performance", "unindexed_foreign_keys"),
    "foreign_key_types": Held("recommended", "0.1", "performance"),
    "constraints_validated": Held("recommended", "0.1", "correctness"),
    "keys_have_room": Held("recommended", "0.1", "correctness"),
    "no_duplicate_indexes": Held("recommended", "0.1", "performance", "duplicate_index"),
    "indexes_valid": Held("recommended", "0.1", "performance", "invalid_index"),
    "no_leftover_indexes": Held("recommended", "0.1", "performance"),
    "no_unlogged_tables": Held("recommended", "0.1", "correctness"),
    "function_bodies": Held("recommended", "0.1", "correctness"),
    "immutable_functions": Held("recommended", "0.1", "correctness"),
    "no_credentials": Held("recommended", "0.1", "security"),
    "no_conflicting_definitions": Held("recommended", "0.1", "correctness"),
    "no_dangling_references": Held("recommended", "0.1", "correctness"),
    "one_vector_dimension": Held("recommended", "0.1", "correctness"),
    "policies_in_force": Held("recommended", "0.1", "security", "policy_exists_rls_disabled"),
    "policies_for_users": Held("recommended", "0.1", "correctness"),
    "no_always_true_writes": Held("recommended", "0.1", "security", "rls_policy_always_true"),
    "no_anonymous_writes": Held("recommended", "0.1", "security"),
    "no_self_comparisons": Held("recommended", "0.1", "security"),
    "views_security_invoker": Held("recommended", "0.1", "security", "security_definer_view"),
    "definer_functions_pinned": Held("recommended", "0.1", "security"),
    "no_dynamic_sql_as_owner": Held("recommended", "0.1", "security"),
    "no_leakproof_functions": Held("recommended", "0.1", "security"),
    "no_default_privileges_for_public": Held("recommended", "0.1", "security"),
    "row_level_security": Held("supabase", "0.1", "security", "rls_disabled_in_public", True),
    "rls_has_policies": Held("supabase", "0.1", "correctness", "rls_enabled_no_policy"),
    "function_search_path": Held("supabase", "0.1", "security", "function_search_path_mutable"),
    "no_definer_for_clients": Held(
        "supabase", "0.1", "security", "authenticated_security_definer_function_executable", True
    ),
    "no_leaking_definers": Held("supabase", "0.1", "security", clients=True),
    "no_injectable_definers": Held("supabase", "0.1", "security", clients=True),
    "no_shadowed_definers": Held("supabase", "0.1", "security", clients=True),
    "no_exposed_auth_users": Held("supabase", "0.1", "security", "auth_users_exposed", True),
    "no_exposed_materialized_views": Held(
        "supabase", "0.1", "security", "materialized_view_in_api", True
    ),
    "no_exposed_foreign_tables": Held("supabase", "0.1", "security", "foreign_table_in_api", True),
    "no_user_metadata_in_policies": Held(
        "supabase", "0.1", "security", "rls_references_user_metadata"
    ),
    "no_rights_from_user_metadata": Held("supabase", "0.1", "security"),
    "no_identity_from_headers": Held("supabase", "0.1", "security"),
    "published_tables_secured": Held("supabase", "0.1", "security"),
    "no_published_old_rows": Held("supabase", "0.1", "security"),
    "no_open_files_or_topics": Held("supabase", "0.1", "security"),
    "no_public_buckets": Held("supabase", "0.1", "security"),
    "auth_called_once": Held("supabase", "0.1", "performance", "auth_rls_initplan"),
    "one_permissive_policy": Held("supabase", "0.1", "performance", "multiple_permissive_policies"),
    "no_extensions_in_public": Held("supabase", "0.1", "style", "extension_in_public"),
    "rls_forced": Held("strict", "0.1", "security"),
    "no_destructive_statements": Held("strict", "0.1", "correctness"),
    "no_blocking_statements": Held("strict", "0.1", "correctness"),
    "no_rollbacks": Held("strict", "0.1", "correctness"),
    "sequences_owned": Held("strict", "0.1", "correctness"),
    "timestamps_with_time_zone": Held("strict", "0.1", "correctness"),
    "no_overlapping_indexes": Held("strict", "0.1", "performance"),
    # These say of the files what `row_level_security` and `definer_functions_pinned` say of the
    # database that they build; nobody wants to be told twice.
    "rls_on_created_tables": Held("", "0.1", "security"),
    "definer_search_path": Held("", "0.1", "security"),
    # Hooks and triggers of a healthy project have to run so; the rules about what they give away
    # are in the presets.
    "no_security_definer": Held("", "0.1", "security"),
    "naming": Held("", "0.1", "style"),  # nobody but the project knows its patterns
}

FORM: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "enum": [*PRESETS]},
        {"type": "string", "pattern": rf"^({'|'.join(PRESETS)})@\d+\.\d+$"},
    ]
}
"""JSON Schema of the name of a preset."""


def rules_of(preset: str) -> frozenset[str]:
    """Return the rules that a preset asks for: `supabase`, or as in a version: `supabase@0.1`."""
    name, _, at = preset.partition("@")
    asked = PRESETS[: PRESETS.index(name) + 1]
    return frozenset(
        rule
        for rule, held in RULES.items()
        if held.preset in asked and (not at or _numbers(held.since) <= _numbers(at))
    )


def preset(written: str) -> str:
    """Return the name of a preset. Raises ValueError where there is none of that name."""
    name, sign, at = written.partition("@")
    if name not in PRESETS:
        listed = ", ".join(f"`{one}`" for one in PRESETS)
        told = did_you_mean(name, PRESETS) or f"; there are {listed}"
        raise ValueError(f"`{written}` is no preset of rules{told}")
    if not sign:
        return written
    first = min((held.since for held in RULES.values()), key=_numbers)
    here = ".".join(version("pytest-schemaverify").split(".")[:2])
    if not re.fullmatch(r"\d+\.\d+", at):
        raise ValueError(f"`{written}`: expected a version behind the `@`, like `{name}@{here}`")
    if not _numbers(first) <= _numbers(at) <= _numbers(here):
        raise ValueError(
            f"`{written}`: this is pytest-schemaverify {here}, which knows the presets of {first}"
            f" to {here}; write `{name}@{here}`"
        )
    return written


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
