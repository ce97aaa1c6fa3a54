"""A wrong date is corrected: the fact keeps its place, its échéances move, and the acts keep their order."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.correction import DateNonCorrigible
from aggregates.dossier.silence import echeance_du_silence, rejet_implicite_ne
from kernel.agregat import plier
from kernel.attentes import dus
from kernel.instants import Instant, fin_de_jour
from kernel.refus import AvantLeJalon
from tests.aggregates.dossier.fabrique import (
    CONTENTIEUX,
    EXIGEES,
    MOTIF,
    RECOURS,
    REGLEMENT,
    TROIS_SEMAINES,
    demander,
    depose,
    evaluation,
    un_complet,
    un_decide,
    un_en_avis,
    un_propose,
    un_recu,
)
from tests.aggregates.dossier.vies import executer
from tests.aggregates.fabrique import JOUR, etat, par, rien, topics, verifie_refus

AU = date(2026, 12, 1)


def corriger(dossier: Dossier, version: int, au: date, le: date = AU) -> Dossier:
    par(dossier, "agt-1", le).corriger_date(version, au, MOTIF)
    return dossier


def version_de(dossier: Dossier, topic: str) -> int:
    return next(i.entete.version for i in dossier.inscriptions if i.fait.topic == topic)


def tourner(dossier: Dossier, au: date) -> None:
    while attendus := dus(attentes(dossier), fin_de_jour(au)):
        version = dossier.version
        executer(dossier, attendus[0], au)
        assert dossier.version > version


def echeance(dossier: Dossier, code: str) -> Instant | None:
    return next(a.echeance for a in attentes(dossier) if a.cle.code == code)


def test_la_date_du_depot_corrigee_recompte_le_silence() -> None:
    dossier = un_recu(date(2026, 1, 20))
    corriger(dossier, 1, JOUR, date(2026, 2, 2))
    corriges = {dossier.inscriptions[v - 1].fait.topic for v in dossier.dates_corrigees}
    assert {"dossier.depose.v1", "dossier.tiers_rattache.v1"} <= corriges
    assert set(topics(dossier)) == {"dossier.date_corrigee.v1"}
    silence = echeance_du_silence(dossier)
    assert (dossier.depose_le, silence and silence.dernier_jour) == (JOUR, date(2026, 3, 12))
    assert dossier.inscriptions[0].entete.effectif_le == date(2026, 1, 20), "what was recorded stays as it was"
    assert (next(filter(None, (i.entete.corrige for i in dossier.inscriptions))), dossier.jour) == (1, date(2026, 2, 2))
    corriger(dossier, 1, JOUR, date(2026, 2, 2))
    assert rien(dossier)
    assert etat(plier(Dossier, dossier.id, dossier.inscriptions)) == etat(dossier)


def test_la_date_du_depot_corrigee_recompte_le_terme_de_l_accuse() -> None:
    dossier = par(Dossier(uuid4()), "agt-1", date(2026, 1, 12))
    dossier.deposer(depose())
    corriger(dossier, 1, date(2026, 1, 8), date(2026, 1, 13))
    assert dossier.accuse_avant == date(2026, 1, 22), "dix jours ouvrés après la vraie réception"
    assert etat(plier(Dossier, dossier.id, dossier.inscriptions)) == etat(dossier)


def test_un_rejet_deja_constate_est_corrige_avec_la_date_du_depot() -> None:
    dossier = un_recu(date(2026, 1, 20))
    tourner(dossier, date(2026, 4, 1))
    corriger(dossier, 1, JOUR)
    assert not rejet_implicite_ne(dossier)
    tourner(dossier, AU)
    assert list(dossier.rejets_implicites.values()) == [date(2026, 3, 12)]


def test_la_demande_de_pieces_et_son_delai_ecoule_sont_recomptes() -> None:
    dossier = un_recu()
    demander(par(dossier, "agt-1", date(2026, 1, 20)), ["statuts"])
    version = version_de(dossier, "dossier.pieces_demandees.v1")
    tourner(dossier, date(2026, 2, 5))
    assert dossier.demandes_echues == {version}
    corriger(dossier, version, date(2026, 1, 27), date(2026, 2, 6))
    assert dossier.demandes_de_pieces[0].jusqu_au == date(2026, 2, 11)
    assert dossier.demandes_echues == set(), "its délai runs again: what was found of the other end does not stand"
    assert echeance(dossier, "pieces") == fin_de_jour(date(2026, 2, 11))
    tourner(dossier, date(2026, 2, 12))
    assert dossier.demandes_echues == {version}


def test_un_avis_repute_rendu_ne_l_est_plus_quand_sa_demande_etait_plus_tardive() -> None:
    dossier = un_en_avis()
    version = version_de(dossier, "dossier.avis_demande.v1")
    tourner(dossier, date(2026, 2, 3))
    assert dossier.avis_rendus == {"ville": "repute_rendu"}
    corriger(dossier, version, date(2026, 1, 20), date(2026, 2, 4))
    assert dossier.avis_rendus == {}
    assert echeance(dossier, "avis") == fin_de_jour(date(2026, 2, 10))


def test_un_recours_rejete_par_le_silence_ne_l_est_plus() -> None:
    dossier = un_decide(favorable=False)
    par(dossier).enregistrer_recours("gracieux", "demandeur", "decision", MOTIF, RECOURS, CONTENTIEUX)
    tourner(dossier, date(2026, 3, 13))
    assert "recours" not in {a.cle.code for a in attentes(dossier)}
    corriger(dossier, version_de(dossier, "dossier.recours_forme.v1"), JOUR + timedelta(days=9), date(2026, 3, 14))
    assert echeance(dossier, "recours") == fin_de_jour(date(2026, 3, 21))


@pytest.mark.parametrize("jours", [-1, 30])
def test_une_correction_ne_renverse_pas_l_ordre_des_actes(jours: int) -> None:
    """A complétude neither before the last pièce, nor after the proposition that follows it."""
    dossier = un_complet()
    par(dossier, "agt-1", JOUR + timedelta(days=10))

    dossier.proposer(evaluation(), None, None)
    with verifie_refus(par(dossier, "agt-1", AU), AvantLeJalon):
        dossier.corriger_date(version_de(dossier, "dossier.declare_complet.v1"), JOUR + timedelta(days=jours), MOTIF)


def test_rien_ne_precede_le_depot_corrige() -> None:
    dossier = un_propose()
    with verifie_refus(par(dossier, "agt-1", AU), AvantLeJalon):
        dossier.corriger_date(1, JOUR + timedelta(days=2), MOTIF)
    corriger(dossier, 1, JOUR - timedelta(days=2))
    assert dossier.origine == ("le dépôt du dossier", JOUR - timedelta(days=2))


def test_une_piece_du_depot_ne_porte_pas_le_depot_apres_ce_qui_le_suit() -> None:
    """What the same command recorded moves with it, and keeps its order too."""
    dossier = par(Dossier(uuid4()))
    dossier.deposer(depose())
    dossier.recevoir_piece("statuts", "5" * 64, None)
    par(dossier, "SYSTEME").enregistrer()
    with verifie_refus(par(dossier, "agt-1", AU), AvantLeJalon):
        dossier.corriger_date(2, JOUR + timedelta(days=2), MOTIF)
    corriger(dossier, 2, JOUR - timedelta(days=2))
    assert dossier.depose_le == JOUR - timedelta(days=2)


def test_seule_une_date_donnee_par_une_personne_se_corrige() -> None:
    dossier = un_complet()
    corriger(dossier, 1, JOUR - timedelta(days=3))
    du_moteur = version_de(dossier, "dossier.enregistre.v1")
    for version in (du_moteur, dossier.version, 99):
        with verifie_refus(par(dossier, "agt-1", AU), DateNonCorrigible):
            dossier.corriger_date(version, JOUR, MOTIF)
    par(dossier, "agt-1", AU).annuler_completude()
    with verifie_refus(par(dossier, "agt-1", AU), DateNonCorrigible):
        dossier.corriger_date(version_de(dossier, "dossier.declare_complet.v1"), JOUR, MOTIF)


def test_une_date_a_venir_est_refusee() -> None:
    dossier = un_recu()
    with verifie_refus(par(dossier), AvantLeJalon):
        dossier.corriger_date(1, JOUR + timedelta(days=1), MOTIF)


def test_une_date_corrigee_deux_fois_est_la_derniere() -> None:
    dossier = corriger(corriger(un_recu(), 1, JOUR - timedelta(days=3)), 1, JOUR - timedelta(days=5))
    assert dossier.depose_le == JOUR - timedelta(days=5)
    assert [i.entete.corrige for i in dossier.inscriptions].count(1) == 2


def test_une_completude_corrigee_suit_les_seules_pieces_qui_la_permettent() -> None:
    """The bilan is not mandatory: it never came, and forbids nothing."""
    dossier = un_recu()
    for code in ("statuts", "rib"):
        par(dossier, "agt-1", JOUR + timedelta(days=5)).recevoir_piece(code, code * 8, None)
    par(dossier, "agt-1", JOUR + timedelta(days=9)).declarer_complet(REGLEMENT, EXIGEES)
    declare = version_de(dossier, "dossier.declare_complet.v1")
    with verifie_refus(par(dossier, "agt-1", AU), AvantLeJalon) as refus:
        dossier.corriger_date(declare, JOUR + timedelta(days=4), MOTIF)
    assert refus.value.champs["jalon"] == "la réception de la dernière pièce exigée"
    corriger(dossier, declare, JOUR + timedelta(days=5))
    assert dossier.complet_le == JOUR + timedelta(days=5)


def test_un_avis_corrige_suit_la_demande_qui_l_appelait() -> None:
    dossier = un_complet()
    par(dossier, "agt-1", JOUR + timedelta(days=3)).demander_avis("ville", TROIS_SEMAINES)
    par(dossier, "agt-1", JOUR + timedelta(days=7)).rendre_avis("ville", "favorable", None)
    with verifie_refus(par(dossier, "agt-1", AU), AvantLeJalon) as refus:
        dossier.corriger_date(version_de(dossier, "dossier.avis_rendu.v1"), JOUR + timedelta(days=2), MOTIF)
    assert refus.value.champs["jalon"] == "la demande d’avis à « ville »"
