#!/bin/sh
# Run once by the image of PostgreSQL, on an empty volume: one role and its databases for each program, no superuser.
set -eu
creer() { # ROLE PASSWORD_FILE DATABASE…
    role="$1" secret="$2"
    shift 2
    psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set role="$role" \
        --set mot="$(cat "$secret")" <<-'SQL'
		CREATE ROLE :"role" LOGIN PASSWORD :'mot';
	SQL
    for base in "$@"; do
        createdb --username "$POSTGRES_USER" --owner "$role" --encoding UTF8 --template template0 "$base"
        psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set base="$base" <<-'SQL'
			REVOKE ALL ON DATABASE :"base" FROM PUBLIC;
		SQL
    done
}
creer diligence /run/secrets/diligence_mot_de_passe diligence
creer temporal /run/secrets/temporal_mot_de_passe temporal temporal_visibility
