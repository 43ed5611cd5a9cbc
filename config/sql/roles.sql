-- The roles of Trạm and what each may do. Run by a superuser while connected to the product's database; running it again
-- changes nothing. Passwords are set elsewhere, so this file holds no secret.
--
--   tram_owner      signs in for migrations only: owns the database and its tables
--   tram_app        signs in for web and worker: owns nothing, reads and writes rows where a table lets it
--   tram_ledger     never signs in: owns the ledger's functions and has the only write rights on the ledger's tables
--   tram_own_clock  never signs in: its members may record at a moment other than the database's clock shows

DO $roles$
DECLARE
    role record;
BEGIN
    FOR role IN
        SELECT * FROM (VALUES
            ('tram_owner', 'LOGIN'),
            ('tram_app', 'LOGIN'),
            ('tram_ledger', 'NOLOGIN'),
            ('tram_own_clock', 'NOLOGIN')
        ) AS wanted (name, login)
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role.name) THEN
            EXECUTE format('CREATE ROLE %I', role.name);
        END IF;
        EXECUTE format(
            'ALTER ROLE %I %s NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT',
            role.name, role.login
        );
    END LOOP;
END
$roles$;

-- A migration makes a function and hands it over (ALTER FUNCTION … OWNER TO tram_ledger), and replaces it later.
GRANT tram_ledger TO tram_owner WITH INHERIT TRUE, SET TRUE;
GRANT tram_own_clock TO tram_owner WITH INHERIT TRUE, SET TRUE;

-- Where a migration and a dose wait for each other, it is the migration that finds out first, and lets go.
GRANT SET ON PARAMETER deadlock_timeout TO tram_owner;

DO $database$
BEGIN
    EXECUTE format('ALTER DATABASE %I OWNER TO tram_owner', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO tram_app', current_database());
END
$database$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tram_app;
GRANT USAGE, CREATE ON SCHEMA public TO tram_ledger; -- who owns a function must be able to create one

ALTER DEFAULT PRIVILEGES FOR ROLE tram_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tram_app;
ALTER DEFAULT PRIVILEGES FOR ROLE tram_owner GRANT USAGE, SELECT ON SEQUENCES TO tram_app;
