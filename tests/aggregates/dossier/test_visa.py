"""Visas by amount, never the author; reminders and the opening to the role above, each once; who has an interest leaves."""

from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.elements import VisaPrevu
from aggregates.dossier.etat import InteretEnCause
from aggregates.dossier.visa import VisaDUnAutreRole, VisaRappele, rappels
from kernel.attentes import Delai, Nature, Role, dus
from kernel.instants import Instant, fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, QuatreYeux
from tests.aggregates.dossier.fabrique import CALCULE, MOTIF, RAPPORT, TIERS, evaluation, un_complet, un_propose
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

TARD = fin_de_jour(date(2026, 3, 31))


def delai(duree: str) -> Delai:
    return Delai(code="visa", duree=duree, source="exemple fictif", nature=Nature.REGLEMENT)


NIVEAUX = (
    VisaPrevu(role=Role.RESPONSABLE, rappels=(delai("5 jours"), delai("10 jours")), escalade=Role.ORDONNATEUR),
    VisaPrevu(role=Role.ORDONNATEUR, a_partir_de_centimes=CALCULE),
    VisaPrevu(role=Role.ORDONNATEUR, a_partir_de_centimes=CALCULE + 1),
)


def propose(montant: int | None = None) -> Dossier:
    dossier = un_complet()
    dossier.proposer(evaluation(), montant, MOTIF, visas=NIVEAUX)
    return dossier


def visa(dossier: Dossier) -> Any:
    return next((a for a in attentes(dossier) if a.cle.code == "visa"), None)


def est_visee(dossier: Dossier) -> bool:
    return dossier.proposition_visee


def vise(dossier: Dossier, qui: str, role: Role, le: date = JOUR) -> None:
    par(dossier, qui, le=le, habilitation=role.value).viser(TIERS)


def test_transition_15_la_chaine_des_visas_suit_le_montant_et_jamais_l_auteur() -> None:
    dossier = propose()
    assert visa(dossier).de is Role.RESPONSABLE
    par(dossier, "agt-1", habilitation="responsable")
    with verifie_refus(dossier, QuatreYeux):
        dossier.viser()
    par(dossier, "ordo-1", habilitation="ordonnateur")
    with verifie_refus(dossier, VisaDUnAutreRole):
        dossier.viser()
    vise(dossier, "resp-1", Role.RESPONSABLE)
    assert not est_visee(dossier)
    assert visa(dossier).de is Role.ORDONNATEUR
    par(dossier, "resp-1", habilitation="ordonnateur (supplée ordo-1)")
    dossier.viser()
    assert rien(dossier), "said again"
    par(dossier, "resp-2", habilitation="ordonnateur (supplée resp-1)")
    with verifie_refus(dossier, QuatreYeux):
        dossier.viser()
    vise(dossier, "ordo-1", Role.ORDONNATEUR)
    assert est_visee(dossier), "the third level is for a higher amount"
    assert visa(dossier) is None
    par(dossier, "ordo-2", habilitation="ordonnateur")
    with verifie_refus(dossier, DejaFait):
        dossier.viser()


def test_un_moindre_montant_n_a_qu_un_niveau() -> None:
    dossier = propose(CALCULE - 1)
    vise(dossier, "resp-1", Role.RESPONSABLE)
    assert est_visee(dossier)


def rappeler(dossier: Dossier, au: Instant) -> list[str]:
    faits = []
    while du := next((du for du in dus(attentes(dossier), au) if du.automatisme == "rappeler_visa"), None):
        par(dossier, "SYSTEME").rappeler_visa(du.ouverte_par, du.instant, au)
        faits += topics(dossier)
    return faits


def test_les_rappels_puis_l_escalade_viennent_dans_l_ordre_une_fois() -> None:
    dossier = propose()
    premier, second = rappels(dossier)
    with pytest.raises(GesteImpossible):
        par(dossier, "SYSTEME").rappeler_visa(visa(dossier).cle.ouverte_par, second.instant, TARD)
    with pytest.raises(GesteImpossible):
        par(dossier, "SYSTEME").rappeler_visa(visa(dossier).cle.ouverte_par, premier.instant, fin_de_jour(JOUR))
    assert rappeler(dossier, TARD) == ["dossier.visa_rappele.v1"] * 2
    dits = [i.fait for i in dossier.inscriptions if isinstance(i.fait, VisaRappele)]
    assert [(dit.rang, dit.escalade) for dit in dits] == [(1, None), (2, Role.ORDONNATEUR)]
    assert visa(dossier).de is Role.ORDONNATEUR
    assert rappeler(dossier, TARD) == []
    ouverte = visa(dossier).cle.ouverte_par
    par(dossier, "SYSTEME").rappeler_visa(ouverte, second.instant, TARD)
    assert rien(dossier)
    vise(dossier, "ordo-1", Role.ORDONNATEUR, le=date(2026, 3, 31))
    par(dossier, "SYSTEME").rappeler_visa(ouverte, second.instant, TARD)
    assert rien(dossier), "the level was given"


def test_transition_16_un_renvoi_a_n_importe_quel_niveau_rend_la_proposition_a_l_instruction() -> None:
    dossier = propose()
    vise(dossier, "resp-1", Role.RESPONSABLE)
    par(dossier, "ordo-1").renvoyer(MOTIF)
    assert (dossier.proposition, dossier.renvoi) == (None, MOTIF)
    par(dossier).proposer(evaluation(), None, None, visas=NIVEAUX)
    assert dossier.proposition is not None
    assert dossier.proposition.donnes == ()


def test_qui_declare_un_interet_n_instruit_ne_propose_ni_ne_vise_plus() -> None:
    dossier = par(un_complet())
    dossier.declarer_interet(None)
    par(dossier).declarer_interet(MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, InteretEnCause):
        dossier.proposer(evaluation(), None, None)
    par(dossier, "agt-2", habilitation="instructeur (supplée agt-1)")
    with verifie_refus(dossier, InteretEnCause):
        dossier.demander_avis("ville", delai("21 jours"))
    par(dossier, "agt-3").proposer(evaluation(), None, None)
    par(dossier, "resp-1").declarer_interet(MOTIF)
    par(dossier, "resp-1")
    with verifie_refus(dossier, InteretEnCause):
        dossier.viser()
    par(dossier, "resp-2").viser()
    assert topics(dossier) == ["dossier.vise.v1"]


def test_l_interet_de_l_auteur_fait_renvoyer_sa_proposition() -> None:
    dossier = propose()
    par(dossier).declarer_interet(None)
    assert verbes(visa(dossier)) == ("renvoyer",)
    par(dossier, "resp-1", habilitation="responsable")
    with verifie_refus(dossier, GesteImpossible):
        dossier.viser()


def test_un_rappel_est_du_a_son_instant_meme_et_a_aucun_autre() -> None:
    dossier = propose()
    ouverte, (premier, _) = visa(dossier).cle.ouverte_par, rappels(dossier)
    with verifie_refus(par(dossier, "SYSTEME"), GesteImpossible):
        dossier.rappeler_visa(ouverte, fin_de_jour(JOUR), TARD)
    par(dossier, "SYSTEME").rappeler_visa(ouverte, premier.instant, premier.instant)
    assert topics(dossier) == ["dossier.visa_rappele.v1"]
    par(dossier, "SYSTEME").rappeler_visa(ouverte, premier.instant, TARD)
    assert rien(dossier)
    with verifie_refus(par(dossier, "SYSTEME"), GesteImpossible):
        dossier.rappeler_visa(ouverte, fin_de_jour(JOUR), TARD)


def test_un_interet_declare_se_retire_par_une_autre_personne_et_ce_qui_a_ete_decide_reste() -> None:
    dossier = un_propose()
    par(dossier, "resp-1").declarer_interet(MOTIF)
    with verifie_refus(par(dossier, "resp-1"), InteretEnCause):
        dossier.viser()
    par(dossier, "resp-2").renvoyer(MOTIF)
    with verifie_refus(par(dossier, "resp-1"), QuatreYeux):
        dossier.retirer_interet("resp-1", RAPPORT)
    with verifie_refus(par(dossier, "resp-2", JOUR - timedelta(days=1)), AvantLeJalon):
        dossier.retirer_interet("resp-1", RAPPORT)
    with verifie_refus(par(dossier, "resp-2"), GesteImpossible):
        dossier.retirer_interet("agt-9", RAPPORT)
    dossier.retirer_interet("resp-1", RAPPORT)
    assert topics(dossier) == ["dossier.interet_retire.v1"]
    assert dossier.proposition is None, "it was sent back meanwhile, and stays so"
    par(dossier, "resp-2").retirer_interet("resp-1", RAPPORT)
    assert rien(dossier)
    par(dossier, "agt-1").proposer(evaluation(), None, None)
    par(dossier, "resp-1").viser()
    assert dossier.proposition_visee
