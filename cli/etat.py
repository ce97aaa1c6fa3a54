"""`diligence etat`, `reconcilier`, `reconstruire`: is everything where it should be?"""

import asyncio
from typing import Annotated, Any, Final

import typer

from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.wiring import adresse_temporal
from cli.commun import Base, Json, lectures_a_jour, reglages, services
from cli.sortie import ANOMALIE, Sortie, imprimer, refus_dits
from kernel.refus import SaisieInvalide
from workers import entretien, recul
from workers.relay import VOIES

ANOMALIES: Final = ("parques", "sans_attente", "derive", "voies_arretees", "projections_arretees", "en_echec")
"""What should be empty; human delays are counted, never anomalies."""


def etat(json: Json = False, base: Base = None) -> None:
    """Show positions, lags, late automatismes, parked commands, open aggregates without attente, drift; exit 4 on an anomaly."""
    with refus_dits(en_json=json), services(base) as ouverts, ouvrir_lectures(reglages(base), ouverts) as lectures:
        document = entretien.etat(reglages(base), ouverts, lectures)
        imprimer(document, en_json=json, humain=en_phrases(document))
    if en_anomalie(document):
        raise Sortie(ANOMALIE)


def en_anomalie(document: dict[str, Any]) -> bool:
    """Tell whether something is wrong with the machine."""
    return bool(document["automatismes"]["en_retard"]) or any(document[genre] for genre in ANOMALIES)


def en_phrases(document: dict[str, Any]) -> str:
    """Return the same figures for people: what is wrong last, where the eye is."""
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
        f"  {b['agregat']} {b['ref']} : {b['attente']}, {b['de']}, {b['depuis'][:10]}" for b in document["bloques"]
    ]
    lignes.append("Anomalies :" if en_anomalie(document) else "Anomalies : aucune.")
    if document["automatismes"]["en_retard"]:
        lignes.append(f"  automatismes.en_retard : {document['automatismes']['en_retard']}")
    lignes += [
        f"  {genre} : " + ", ".join(f"{champ} {valeur}" for champ, valeur in anomalie.items())
        for genre in ANOMALIES
        for anomalie in document[genre]
    ]
    return "\n".join(lignes)


def _suivis(temporal: dict[str, int]) -> str:
    return f"{temporal['suivis']} suivis en cours, {temporal['ouverts']} éléments ouverts"


def _retards(lus: dict[str, dict[str, float]]) -> str:
    return ", ".join(
        f"{nom} à jour" if not lu["faits"] else f"{nom} en retard de {lu['faits']} faits ({lu['secondes']:.0f} s)"
        for nom, lu in lus.items()
    )


def reconcilier(
    reparer: Annotated[
        bool, typer.Option("--reparer", help="réveiller ce qui est en arrière, faire ce qui est en retard")
    ] = False,
    seuil: Annotated[
        float, typer.Option("--seuil", min=0, help="secondes : les écarts plus jeunes sont laissés")
    ] = 300.0,
    json: Json = False,
    base: Base = None,
) -> None:
    """Compare the store with Temporal; exit 4 when something is found and not repaired."""
    with refus_dits(en_json=json), services(base) as ouverts:
        adresse = adresse_temporal(reglages(base))
        rapport = asyncio.run(entretien.reconcilier(reglages(base), ouverts, adresse, reparer=reparer, seuil_s=seuil))
        imprimer(rapport, en_json=json)
    if not reparer and (rapport["derive"] or rapport["parques"] or rapport["en_retard"]):
        raise Sortie(ANOMALIE)


def reconstruire(
    nom: Annotated[
        str | None, typer.Argument(metavar="NOM", help="file, chronologie ou temporal ; tout par défaut")
    ] = None,
    terminer_inconnus: Annotated[
        bool,
        typer.Option("--terminer-inconnus", help="finir aussi les suivis d’agrégats absents de la base (restauration)"),
    ] = False,
    json: Json = False,
    base: Base = None,
) -> None:
    """Make read models, and Temporal's follow-ups, again from the store."""
    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        document: dict[str, Any] = {}
        for projection in lectures.projections:
            if nom in {None, projection}:
                document[projection] = lectures.reconstruire(projection)
        adresse = adresse_temporal(reglages(base))
        if nom == "temporal" or (nom is None and adresse is not None):
            rapport = asyncio.run(
                entretien.refaire_les_suivis(reglages(base), ouverts, adresse, terminer_les_inconnus=terminer_inconnus)
            )
            document["temporal"] = {"repares": rapport["repares"]}
        if not document:
            connus = ", ".join([*lectures.projections, "temporal"])
            raise SaisieInvalide(f"Rien à reconstruire sous le nom « {nom} » : {connus}.", nom=nom)
        if nom is None:
            recul.oublier(ouverts.store.enregistreur, VOIES)
            lectures.oublier_les_reculs()  # a person asked for everything again: it was seen
        imprimer(document, en_json=json)
