#!/bin/sh
# Makes what docker-compose.yml mounts as secrets, each once, from the system's randomness; what is there stays as it is.
# Only root can enter the folder; the files in it can be read, because each container has a user of its own.
#
#   sh config/production/secrets.sh [folder]
set -eu
folder=${1:-secrets}
umask 077
mkdir -p "$folder"

random() {
    head -c 48 /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'
}

for name in secret_key day_heads_key valkey_password metrics_token \
    database_superuser_password database_owner_password database_app_password database_backup_password; do
    [ -s "$folder/$name" ] || random >"$folder/$name"
done
# Names and photos are sealed by this key: its name, a colon, 32 random bytes.
[ -s "$folder/identity_keys" ] || printf 'k1:%s' "$(head -c 32 /dev/urandom | base64 | tr -d '\n')" >"$folder/identity_keys"
chmod 444 "$folder"/*
echo "Copy $folder/day_heads_key and $folder/identity_keys to where the backups' private key is: without them no restored name is read."
