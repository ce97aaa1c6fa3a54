"""From the agenda of the commission permanente to the decision, and the closing."""

from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.acte import ClotureEmpechee, PropositionNonVisee, VoteAnnonce
from kernel.attentes import Renvoi, Role
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    AUTRE_RAPPORT,
    CALCULE,
    CONTENTIEUX,
    MOTIF,
    RAPPORT,
    RECOURS,
    blanc,
    un_clos,
    un_complet,
    un_decide,
    un_inscrit,
    un_propose,
    un_recu,
    un_vise,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus


def decider(dossier: Dossier, rapport: Any = RAPPORT, montant: int = CALCULE, vote_le: date = JOUR) -> None:
    dossier.decider(rapport, favorable=True, montant_vote_centimes=montant, vote_le=vote_le)


def test_une_proposition_visee_s_inscrit_a_l_ordre_du_jour() -> None:
    dossier = un_vise()
    dossier.inscrire(RAPPORT, 3)
    assert topics(dossier) == ["dossier.inscrit.v1"]
    assert (dossier.etat, dossier.deliberation, dossier.ligne) == (Etat.INSCRIT, RAPPORT, 3)
    par(dossier).inscrire(RAPPORT, 3)
    assert rien(dossier)
    for rapport, ligne in ((AUTRE_RAPPORT, 3), (RAPPORT, 4)):
        with verifie_refus(dossier, DejaFait):
            dossier.inscrire(rapport, ligne)


def test_une_proposition_non_visee_ne_s_inscrit_pas() -> None:
    dossier = un_propose()
    with verifie_refus(dossier, PropositionNonVisee):
        dossier.inscrire(RAPPORT, 3)


@pytest.mark.parametrize("fabrique", [blanc, un_recu, un_complet, un_decide, un_clos])
def test_inscrire_ou_ajourner_est_impossible_sans_proposition(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.inscrire(RAPPORT, 3)
    with verifie_refus(dossier, GesteImpossible):
        dossier.ajourner(RAPPORT)


def test_le_dossier_apprend_son_vote_le_jour_du_vote_et_attend_encore_l_executoire() -> None:
    dossier, vote_le = par(un_inscrit(), "SYSTEME", JOUR + timedelta(days=90)), JOUR + timedelta(days=20)
    vote: dict[str, Any] = {"favorable": True, "montant_vote_centimes": CALCULE, "vote_le": vote_le}
    dossier.annoncer_vote(RAPPORT, **vote)
    dossier.annoncer_vote(RAPPORT, **vote)
    assert dossier.nouveaux_faits == [VoteAnnonce(deliberation=RAPPORT, **vote)]
    assert (dossier.etat, dossier.inscriptions[-1].entete.effectif_le) == (Etat.INSCRIT, vote_le)
    (attente,) = attentes(dossier)
    assert (attente.cle.code, attente.renvoie_a) == ("force_executoire", Renvoi("deliberation", RAPPORT, "3"))
    dossier.decider(RAPPORT, **vote)
    assert dossier.etat is Etat.DECIDE


@pytest.mark.parametrize(
    ("fabrique", "rapport"), [(un_vise, RAPPORT), (un_inscrit, AUTRE_RAPPORT), (un_clos, AUTRE_RAPPORT)]
)
def test_un_vote_ne_s_annonce_qu_au_dossier_de_la_ligne(fabrique: Any, rapport: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.annoncer_vote(rapport, favorable=False, montant_vote_centimes=0, vote_le=JOUR)


def test_un_dossier_ajourne_revient_parmi_les_propositions_visees() -> None:
    dossier = un_inscrit()
    dossier.ajourner(RAPPORT)
    assert topics(dossier) == ["dossier.ajourne.v1"]
    assert "inscription" in {a.cle.code for a in attentes(dossier)}
    par(dossier).ajourner(RAPPORT)
    assert rien(dossier)
    dossier.inscrire(AUTRE_RAPPORT, 1)
    assert topics(dossier) == ["dossier.inscrit.v1"]


def test_un_dossier_qui_n_a_jamais_ete_inscrit_ne_s_ajourne_pas() -> None:
    dossier = un_vise()
    with verifie_refus(dossier, GesteImpossible):
        dossier.ajourner(RAPPORT)


def test_un_autre_rapport_n_ajourne_pas_la_ligne() -> None:
    dossier = un_inscrit()
    with verifie_refus(dossier, GesteImpossible):
        dossier.ajourner(AUTRE_RAPPORT)


def test_la_decision_est_portee_a_la_date_du_vote() -> None:
    dossier = un_inscrit()
    vote_le = date(2026, 2, 5)
    decider(par(dossier, "SYSTEME", date(2026, 2, 20)), vote_le=vote_le)
    assert topics(dossier) == ["dossier.decide.v1"]
    assert dossier.inscriptions[-1].entete.effectif_le == vote_le
    assert (dossier.etat, dossier.issue, dossier.vote_centimes) == (Etat.DECIDE, "attribue", CALCULE)
    decider(par(dossier), vote_le=vote_le)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        decider(dossier, vote_le=vote_le, montant=CALCULE - 1)
    with verifie_refus(dossier, DejaFait):
        dossier.decider(RAPPORT, favorable=False, montant_vote_centimes=CALCULE, vote_le=vote_le)


def test_une_ligne_rejetee_attend_la_notification_du_refus() -> None:
    dossier = un_decide(favorable=False)
    assert dossier.issue == "rejete"
    assert [(a.cle.code, a.de) for a in attentes(dossier)] == [("notification_rejet", Role.INSTRUCTEUR)]


@pytest.mark.parametrize("fabrique", [blanc, un_complet, un_vise])
def test_un_dossier_qui_n_est_pas_inscrit_n_est_pas_decide(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        decider(dossier)


def test_un_dossier_retire_ou_inscrit_ailleurs_n_est_pas_decide() -> None:
    dossier = un_inscrit()
    with verifie_refus(dossier, GesteImpossible):
        decider(dossier, AUTRE_RAPPORT)
    dossier.retirer(MOTIF)
    par(dossier)
    with verifie_refus(dossier, GesteImpossible):
        decider(dossier)


def test_un_dossier_solde_se_clot_et_garde_son_issue() -> None:
    dossier = un_decide()
    dossier.clore(rien_ne_reste_du=True)
    assert topics(dossier) == ["dossier.clos.v1"]
    assert (dossier.etat, dossier.issue, attentes(dossier)) == (Etat.CLOS, "attribue", ())
    par(dossier).clore(rien_ne_reste_du=True)
    assert rien(dossier)


def test_un_dossier_retire_avant_le_vote_ne_se_clot_pas() -> None:
    dossier = un_inscrit()
    dossier.retirer(MOTIF)
    par(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.clore(rien_ne_reste_du=True)


def test_un_dossier_qui_doit_encore_ou_qui_n_est_pas_decide_ne_se_clot_pas() -> None:
    dossier = un_decide()
    with verifie_refus(dossier, GesteImpossible):
        dossier.clore(rien_ne_reste_du=False)
    dossier = un_inscrit()
    with verifie_refus(dossier, GesteImpossible):
        dossier.clore(rien_ne_reste_du=True)


def test_un_dossier_ne_se_clot_pas_pendant_un_recours_ni_un_controle_et_dit_ce_qui_les_finit() -> None:
    dossier = un_decide()
    dossier.enregistrer_recours("gracieux", "tiers", "decision", MOTIF, RECOURS, CONTENTIEUX)
    with verifie_refus(par(dossier), ClotureEmpechee) as refus:
        dossier.clore(rien_ne_reste_du=True)
    assert "le recours n° 1 court : « dossier repondre-recours »" in refus.value.message
    par(dossier, "SYSTEME").constater_fin_de_subvention()
    assert topics(dossier) == ["dossier.subvention_finie.v1"]
    assert "cloture" not in {a.cle.code for a in attentes(dossier)}, "the recours is what is awaited"
    par(dossier, "resp-1").repondre_recours(1, "accueilli", MOTIF)
    assert [verbes(a) for a in attentes(dossier) if a.cle.code == "cloture"] == [("clore",)]
    par(dossier, "resp-1").ouvrir_controle(MOTIF)
    with verifie_refus(par(dossier), ClotureEmpechee) as refus:
        dossier.clore(rien_ne_reste_du=True)
    assert "« dossier terminer-controle »" in refus.value.message
    par(dossier, "resp-1").terminer_controle(MOTIF)
    par(dossier).clore(rien_ne_reste_du=True)
    par(dossier, "SYSTEME").constater_fin_de_subvention()
    assert rien(dossier)


def test_la_fin_d_une_subvention_ne_se_porte_pas_a_un_dossier_qui_n_est_pas_decide() -> None:
    dossier = par(un_inscrit(), "SYSTEME")
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_fin_de_subvention()
