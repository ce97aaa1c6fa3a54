"""A rejet is proposed, approved by another, put to the vote; nobody alone refuses (domain.md §8.3; transitions 8 and 11)."""

from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.etat import Cause
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, QuatreYeux
from tests.aggregates.dossier.fabrique import (
    AUTRE_RAPPORT,
    COPIE,
    MOTIF,
    RAPPORT,
    TIERS,
    avec_pieces,
    blanc,
    demander,
    evaluation,
    un_clos,
    un_complet,
    un_decide,
    un_depose,
    un_en_avis,
    un_incomplet,
    un_inscrit,
    un_propose,
    un_recu,
)
from tests.aggregates.dossier.test_completude import APRES, FIN
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus


def un_delai_passe() -> Dossier:
    dossier = un_incomplet()
    dossier.constater_pieces_non_produites(dossier.demandes_de_pieces[0].version, fin_de_jour(FIN))
    return par(dossier, le=APRES)


def un_rejet_vise(dossier: Dossier, cause: Cause) -> Dossier:
    dossier.proposer_rejet(cause, MOTIF)
    par(dossier, "resp-1", le=APRES).viser()
    return par(dossier, le=APRES)


def test_transition_8_un_dossier_incomplet_dont_le_delai_est_passe_recoit_une_proposition_de_classement() -> None:
    dossier = un_delai_passe()
    dossier.proposer_rejet(Cause.SANS_SUITE, MOTIF)
    assert topics(dossier) == ["dossier.rejet_propose.v1"]
    assert (dossier.etat, dossier.issue) == (Etat.PROPOSE, None), "an agent alone closes nothing"
    visa = next(a for a in attentes(dossier) if a.cle.code == "visa")
    assert verbes(visa) == ("viser", "renvoyer")
    par(dossier, le=APRES).proposer_rejet(Cause.SANS_SUITE, MOTIF)
    assert rien(dossier)
    for cause, motif in ((Cause.SANS_SUITE, TIERS), (Cause.IRRECEVABILITE, MOTIF)):
        with verifie_refus(dossier, DejaFait):
            dossier.proposer_rejet(cause, motif)
    with verifie_refus(dossier, QuatreYeux):
        dossier.viser()


@pytest.mark.parametrize("fabrique", [blanc, un_recu, un_incomplet, un_complet, un_clos])
def test_un_classement_est_refuse_tant_qu_aucun_delai_n_est_passe(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.proposer_rejet(Cause.SANS_SUITE, MOTIF)


def test_un_ancien_delai_passe_puis_satisfait_ne_permet_pas_de_classer_pendant_un_nouveau() -> None:
    dossier = un_incomplet("statuts")
    dossier.constater_pieces_non_produites(dossier.demandes_de_pieces[0].version, fin_de_jour(FIN))
    avec_pieces(dossier, "statuts", le=APRES)
    demander(par(dossier, le=APRES), ["rib"])
    par(dossier, le=APRES)
    with verifie_refus(dossier, GesteImpossible):
        dossier.proposer_rejet(Cause.SANS_SUITE, MOTIF)


@pytest.mark.parametrize("fabrique", [un_depose, un_recu, un_incomplet, un_complet, un_en_avis])
def test_transition_11_l_irrecevabilite_est_proposee_visee_votee_et_dite_au_dossier(fabrique: Any) -> None:
    dossier = un_rejet_vise(fabrique(), Cause.IRRECEVABILITE)
    assert "inscription" in {a.cle.code for a in attentes(dossier)}
    dossier.inscrire(RAPPORT, 1)
    par(dossier, "SYSTEME", le=APRES).decider(RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=APRES)
    assert (dossier.etat, dossier.issue) == (Etat.DECIDE, "rejete")
    par(dossier, le=APRES).enregistrer_notification(None, COPIE, sans_recours=False)
    assert [verbes(a) for a in attentes(dossier) if a.cle.code == "cloture"] == [("clore",)]


@pytest.mark.parametrize("cause", [Cause.IRRECEVABILITE, Cause.OPPORTUNITE])
@pytest.mark.parametrize("fabrique", [blanc, un_propose, un_inscrit, un_decide, un_clos])
def test_une_fois_proposee_une_demande_ne_recoit_pas_d_autre_proposition(fabrique: Any, cause: Cause) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, DejaFait if fabrique is un_propose else GesteImpossible):
        dossier.proposer_rejet(cause, MOTIF)


def test_un_choix_d_opportunite_se_propose_apres_la_completude() -> None:
    dossier = un_recu()
    with verifie_refus(dossier, GesteImpossible):
        dossier.proposer_rejet(Cause.OPPORTUNITE, MOTIF)
    complet = par(un_complet(), le=JOUR.replace(day=1))
    with verifie_refus(complet, AvantLeJalon):
        complet.proposer_rejet(Cause.OPPORTUNITE, MOTIF)
    par(complet).proposer_rejet(Cause.OPPORTUNITE, MOTIF)
    par(complet)
    with verifie_refus(complet, DejaFait):
        complet.proposer(evaluation(), None, None)


def test_transition_16_un_rejet_renvoye_laisse_le_dossier_ou_il_en_etait() -> None:
    """A request that was never complete is not instructed because its rejet was sent back; its pièces may still come."""
    dossier = un_delai_passe()
    dossier.proposer_rejet(Cause.SANS_SUITE, MOTIF)
    par(dossier, "resp-1", le=APRES).renvoyer(TIERS)
    assert (dossier.etat, dossier.proposition) == (Etat.INCOMPLET, None)
    par(dossier, "resp-1", le=APRES).renvoyer(TIERS)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.renvoyer(MOTIF)
    assert "suite_pieces" in {a.cle.code for a in attentes(dossier)}
    complet = un_complet()
    complet.proposer_rejet(Cause.IRRECEVABILITE, MOTIF)
    par(complet, "resp-1").renvoyer(TIERS)
    assert complet.etat is Etat.EN_INSTRUCTION


def ne_pas_adopter(dossier: Dossier) -> None:
    par(dossier, "SYSTEME", le=APRES).decider(
        RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=APRES, adopte=False
    )


def test_un_rejet_que_l_assemblee_n_adopte_pas_ne_decide_rien() -> None:
    dossier = un_rejet_vise(un_complet(), Cause.OPPORTUNITE)
    dossier.inscrire(RAPPORT, 1)
    ne_pas_adopter(dossier)
    assert topics(dossier) == ["dossier.rejet_non_adopte.v1"]
    assert (dossier.etat, dossier.proposition, dossier.decide_le) == (Etat.EN_INSTRUCTION, None, None)
    assert "proposition" in {a.cle.code for a in attentes(dossier)}
    ne_pas_adopter(dossier)
    assert rien(dossier)


def test_le_vote_d_un_rejet_non_adopte_est_celui_du_rapport_ou_il_est_inscrit() -> None:
    dossier = un_rejet_vise(un_complet(), Cause.OPPORTUNITE)
    dossier.inscrire(AUTRE_RAPPORT, 1)
    par(dossier, "SYSTEME", le=APRES)
    with verifie_refus(dossier, GesteImpossible):
        ne_pas_adopter(dossier)
