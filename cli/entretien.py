"""`diligence reconcilier` and `reconstruire`: the store against Temporal and the read models, and what puts them right."""

import asyncio
from typing import Annotated, Any

import typer

from bootstrap.cablage import adresse_temporal, oublier_le_journal_retire
from cli.commun import Base, Json, lectures_a_jour, reglages, services
from cli.sortie import ANOMALIE, Sortie, imprimer, refus_dits
from kernel.refus import SaisieInvalide
from workers import entretien
from workers.voies import oublier_les_reculs


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
            oublier_les_reculs(ouverts.store.enregistreur)
            lectures.oublier_les_reculs()  # a person asked for everything again: it was seen
            oublier_le_journal_retire(reglages(base).base)
        imprimer(document, en_json=json)
