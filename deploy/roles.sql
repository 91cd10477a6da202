-- Two roles: the owner migrates and prunes, the application works. Run as the owner of the database
-- after `protect migrate`, and again after each upgrade:
--   psql "$OWNER_URL" -v app=protect_app -f deploy/roles.sql
GRANT USAGE ON SCHEMA public TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";
-- What was done stays written down.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry, audit_checkpoint FROM :"app";
-- Nobody changes the schema but its owner.
REVOKE CREATE ON SCHEMA public FROM :"app";
-- Erased rows leave no bytes behind for longer than they must: `protect vault erase-due` cleans these
-- tables. PostgreSQL 17 lets who is granted MAINTAIN do it; before, only the owner, or autovacuum.
SET protect.app = :'app';
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 170000 THEN
        EXECUTE format(
            'GRANT MAINTAIN ON vault_record, vault_sealed, vault_sealedfile, vault_dekwrap, '
            'vault_manifest TO %I',
            current_setting('protect.app')
        );
    END IF;
END $$;
