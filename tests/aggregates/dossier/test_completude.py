"""Pièces asked for and received, complétude, and the two ways a request ends there."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.completude import PieceNonExigee, PiecesManquantes
from kernel.attentes import Role
from kernel.instants import fin_de_jour
from kernel.refus import DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    EXIGEES,
    REGLEMENT,
    avec_pieces,
    blanc,
    demander,
    repris,
    un_clos,
    un_complet,
    un_decide,
    un_en_avis,
    un_incomplet,
    un_inscrit,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

FIN = date(2026, 1, 27)
APRES = FIN + timedelta(days=1)


def gestes_de(dossier: Dossier, code: str) -> tuple[str, ...]:
    return next(verbes(a) for a in attentes(dossier) if a.cle.code == code)


def test_demander_des_pieces_les_attend_du_porteur_et_suspend_le_silence() -> None:
    dossier = un_recu()
    demander(dossier, ["statuts", "rib", "statuts"])
    assert topics(dossier) == ["dossier.pieces_demandees.v1", "dossier.demande_de_pieces_recue.v1"]
    attente = next(a for a in attentes(dossier) if a.cle.code == "pieces")
    assert (attente.de, attente.cle.objet, attente.echeance) == (Role.PORTEUR, "rib,statuts", fin_de_jour(FIN))
    silence = next(a for a in attentes(dossier) if a.cle.code == "silence")
    assert [(s.du, s.au) for s in silence.suspensions] == [(JOUR, FIN)]


@pytest.mark.parametrize("pieces", [["passeport"], ["statuts", "passeport"], []])
def test_une_piece_qu_aucun_texte_n_exige_ne_se_demande_pas(pieces: list[str]) -> None:
    dossier = un_recu()
    with verifie_refus(dossier, PieceNonExigee):
        demander(dossier, pieces)


def test_une_piece_deja_recue_ne_se_redemande_pas() -> None:
    dossier = avec_pieces(un_recu(), "statuts")
    with verifie_refus(dossier, DejaFait) as refus:
        demander(dossier, ["statuts"])
    assert refus.value.champs["pieces"] == ["statuts"]


def test_redemander_les_memes_pieces_le_meme_jour_ne_dit_rien() -> None:
    dossier = un_incomplet("statuts")
    demander(dossier, ["statuts"])
    assert rien(dossier)


@pytest.mark.parametrize("fabrique", [blanc, un_complet, un_propose, un_inscrit, un_decide, un_clos])
def test_demander_des_pieces_est_impossible_hors_de_la_completude(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        demander(dossier, ["bilan"])


def test_une_demande_saisie_apres_les_pieces_est_aussitot_satisfaite() -> None:
    dossier = avec_pieces(un_recu(), "statuts", le=date(2026, 1, 20))
    demander(par(dossier, le=date(2026, 1, 15)), ["statuts"])
    assert topics(dossier) == [
        "dossier.pieces_demandees.v1",
        "dossier.demande_de_pieces_recue.v1",
        "dossier.demande_satisfaite.v1",
    ]
    assert dossier.etat is Etat.RECU


def test_recevoir_une_piece_est_un_fait_et_les_memes_octets_ne_disent_rien() -> None:
    dossier = un_recu()
    dossier.recevoir_piece("statuts", "a" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1"]
    par(dossier).recevoir_piece("statuts", "a" * 64, None)
    assert rien(dossier)
    dossier.recevoir_piece("statuts", "b" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1"]


def test_la_derniere_piece_demandee_satisfait_la_demande() -> None:
    dossier = avec_pieces(un_incomplet("statuts", "rib"), "statuts")
    assert gestes_de(dossier, "pieces") == ("recevoir-piece", "retirer")
    dossier.recevoir_piece("rib", "r" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1", "dossier.demande_satisfaite.v1"]
    assert dossier.etat is Etat.RECU


def test_une_piece_datee_d_avant_la_demande_la_satisfait_aussi() -> None:
    dossier = avec_pieces(un_recu(le=JOUR), le=JOUR)
    demander(par(dossier, le=date(2026, 1, 20)), ["statuts"])
    par(dossier, le=date(2026, 1, 15)).recevoir_piece("statuts", "a" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1", "dossier.demande_satisfaite.v1"]


@pytest.mark.parametrize("fabrique", [blanc, un_decide, un_clos])
def test_apres_le_vote_une_piece_est_refusee(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.recevoir_piece("statuts", "a" * 64, None)


def test_le_delai_ecoule_est_constate_a_sa_date_et_un_agent_doit_agir() -> None:
    dossier = un_incomplet()
    demande = dossier.demandes_de_pieces[0].version
    dossier.constater_pieces_non_produites(demande, fin_de_jour(FIN))
    assert topics(dossier) == ["dossier.pieces_non_produites.v1"]
    assert dossier.inscriptions[-1].entete.effectif_le == FIN
    assert gestes_de(dossier, "suite_pieces") == ("demander-pieces", "recevoir-piece", "classer-sans-suite")
    par(dossier).constater_pieces_non_produites(demande, fin_de_jour(FIN))
    assert rien(dossier)


def test_une_piece_venue_a_temps_et_notee_apres_corrige_le_constat_qu_elle_manquait() -> None:
    """What was said of the silence of the applicant was false: nothing later stands on it (simulator, seed 270)."""
    dossier = un_incomplet("rib")
    dossier.constater_pieces_non_produites(dossier.demandes_de_pieces[0].version, fin_de_jour(FIN))
    constat = dossier.version
    par(dossier, le=FIN).recevoir_piece("rib", "r" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1", "dossier.demande_satisfaite.v1"]
    assert dossier.inscriptions[-1].entete.corrige == constat
    assert (dossier.etat, dossier.demandes_echues) == (Etat.RECU, set())


def test_une_piece_venue_trop_tard_laisse_le_constat() -> None:
    dossier = un_incomplet("rib")
    dossier.constater_pieces_non_produites(dossier.demandes_de_pieces[0].version, fin_de_jour(FIN))
    par(dossier, le=APRES).recevoir_piece("rib", "r" * 64, None)
    assert dossier.inscriptions[-1].entete.corrige is None
    assert dossier.etat is Etat.RECU
    assert dossier.demandes_echues


def test_un_delai_qui_court_ou_une_demande_inconnue_ne_se_constatent_pas() -> None:
    dossier = un_incomplet()
    demande = dossier.demandes_de_pieces[0].version
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_pieces_non_produites(demande, fin_de_jour(FIN) - timedelta(seconds=1))
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_pieces_non_produites(99, fin_de_jour(APRES))


def test_des_pieces_produites_ne_sont_pas_dites_non_produites() -> None:
    """An order of the engine may come late: the state has moved."""
    dossier = un_incomplet("statuts")
    demander(dossier, ["rib"])
    avec_pieces(dossier, "statuts")
    dossier.constater_pieces_non_produites(dossier.demandes_de_pieces[0].version, fin_de_jour(FIN))
    assert rien(dossier)


def test_un_dossier_complet_ouvre_l_instruction_et_fige_son_reglement() -> None:
    dossier = avec_pieces(un_recu(), "statuts", "rib")
    dossier.declarer_complet(REGLEMENT, EXIGEES)
    assert topics(dossier) == ["dossier.declare_complet.v1"]
    assert (dossier.etat, dossier.complet_le, dossier.reglement) == (Etat.COMPLET, JOUR, REGLEMENT)
    par(dossier).declarer_complet(REGLEMENT, EXIGEES)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.declarer_complet("nqe@4", EXIGEES)


@pytest.mark.parametrize("code", ["", "Lettre de Mme X", "statuts ", "pièce", "a" * 61])
def test_une_piece_se_nomme_par_un_code(code: str) -> None:
    """The code goes into a fact: what a person types does not."""
    dossier = un_recu()
    with verifie_refus(dossier, SaisieInvalide):
        dossier.recevoir_piece(code, "a" * 64, None)


def test_une_piece_que_le_reglement_ne_nomme_pas_ne_se_recoit_pas() -> None:
    """« statut » is no « statuts »: received under a code of nobody's, it would be missing all the same."""
    dossier = un_recu()
    with verifie_refus(dossier, PieceNonExigee) as refus:
        dossier.recevoir_piece("statut", "a" * 64, None)
    assert refus.value.champs == {"pieces": ["statut"]}
    assert "Pièces du règlement : " in refus.value.message
    assert "statuts" in refus.value.message


def test_une_demande_reprise_n_a_pas_de_reglement_qui_nomme_ses_pieces() -> None:
    dossier = blanc()
    dossier.reprendre(repris())
    par(dossier).recevoir_piece("facture", "a" * 64, None)
    assert topics(dossier) == ["dossier.piece_recue.v1"]


def test_une_piece_manquante_empeche_la_completude_et_n_ecrit_rien() -> None:
    dossier = avec_pieces(un_recu(), "rib")
    with verifie_refus(dossier, PiecesManquantes) as refus:
        dossier.declarer_complet(REGLEMENT, EXIGEES)
    assert refus.value.champs == {"pieces": ["statuts"]}


@pytest.mark.parametrize("fabrique", [blanc, un_decide, un_clos])
def test_declarer_complet_est_impossible_trop_tot_ou_trop_tard(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.declarer_complet(REGLEMENT, ())


def test_une_completude_declaree_par_erreur_s_annule_tant_que_rien_ne_repose_sur_elle() -> None:
    dossier = avec_pieces(un_recu(), "statuts", "rib")
    avant = attentes(dossier)
    (examen,) = (a for a in avant if a.cle.code == "completude")
    assert next((g.nom, g.reversible) for g in examen.gestes) == ("dossier declarer-complet", True)
    dossier.declarer_complet("nqe@3", EXIGEES)
    dossier.annuler_completude()
    assert topics(dossier)[-1] == "dossier.completude_annulee.v1"
    assert dossier.inscriptions[-1].entete.corrige == dossier.version - 1
    assert (dossier.etat, dossier.complet_le, dossier.reglement, attentes(dossier)) == (Etat.RECU, None, None, avant)
    dossier.collect_events()
    dossier.annuler_completude()
    assert rien(dossier)
    dossier.declarer_complet("nqe@3", EXIGEES)
    assert dossier.etat is Etat.COMPLET


@pytest.mark.parametrize("fabrique", [un_recu, un_en_avis, un_propose])
def test_une_completude_sur_laquelle_on_s_appuie_ne_s_annule_plus(fabrique: Callable[[], Dossier]) -> None:
    with verifie_refus(dossier := fabrique(), GesteImpossible):
        dossier.annuler_completude()


def test_une_completude_ne_s_annule_plus_quand_des_pieces_ont_ete_demandees_depuis() -> None:
    dossier = avec_pieces(un_recu(), "statuts", "rib", le=date(2026, 1, 30))
    par(dossier, le=date(2026, 2, 2)).declarer_complet("nqe@3", ())
    demander(par(dossier, le=date(2026, 1, 20)), ["statuts", "rib"])
    dossier.collect_events()
    with verifie_refus(dossier, GesteImpossible) as refus:
        dossier.annuler_completude()
    assert "depuis" in refus.value.message
