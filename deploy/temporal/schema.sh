#!/bin/sh
# Tables of Temporal: made, or brought to the version of this image. Can be run again; run it before a new server.
set -eu
SQL_PASSWORD="$(cat /run/secrets/temporal_mot_de_passe)"
export SQL_PASSWORD
outil() {
    base="$1"
    shift
    temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u temporal --db "$base" "$@"
}
for couple in temporal:temporal temporal_visibility:visibility; do
    outil "${couple%%:*}" setup-schema -v 0.0
    outil "${couple%%:*}" update-schema -d "/etc/temporal/schema/postgresql/v12/${couple##*:}/versioned"
done
