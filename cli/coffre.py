"""`diligence coffre`: what keeps personal data readable, and by whom."""

from pathlib import Path
from typing import Annotated

import typer

from bootstrap.coffre import tourner_cle as tourner
from cli.commun import Base, Json, reglages
from cli.sortie import imprimer, refus_dits


def tourner_cle(
    nouvelle: Annotated[
        Path, typer.Option("--nouvelle", metavar="FICHIER", help="fichier de la nouvelle clé ; fait s’il n’existe pas")
    ],
    json: Json = False,
    base: Base = None,
) -> None:
    """Replace the master key."""
    with refus_dits(en_json=json):
        document = tourner(reglages(base), nouvelle)
        imprimer(
            document,
            en_json=json,
            humain=(
                f"{document['cles']} clés réemballées : la clé maîtresse est maintenant celle de {nouvelle}. "
                "Donnez-la par DILIGENCE_CLE_MAITRESSE, relancez tous les processus, et gardez l’ancienne aussi "
                "longtemps que les sauvegardes faites sous elle."
            ),
        )
