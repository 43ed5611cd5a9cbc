-- The role that copies the cluster and its log (pg_basebackup, pg_receivewal), and may do nothing else: it has no right on
-- any database. Run by a superuser after roles.sql; running it again changes nothing. Its password is set elsewhere.

DO $role$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tram_backup') THEN
        CREATE ROLE tram_backup;
    END IF;
    ALTER ROLE tram_backup LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOINHERIT;
END
$role$;
