"""The year 2026 of the demo, date after date: two take-overs, two sittings, one campaign from its opening to its close."""

from typing import Any

from scenarios import campagne_nqe, reprises
from scenarios import institution as qui
from scenarios.campagne_nqe import INCOMPLETS, JAMAIS_COMPLETS, TOUS, CampagneNqe
from scenarios.chemins import Chemins
from scenarios.demandes import COMITE, DESEQUILIBREE, TARDIVE
from scenarios.jeu import Jeu
from scenarios.paiements import AUTRE_IBAN_D_EXEMPLE

DEBUT = "2026-01-02T08:00:00+01:00"
"""When the clock of the rehearsal starts."""
FIN = "2026-12-31T09:00:00+01:00"
"""When the year is over."""
CREDITS_NQE = 500_000_00
"""Credits of the campaign, in cents: exemple fictif."""
SILENCE, RENVOYES, PARTIELS = range(31, 33), range(33, 35), range(38, 40)
RETIRE_AVANT, RETIRE_APRES, REJETE, PAIEMENT_REJETE, IRRECEVABLE = 35, 36, 37, 40, 8
"""What happens to which of the forty requests (examples/nqe/README.md)."""
_REFUSES = (*JAMAIS_COMPLETS, REJETE, IRRECEVABLE)
ATTRIBUES = [*(n for n in TOUS if n not in {*_REFUSES, RETIRE_AVANT, RETIRE_APRES}), COMITE, DESEQUILIBREE]


async def jouer(jeu: Jeu) -> dict[str, Any]:
    """Play the year, or what of it comes before the end of the play; return the documents of the two take-overs."""
    return await campagne_nqe.jouer(jeu, _hiver, _printemps, _paiements)


async def _hiver(jeu: Jeu, campagne: CampagneNqe) -> None:
    """January to March: the first dépôts, the sitting on the requests taken over, silence."""
    await jeu.au("2026-01-12")
    await campagne.deposer(*SILENCE)
    seance = await qui.convoquer(jeu, "2026-02-10")
    await jeu.au("2026-02-02")
    await campagne.completer(*SILENCE)
    await jeu.au("2026-02-10")
    await reprises.voter_les_demandes(jeu, seance, await reprises.inscrire_les_demandes(jeu, seance))
    await jeu.au("2026-02-16")
    await reprises.payer_les_conventions(jeu)
    autres = [numero for numero in TOUS if numero not in SILENCE]
    for semaine, jour in enumerate(("2026-03-02", "2026-03-09", "2026-03-16")):
        await jeu.au(jour)
        await campagne.deposer(*autres[semaine::3])
    await jeu.au("2026-03-23")
    incomplets = (*INCOMPLETS, *JAMAIS_COMPLETS)
    await campagne.completer(*(numero for numero in autres if numero not in incomplets))
    await campagne.demander_pieces(*incomplets)
    await Chemins(campagne).le_23_mars()


async def _printemps(jeu: Jeu, campagne: CampagneNqe) -> None:
    """March and April: pièces, propositions, visas, the sitting."""
    chemins = Chemins(campagne)
    await jeu.au("2026-03-27")
    await chemins.le_27_mars()
    await jeu.au("2026-03-30")
    await campagne.produire_pieces(*INCOMPLETS)
    await chemins.le_30_mars()
    proposables = [numero for numero in TOUS if numero not in JAMAIS_COMPLETS]
    await jeu.au("2026-04-01")
    await campagne.proposer(*(numero for numero in proposables if numero != IRRECEVABLE))
    await campagne.rejeter(IRRECEVABLE)
    await jeu.au("2026-04-02")
    for numero in proposables:
        if numero in RENVOYES:
            await campagne.renvoyer(numero)
            await campagne.proposer_de_nouveau(numero)
        await campagne.viser(numero)
    await chemins.le_2_avril()
    await jeu.au("2026-04-09")
    await campagne.classer(*JAMAIS_COMPLETS)
    await campagne.retirer(RETIRE_AVANT)
    await chemins.le_9_avril()
    await jeu.au("2026-04-14")
    await chemins.le_14_avril()
    seance = await qui.convoquer(jeu, "2026-04-28")
    rapport = await campagne.preparer(seance, *(n for n in TOUS if n != RETIRE_AVANT))
    await jeu.au("2026-04-20")
    await chemins.le_20_avril()
    await jeu.au("2026-04-22")
    await chemins.le_22_avril()
    await jeu.au("2026-04-23")
    await chemins.la_veille()
    autre = await campagne.preparer(seance, COMITE, DESEQUILIBREE, TARDIVE)
    await jeu.au("2026-04-28", "14:00")
    await qui.ouvrir_seance(jeu, seance)
    a_part = {
        REJETE: "defaut: contre",
        **{numero: campagne.moitie(numero) for numero in PARTIELS},
        1: "defaut: pour\ndeports: [elu-05]\nabstention: [elu-07]",
    }
    await campagne.voter(rapport, a_part, "defaut: pour\nabstention: [elu-09]")
    await campagne.voter(autre, {}, "defaut: pour")
    await qui.lever(jeu, seance, rapport, autre)
    await jeu.au("2026-04-29")
    await campagne.retirer(RETIRE_APRES)
    await jeu.au("2026-04-30")
    await qui.rendre_executoire(jeu, rapport, "FLUX-NQE-2026")
    await qui.rendre_executoire(jeu, autre, "FLUX-NQE-2026-2")
    await campagne.ecarter(rapport, RETIRE_APRES)
    await campagne.clore(*_REFUSES, TARDIVE)
    await jeu.repos()


async def _paiements(jeu: Jeu, campagne: CampagneNqe) -> None:
    """May to December: the advances, one of which is rejected by the comptable, then paid; the balances."""
    await jeu.au("2026-05-04")
    await qui.voter_budget(jeu, campagne.enveloppe, CREDITS_NQE)
    await jeu.repos()
    await campagne.fixer_echeanciers(*ATTRIBUES)
    await jeu.au("2026-05-11")
    rejete = campagne.echeances(1, PAIEMENT_REJETE)
    await campagne.paiements.payer(campagne.echeances(1, *(n for n in ATTRIBUES if n != PAIEMENT_REJETE)))
    await campagne.paiements.ordonner(rejete)
    await campagne.rejeter_le_paiement(PAIEMENT_REJETE)
    await jeu.au("2026-06-01")
    await campagne.paiements.donner_coordonnees(campagne.siret(PAIEMENT_REJETE), AUTRE_IBAN_D_EXEMPLE)
    await campagne.paiements.payer(rejete)
    await jeu.au("2026-10-05")
    await campagne.paiements.payer(campagne.echeances(2, *ATTRIBUES))
    for numero in ATTRIBUES:
        await jeu.faire("subvention solder", qui.FINANCE, subvention=campagne.refs[numero])
    await jeu.repos()
    await jeu.faire("campagne clore", qui.ADMIN, campagne="NQE-2026")
