#!/bin/sh
# Makes every secret docker-compose.yml mounts, once; what exists is never replaced. Nothing is printed.
# The folder is closed to others; files are readable inside it, because each container has its own user.
set -eu
dossier="$(cd "$(dirname "$0")" && pwd)/secrets"
umask 077
mkdir -p "$dossier"
hasard() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
faire() { # NAME CONTENT
    [ -e "$dossier/$1" ] && return 0
    printf '%s\n' "$2" > "$dossier/$1.provisoire"
    chmod 444 "$dossier/$1.provisoire"
    mv "$dossier/$1.provisoire" "$dossier/$1"
}
faire postgres_mot_de_passe "$(hasard)"
faire temporal_mot_de_passe "$(hasard)"
faire diligence_mot_de_passe "$(hasard)"
faire diligence_base "postgresql://diligence:$(cat "$dossier/diligence_mot_de_passe")@postgres:5432/diligence"
faire diligence_cle_maitresse "$(hasard)"
if [ ! -e "$dossier/acces.caddy" ]; then
    echo "Reste à dire qui voit la page de Temporal : une ligne « NOM CONDENSAT » par personne dans $dossier/acces.caddy," >&2
    echo "le condensat venant de : docker run --rm -it caddy:2.11.7-alpine caddy hash-password" >&2
    exit 1
fi
