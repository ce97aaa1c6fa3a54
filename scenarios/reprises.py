"""The demo takes over two real files, has a sitting vote the requests that stood before the assembly, pays the awards.

What the files lack and payment needs (bank details, credits) is added here, never by the importer: exemple fictif.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from application.commandes import Appel
from application.consultations import campagne_reprise
from application.reprise.correspondance import lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.lignes import Ligne, LigneRejetee
from application.reprise.reprendre import RepriseDeFichier
from application.reprise.valider import valider_fichier
from kernel.identifiants import derive
from scenarios import institution as qui
from scenarios.jeu import EXEMPLES, Jeu, lire_fichier
from scenarios.paiements import Payeur

DEMANDES, CONVENTIONS = "REPRISE-2014", "REPRISE-CONVENTIONS-49"
LIGNES = 1_238 + 75
"""Rows of both files: what the share of what is taken over is counted on."""
_FICHIERS = (
    ("demandes", "campagne-demandes", "montpellier_demandes", "montpellier_demandes_2014.ods"),
    ("conventions", "campagne-conventions", "maine-et-loire_conventions", "maine-et-loire_conventions.csv"),
)


class _RepriseJouee(RepriseDeFichier):
    """Tells the play how far it is before each row, where it may be stopped."""

    def __init__(self, jeu: Jeu, campagne: str, avant: Callable[[int], None]) -> None:
        super().__init__(jeu.services, campagne, qui.INSTRUCTRICE)
        self._avant = avant

    def prendre(self, ligne: Ligne) -> LigneRejetee | None:
        self._avant(self.bilan.lues)
        return super().prendre(ligne)


async def reprendre(jeu: Jeu) -> dict[str, dict[str, Any]]:
    """Take both files over; return the document of each."""
    documents: dict[str, dict[str, Any]] = {}
    dossier, lues = EXEMPLES / "reprise", 0
    for nom, campagne, correspondance, fichier in _FICHIERS:
        await jeu.faire("campagne ouvrir", qui.ADMIN, fichier=lire_fichier(dossier / f"{campagne}.yaml"))

        def avant(ligne: int, nom: str = nom, lues: int = lues) -> None:
            jeu.pendant(f"reprise des {nom}", (lues + ligne) / LIGNES)

        document = await asyncio.to_thread(
            _prendre, jeu, dossier / f"{correspondance}.yaml", EXEMPLES / "reel" / fichier, avant
        )
        lues += document["lues"]
        if document["attributions_a_valider"]:
            await asyncio.to_thread(_valider, jeu, document["empreinte"])
        documents[nom] = {
            cle: valeur for cle, valeur in document.items() if cle not in {"rejets", "motifs", "disparues"}
        }
    return documents


def _prendre(jeu: Jeu, correspondance: Path, fichier: Path, avant: Callable[[int], None]) -> dict[str, Any]:
    lue = lire_correspondance(correspondance.read_text(encoding="utf-8"), correspondance.name)
    return prendre_fichier(_RepriseJouee(jeu, lue.campagne, avant), fichier, lue)


def _valider(jeu: Jeu, empreinte: str) -> None:
    """Have another person vouch for the awards that were taken over."""
    appel = Appel(acteur=qui.RESPONSABLE, commande_id=derive(jeu.commande_id, empreinte), derivee=True)
    valider_fichier(jeu.services, appel, empreinte)


async def inscrire_les_demandes(jeu: Jeu, seance: str) -> str:
    """Prepare the rapport of the requests that stood before the assembly; return its reference."""
    proposes = campagne_reprise.proposees(jeu.services, DEMANDES)
    return await qui.preparer(jeu, seance, (ref for ref, _ in proposes))


async def voter_les_demandes(jeu: Jeu, seance: str, rapport: str) -> None:
    """Vote them at their proposed amount; those proposed at zero are refused."""
    await qui.ouvrir_seance(jeu, seance)
    await qui.voter(jeu, rapport, "defaut: pour")
    await qui.lever(jeu, seance, rapport)
    await qui.rendre_executoire(jeu, rapport, "FLUX-DEMANDES-2014")


async def payer_les_conventions(jeu: Jeu) -> None:
    """Pay, échéance by échéance, the awards whose échéancier the file gives without doubt."""
    attributions = campagne_reprise.payables(jeu.services, CONVENTIONS)
    paiements = Payeur(jeu)
    for tiers in sorted({attribution.tiers for attribution in attributions}):
        await paiements.donner_coordonnees(tiers)
    for rang in range(1, max(len(a.echeances) for a in attributions) + 1):
        await paiements.payer([(a.ref, rang) for a in attributions if len(a.echeances) >= rang])
    for attribution in attributions:
        await jeu.faire("subvention solder", qui.FINANCE, subvention=attribution.ref)
    await jeu.repos()
