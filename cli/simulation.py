"""`diligence campagne simuler`: a draft règlement tried on a closed campagne."""

from pathlib import Path
from typing import Annotated, Any

import typer

from application.mots import compte, typographie
from cli.commun import Base, Json, lire_fichier, reglages, services
from cli.sortie import imprimer, refus_dits
from cli.tableau import Grille
from kernel.montants import en_euros


def simuler(
    reference: Annotated[str, typer.Argument(metavar="REF")],
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER.yaml")],
    json: Json = False,
    base: Base = None,
) -> None:
    """Show what a draft règlement would have changed; nothing is recorded."""
    from application.consultations.simulation import simuler as essayer
    from bootstrap.cablage import echanges

    with refus_dits(en_json=json), services(base) as ouverts:
        lus = reglages(base)
        document = essayer(ouverts, reference, lire_fichier(fichier, echanges(lus), lus.taille_max_fichier))
        imprimer(document, en_json=json, humain=_dire(document))


def _dire(document: dict[str, Any]) -> Grille:
    lignes = [
        [d["ref"], d["denomination"], *(en_euros(d[f"{nom}_centimes"]) for nom in ("avant", "apres", "ecart"))]
        for d in document["differences"]
    ]
    titre = typographie(
        f"{document['campagne']} : {compte(len(lignes), 'montant changerait', 'montants changeraient')} sur "
        f"{document['calcules']} ; coût {en_euros(document['cout_centimes'])} "
        f"(gains {en_euros(document['gains_centimes'])}, pertes {en_euros(document['pertes_centimes'])})"
    )
    return Grille(titre, ["dossier", "demandeur", "calculé", "projet", "écart"], lignes)
