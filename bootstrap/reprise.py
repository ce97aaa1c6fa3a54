"""Takes a file over: the readers and writers of files on one side, the application on the other."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from adapters.tableurs.ecrire import ecrire_rejets
from adapters.tableurs.ouvrir import ouvrir as ouvrir_tableau
from application.reprise.correspondance import Correspondance
from application.reprise.lignes import lire_lignes
from application.reprise.plan import planifier
from application.reprise.reprendre import Reprise
from kernel.refus import SaisieInvalide

MOTIFS_DITS = 10_000
"""Rejects told in the document: what a person can read and a memory hold. The file of rejects has them all."""


def prendre_fichier(
    reprise: Reprise,
    fichier: Path,
    correspondance: Correspondance,
    rejets: Path | None = None,
    progression: Callable[[int, float], None] | None = None,
) -> dict[str, Any]:
    """Take every row of a file over, write the rejects, and return the document of the contract."""
    reprise.exiger_role()
    with ouvrir_tableau(fichier, feuille=correspondance.feuille, progression=progression) as tableau:
        plan = planifier(tableau.colonnes, correspondance)
        if rejets is not None and not plan.rejeu and rejets.resolve() == fichier.resolve():
            raise SaisieInvalide("--rejets nomme le fichier à reprendre : il serait perdu.", rejets=str(rejets))
        motifs: list[dict[str, Any]] = []
        ecrivain = nullcontext() if rejets is None else ecrire_rejets(rejets, plan.colonnes, tableau.separateur)
        with ecrivain as ecrit:
            for ligne in lire_lignes(tableau, correspondance):
                rejet = reprise.prendre(ligne)
                if rejet is None:
                    continue
                if len(motifs) < MOTIFS_DITS:
                    motifs.append(
                        {"ligne": rejet.ligne, "colonne": rejet.colonne, "valeur": rejet.valeur, "motif": rejet.motif}
                    )
                if ecrit is not None:
                    ecrit.ecrire(
                        rejet.brut,
                        motif=rejet.motif,
                        empreinte=rejet.empreinte_source,
                        ligne=rejet.ligne,
                        rang=rejet.rang,
                    )
    if not plan.rejeu:
        reprise.lister_disparues()
    bilan = reprise.bilan
    return {
        "lues": bilan.lues,
        "appliquees": bilan.appliquees,
        "deja_connues": bilan.deja_connues,
        "ignorees": bilan.ignorees,
        "rejetees": bilan.rejetees,
        "rejets": None if rejets is None else str(rejets),
        "montant_repris_centimes": bilan.montant_repris_centimes,
        "motifs": motifs,
        "disparues": bilan.disparues,
    }
