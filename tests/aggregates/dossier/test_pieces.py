"""Pièces verified, set aside and asked again: what is set aside is missing, and the clocks are counted again."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.completude import PiecesManquantes
from aggregates.dossier.etat import Etat, PieceExigee
from aggregates.dossier.pieces import PieceEcartee, PieceNonRecue, PiecesAVerifier, PiecesVerifiees, VerificationAnnulee
from aggregates.dossier.silence import echeance_du_silence
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    EXIGEES,
    MOTIF,
    REGLEMENT,
    avec_pieces,
    demander,
    un_complet,
    un_decide,
    un_depose,
    un_incomplet,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verifie_refus

A_VERIFIER = tuple(piece.model_copy(update={"a_verifier": True}) for piece in EXIGEES)


def un_a_verifier(*recues: str) -> Dossier:
    return avec_pieces(un_depose(pieces_exigees=A_VERIFIER), *(recues or ("statuts", "rib")))


def suite(dossier: Dossier) -> list[str]:
    (attente,) = (a for a in attentes(dossier) if a.cle.code == "completude")
    return [geste.nom.removeprefix("dossier ") for geste in attente.gestes][:2]


def echeance(dossier: Dossier) -> date:
    lue = echeance_du_silence(dossier)
    assert lue is not None
    return lue.dernier_jour


def test_la_completude_attend_que_les_pieces_exigees_soient_verifiees() -> None:
    dossier = un_a_verifier()
    assert suite(dossier) == ["verifier-pieces", "ecarter-piece"]
    with verifie_refus(dossier, PiecesAVerifier) as refus:
        dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    assert refus.value.champs["pieces"] == ["rib", "statuts"]
    dossier.verifier_pieces()
    assert topics(dossier) == [PiecesVerifiees.topic], "one geste for all of them"
    assert suite(par(dossier))[0] == "declarer-complet"
    par(dossier).verifier_pieces()
    assert rien(dossier)
    dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    assert dossier.etat is Etat.COMPLET


def test_une_nouvelle_version_remplace_et_se_verifie() -> None:
    dossier = un_a_verifier()
    dossier.verifier_pieces()
    par(dossier).recevoir_piece("rib", "f" * 8, None)
    with verifie_refus(par(dossier), PiecesAVerifier) as refus:
        dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    assert refus.value.champs["pieces"] == ["rib"]
    dossier.verifier_pieces(["rib"])
    par(dossier).declarer_complet(REGLEMENT, A_VERIFIER)


def test_une_piece_ecartee_manque_et_se_demande_de_nouveau() -> None:
    dossier = un_a_verifier()
    dossier.verifier_pieces()
    par(dossier).ecarter_piece("statuts", MOTIF)
    assert topics(dossier) == [PieceEcartee.topic]
    assert suite(par(dossier)) == ["demander-pieces", "recevoir-piece"]
    with verifie_refus(par(dossier), PiecesManquantes) as refus:
        dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    assert refus.value.champs["pieces"] == ["statuts"]
    demander(dossier, ("statuts",))
    assert dossier.etat.value == "incomplet"
    par(dossier).recevoir_piece("statuts", "statuts" * 8, None)  # the same bytes come again: they are a new version
    assert dossier.etat.value == "recu"
    par(dossier).ecarter_piece("statuts", UUID(int=21))
    assert len(dossier.pieces_recues["statuts"]) == 2


def test_ecarter_se_redit_en_silence_et_pas_pour_un_autre_motif() -> None:
    dossier = un_a_verifier()
    dossier.ecarter_piece("rib", MOTIF)
    par(dossier).ecarter_piece("rib", MOTIF)
    assert rien(dossier)
    with verifie_refus(par(dossier), DejaFait):
        dossier.ecarter_piece("rib", UUID(int=21))


def test_ecarter_une_piece_produite_recompte_la_suspension_du_silence() -> None:
    """CRPA L114-5: the wrong pièce never ended the suspension; the one that replaces it does."""
    dossier = un_incomplet("statuts")
    demande = echeance(dossier)
    avec_pieces(dossier, "statuts", le=date(2026, 1, 14))
    produite = echeance(dossier)
    assert produite < demande
    par(dossier, le=date(2026, 1, 16)).ecarter_piece("statuts", MOTIF)
    assert echeance(dossier) == demande, "as if it had never come"
    par(dossier, le=date(2026, 1, 20)).recevoir_piece("statuts", "g" * 8, None)
    assert produite < echeance(dossier) < demande
    assert dossier.jalon is not None


def test_ce_qui_n_est_pas_recu_ne_se_verifie_ni_ne_s_ecarte() -> None:
    with verifie_refus(dossier := un_a_verifier("rib"), PieceNonRecue):
        dossier.verifier_pieces(["statuts"])
    with verifie_refus(par(dossier), PieceNonRecue):
        dossier.ecarter_piece("statuts", MOTIF)
    with verifie_refus(rien_recu := un_depose(), PieceNonRecue):
        rien_recu.verifier_pieces()


@pytest.mark.parametrize("fabrique", [un_complet, un_decide])
def test_apres_la_completude_rien_ne_se_verifie_ni_ne_s_ecarte(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.verifier_pieces()
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.ecarter_piece("rib", MOTIF)


def test_transition_9_la_completude_suit_la_verification_et_fige_le_reglement() -> None:
    dossier = un_a_verifier()
    par(dossier, le=date(2026, 1, 14)).verifier_pieces()
    with verifie_refus(par(dossier, le=date(2026, 1, 13)), AvantLeJalon):
        dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    par(dossier, le=date(2026, 1, 14)).declarer_complet(REGLEMENT, A_VERIFIER)
    assert (dossier.complet_le, dossier.reglement) == (date(2026, 1, 14), REGLEMENT)
    assert date(2026, 1, 14) > JOUR


def test_une_verification_annulee_laisse_attendre_ce_qui_l_etait_jusqu_a_la_completude() -> None:
    with verifie_refus(dossier := un_a_verifier(), GesteImpossible):
        dossier.annuler_verification()
    avant = attentes(dossier)
    dossier.verifier_pieces(["statuts"])
    dossier.verifier_pieces()
    par(dossier).annuler_verification()
    assert topics(dossier) == [VerificationAnnulee.topic]
    assert (suite(dossier)[0], dossier.non_verifiees(["statuts", "rib"])) == ("verifier-pieces", ["rib"])
    par(dossier).annuler_verification()
    assert rien(dossier), "said again, it is silent: the one before stands"
    par(dossier).verifier_pieces()
    par(dossier).annuler_verification()
    assert attentes(dossier) == avant
    dossier.verifier_pieces()
    dossier.declarer_complet(REGLEMENT, A_VERIFIER)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.annuler_verification()


def test_une_piece_exigee_bloque_et_ne_se_verifie_pas_quand_un_fait_d_avant_ne_le_dit_pas() -> None:
    piece = PieceExigee(code="statuts", exigee_par="exemple fictif")
    assert (piece.bloquante, piece.a_verifier) == (True, False)
