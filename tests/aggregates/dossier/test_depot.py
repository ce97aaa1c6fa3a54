"""From the dépôt to the tiers of the applicant, and the withdrawal."""

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.completude import DemandeurAVerifier
from aggregates.dossier.depot import TiersRattache
from dispositifs.evaluation import LigneBudget
from kernel.agregat import plier
from kernel.identifiants import NumeroPris
from kernel.instants import debut_de
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    COPIE,
    DEMANDE,
    EXIGEES,
    MOTIF,
    REGLEMENT,
    TIERS,
    avec_pieces,
    blanc,
    depose,
    un_clos,
    un_decide,
    un_depose,
    un_inscrit,
    un_recu,
)
from tests.aggregates.fabrique import DEUX, JOUR, par, rien, topics, verifie_refus


def codes(dossier: Dossier) -> set[str]:
    return {attente.cle.code for attente in attentes(dossier)}


def test_un_depot_est_un_fait_et_fait_courir_le_silence() -> None:
    dossier = blanc()
    dossier.deposer(depose())
    assert topics(dossier) == ["dossier.depose.v1"]
    assert (dossier.etat, dossier.depose_le, dossier.silence_depuis) == (Etat.DEPOSE, JOUR, JOUR)
    assert codes(dossier) == {"enregistrement", "tiers", "completude", "silence"}


@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"charges": (LigneBudget(poste="60", montant_centimes=1_839_999),)}, "budget_desequilibre"),
        ({"periode_debut": date(2026, 9, 1)}, "periode_inversee"),
        ({"montant_demande_centimes": None}, "montant_absent"),
    ],
)
def test_ce_qui_est_recu_est_enregistre_son_defaut_est_un_motif(champs: dict[str, Any], code: str) -> None:
    dossier = blanc()
    dossier.deposer(depose(**champs))
    assert topics(dossier) == ["dossier.depose.v1", "dossier.motif_releve.v1"]
    assert [motif.code for motif in dossier.motifs_sans_reponse] == [code]
    assert {"enregistrement", "silence", "motif"} <= codes(dossier)


def test_un_numero_deja_pris_est_refuse() -> None:
    dossier = un_depose()
    with verifie_refus(dossier, NumeroPris):
        dossier.deposer(depose())


def test_l_accuse_d_enregistrement_est_delivre_une_fois() -> None:
    dossier = un_depose()
    dossier.enregistrer()
    assert topics(dossier) == ["dossier.enregistre.v1"]
    assert dossier.etat is Etat.ENREGISTRE
    par(dossier).enregistrer()
    assert rien(dossier)


def test_un_dossier_jamais_depose_n_est_pas_enregistre() -> None:
    dossier = blanc()
    dossier.enregistrer()
    assert rien(dossier)


def test_une_completude_annulee_avant_les_accuses_les_laisse_dus() -> None:
    """What is silent has a receipt: it would answer for the accusé once it is awaited again, and nobody would issue it."""
    dossier = avec_pieces(un_depose(), "statuts", "rib")
    dossier.declarer_complet(REGLEMENT, EXIGEES)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.enregistrer()
    dossier.annuler_completude()
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.exiger_accusable("accuser-reception")
    dossier.enregistrer()
    par(dossier).enregistrer_accuse(COPIE, sans_recours=False)
    assert (dossier.etat, dossier.enregistre_le, dossier.recu_le) == (Etat.RECU, JOUR, JOUR)


def test_le_demandeur_est_rattache_a_un_tiers_et_a_un_seul() -> None:
    dossier = un_depose()
    dossier.rattacher_tiers(TIERS)
    assert topics(dossier) == ["dossier.tiers_rattache.v1"]
    assert "tiers" not in codes(dossier)
    par(dossier).rattacher_tiers(TIERS)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.rattacher_tiers(DEUX)


def test_un_siret_connu_sous_un_autre_nom_attend_une_personne_avant_la_completude() -> None:
    dossier = un_depose()
    dossier.constater_desaccord(TIERS)
    assert topics(dossier) == ["dossier.demandeur_en_desaccord.v1"]
    assert {"demandeur", "completude"} <= set(codes(dossier))
    assert "tiers" not in codes(dossier)
    par(dossier).constater_desaccord(TIERS)
    assert rien(dossier)
    for code in ("statuts", "rib"):
        par(dossier).recevoir_piece(code, code[0] * 64, None)
    with verifie_refus(par(dossier), DemandeurAVerifier):
        dossier.declarer_complet(REGLEMENT, EXIGEES)
    par(dossier).confirmer_demandeur("00000001800002")
    assert (topics(dossier), dossier.identite_confirmee) == (["dossier.demandeur_confirme.v1"], True)
    assert {"tiers", "completude"} <= set(codes(dossier))
    par(dossier).confirmer_demandeur("00000001800002")
    assert rien(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.confirmer_demandeur("00000001900000")
    dossier.declarer_complet(REGLEMENT, EXIGEES)


def test_un_autre_siret_se_cherche_de_nouveau() -> None:
    dossier = un_depose()
    dossier.constater_desaccord(TIERS)
    par(dossier).confirmer_demandeur("00000001900000")
    assert (dossier.siret, dossier.identite_confirmee) == ("00000001900000", False)
    par(dossier).constater_desaccord(DEUX)
    assert "demandeur" in codes(dossier)


def test_un_dossier_decide_attend_encore_son_tiers() -> None:
    """Decided before the engine linked it, its award would never be paid."""
    decide = un_decide()
    sans = [i for i in decide.inscriptions if not isinstance(i.fait, TiersRattache)]
    dossier = par(plier(Dossier, decide.id, sans))
    assert "tiers" in codes(dossier)
    dossier.constater_desaccord(TIERS)
    assert "demandeur" in codes(dossier)


def test_ce_que_le_moteur_doit_au_depot_garde_son_instant_quand_le_dossier_avance() -> None:
    dossier = un_depose()
    depot = debut_de(JOUR)
    par(dossier, le=JOUR + timedelta(days=3)).enregistrer()
    dus = {a.automatisme: a.echeance for a in attentes(dossier) if a.cle.code == "tiers"}
    assert dus == {"rattacher_tiers": depot}


@pytest.mark.parametrize("fabrique", [un_depose, un_recu, un_inscrit])
def test_le_porteur_peut_retirer_sa_demande_jusqu_au_vote(fabrique: Any) -> None:
    dossier = fabrique()
    dossier.retirer(MOTIF)
    assert topics(dossier) == ["dossier.retire.v1"]
    assert (dossier.etat, dossier.issue) == (Etat.CLOS, "retire")
    assert attentes(dossier) == ()
    par(dossier).retirer(MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait) as refus:
        dossier.retirer(TIERS)
    assert refus.value.champs == {"fait": "dossier.retire.v1"}


def test_d_un_dossier_retire_le_moteur_n_accuse_plus_reception() -> None:
    dossier = un_depose()
    par(dossier).retirer(MOTIF)
    par(dossier).enregistrer()
    dossier.rattacher_tiers(TIERS)
    assert rien(dossier)


@pytest.mark.parametrize("fabrique", [blanc, un_decide, un_clos])
def test_une_demande_decidee_ne_se_retire_plus(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.retirer(MOTIF)


def test_le_montant_qui_manque_se_precise_une_fois() -> None:
    dossier = par(un_depose(montant_demande_centimes=None))
    dossier.preciser_montant(DEMANDE, MOTIF)
    assert topics(dossier) == ["dossier.montant_precise.v1", "dossier.motif_repondu.v1"]
    assert (dossier.demande_centimes, dossier.motifs_sans_reponse) == (DEMANDE, [])
    par(dossier).preciser_montant(DEMANDE, MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.preciser_montant(DEMANDE + 1, MOTIF)


def test_un_dossier_qui_n_existe_pas_n_affirme_rien() -> None:
    """What no fact has said is unknown, empty or false: a default that claims something would be believed for ever."""
    vide = blanc()
    connus = {"id", "etat", "silence_ouvert_par", "_contexte"}
    dits = {
        champ.name for champ in fields(vide) if getattr(vide, champ.name) not in (None, False, 0, "", (), [], {}, set())
    }
    assert (dits - connus, vide.etat, vide.silence_ouvert_par) == (set(), Etat.BROUILLON, 1)


def test_ce_que_le_meme_tiers_demande_deja_est_un_motif() -> None:
    dossier = un_depose()
    dossier.rattacher_tiers(TIERS, ["NQE-2026-AUTRE"])
    assert topics(dossier) == ["dossier.tiers_rattache.v1", "dossier.motif_releve.v1"]
    assert ("en_double", "NQE-2026-AUTRE") in dossier.motifs
