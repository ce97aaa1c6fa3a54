"""At the very edge of a rule of the dossier: the day itself, the one that is left, what must not move with the rest."""

from datetime import date, timedelta

import pytest

from aggregates.dossier import attentes
from aggregates.dossier.conservation import ConservationEnCours, exiger_conservation_finie
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.etat import Cause, Etat
from aggregates.dossier.financement import FinancementCode
from aggregates.dossier.motifs import dire
from aggregates.dossier.recours import RienAAttaquer
from aggregates.dossier.visa import rappels
from kernel.faits import FAITS
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    ADRESSE,
    CALCULE,
    CONTENTIEUX,
    EXIGEES,
    MOTIF,
    RAPPORT,
    RECOURS,
    REGLEMENT,
    blanc,
    depose,
    document,
    repris,
    un_clos,
    un_complet,
    un_depose,
    un_inscrit,
    un_recu,
    un_vise,
)
from tests.aggregates.dossier.test_qui_attend_quoi import attente, un_corrige
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus


def finance(ligne: int | None, montant: int = 640_000) -> FinancementCode:
    return FinancementCode(
        ligne=ligne,
        financeur="etat",
        tiers=None,
        public=True,
        stade="demande",
        montant_centimes=montant,
        poste=None,
        source=MOTIF,
    )


def test_les_faits_qui_n_eveillent_personne_sont_ceux_la() -> None:
    """Each wakes a workflow otherwise: what promises to change nothing that is awaited is chosen one by one."""
    endormis = {topic for topic, fait in FAITS.items() if topic.startswith("dossier.") and not fait.reveille}
    assert {
        "dossier.note_ajoutee.v1",
        "dossier.donnees_masquees.v1",
        "dossier.donnees_demasquees.v1",
        "dossier.recu_du_teleservice.v1",
    } <= endormis


def test_un_dossier_repris_complet_n_a_pas_de_completude_a_annuler() -> None:
    dossier = blanc()
    dossier.reprendre(repris(etat=Etat.COMPLET))
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.annuler_completude()


def test_la_conservation_court_de_la_fin_du_recours() -> None:
    dossier = un_clos()
    dossier.enregistrer_recours("contentieux", "tiers", "decision", MOTIF, RECOURS, CONTENTIEUX)
    par(dossier, le=date(2026, 5, 4)).repondre_recours(1, "accueilli", RAPPORT)
    with pytest.raises(ConservationEnCours) as refus:
        exiger_conservation_finie(dossier, "10 jours", date(2026, 5, 14))
    assert refus.value.champs == {"jusqu_au": "2026-05-14"}
    exiger_conservation_finie(dossier, "10 jours", date(2026, 5, 15))


def test_une_demande_sans_numero_a_son_motif_des_le_depot() -> None:
    dossier = un_depose(siret=None)
    assert ("sans_siret", "") in dossier.motifs
    assert attente(dossier, "demandeur").fondement == "sans numéro, aucun tiers ne pourrait être payé"


def test_un_document_a_envoyer_ne_change_pas_d_adresse_avant_d_etre_refuse() -> None:
    dossier = par(un_depose(), "SYSTEME")
    dossier.enregistrer()
    produit = document(dossier, NatureDocument.ACCUSE)
    dossier.produire(produit)
    assert dossier.deja_produit(NatureDocument.ACCUSE, "", "demandeur", None)
    par(dossier).reexpedier(produit.edition, ADRESSE)
    assert rien(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.reexpedier(produit.edition, MOTIF)


def test_un_budget_corrige_oublie_ses_lignes_et_garde_les_aides_a_cote() -> None:
    dossier = un_complet()
    for ligne in (2, None):
        par(dossier).coder_financeur(finance(ligne))
    par(dossier).venir_du_teleservice("dn", 131_016, 4001)
    assert dossier.teleservice == ("dn", 4001)
    autre = depose(charges=(dossier.charges[0].model_copy(update={"montant_centimes": 1}),))
    par(dossier, le=JOUR + timedelta(days=1)).suivre_le_teleservice(autre)
    par(dossier, le=JOUR + timedelta(days=1)).retenir_correction()
    assert [f.ligne for f in dossier.financements] == [None]


def test_un_financeur_appris_depuis_ne_renvoie_pas_une_proposition_de_rejet() -> None:
    dossier = un_complet()
    dossier.proposer_rejet(Cause.OPPORTUNITE, MOTIF)
    assert dossier.proposition is not None
    assert dossier.proposition.montant_centimes == 0
    par(dossier).coder_financeur(finance(2))
    assert verbes(attente(dossier, "visa")) == ("viser", "renvoyer")


def test_un_motif_que_la_table_ne_connait_plus_se_dit_encore() -> None:
    assert dire("autre_chose", "") == "Autre chose"


def test_la_completude_suit_la_derniere_verification() -> None:
    exigees = [piece.model_copy(update={"a_verifier": piece.bloquante}) for piece in EXIGEES]
    dossier = un_recu()
    for rang, code in enumerate(("statuts", "rib")):
        par(dossier).recevoir_piece(code, code * 8, None)
        par(dossier, le=JOUR + timedelta(days=2 + 2 * rang)).verifier_pieces([code])
    with verifie_refus(par(dossier, le=JOUR + timedelta(days=3)), AvantLeJalon) as refus:
        dossier.declarer_complet(REGLEMENT, exigees)
    assert refus.value.champs["jalon"] == "la vérification des pièces"
    par(dossier, le=JOUR + timedelta(days=4)).declarer_complet(REGLEMENT, exigees)
    assert dossier.etat is Etat.COMPLET


def test_tout_verifier_laisse_ce_qui_est_ecarte() -> None:
    dossier = un_recu()
    for code in ("statuts", "rib"):
        par(dossier).recevoir_piece(code, code * 8, None)
    par(dossier).ecarter_piece("statuts", MOTIF)
    par(dossier).verifier_pieces()
    assert topics(dossier) == ["dossier.pieces_verifiees.v1"]
    assert dossier.non_verifiees(["statuts", "rib"]) == []


def test_une_aide_votee_le_jour_ou_le_silence_rejetait_le_recours_le_rend_sans_objet() -> None:
    ne_le, terme = date(2026, 3, 12), date(2026, 6, 1)
    for vote, code in ((terme, "recours_sans_objet"), (terme + timedelta(days=1), "recours")):
        dossier = un_inscrit()
        par(dossier, "SYSTEME").constater_rejet_implicite(fin_de_jour(ne_le))
        par(dossier, le=date(2026, 4, 1)).enregistrer_recours(
            "gracieux", "demandeur", "rejet_implicite", MOTIF, RECOURS, CONTENTIEUX
        )
        par(dossier, "SYSTEME", vote).decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=vote)
        assert {"recours", "recours_sans_objet"} & {a.cle.code for a in attentes(dossier)} == {code}


def test_une_demande_retiree_n_a_pas_de_decision_a_attaquer() -> None:
    dossier = un_complet()
    dossier.retirer(MOTIF)
    with verifie_refus(par(dossier), RienAAttaquer):
        dossier.enregistrer_recours("gracieux", "demandeur", "decision", MOTIF, RECOURS, CONTENTIEUX)


def test_une_proposition_visee_n_a_plus_de_rappel() -> None:
    assert rappels(un_vise()) == ()


def test_une_correction_attend_un_agent_et_la_completude_garde_sa_cle() -> None:
    """What is awaited again after a complétude undone is the same: the key of the first fact."""
    assert attente(un_recu(), "completude").cle.ouverte_par == 1
    assert verbes(attente(un_corrige(), "correction")) == ("retenir-correction", "ecarter-correction")
