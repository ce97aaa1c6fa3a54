"""The demo as it is first met: the same forty requests, on the eve of a sitting, with work for every role.

A first wave was voted in March and is being paid; a second is on the agenda of the sitting of the 28th of April; some
lag behind, one for each cause. examples/nqe/README.md tells where each one stands.
"""

from typing import Any

from scenarios import campagne_nqe, reprises
from scenarios import institution as qui
from scenarios.campagne_nqe import INCOMPLETS, CampagneNqe
from scenarios.chemins import Chemins
from scenarios.jeu import Jeu
from scenarios.paiements import AUTRE_IBAN_D_EXEMPLE

FIN = "2026-04-27T09:00:00+02:00"
"""A Monday: the assembly meets the next day."""
CREDITS = 60_000_00
"""Enough for the first rapport, not for the second; in cents: exemple fictif."""

RETIRE_APRES, REJETE, PARTIELS, IRRECEVABLE = 36, 37, (38, 39), 8
PREMIER_RAPPORT, SECOND_RAPPORT = (*range(1, 7), *range(36, 41)), (7, IRRECEVABLE)
"""The first wave. Of it are paid, or nearly:"""
PAYE, A_MANDATER, A_SIGNER, A_PAYER, A_LIQUIDER, SANS_ECHEANCIER, PAIEMENT_REJETE = 1, 2, 3, 4, 5, 6, 40

SILENCE = (31, 32)
AVIS_RENDU, AVIS_TARDIF, AVIS_ATTENDU = 18, 19, 20
JAMAIS_EXAMINE, JAMAIS_PROPOSE, VISE_TROP_TARD = 21, 22, 17
PIECES_TARDIVES, CLASSE, PIECES_ATTENDUES = 28, 29, 30
VISA_TARDIF, RENVOYE, VISA_ATTENDU, RETIRE = 31, 33, 34, 35
INSCRITS = (*range(9, 17), *INCOMPLETS, 32)


async def jouer(jeu: Jeu) -> dict[str, Any]:
    """Play the first months; return the documents of the two take-overs."""
    return await campagne_nqe.jouer(jeu, _premiere_vague, _seconde_vague, _derniers_jours)


async def _premiere_vague(jeu: Jeu, campagne: CampagneNqe) -> None:
    """January to March: the awards taken over are paid, the first requests voted."""
    premiers = (*PREMIER_RAPPORT, *SECOND_RAPPORT)
    await jeu.au("2026-01-12")
    await campagne.deposer(*premiers, *SILENCE)
    await jeu.au("2026-02-02")
    await campagne.completer(*premiers, *SILENCE)
    await jeu.au("2026-02-09")
    await campagne.proposer(*(numero for numero in premiers if numero != IRRECEVABLE))
    await campagne.rejeter(IRRECEVABLE)
    await jeu.au("2026-02-10")
    await campagne.viser(*premiers)
    await jeu.au("2026-02-16")
    await reprises.payer_les_conventions(jeu)
    await jeu.au("2026-02-24")
    seance = await qui.convoquer(jeu, "2026-03-10")
    premier = await campagne.preparer(seance, *PREMIER_RAPPORT)
    second = await campagne.preparer(seance, *SECOND_RAPPORT)
    await jeu.au("2026-03-02")
    await campagne.deposer(*range(9, 17), *INCOMPLETS)
    await jeu.au("2026-03-10", "14:00")
    await qui.ouvrir_seance(jeu, seance)
    a_part = {REJETE: "defaut: contre", **{numero: campagne.moitie(numero) for numero in PARTIELS}}
    await campagne.voter(premier, a_part, "defaut: pour\nabstention: [elu-09]")
    await campagne.voter(second, {}, "defaut: pour")
    await qui.lever(jeu, seance, premier, second)
    await jeu.au("2026-03-11")
    await campagne.retirer(RETIRE_APRES)
    await jeu.au("2026-03-12")
    await qui.rendre_executoire(jeu, premier, "FLUX-NQE-2026-1")
    await qui.rendre_executoire(jeu, second, "FLUX-NQE-2026-2")
    await jeu.au("2026-03-16")
    await qui.voter_budget(jeu, campagne.enveloppe, CREDITS)
    await jeu.repos()


async def _seconde_vague(jeu: Jeu, campagne: CampagneNqe) -> None:
    """March and April: the advances; the requests of the second wave, until they are on the agenda."""
    attribues = [n for n in PREMIER_RAPPORT if n not in {RETIRE_APRES, REJETE, SANS_ECHEANCIER}]
    await campagne.fixer_echeanciers(*attribues)
    await campagne.deposer(*range(17, 21), JAMAIS_PROPOSE, PIECES_TARDIVES, CLASSE, RENVOYE, VISA_ATTENDU, RETIRE)
    complets = (*range(9, 21), JAMAIS_PROPOSE, RENVOYE, VISA_ATTENDU, RETIRE)
    chemins = Chemins(campagne)
    await jeu.au("2026-03-23")
    await chemins.le_23_mars()
    await campagne.completer(*complets)
    await campagne.demander_pieces(*INCOMPLETS, PIECES_TARDIVES, CLASSE)
    await campagne.paiements.ordonner(campagne.echeances(1, PAYE, *PARTIELS, A_PAYER, PAIEMENT_REJETE))
    await jeu.au("2026-03-27")
    await campagne.demander_avis(AVIS_RENDU, AVIS_TARDIF)
    await campagne.paiements.constater(campagne.echeances(1, PAYE, *PARTIELS))
    await campagne.rejeter_le_paiement(PAIEMENT_REJETE)
    await chemins.le_27_mars()
    await jeu.au("2026-03-30")
    await campagne.produire_pieces(*INCOMPLETS)
    await chemins.le_30_mars()
    await jeu.au("2026-03-31")
    await campagne.deposer(JAMAIS_EXAMINE, PIECES_ATTENDUES)
    await jeu.au("2026-04-01")
    await campagne.proposer(*INSCRITS, VISA_TARDIF, RENVOYE, VISA_ATTENDU, RETIRE)
    await jeu.au("2026-04-02")
    await campagne.viser(*INSCRITS, RETIRE)
    await campagne.renvoyer(RENVOYE)
    await campagne.renvoyer(VISA_ATTENDU)
    await chemins.le_2_avril()
    await jeu.au("2026-04-09")
    await campagne.classer(CLASSE)
    await campagne.retirer(RETIRE)
    await campagne.rendre_avis(AVIS_RENDU)
    await chemins.le_9_avril()
    await jeu.au("2026-04-14")
    await chemins.le_14_avril()
    seance = await qui.convoquer(jeu, "2026-04-28")
    await campagne.preparer(seance, *INSCRITS, CLASSE)
    await reprises.inscrire_les_demandes(jeu, seance)


async def _derniers_jours(jeu: Jeu, campagne: CampagneNqe) -> None:
    """The week before the sitting: what has just begun, and waits for somebody."""
    chemins = Chemins(campagne)
    await jeu.au("2026-04-20")
    await campagne.demander_avis(AVIS_ATTENDU)
    await campagne.demander_pieces(PIECES_ATTENDUES)
    await chemins.le_20_avril()
    await jeu.au("2026-04-22")
    await chemins.le_22_avril()
    await campagne.proposer(VISE_TROP_TARD)
    await jeu.au("2026-04-23")
    await campagne.viser(VISE_TROP_TARD)
    await campagne.paiements.liquider(campagne.echeances(1, A_SIGNER, A_MANDATER))
    await campagne.paiements.mandater(campagne.echeances(1, A_SIGNER))
    await jeu.au("2026-04-24")
    await campagne.proposer_de_nouveau(VISA_ATTENDU)
    await campagne.paiements.declarer_coordonnees(campagne.siret(PAIEMENT_REJETE), AUTRE_IBAN_D_EXEMPLE)
