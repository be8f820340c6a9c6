"""What to write instead of what no file of expectations says; as docs/guides/pgtap.md has it."""

from pytest_schemaverify.authoring.pgtap.words import words

_OWN_TEST = (
    "`assert` in a test of your own, with a connection of the fixtures (guide "
    '"Fixtures for your own tests"); a value from the database also under `data.queries`'
)
_RAISES = "`pytest.raises(psycopg.errors.…)`; what a role may do to rows: `access`"
_TIME = "`statement_timeout` in a test of your own; what migrations cost: `migrations.budget`"

_OF_VALUES = words("""
    ok is isnt isa_ok cmp_ok matches imatches doesnt_match doesnt_imatch alike ialike
    unalike unialike pass fail
""")

ASSERTIONS: dict[str, str] = {
    **dict.fromkeys(_OF_VALUES, _OWN_TEST),
    **dict.fromkeys(
        words("throws_ok throws_like throws_ilike throws_matching throws_imatching lives_ok"),
        _RAISES,
    ),
    **dict.fromkeys(words("performs_ok performs_within"), _TIME),
    "skip": '`skip: reason` at an expectation, or `when: {server: ">= 15"}`',
    "check_test": "this is for pgTAP's own tests",
    **dict.fromkeys(
        words("has_rightop hasnt_rightop"), "there are no postfix operators since PostgreSQL 14"
    ),
}
"""Assertions by function, each with what to write in Python, or under another key."""

RUNNING = words("""
    plan no_plan finish num_failed add_result collect_tap diag diag_test_name todo
    todo_start todo_end in_todo runtests do_tap findfuncs pgtap_version pg_version
    pg_version_num os_name format_type_string display_oper
""")
"""Functions that assert nothing."""

UNSAID: dict[str, str] = {
    "col_has_check": "its expression is not in the call; write `checks: {NAME: EXPRESSION}`",
    "index_is_partial": "its condition is not in the call; write `indexes: {NAME: {where: …}}`",
    "is_indexed": "the name of the index is not in the call; write `indexes: {NAME: create index "
    "on TABLE (…)}`, or of every foreign key at once `rules: {foreign_keys_indexed: true}`",
    "has_inherited_tables": "it does not name them; write `tables: {HEIR: {inherits: [TABLE]}}`",
    "any_column_privs_are": "it does not say which columns; write `columns: {NAME: {grants: …}}`",
    "language_privs_are": "it counts what everyone holds; write `languages: {NAME: {grants: "
    "{public: [usage]}}}`",
    "database_privs_are": "it counts what everyone holds; write `database: {grants: {ROLE: [], "
    "public: [connect, temporary]}}`",
    "results_ne": "write one query that is true where they differ, `returns: true`",
    "casts_are": "it counts the casts of the server and of extensions, which need no name here; "
    "write `casts: {exact: true, SOURCE as TARGET: {}}`",
}
"""Functions that docs/guides/pgtap.md maps, but whose calls lack what has to be written."""
