#!/bin/sh
# The namespace, its retention, and the search attributes of workflows/contrats.py. Can be run again.
set -eu
espace="${DILIGENCE_TEMPORAL_NAMESPACE:?}"
retention="${RETENTION:?}"
essayer() { # a server takes some seconds to know a namespace that was just made
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        "$@" && return 0
        sleep 2
    done
    return 1
}
essayer temporal operator cluster health
temporal operator namespace describe -n "$espace" >/dev/null 2>&1 \
    || temporal operator namespace create -n "$espace" --retention "$retention"
essayer temporal operator namespace update -n "$espace" --retention "$retention"
essayer temporal operator search-attribute list -n "$espace" >/dev/null
connus="$(temporal operator search-attribute list -n "$espace")"
for couple in Etape:Keyword Dispositif:Keyword AttendDe:KeywordList VersionVue:Int ProchaineEcheance:Datetime; do
    echo "$connus" | grep -qw "${couple%%:*}" \
        || temporal operator search-attribute create -n "$espace" --name "${couple%%:*}" --type "${couple##*:}"
done
