"""A dossier that began elsewhere: taken over, corrected, and living on meanwhile."""

from datetime import date
from uuid import uuid4

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.etat import DecisionExterne
from kernel.agregat import plier
from kernel.attentes import dus
from kernel.identifiants import NumeroPris
from kernel.instants import fin_de_jour
from tests.aggregates.dossier.fabrique import RAPPORT, TROIS_SEMAINES, repris, source, un_depose
from tests.aggregates.fabrique import JOUR, etat, par, rien, topics, verifie_refus

PLUS_TARD = date(2026, 6, 1)


def un_repris(**champs: object) -> Dossier:
    dossier = par(Dossier(uuid4()), "admin")
    dossier.reprendre(repris(**champs))
    return par(dossier)


def test_une_ligne_reprise_est_un_dossier_a_son_stade() -> None:
    dossier = par(Dossier(uuid4()))
    dossier.reprendre(repris())
    assert topics(dossier) == ["dossier.repris.v1"]
    assert (dossier.etat, dossier.demande_centimes) == (Etat.EN_INSTRUCTION, 500_000)
    assert dossier.reprise_change(repris()) is False
    par(dossier).reprendre(repris(source=source(fichier="b", ligne=40)))
    assert rien(dossier)


@pytest.mark.parametrize("autre", [source(rang=2), source(identite="2")])
def test_le_numero_d_une_autre_ligne_est_refuse(autre: object) -> None:
    dossier = un_repris()
    with verifie_refus(dossier, NumeroPris):
        dossier.reprendre(repris(source=autre))
    depose = un_depose()
    with verifie_refus(depose, NumeroPris):
        depose.reprendre(repris())


def test_une_cellule_corrigee_est_un_fait_qui_corrige_le_premier_a_sa_date() -> None:
    dossier = un_repris()
    par(dossier, le=PLUS_TARD)
    assert dossier.reprise_change(repris(montant_demande_centimes=600_000))
    dossier.reprendre(repris(montant_demande_centimes=600_000))
    assert [i.entete.corrige for i in dossier.inscriptions] == [None, 1]
    assert dossier.demande_centimes == 600_000
    entre_les_deux = plier(Dossier, dossier.id, dossier.inscriptions, au=date(2026, 3, 1))
    assert (entre_les_deux.ref, entre_les_deux.demande_centimes) == (dossier.ref, 600_000)


def test_corriger_une_cellule_ne_defait_pas_ce_qui_s_est_fait_ici() -> None:
    dossier = un_repris(montant_propose_centimes=400_000)
    dossier.proposer(None, 300_000, None)
    par(dossier, "resp-1").viser()
    par(dossier, "assemblees-1").inscrire(RAPPORT, 1)
    par(dossier, le=PLUS_TARD).reprendre(repris(montant_propose_centimes=400_000, objet="Ateliers d’été"))
    assert (dossier.etat, dossier.objet) == (Etat.INSCRIT, "Ateliers d’été")
    assert dossier.proposition is not None
    assert (dossier.proposition.montant_centimes, dossier.proposition.vise_par) == (300_000, "resp-1")
    assert etat(plier(Dossier, dossier.id, dossier.inscriptions)) == etat(dossier)


def corrige(dossier: Dossier, **champs: object) -> Dossier:
    """Correct the objet, fold again, and check that both agree."""
    par(dossier, le=PLUS_TARD).reprendre(repris(objet="Ateliers d’été", **champs))
    assert etat(plier(Dossier, dossier.id, dossier.inscriptions)) == etat(dossier)
    return dossier


def test_corriger_une_cellule_garde_le_vote_la_cloture_et_son_issue() -> None:
    vote = un_repris(etat=Etat.PROPOSE, montant_propose_centimes=400_000)
    vote.inscrire(RAPPORT, 1)
    vote.decider(RAPPORT, favorable=True, montant_vote_centimes=400_000, vote_le=JOUR)
    corrige(vote, etat=Etat.PROPOSE, montant_propose_centimes=400_000)
    assert (vote.etat, vote.decide_le, vote.vote_centimes) == (Etat.DECIDE, JOUR, 400_000)
    ailleurs = DecisionExterne(reference="2014.01", decide_le=date(2014, 5, 5))
    clos = un_repris(etat=Etat.DECIDE, decision=ailleurs)
    clos.clore(rien_ne_reste_du=True)
    corrige(clos, etat=Etat.DECIDE, decision=ailleurs)
    assert (clos.etat, clos.issue, clos.decide_le) == (Etat.CLOS, "attribue", date(2014, 5, 5))


def test_corriger_une_cellule_garde_les_avis_attendus() -> None:
    dossier = un_repris(etat=Etat.COMPLET)
    dossier.demander_avis("ville", TROIS_SEMAINES)
    corrige(dossier, etat=Etat.COMPLET)
    assert {a.cle.code for a in attentes(dossier)} == {"avis", "demande_a_remettre", "proposition"}


@pytest.mark.parametrize("stade", [Etat.DEPOSE, Etat.COMPLET, Etat.EN_INSTRUCTION, Etat.PROPOSE, Etat.DECIDE])
def test_un_dossier_repris_attend_quelqu_un_et_jamais_le_moteur_en_vain(stade: Etat) -> None:
    dossier = un_repris(etat=stade)
    assert attentes(dossier)
    assert not dus(attentes(dossier), fin_de_jour(JOUR))
