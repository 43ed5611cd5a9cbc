#!/bin/sh
# The product's roles in the database of docker-compose.yml, their passwords from mounted files. The image runs it once, in
# an empty cluster; again after an upgrade that changes config/sql, or for new passwords:
#
#   docker compose exec db sh /docker-entrypoint-initdb.d/10-tram.sh
set -eu
database=${POSTGRES_DB:-tram}
superuser=${POSTGRES_USER:-tram_super}
secrets=${TRAM_SECRETS:-/run/secrets}
sql=${TRAM_SQL:-/tram/sql}
PGPASSWORD=$(cat "$secrets/database_superuser_password")
export PGPASSWORD

run() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$superuser" --dbname "$database" "$@"
}

run --file "$sql/roles.sql"
run --file "$sql/backup.sql"
for role in owner app backup; do
    run --set role="tram_$role" --set word="$(cat "$secrets/database_${role}_password")" <<'SQL'
SET password_encryption = 'scram-sha-256';
ALTER ROLE :"role" PASSWORD :'word';
SQL
done

# Who copies the cluster comes in by a line of its own: "all" does not mean replication.
hba=$(run --tuples-only --no-align --command "SHOW hba_file")
grep -q tram_backup "$hba" || echo "host replication tram_backup samenet scram-sha-256" >>"$hba"
run --tuples-only --command "SELECT pg_reload_conf()" >/dev/null
