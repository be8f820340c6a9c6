"""What each of pgTAP's functions takes, and what of a file of expectations says the same.

Of each function there are its arguments, where in the file it is said, and what. A `?` marks an
argument that may be missing, `|` separates lists of which no other combination exists, `[]` stands
for an array, `*` for a name or an array of names. In the place and in what is said, `{table}` is
the argument, as the file writes names. `docs/guides/pgtap.md` has an example of each.
"""

from typing import Any, NamedTuple

from pytest_schemaverify.authoring.importing.facts import THERE


class Said(NamedTuple):
    """What a function of pgTAP says."""

    arguments: str
    where: str
    what: Any = THERE


_RELATION = "schema table why | table why?"
_OWNED = "schema? {} user why?"
_FUNCTION = "schema? function args[]? why?"
_ROUTINE = "functions/{function}"
_COLUMN = "schema table column why | table column why?"
_COLUMNS = "schema table column* why | table column* why?"
_KINSHIP = "schema table other_schema other depth? why? | table other depth? why?"
_KEYS = "tables/{table}/foreign_keys"
_FK_WITH = "schema table column* other_schema other referenced* why?"
_TYPE = "schema? usertype why?"
_RULE = "tables/{table}/rewrite_rules/{rule}"
_POLICY = "tables/{table}/rls/policies/{policy}"
_INDEX = "schema table index why? | table index | index"
_HELD = "[privileges]"

FUNCTIONS: dict[str, Said] = {
    "has_schema": Said("space why?", "schemas/{space}"),
    "hasnt_schema": Said("space why?", "schemas/{space}", "absent"),
    "has_table": Said("schema? table why?", "tables/{table}"),
    "hasnt_table": Said("schema? table why?", "tables/{table}", "absent"),
    "has_view": Said("schema? table why?", "views/{table}"),
    "hasnt_view": Said("schema? table why?", "views/{table}", "absent"),
    "has_materialized_view": Said(_RELATION, "materialized_views/{table}"),
    "hasnt_materialized_view": Said(_RELATION, "materialized_views/{table}", "absent"),
    "has_sequence": Said("schema? table why?", "sequences/{table}"),
    "hasnt_sequence": Said(_RELATION, "sequences/{table}", "absent"),
    "has_foreign_table": Said("schema? table why?", "tables/{table}/kind", "foreign table"),
    "hasnt_foreign_table": Said("schema? table why?", "tables/{table}", "absent"),
    "has_type": Said(_TYPE, "types/{usertype}"),
    "hasnt_type": Said(_TYPE, "types/{usertype}", "absent"),
    "has_composite": Said(
        "schema usertype why | usertype why?", "types/{usertype}/kind", "composite"
    ),
    "hasnt_composite": Said(
        "schema usertype why | usertype why?", "types/{usertype}/kind", {"not": "composite"}
    ),
    "has_domain": Said(_TYPE, "types/{usertype}/kind", "domain"),
    "hasnt_domain": Said(_TYPE, "types/{usertype}/kind", {"not": "domain"}),
    "has_enum": Said(_TYPE, "types/{usertype}/kind", "enum"),
    "hasnt_enum": Said(_TYPE, "types/{usertype}/kind", {"not": "enum"}),
    "has_function": Said(_FUNCTION, _ROUTINE),
    "hasnt_function": Said(_FUNCTION, _ROUTINE, "absent"),
    "hasnt_extension": Said("schema? name why?", "extensions/{name}", "absent"),
    "has_role": Said("user why?", "roles/{user}"),
    "hasnt_role": Said("user why?", "roles/{user}", "absent"),
    "has_user": Said("user why?", "roles/{user}/login", True),
    "hasnt_user": Said("user why?", "roles/{user}/login", False),
    "has_group": Said("user why?", "roles/{user}"),
    "hasnt_group": Said("user why?", "roles/{user}", "absent"),
    "has_language": Said("name why?", "languages/{name}"),
    "hasnt_language": Said("name why?", "languages/{name}", "absent"),
    "has_trigger": Said("schema? table trigger why?", "tables/{table}/triggers/{trigger}"),
    "hasnt_trigger": Said(
        "schema? table trigger why?", "tables/{table}/triggers/{trigger}", "absent"
    ),
    "has_rule": Said("schema? table rule why?", _RULE),
    "hasnt_rule": Said("schema? table rule why?", _RULE, "absent"),
    # Columns
    "has_column": Said(_COLUMN, "tables/{table}/columns/{column}"),
    "hasnt_column": Said(_COLUMN, "tables/{table}/columns/{column}", "absent"),
    "col_not_null": Said(
        "schema? table column why?", "tables/{table}/columns/{column}/nullable", False
    ),
    "col_is_null": Said(
        "schema? table column why?", "tables/{table}/columns/{column}/nullable", True
    ),
    "col_has_default": Said(_COLUMN, "tables/{table}/columns/{column}/default", {"not": "absent"}),
    "col_hasnt_default": Said(_COLUMN, "tables/{table}/columns/{column}/default", "absent"),
    "col_type_is": Said(
        "schema table column type_schema type why? | schema? table column type why?",
        "tables/{table}/columns/{column}/type",
        "{type}",
    ),
    # Constraints and indexes
    "hasnt_pk": Said(_RELATION, "tables/{table}/primary_key/columns", []),
    "col_is_pk": Said(_COLUMNS, "tables/{table}/primary_key/columns", "[column]"),
    "col_isnt_pk": Said(_COLUMNS, "tables/{table}/primary_key/columns", {"not": "[column]"}),
    "has_fk": Said(_RELATION, f"{_KEYS}/*"),
    "hasnt_fk": Said(_RELATION, f"{_KEYS}/exact", True),
    "col_is_fk": Said(_COLUMNS, f"{_KEYS}/{{column}}"),
    "col_isnt_fk": Said(_COLUMNS, f"{_KEYS}/{{column}}", "absent"),
    "fk_ok": Said(
        f"{_FK_WITH} | table column* other referenced* why?",
        f"{_KEYS}/{{column}}",
        "{other}({referenced})",
    ),
    "has_unique": Said(
        "schema:text table:text why | table:text why?", "tables/{table}/unique_constraints/*"
    ),
    "col_is_unique": Said("schema? table column* why?", "tables/{table}/unique", ["[column]"]),
    "has_check": Said(_RELATION, "tables/{table}/checks/*"),
    "hasnt_index": Said("schema? table index why?", "tables/{table}/indexes/{index}", "absent"),
    "index_is_unique": Said(_INDEX, "tables/{table}/indexes/{index}/unique", True),
    "index_is_primary": Said(_INDEX, "tables/{table}/primary_key/name", "{index}"),
    "index_is_type": Said(
        "schema table index method why? | table index method | index method",
        "tables/{table}/indexes/{index}/method",
        "{method}",
    ),
    "is_clustered": Said(_INDEX, "tables/{table}/indexes/{index}/clustered", True),
    # Partitions and inheritance
    "is_partitioned": Said("schema? table why?", "tables/{table}/kind", "partitioned table"),
    "isnt_partitioned": Said("schema? table why?", "tables/{table}/partitioned_by", "absent"),
    "is_partition_of": Said(
        "schema table other_schema other why? | table other why?",
        "tables/{other}/partitions/{table}",
    ),
    "is_ancestor_of": Said(_KINSHIP, "tables/{other}/inherits", ["{table}"]),
    "isnt_ancestor_of": Said(_KINSHIP, "tables/{other}/inherits", {"not": ["{table}"]}),
    "is_descendent_of": Said(_KINSHIP, "tables/{table}/inherits", ["{other}"]),
    "isnt_descendent_of": Said(_KINSHIP, "tables/{table}/inherits", {"not": ["{other}"]}),
    # Functions, triggers, rules and policies
    "function_lang_is": Said(
        "schema? function args[]? language why?", f"{_ROUTINE}/language", "{language}"
    ),
    "function_returns": Said("schema? function args[]? type why?", f"{_ROUTINE}/returns", "{type}"),
    "is_definer": Said(_FUNCTION, f"{_ROUTINE}/security", "definer"),
    "isnt_definer": Said(_FUNCTION, f"{_ROUTINE}/security", "invoker"),
    "is_strict": Said(_FUNCTION, f"{_ROUTINE}/strict", True),
    "isnt_strict": Said(_FUNCTION, f"{_ROUTINE}/strict", False),
    "is_normal_function": Said(_FUNCTION, f"{_ROUTINE}/kind", "function"),
    "isnt_normal_function": Said(_FUNCTION, f"{_ROUTINE}/kind", {"not": "function"}),
    "is_aggregate": Said(_FUNCTION, f"{_ROUTINE}/kind", "aggregate"),
    "isnt_aggregate": Said(_FUNCTION, f"{_ROUTINE}/kind", {"not": "aggregate"}),
    "is_window": Said(_FUNCTION, f"{_ROUTINE}/kind", "window function"),
    "isnt_window": Said(_FUNCTION, f"{_ROUTINE}/kind", {"not": "window function"}),
    "is_procedure": Said(_FUNCTION, f"{_ROUTINE}/kind", "procedure"),
    "isnt_procedure": Said(_FUNCTION, f"{_ROUTINE}/kind", {"not": "procedure"}),
    "volatility_is": Said(
        "schema? function args[]? volatility why?", f"{_ROUTINE}/volatility", "{volatility}"
    ),
    "trigger_is": Said(
        "schema table trigger other_schema routine why? | table trigger routine why?",
        "tables/{table}/triggers/{trigger}/function",
        "{routine}()",
    ),
    "rule_is_instead": Said("schema? table rule why?", f"{_RULE}/instead", True),
    "rule_is_on": Said("schema? table rule event why?", f"{_RULE}/event", "{event}"),
    "policy_roles_are": Said("schema? table policy roles[] why?", f"{_POLICY}/roles", "[roles]"),
    "policy_cmd_is": Said("schema? table policy command why?", f"{_POLICY}/command", "{command}"),
    # Types and languages
    "enum_has_labels": Said("schema? usertype labels[] why?", "types/{usertype}/enum", "[labels]"),
    "domain_type_is": Said(
        "schema domain:text type_schema type why? | schema? domain:text type why?",
        "types/{domain}/domain",
        "{type}",
    ),
    "domain_type_isnt": Said(
        "schema domain:text type_schema type why? | schema? domain:text type why?",
        "types/{domain}/domain",
        {"not": "{type}"},
    ),
    "language_is_trusted": Said("name why?", "languages/{name}/trusted", True),
    # Roles and owners
    "is_superuser": Said("user why?", "roles/{user}/superuser", True),
    "isnt_superuser": Said("user why?", "roles/{user}/superuser", False),
    "schema_owner_is": Said("space user why?", "schemas/{space}/owner", "{user}"),
    "table_owner_is": Said(_OWNED.format("table"), "tables/{table}/owner", "{user}"),
    "foreign_table_owner_is": Said(_OWNED.format("table"), "tables/{table}/owner", "{user}"),
    "view_owner_is": Said(_OWNED.format("table"), "views/{table}/owner", "{user}"),
    "materialized_view_owner_is": Said(
        _OWNED.format("table"), "materialized_views/{table}/owner", "{user}"
    ),
    "sequence_owner_is": Said(_OWNED.format("table"), "sequences/{table}/owner", "{user}"),
    "composite_owner_is": Said(_OWNED.format("usertype"), "types/{usertype}/owner", "{user}"),
    "type_owner_is": Said(_OWNED.format("usertype"), "types/{usertype}/owner", "{user}"),
    "index_owner_is": Said("schema? table index user why?", "tables/{table}/owner", "{user}"),
    "function_owner_is": Said("schema? function args[] user why?", f"{_ROUTINE}/owner", "{user}"),
    "language_owner_is": Said("name user why?", "languages/{name}/owner", "{user}"),
    "opclass_owner_is": Said(
        _OWNED.format("opclass"), "operator_classes/{opclass}/owner", "{user}"
    ),
    "tablespace_owner_is": Said("name user why?", "tablespaces/{name}/owner", "{user}"),
    # Privileges
    "schema_privs_are": Said(
        "space user privileges[] why?", "schemas/{space}/grants/{user}", _HELD
    ),
    "table_privs_are": Said(
        "schema? table user privileges[] why?", "tables/{table}/grants/{user}", _HELD
    ),
    "sequence_privs_are": Said(
        "schema? table user privileges[] why?", "sequences/{table}/grants/{user}", _HELD
    ),
    "column_privs_are": Said(
        "schema? table column user privileges[] why?",
        "tables/{table}/columns/{column}/grants/{user}",
        _HELD,
    ),
    "function_privs_are": Said(
        "schema? function args[] user privileges[] why?", f"{_ROUTINE}/grants/{{user}}", _HELD
    ),
    "fdw_privs_are": Said("name user privileges[] why?", "wrappers/{name}/grants/{user}", _HELD),
    "server_privs_are": Said(
        "name user privileges[] why?", "foreign_servers/{name}/grants/{user}", _HELD
    ),
    "tablespace_privs_are": Said(
        "name user privileges[] why?", "tablespaces/{name}/grants/{user}", _HELD
    ),
    # Casts, operators and tablespaces
    "cast_context_is": Said(
        "source target context:text why?", "casts/{source} as {target}/context", "{context}"
    ),
    "has_opclass": Said("schema? opclass why?", "operator_classes/{opclass}"),
    "hasnt_opclass": Said("schema? opclass why?", "operator_classes/{opclass}", "absent"),
    "hasnt_tablespace": Said("name why?", "tablespaces/{name}", "absent"),
}
"""Functions that say one thing of one object."""

NAMED: dict[str, Said] = {
    "can": Said("schema? functions[] why?", "functions"),
    "schemas_are": Said("spaces[] why?", "schemas"),
    "tables_are": Said("schema? tables[] why?", "tables"),
    "partitions_are": Said("schema? table tables[] why?", "tables/{table}/partitions"),
    "views_are": Said("schema? tables[] why?", "views"),
    "materialized_views_are": Said("schema? tables[] why?", "materialized_views"),
    "sequences_are": Said("schema? tables[] why?", "sequences"),
    "indexes_are": Said("schema? table names[] why?", "tables/{table}/indexes"),
    "triggers_are": Said("schema? table names[] why?", "tables/{table}/triggers"),
    "rules_are": Said("schema? table names[] why?", "tables/{table}/rewrite_rules"),
    "policies_are": Said("schema? table names[] why?", "tables/{table}/rls/policies"),
    "functions_are": Said("schema? functions[] why?", "functions"),
    "types_are": Said("schema? types[] why?", "types"),
    "languages_are": Said("names[] why?", "languages"),
    "roles_are": Said("names[] why?", "roles"),
    "opclasses_are": Said("schema? opclasses[] why?", "operator_classes"),
    "tablespaces_are": Said("names[] why?", "tablespaces"),
    "extensions_are": Said("schema? names[] why?", "extensions"),
}
"""Functions that name all objects of a kind; `can` alone leaves room for others."""
