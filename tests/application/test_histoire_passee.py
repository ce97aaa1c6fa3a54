"""A history of last year entered today: every clock starts, and every amount stands, at its legal date (design §1.7)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.silence import rejet_implicite_ne
from aggregates.registre import attentes
from aggregates.subvention import Subvention
from application.commandes import FichierRecu
from kernel.identifiants import identifiant
from kernel.instants import debut_de_jour
from tests.application.seance import ENVELOPPE, PRESENCES, SEANCE, UNANIME, Region
from tests.moteur import PIECES, un_depot

AUJOURD_HUI = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)
EXECUTOIRE = date(2026, 6, 26)


def le(mois: int, jour: int) -> date:
    return date(2026, mois, jour)


def saisir(region: Region, *, moteur_a_chaque_pas: bool) -> str:
    """Enter, on one day of 2027, what happened to one dossier in 2026; return its number."""

    def faire(nom: str, acteur: str, quand: date, **options: Any) -> str:
        ref = region.faire(nom, acteur, le=quand, **options).ref
        if moteur_a_chaque_pas:
            region.moteur()
        return ref

    region.services.store.enregistreur.regler_horloge(AUJOURD_HUI)
    ref = faire("dossier deposer", "ines", le(2, 9), **un_depot(PIECES))
    faire("dossier declarer-complet", "ines", le(2, 20), dossier=ref)
    faire("dossier proposer", "ines", le(5, 4), dossier=ref)
    faire("dossier viser", "rene", le(5, 6), dossier=ref)
    faire("enveloppe ouvrir", "fanny", le(1, 15), dispositif="nqe", exercice=2026, section="fonctionnement")
    budget = {"montant_centimes": 100_000_000, "source": "exemple fictif"}
    faire("enveloppe voter-budget", "fanny", le(1, 20), enveloppe=ENVELOPPE, **budget)
    faire("seance prevoir", "aline", le(6, 1), jour=le(6, 18))
    faire("seance convoquer", "aline", le(6, 5), seance=SEANCE)
    faire("seance ouvrir", "aline", le(6, 18), seance=SEANCE, presences=FichierRecu("p.csv", PRESENCES.encode()))
    rapport = faire("deliberation preparer", "aline", le(6, 8), seance=SEANCE, dossiers=ref)
    region.moteur()
    scrutin = FichierRecu("scrutin.yaml", UNANIME.encode())
    faire("deliberation voter", "aline", le(6, 18), deliberation=rapport, scrutin=scrutin)
    faire("seance lever", "aline", le(6, 18), seance=SEANCE)
    faire("deliberation numeroter", "aline", le(6, 22), deliberation=rapport)
    region.moteur()
    faire("deliberation transmettre", "aline", le(6, 24), deliberation=rapport, flux="CTES-2026-1")
    faire("deliberation rendre-executoire", "aline", EXECUTOIRE, deliberation=rapport)
    region.moteur()
    faire("subvention fixer-echeancier", "fanny", le(6, 30), subvention=ref, echeances="unique:100%")
    return ref


@pytest.mark.parametrize("moteur_a_chaque_pas", [True, False])
def test_ce_que_le_moteur_porte_est_vrai_depuis_le_fait_qui_l_a_fait_naitre(
    region: Region, *, moteur_a_chaque_pas: bool
) -> None:
    ref = saisir(region, moteur_a_chaque_pas=moteur_a_chaque_pas)
    dossier_id = identifiant("dossier", ref)
    store = region.services.store

    def dossier(au: date) -> Dossier:
        return store.charger_a(Dossier, dossier_id, au=au, connu_au=None)

    def subvention(au: date) -> Subvention:
        return store.charger_a(Subvention, id_subvention_du(dossier_id), au=au, connu_au=None)

    ouverture = subvention(AUJOURD_HUI.date()).ouverture
    assert ouverture is not None
    assert ouverture.depuis == debut_de_jour(EXECUTOIRE), "since the act, not since its entry"
    (liquidation,) = attentes(subvention(AUJOURD_HUI.date()))
    assert liquidation.depuis == debut_de_jour(le(6, 30)), "since the échéancier, not since its entry"
    assert (dossier(le(6, 9)).etat, dossier(le(6, 7)).etat) == (Etat.INSCRIT, Etat.PROPOSE)
    assert dossier(le(6, 9)).tiers_id is not None
    decide = dossier(le(6, 18))
    assert (decide.etat, decide.deliberation is not None) == (Etat.DECIDE, True)
    assert subvention(EXECUTOIRE).engage_centimes == decide.vote_centimes
    assert subvention(le(6, 25)).ouverture is None
    assert [rejet_implicite_ne(dossier(jour)) for jour in (le(4, 8), le(4, 9), le(12, 31))] == [False, True, True]
