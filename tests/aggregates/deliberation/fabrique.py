"""Rapports at each step of their life, for the tests of a délibération."""

from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.deliberation.etat import LigneRapport
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.seance.presences import FeuilleDePresence
from kernel.identifiants import identifiant
from tests.aggregates.seance.fabrique import JOUR, MEMBRES, TOUS, contexte

REF = "DEL-2026-2A3B4"
ENVELOPPE = "nqe-2026-fonctionnement"
FEUILLE = FeuilleDePresence(JOUR, MEMBRES, "elu-01", TOUS)
UNANIME = Bulletin(mode=Mode.MAIN_LEVEE, defaut=Voix.POUR)
TOUS_CONTRE = Bulletin(mode=Mode.MAIN_LEVEE, defaut=Voix.CONTRE)


def ligne(numero: int, *, propose: int = 500_00, enveloppe: str = ENVELOPPE) -> LigneRapport:
    return LigneRapport(
        ligne=numero,
        dossier=UUID(int=numero),
        ref=f"NQE-2026-{numero:05d}",
        denomination=f"Association {numero} (exemple)",
        objet="Été",
        tiers=UUID(int=1000 + numero),
        campagne="NQE-2026",
        enveloppe=enveloppe,
        montant_demande_centimes=800_00,
        montant_propose_centimes=propose,
    )


def un_rapport(*lignes: LigneRapport) -> DeliberationPreparee:
    seance = identifiant("seance", "CP-2026-06-18")
    return DeliberationPreparee(ref=REF, seance=seance, jour=JOUR, lignes=lignes or (ligne(1), ligne(2), ligne(3)))


def une_deliberation(*lignes: LigneRapport) -> Deliberation:
    deliberation = Deliberation(identifiant("deliberation", REF)).sous(contexte())
    deliberation.preparer(un_rapport(*lignes))
    deliberation.collect_events()
    return deliberation


def inscrite(*lignes: LigneRapport) -> Deliberation:
    deliberation = une_deliberation(*lignes)
    deliberation.constater_inscription(1, inscrites=list(deliberation.lignes), refusees=())
    deliberation.collect_events()
    return deliberation


def transmise(*lignes: LigneRapport) -> Deliberation:
    """Every line still to vote is adopted."""
    deliberation = inscrite(*lignes)
    deliberation.voter(UNANIME, FEUILLE, None, None)
    deliberation.numeroter()
    deliberation.recevoir_numero("2026.00001")
    deliberation.transmettre("CTES-1")
    deliberation.collect_events()
    return deliberation


def executoire(*lignes: LigneRapport) -> Deliberation:
    deliberation = transmise(*lignes)
    deliberation.rendre_executoire()
    deliberation.collect_events()
    return deliberation
