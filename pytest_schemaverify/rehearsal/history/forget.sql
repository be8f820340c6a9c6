-- Takes away what noted the changes.
drop event trigger if exists schemaverify_changed;
drop event trigger if exists schemaverify_dropped;
drop function pg_catalog.schemaverify_changed();
drop function pg_catalog.schemaverify_dropped();
drop function pg_catalog.schemaverify_grants(text, text, text);
drop table pg_catalog.schemaverify_note, pg_catalog.schemaverify_acl;
drop sequence pg_catalog.schemaverify_number;
