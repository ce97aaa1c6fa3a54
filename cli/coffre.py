"""`diligence coffre`: what keeps personal data readable, and by whom."""

from pathlib import Path
from typing import Annotated

import typer

from application import oubli, pieces
from application.mots import compte
from bootstrap import cablage
from cli.commun import Acteur, Base, CommandeId, Json, Le, Version, lire_appel, reglages, services
from cli.sortie import imprimer, refus_dits
from kernel.refus import SaisieInvalide


def tourner_cle(
    nouvelle: Annotated[
        Path, typer.Option("--nouvelle", metavar="FICHIER", help="fichier de la nouvelle clé ; fait s’il n’existe pas")
    ],
    json: Json = False,
    base: Base = None,
) -> None:
    """Replace the master key."""
    with refus_dits(en_json=json):
        choisis = reglages(base)
        cles = cablage.tourner_cle(choisis.base, choisis.cle_maitresse, nouvelle)
        imprimer(
            {"cles": cles, "cle_maitresse": str(nouvelle)},
            en_json=json,
            humain=(
                f"{compte(cles, 'clé réemballée', 'clés réemballées')} : la clé maîtresse est maintenant celle de {nouvelle}. "
                "Donnez-la par DILIGENCE_CLE_MAITRESSE, relancez tous les processus, et gardez l’ancienne aussi "
                "longtemps que les sauvegardes faites sous elle."
            ),
        )


def purger(json: Json = False, base: Base = None) -> None:
    """Remove the files of pièces and the texts that interrupted acts left."""
    with refus_dits(en_json=json), services(base) as ouverts:
        fichiers, textes = pieces.purger(ouverts)
        dits = [
            *([compte(fichiers, "fichier retiré", "fichiers retirés")] if fichiers else []),
            *([compte(textes, "texte retiré", "textes retirés")] if textes else []),
        ]
        dit = ", ".join(dits) or "Rien à retirer"
        imprimer(
            {"retires": fichiers, "textes_retires": textes},
            en_json=json,
            humain=f"{dit} : plus d’un jour, et aucun fait ne les nomme.",
        )


def oublier(
    motif: Annotated[str, typer.Option("--motif", help="motif, gardé dans le coffre sous une clé à part")],
    ref: Annotated[
        str | None,
        typer.Argument(metavar="[REF]", help="numéro d’un dossier, SIRET ou clé d’un tiers, identifiant d’un agent"),
    ] = None,
    *,
    de_nouveau: Annotated[
        bool, typer.Option("--de-nouveau", help="après une restauration : tous ceux qui ont déjà été oubliés")
    ] = False,
    acteur: Acteur = None,
    le: Le = None,
    commande_id: CommandeId = None,
    version: Version = None,
    json: Json = False,
    base: Base = None,
) -> None:
    """Forget a person, or forget again after a restore."""
    with refus_dits(en_json=json):
        if (ref is None) != de_nouveau:
            raise SaisieInvalide("Donnez la référence à oublier, ou --de-nouveau.", champ="ref")
        with services(base) as ouverts:
            appel = lire_appel(base, acteur, le, commande_id, version)
            if ref is None:
                document = oubli.oublier_de_nouveau(ouverts, motif, appel, pilote="cli")
                humain = _phrase_de_nouveau(document)
            else:
                recu = oubli.oublier(ouverts, ref, motif, appel, pilote="cli")
                document = recu.en_json()
                humain = f"{recu.ref} : ce que sa clé protégeait est oublié ; les faits, les montants et les preuves restent."
            imprimer(document, en_json=json, humain=humain)


def _phrase_de_nouveau(document: dict[str, int]) -> str:
    return (
        f"Oubliés à ce jour : {document['connus']}. Redevenus lisibles, et oubliés de nouveau : "
        f"{document['oublies_de_nouveau']}. Dont cette base ne garde aucun fait : {document['inconnus']}."
    )
