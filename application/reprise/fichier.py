"""Take a whole file over: open it, take each row, write the rejects, and tell what was done."""

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

from application.reprise.correspondance import Correspondance
from application.reprise.lignes import lire_lignes
from application.reprise.plan import MARQUE_DES_REJETS, planifier
from application.reprise.rejets import ecrire_rejets
from application.reprise.reprendre import RepriseDeFichier

MOTIFS_DITS: Final = 10_000
"""Rejects told in the document: what a person can read and a memory hold. The file of rejects has them all."""


def prendre_fichier(
    reprise: RepriseDeFichier,
    fichier: Path,
    correspondance: Correspondance,
    rejets: Path | None = None,
    progression: Callable[[int, float], None] | None = None,
    *,
    selon: Path | None = None,
    remplacer: bool = False,
) -> dict[str, Any]:
    """Take every row of a file over, write the rejects, and return the document of the contract.

    The rejects replace those of another time, never the file that is read nor its mapping (`selon`); a file of rejects
    is replaced by what is still rejected of it. `remplacer`: whatever other file is there.

    Raises:
        FichierExistant, SaisieInvalide: they would replace another file, or one of these.
        Refus: the file cannot be read, its columns are not those of the mapping, or the agent may not take over.
    """
    reprise.exiger_role()
    echanges = reprise.services.echanges
    with echanges.ouvrir_tableau(fichier, feuille=correspondance.feuille, progression=progression) as tableau:
        plan = planifier(tableau.colonnes, correspondance)
        jamais = [lu for lu in (None if plan.rejeu else fichier, selon) if lu is not None]
        ecrire = partial(echanges.ecrire, marque=MARQUE_DES_REJETS, remplacer=remplacer, jamais=jamais)
        motifs: list[dict[str, Any]] = []
        with (
            nullcontext() if rejets is None else ecrire(rejets) as flux,
            nullcontext() if flux is None else ecrire_rejets(flux, plan) as ecrivain,
        ):
            for ligne in lire_lignes(tableau, correspondance):
                rejet = reprise.prendre(ligne)
                if rejet is None:
                    continue
                if len(motifs) < MOTIFS_DITS:
                    motifs.append(
                        {"ligne": rejet.ligne, "colonne": rejet.colonne, "valeur": rejet.valeur, "motif": rejet.motif}
                    )
                if ecrivain is not None:
                    ecrivain.ecrire(rejet)
    if not plan.rejeu:
        reprise.lister_disparues()
    bilan = reprise.bilan
    return {
        "empreinte": tableau.empreinte,
        "lues": bilan.lues,
        "appliquees": bilan.appliquees,
        "deja_connues": bilan.deja_connues,
        "ignorees": bilan.ignorees,
        "rejetees": bilan.rejetees,
        "rejets": None if rejets is None else str(rejets),
        "attributions_a_valider": bilan.a_valider,
        "montant_repris_centimes": bilan.montant_repris_centimes,
        "motifs": motifs,
        "disparues": bilan.disparues,
    }
