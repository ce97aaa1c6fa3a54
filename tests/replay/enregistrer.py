"""Records the committed histories again, from real runs: `python -m tests.replay.enregistrer [NOM…]`.

A history of a released version is never replaced: give the new one a new name, and keep both.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from temporalio.client import Client

from adapters.temporal import connecter
from adapters.temporal_local import demarrer_local
from application import automatismes
from application.automatisme import Ordre
from application.commandes import FichierRecu, Recu
from application.services import Services
from kernel.refus import GesteImpossible
from tests.moteur import REMISE, Moteur, ouvrir_moteur
from tests.temporal_fixtures import HISTOIRE_COURTE, SAUT_DE_TEMPS

HISTOIRES = Path(__file__).parent / "histoires"


async def suspension(moteur: Moteur) -> str:
    """Pièces are asked for, the délai passes, two months of silence pass, the applicant gives up."""
    recu = moteur.deposer(pieces=("budget", "rib"))
    await moteur.au_repos(recu.id)
    moteur.faire("dossier demander-pieces", dossier=recu.ref, pieces="statuts,attestation_cer", delai="15 jours")
    moteur.faire("dossier enregistrer-remise", dossier=recu.ref, **REMISE)
    await moteur.au_repos(recu.id)
    moteur.faire("dossier recevoir-piece", dossier=recu.ref, code="statuts", fichier=FichierRecu("s.txt", b"s"))
    await moteur.au_repos(recu.id)
    await moteur.avancer(recu.id, 20)
    await moteur.avancer(recu.id, 80)
    await moteur.jusqu_a(lambda: "rejet_implicite_ne" in moteur.topics(recu.id))
    await _finir(moteur, recu)
    return await _histoire(moteur, recu)


async def refus(moteur: Moteur) -> str:
    """An automatisme is refused, parked, and done once the version has moved."""
    vrai = automatismes.AUTOMATISMES["rattacher_tiers"]

    def refuser(_: Ordre, __: Services) -> Recu:
        raise GesteImpossible("Refusé pour l’essai.")

    automatismes.AUTOMATISMES["rattacher_tiers"] = replace(vrai, handler=refuser)
    recu = moteur.deposer()
    await moteur.parques(recu.id)
    automatismes.AUTOMATISMES["rattacher_tiers"] = vrai
    moteur.faire("dossier recevoir-piece", dossier=recu.ref, code="bilan_precedent", fichier=FichierRecu("b.txt", b"b"))
    await moteur.au_repos(recu.id)
    await _finir(moteur, recu)
    return await _histoire(moteur, recu)


async def continuation(moteur: Moteur) -> str:
    """So many wake-ups that the follow-up continues as new; the history is that of its first run."""
    recu = moteur.deposer()
    await moteur.au_repos(recu.id)
    premier = (await moteur.suivi(recu.id).describe()).run_id
    n = 0
    while (await moteur.suivi(recu.id).describe()).run_id == premier:
        n += 1
        moteur.faire(
            "dossier recevoir-piece",
            dossier=recu.ref,
            code="bilan_precedent",
            fichier=FichierRecu("b.txt", f"{n}".encode()),
        )
        await moteur.au_repos(recu.id)
    histoire = await moteur.client.get_workflow_handle(f"dossier-{recu.id}", run_id=premier).fetch_history()
    await _finir(moteur, recu)
    return histoire.to_json()


async def _finir(moteur: Moteur, recu: Recu) -> None:
    moteur.faire("dossier retirer", dossier=recu.ref, motif="renonce")
    await moteur.relais.un_tour()
    await asyncio.wait_for(moteur.suivi(recu.id).result(), 10)


async def _histoire(moteur: Moteur, recu: Recu) -> str:
    histoire: Any = await moteur.suivi(recu.id).fetch_history()
    return str(histoire.to_json())


SCENARIOS: dict[str, Callable[[Moteur], Awaitable[str]]] = {f.__name__: f for f in (suspension, refus, continuation)}


async def enregistrer(client: Client, nom: str) -> str:
    """Play one scenario on a store of its own; return its history as JSON."""
    with tempfile.TemporaryDirectory() as dossier:
        async with ouvrir_moteur(client, Path(dossier)) as moteur:
            return await SCENARIOS[nom](moteur)


async def main(noms: list[str]) -> None:
    for nom in noms:
        courte = HISTOIRE_COURTE if nom == continuation.__name__ else ()
        serveur = demarrer_local(options=[*SAUT_DE_TEMPS, *courte])
        try:
            histoire = await enregistrer(await connecter(serveur.adresse), nom)
            (HISTOIRES / f"dossier-{nom}-1.json").write_text(histoire, encoding="utf-8")
        finally:
            serveur.arreter()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or list(SCENARIOS)))
