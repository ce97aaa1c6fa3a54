"""Credits: voted, reserved, taken back, never below zero."""

import pytest

from aggregates.enveloppe import Enveloppe, LigneEngagee, Section
from aggregates.enveloppe.credits import BudgetNonVote, CreditsInsuffisants
from aggregates.enveloppe.engagement import attentes
from kernel.refus import DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.enveloppe.fabrique import AUTRE_RAPPORT, RAPPORT, une_enveloppe
from tests.aggregates.fabrique import DEUX, UN, id_du_texte, par, rien, topics, verifie_refus


def test_ouvrir_nomme_l_enveloppe_par_son_contenu_une_seule_fois() -> None:
    enveloppe = par(Enveloppe(UN))
    enveloppe.ouvrir("nqe", 2026, Section.FONCTIONNEMENT)
    assert (enveloppe.ref, topics(enveloppe)) == ("nqe-2026-fonctionnement", ["enveloppe.ouverte.v1"])
    par(enveloppe).ouvrir("nqe", 2026, Section.FONCTIONNEMENT)
    assert rien(enveloppe)
    assert attentes(enveloppe) == ()


def test_rien_ne_se_fait_sur_une_enveloppe_qui_n_est_pas_ouverte() -> None:
    enveloppe = par(Enveloppe(UN))
    with verifie_refus(enveloppe, GesteImpossible):
        enveloppe.voter_budget(100, id_du_texte("exemple fictif"))


def test_chaque_vote_du_budget_est_un_fait_et_leur_somme_est_le_budget() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.voter_budget(-400, id_du_texte("décision modificative"))
    assert (enveloppe.vote_centimes, enveloppe.disponible_centimes) == (600, 600)
    assert topics(enveloppe) == ["enveloppe.budget_vote.v1"]
    par(enveloppe).voter_budget(-400, id_du_texte("décision modificative"))
    assert rien(enveloppe)


@pytest.mark.parametrize("montant", [0, -1])
def test_un_premier_budget_est_positif(montant: int) -> None:
    enveloppe = par(une_enveloppe(vote=None))
    with verifie_refus(enveloppe, SaisieInvalide):
        enveloppe.voter_budget(montant, id_du_texte("exemple fictif"))


def test_un_meme_acte_ne_vote_pas_deux_montants() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    with verifie_refus(enveloppe, DejaFait):
        enveloppe.voter_budget(2000, id_du_texte("exemple fictif"))


def test_un_budget_ne_reprend_pas_ce_qui_est_engage_ou_reserve() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 300)
    enveloppe.engager(AUTRE_RAPPORT, (LigneEngagee(dossier=UN, montant_centimes=500),))
    par(enveloppe)
    with verifie_refus(enveloppe, CreditsInsuffisants) as leve:
        enveloppe.voter_budget(-201, id_du_texte("décision modificative"))
    assert leve.value.champs["disponible_centimes"] == 200
    enveloppe.voter_budget(-200, id_du_texte("décision modificative"))
    assert enveloppe.disponible_centimes == 0


def test_reserver_garde_des_credits_et_se_repete_en_silence() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 600)
    assert (enveloppe.reserve_centimes, enveloppe.disponible_centimes) == (600, 400)
    par(enveloppe).reserver(RAPPORT, 600)
    assert rien(enveloppe)


def test_reserver_plus_que_le_disponible_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    with verifie_refus(enveloppe, CreditsInsuffisants):
        enveloppe.reserver(RAPPORT, 1001)


def test_reserver_avant_le_vote_du_budget_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=None))
    with verifie_refus(enveloppe, BudgetNonVote):
        enveloppe.reserver(RAPPORT, 1)


def test_reserver_un_autre_montant_ou_un_montant_nul_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    with verifie_refus(enveloppe, SaisieInvalide):
        enveloppe.reserver(RAPPORT, 0)
    enveloppe.reserver(RAPPORT, 10)
    par(enveloppe)
    with verifie_refus(enveloppe, DejaFait):
        enveloppe.reserver(RAPPORT, 20)


def test_reserver_pour_un_rapport_engage_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.engager(RAPPORT, (LigneEngagee(dossier=DEUX, montant_centimes=1),))
    par(enveloppe)
    with verifie_refus(enveloppe, DejaFait):
        enveloppe.reserver(RAPPORT, 20)


def test_liberer_rend_les_credits() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    enveloppe.reserver(RAPPORT, 600)
    par(enveloppe).liberer(RAPPORT)
    assert topics(enveloppe) == ["enveloppe.reservation_liberee.v1"]
    assert enveloppe.disponible_centimes == 1000
    par(enveloppe).liberer(RAPPORT)
    assert rien(enveloppe)
    par(enveloppe).reserver(RAPPORT, 100)
    par(enveloppe).liberer(RAPPORT)
    assert topics(enveloppe) == ["enveloppe.reservation_liberee.v1"]


def test_liberer_ce_qui_n_est_pas_reserve_est_refuse() -> None:
    enveloppe = par(une_enveloppe(vote=1000))
    with verifie_refus(enveloppe, GesteImpossible):
        enveloppe.liberer(RAPPORT)
