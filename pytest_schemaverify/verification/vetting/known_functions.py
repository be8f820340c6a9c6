"""Lists volatile functions that are harmless, and stable ones that are not.

A function that is volatile may do anything: https://www.postgresql.org/docs/current/xfunc-volatility.html
"""

_VALUES = """
array_sample array_shuffle random random_normal gen_random_uuid uuidv4 uuidv7
clock_timestamp timeofday
"""
# They make a value, each time a different one, and touch nothing.

_STATE = """
currval lastval pg_sequence_last_value pg_get_sequence_data lo_get
pg_blocking_pids pg_safe_snapshot_blocking_pids pg_lock_status pg_prepared_xact
pg_collation_actual_version pg_database_collation_actual_version
pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system
pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp
pg_get_wal_replay_pause_state pg_is_in_recovery pg_is_wal_replay_paused pg_jit_available
pg_database_size pg_indexes_size pg_relation_size pg_table_size pg_tablespace_size
pg_total_relation_size pg_partition_ancestors pg_partition_tree
pg_last_committed_xact pg_xact_commit_timestamp pg_xact_commit_timestamp_origin
pg_xact_status txid_status pg_notification_queue_usage pg_get_wait_events
pg_replication_origin_progress pg_show_replication_origin_status
pg_stat_get_backend_io pg_stat_get_backend_wal pg_stat_get_io pg_stat_get_recovery_prefetch
pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit pg_stat_get_xact_function_calls
pg_stat_get_xact_function_self_time pg_stat_get_xact_function_total_time
pg_stat_get_xact_numscans pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted
pg_stat_get_xact_tuples_newpage_updated pg_stat_get_xact_tuples_returned
pg_stat_get_xact_tuples_updated pg_stat_have_stats
"""
# They tell what is there at the moment. Functions that read files of the server, such as
# pg_read_file and pg_hba_file_rules, are left out: what they find may be a secret, and would be
# printed.

_TIME = "pg_sleep pg_sleep_for pg_sleep_until"
# They take time, which the limit for a statement bounds.

HARMLESS = frozenset(f"{_VALUES} {_STATE} {_TIME}".split())
"""Volatile functions of pg_catalog that leave nothing behind.

Others are refused. Some do what no rollback undoes (lo_export, pg_create_physical_replication_slot,
pg_terminate_backend, pg_reload_conf, pg_stat_reset). Some keep something for the session, which a
pooler hands to another client (pg_advisory_lock, setseed, set_config); set_config also switches off
time limits. Some run a text as a query (query_to_xml, ts_stat).
"""

OF_EXTENSIONS = frozenset(
    {
        # Random values.
        "pgcrypto.gen_random_bytes", "pgcrypto.gen_random_uuid", "pgcrypto.gen_salt",
        "uuid-ossp.uuid_generate_v1", "uuid-ossp.uuid_generate_v1mc",
        "uuid-ossp.uuid_generate_v4", "tablefunc.normal_rand",
        # They encrypt, with something random.
        "pgcrypto.pgp_sym_encrypt", "pgcrypto.pgp_sym_encrypt_bytea",
        "pgcrypto.pgp_pub_encrypt", "pgcrypto.pgp_pub_encrypt_bytea",
        # They show what was counted.
        "pg_stat_statements.pg_stat_statements", "pg_stat_statements.pg_stat_statements_info",
    }
)  # fmt: skip
"""Volatile functions of extensions, with the extension's name in front, that do no harm either."""

REFUSED = {
    # They run a text of their arguments, or read the relation that it names, and are stable.
    "connectby", "crosstab", "crosstab2", "crosstab3", "crosstab4", "xpath_table",
    "table_to_xml", "table_to_xml_and_xmlschema", "schema_to_xml", "schema_to_xml_and_xmlschema",
    "database_to_xml", "database_to_xml_and_xmlschema",
}  # fmt: skip
"""Names of functions that are refused although they are not volatile; so is every `dblink…`."""

READING = ("pg_input_is_valid", "pg_input_error_info", "populate_record")
"""Parts of names of functions that read a text as a value of a type, with the type's checks."""
