"""The year 2026 of the demo, date after date: two take-overs, two sittings, one campaign from its opening to its close."""

from typing import Any

from scenarios import institution as qui
from scenarios import reprises
from scenarios.campagne_nqe import INCOMPLETS as INCOMPLETS_AU_DEPOT
from scenarios.campagne_nqe import JAMAIS_COMPLETS, RETIRE_APRES, RETIRE_AVANT, SILENCE, TOUS, CampagneNqe
from scenarios.jeu import Jeu

DEBUT = "2026-01-02T08:00:00+01:00"
"""When the clock of the rehearsal starts."""
CREDITS_NQE, CREDITS_DEMANDES = 500_000_00, 3_000_000_00
"""Credits of the example, in cents: exemple fictif."""


async def jouer(jeu: Jeu) -> dict[str, Any]:
    """Play the year; return the documents of the two take-overs."""
    campagne = CampagneNqe(jeu)
    await qui.installer(jeu)
    documents = await reprises.reprendre(jeu)
    await qui.ouvrir_credits(jeu, "demandes_associations", 2014, CREDITS_DEMANDES)
    await campagne.ouvrir()
    await _hiver(jeu, campagne)
    await _printemps(jeu, campagne)
    await _automne(jeu, campagne)
    return documents


async def _hiver(jeu: Jeu, campagne: CampagneNqe) -> None:
    """January to March: the first dépôts, the sitting on the requests taken over, silence."""
    await jeu.au("2026-01-12")
    await campagne.deposer(*SILENCE)
    seance = await qui.convoquer(jeu, "2026-02-10")
    await jeu.au("2026-02-02")
    await campagne.completer(*SILENCE)
    await jeu.au("2026-02-10")
    await reprises.voter_les_demandes(jeu, seance)
    await jeu.au("2026-02-16")
    await reprises.payer_les_conventions(jeu)
    autres = [numero for numero in TOUS if numero not in SILENCE]
    for semaine, jour in enumerate(("2026-03-02", "2026-03-09", "2026-03-16")):
        await jeu.au(jour)
        await campagne.deposer(*autres[semaine::3])
    await jeu.au("2026-03-23")
    incomplets = {*INCOMPLETS_AU_DEPOT, *JAMAIS_COMPLETS}
    await campagne.completer(*(numero for numero in autres if numero not in incomplets))
    await campagne.demander_pieces()


async def _printemps(jeu: Jeu, campagne: CampagneNqe) -> None:
    """April to June: pièces, propositions, visas, the sitting, the advances."""
    await jeu.au("2026-03-30")
    await campagne.produire_pieces()
    proposables = [numero for numero in TOUS if numero not in JAMAIS_COMPLETS]
    await jeu.au("2026-04-01")
    await campagne.proposer(*proposables)
    await jeu.au("2026-04-02")
    await campagne.viser(*proposables)
    await jeu.au("2026-04-09")
    await campagne.classer_les_autres()
    await campagne.retirer(RETIRE_AVANT)
    await jeu.au("2026-04-14")
    await campagne.inscrire("2026-04-28")
    await jeu.au("2026-04-28", "14:00")
    await campagne.voter()
    await jeu.au("2026-04-29")
    await campagne.retirer(RETIRE_APRES)
    await jeu.au("2026-04-30")
    await campagne.executer()
    await jeu.au("2026-05-04")
    await qui.voter_budget(jeu, campagne.enveloppe, CREDITS_NQE)
    await jeu.repos()
    await campagne.preparer_paiements()
    await jeu.au("2026-05-11")
    await campagne.verser_avances()
    await jeu.au("2026-06-01")
    await campagne.reprendre_le_paiement_rejete()


async def _automne(jeu: Jeu, campagne: CampagneNqe) -> None:
    """October to December: the balances."""
    await jeu.au("2026-10-05")
    await campagne.solder()
    await jeu.au("2026-12-31")
