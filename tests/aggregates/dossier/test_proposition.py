"""Propose, approve, send back: four eyes."""

from typing import Any

import pytest

from aggregates.dossier import Etat, attentes
from aggregates.dossier.proposition import (
    DerogationExigee,
    MontantExige,
    MontantHorsBornes,
    MotifExige,
    Propose,
)
from kernel.attentes import Role
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    DEMANDE,
    MOTIF,
    TIERS,
    blanc,
    evaluation,
    un_clos,
    un_complet,
    un_decide,
    un_depose,
    un_en_avis,
    un_inscrit,
    un_propose,
    un_recu,
    un_vise,
)
from tests.aggregates.fabrique import par, rien, topics, verbes, verifie_refus
from tests.golden.test_faits_stockes import NomsDEssai


@pytest.mark.parametrize("fabrique", [un_complet, un_en_avis])
def test_le_montant_calcule_est_propose_avec_ses_etapes(fabrique: Any) -> None:
    dossier = fabrique()
    dossier.proposer(evaluation(), None, None)
    assert dossier.nouveaux_faits == [
        Propose(
            montant_centimes=CALCULE,
            calcule_centimes=CALCULE,
            base_eligible_centimes=1_840_000,
            etapes=evaluation().etapes,
            motif=None,
            entree=evaluation().entree,
        )
    ]
    visa = next(a for a in attentes(dossier) if a.cle.code == "visa")
    assert (visa.de, verbes(visa)) == (Role.RESPONSABLE, ("viser", "renvoyer"))
    par(dossier).proposer(evaluation(), None, None)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.proposer(evaluation(), CALCULE - 1, MOTIF)


@pytest.mark.parametrize("montant", [0, 1, CALCULE - 1])
def test_un_montant_moindre_est_propose_avec_son_motif(montant: int) -> None:
    dossier = un_complet()
    dossier.proposer(evaluation(), montant, MOTIF)
    assert topics(dossier) == ["dossier.propose.v1"]
    par(dossier).proposer(evaluation(), montant, MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.proposer(evaluation(), montant, TIERS)
    assert refus.value.champs == {"fait": "dossier.propose.v1"}
    assert dossier.proposition is not None
    assert dossier.proposition.montant_centimes == montant


def test_au_dessus_du_maximum_calcule_il_faut_une_derogation_qui_cite_son_acte() -> None:
    """An authority is bound by its règlement (domain.md §8.13)."""
    dossier = un_complet()
    with verifie_refus(dossier, DerogationExigee) as refus:
        dossier.proposer(evaluation(), CALCULE + 1, MOTIF)
    assert refus.value.champs == {"champ": "derogation", "calcule_centimes": CALCULE}
    for montant in (CALCULE, CALCULE - 1):
        with verifie_refus(dossier, SaisieInvalide):
            dossier.proposer(evaluation(), montant, MOTIF, TIERS)
    with verifie_refus(dossier, MontantHorsBornes):
        dossier.proposer(evaluation(), DEMANDE + 1, None, TIERS)
    dossier.proposer(evaluation(), DEMANDE, None, TIERS)
    assert dossier.proposition is not None
    assert (dossier.proposition.montant_centimes, dossier.proposition.derogation) == (DEMANDE, TIERS)
    assert "dérogation" in dossier.nouveaux_faits[0].phrase(NomsDEssai())
    par(dossier).proposer(evaluation(), DEMANDE, None, TIERS)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.proposer(evaluation(), DEMANDE, None, MOTIF)


def test_un_autre_montant_sans_motif_est_refuse() -> None:
    dossier = un_complet()
    with verifie_refus(dossier, MotifExige):
        dossier.proposer(evaluation(), CALCULE - 1, None)


@pytest.mark.parametrize("montant", [-1, DEMANDE + 1])
def test_un_montant_hors_bornes_est_refuse(montant: int) -> None:
    dossier = un_complet()
    with verifie_refus(dossier, MontantHorsBornes):
        dossier.proposer(evaluation(), montant, MOTIF)


def test_sans_reglement_le_montant_doit_etre_donne() -> None:
    dossier = un_complet()
    with verifie_refus(dossier, MontantExige):
        dossier.proposer(None, None, None)
    dossier.proposer(None, CALCULE, None)
    assert topics(dossier) == ["dossier.propose.v1"]


@pytest.mark.parametrize("fabrique", [blanc, un_depose, un_recu, un_inscrit, un_decide, un_clos])
def test_proposer_est_impossible_hors_de_l_instruction(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.proposer(evaluation(), None, None)


def test_une_autre_personne_vise_et_le_dossier_attend_l_ordre_du_jour() -> None:
    dossier = par(un_propose(), "resp-1")
    dossier.viser()
    assert topics(dossier) == ["dossier.vise.v1"]
    assert {a.cle.code for a in attentes(dossier)} == {"silence", "inscription"}
    par(dossier, "resp-1").viser()
    assert rien(dossier)
    par(dossier, "resp-2")
    with verifie_refus(dossier, DejaFait):
        dossier.viser()


def test_l_auteur_de_la_proposition_ne_la_vise_ni_ne_la_renvoie() -> None:
    dossier = par(un_propose(), "agt-1")
    with verifie_refus(dossier, QuatreYeux):
        dossier.viser()
    with verifie_refus(dossier, QuatreYeux):
        dossier.renvoyer(MOTIF)


@pytest.mark.parametrize("fabrique", [blanc, un_complet, un_inscrit, un_decide, un_clos])
def test_viser_ou_renvoyer_sans_proposition_est_impossible(fabrique: Any) -> None:
    dossier = par(fabrique(), "resp-1")
    with verifie_refus(dossier, GesteImpossible):
        dossier.viser()
    with verifie_refus(dossier, GesteImpossible):
        dossier.renvoyer(MOTIF)


@pytest.mark.parametrize("fabrique", [un_propose, un_vise])
def test_une_proposition_renvoyee_revient_a_l_instruction(fabrique: Any) -> None:
    dossier = par(fabrique(), "resp-1")
    dossier.renvoyer(MOTIF)
    assert topics(dossier) == ["dossier.renvoye.v1"]
    assert (dossier.etat, dossier.proposition) == (Etat.EN_INSTRUCTION, None)
    par(dossier, "resp-1").renvoyer(MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.renvoyer(TIERS)
    assert refus.value.champs == {"fait": "dossier.renvoye.v1"}
    par(dossier).proposer(evaluation(), None, None)
    assert topics(dossier) == ["dossier.propose.v1"]
