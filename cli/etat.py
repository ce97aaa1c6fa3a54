"""`diligence etat`: is everything where it should be?"""

from typing import Any, Final

from application import mots
from application.attentes_dites import ATTENTES
from application.mots import compte
from cli.commun import Base, Json, reglages, services
from cli.examen import jour
from cli.fiches import demarche
from cli.pannes import dire_la_panne
from cli.sortie import ANOMALIE, FAUTE, Sortie, dire_faute, imprimer, refus_dits
from kernel.systeme import est_une_panne, raison
from workers import chiffres

ANOMALIES: Final = (
    *("illisibles", "parques", "sans_attente", "derive", "voies_arretees", "projections_arretees", "en_echec"),
    "integrite",
)
"""What should be empty; human delays are counted, never anomalies."""


def etat(json: Json = False, base: Base = None) -> None:
    """Show positions, lags, late automatismes, parked commands, open aggregates without attente, drift; exit 4 on an anomaly."""
    with refus_dits(en_json=json):
        lus = reglages(base)
        try:
            with services(base) as ouverts:
                document = chiffres.etat(lus, ouverts)
        except Exception as erreur:
            if not est_une_panne(erreur):
                raise
            document = chiffres.etat_sans_base(lus, raison(erreur))
        imprimer(document, en_json=json, humain=en_phrases(document))
    if document["panne"] is not None:
        dire_faute("base_ou_disque", dire_la_panne(document["panne"]), en_json=False, journal_en_json=False)
        raise Sortie(FAUTE)
    if en_anomalie(document):
        raise Sortie(ANOMALIE)


def en_anomalie(document: dict[str, Any]) -> bool:
    """Tell whether something is wrong with the machine."""
    return bool(document["automatismes"]["en_retard"]) or any(document[genre] for genre in ANOMALIES)


def en_phrases(document: dict[str, Any]) -> str:
    """Return the same figures for people: what is wrong last, where the eye is."""
    muettes = [lu["partie"] for lu in document["illisibles"] if "partie" in lu]
    if document["panne"] is not None and "base" in muettes:  # no figure of it is known
        return "\n".join([f"Parties non lues : {', '.join(muettes)}.", *_anomalies(document)])
    retards, par, temporal = document["retards"], document["automatismes"]["par"], document["temporal"]
    lignes = [
        f"Base : position {document['positions']['store']}.",
        f"Relais : {_retards(retards['relais'])}. Lectures : {_retards(retards['projections'])}.",
        f"Automatismes dus : {document['automatismes']['dus']} ; conduits par "
        + ", ".join(f"{pilote} {nombre}" for pilote, nombre in par.items())
        + ".",
        "Temporal : " + (temporal.removesuffix(".") if isinstance(temporal, str) else _suivis(temporal)) + ".",
        "Commandes refusées : "
        + (", ".join(f"{code} {nombre}" for code, nombre in sorted(document["refus"].items())) or "aucune")
        + ".",
        f"Personnes en retard : {document['retards_humains']} ; plus lentes que d’habitude : "
        f"{document['au_dela_de_l_usage']}.",
    ]
    lignes += [
        f"  {mots.mot(mots.ESPECES, b['agregat'])} {b['ref']} : {mots.mot(ATTENTES, b['attente'])}, "
        f"{mots.mot(mots.ROLES, b['de']).lower()}, depuis le {jour(b['depuis'])}"
        for b in document["bloques"]
    ]
    lignes += [f"Démarche Numérique, {demarche(lue)}" for lue in document["teleservices"]]
    return "\n".join([*lignes, *_anomalies(document)])


def _anomalies(document: dict[str, Any]) -> list[str]:
    lignes = ["Anomalies :" if en_anomalie(document) else "Anomalies : aucune."]
    if document["automatismes"]["en_retard"]:
        lignes.append(f"  automatismes.en_retard : {document['automatismes']['en_retard']}")
    lignes += [
        f"  {genre} : "
        + (anomalie.get("phrase") or ", ".join(f"{champ} {valeur}" for champ, valeur in anomalie.items()))
        for genre in ANOMALIES
        for anomalie in document[genre]
    ]
    return lignes


def _suivis(temporal: dict[str, int]) -> str:
    suivis = compte(temporal["suivis"], "suivi en cours", "suivis en cours")
    return f"{suivis}, {compte(temporal['ouverts'], 'élément ouvert', 'éléments ouverts')}"


def _retards(lus: dict[str, dict[str, float]]) -> str:
    return ", ".join(
        f"{nom} à jour"
        if not lu["faits"]
        else f"{nom} en retard de {compte(int(lu['faits']), 'fait')} ({lu['secondes']:.0f} s)"
        for nom, lu in lus.items()
    )
