"""The demo takes over two real files, has a sitting vote the requests that stood before the assembly, pays the awards.

What the files lack and payment needs (bank details, credits) is added here, never by the importer: exemple fictif.
"""

import asyncio
from pathlib import Path
from typing import Any

from application.consultations import campagne_reprise
from application.reprise.correspondance import lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import Reprise
from scenarios import institution as qui
from scenarios.jeu import EXEMPLES, Jeu, piece
from scenarios.paiements import Paiements

DEMANDES, CONVENTIONS = "REPRISE-2014", "REPRISE-CONVENTIONS-49"


async def reprendre(jeu: Jeu) -> dict[str, dict[str, Any]]:
    """Take both files over; return the document of each."""
    documents = {}
    for nom, campagne, correspondance, fichier in (
        ("demandes", "campagne-demandes", "montpellier_demandes", "montpellier_demandes_2014.ods"),
        ("conventions", "campagne-conventions", "maine-et-loire_conventions", "maine-et-loire_conventions.csv"),
    ):
        jeu.dire(f"reprise des {nom}")
        dossier = EXEMPLES / "reprise"
        await jeu.faire("campagne ouvrir", qui.ADMIN, fichier=piece(dossier / f"{campagne}.yaml"))
        document = await asyncio.to_thread(
            _prendre, jeu, dossier / f"{correspondance}.yaml", EXEMPLES / "reel" / fichier
        )
        documents[nom] = {
            cle: valeur for cle, valeur in document.items() if cle not in {"rejets", "motifs", "disparues"}
        }
    return documents


def _prendre(jeu: Jeu, correspondance: Path, fichier: Path) -> dict[str, Any]:
    lue = lire_correspondance(correspondance.read_text(encoding="utf-8"), correspondance.name)
    return prendre_fichier(Reprise(jeu.services, lue.campagne, qui.INSTRUCTRICE), fichier, lue)


async def voter_les_demandes(jeu: Jeu, seance: str) -> None:
    """Vote, at their proposed amount, the requests that stood before the assembly; those proposed at zero are refused."""
    proposes = campagne_reprise.proposees(jeu.services, DEMANDES)
    refs = ",".join(ref for ref, _ in proposes)
    rapport = await jeu.faire("deliberation preparer", qui.ASSEMBLEES, seance=seance, dossiers=refs)
    await jeu.repos()
    await qui.ouvrir_seance(jeu, seance)
    await jeu.faire("deliberation voter", qui.ASSEMBLEES, deliberation=rapport.ref, scrutin=qui.scrutin("defaut: pour"))
    await jeu.faire("seance lever", qui.ASSEMBLEES, seance=seance)
    await jeu.faire("deliberation numeroter", qui.ASSEMBLEES, deliberation=rapport.ref)
    await jeu.repos()
    await qui.rendre_executoire(jeu, rapport.ref, "FLUX-DEMANDES-2014")


async def payer_les_conventions(jeu: Jeu) -> None:
    """Pay, échéance by échéance, the awards whose échéancier the file gives without doubt."""
    attributions = campagne_reprise.payables(jeu.services, CONVENTIONS)
    paiements = Paiements(jeu)
    for tiers in sorted({attribution.tiers for attribution in attributions}):
        await paiements.donner_coordonnees(tiers)
    for rang in range(1, max(len(a.echeances) for a in attributions) + 1):
        await paiements.payer([(a.ref, rang) for a in attributions if len(a.echeances) >= rang])
    for attribution in attributions:
        await jeu.faire("subvention solder", qui.FINANCE, subvention=attribution.ref)
    await jeu.repos()
