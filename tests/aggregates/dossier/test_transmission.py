"""A request that was for another authority: sent on, told, and whose silence then runs (transition 5)."""

from datetime import date, timedelta

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.ecrits import NatureDocument
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    MOTIF,
    TIERS,
    blanc,
    depose,
    document,
    un_complet,
    un_depose,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus


def transmis() -> Dossier:
    dossier = un_recu()
    dossier.transmettre_ailleurs(MOTIF)
    return par(dossier)


def test_transition_5_une_demande_pour_une_autre_autorite_est_transmise_et_dite_au_demandeur() -> None:
    dossier = un_recu()
    dossier.transmettre_ailleurs(MOTIF)
    assert topics(dossier) == ["dossier.transmis_ailleurs.v1"]
    assert (dossier.etat, dossier.issue) == (Etat.CLOS, "transmis")
    (attente,) = attentes(dossier)
    assert (attente.cle.code, verbes(attente)) == (
        "avis_de_transmission",
        ("envoyer-transmission", "aviser-transmission"),
    )
    par(dossier).aviser_transmission("a" * 64)
    assert (topics(dossier), attentes(dossier)) == (["dossier.transmission_avisee.v1"], ())


def test_transition_5_la_lettre_produite_et_remise_avise_le_demandeur() -> None:
    dossier = transmis()
    dossier.produire(document(dossier, NatureDocument.TRANSMISSION, adresse=None))
    assert topics(dossier)[-1] == "dossier.transmission_avisee.v1"
    assert attentes(dossier) == ()


def test_transition_5_le_silence_de_l_autorite_court_de_notre_reception_et_aucun_accuse_n_est_plus_du() -> None:
    """CRPA L114-3: two months of the first reception; the accusé of R112-11-2 is the competent authority's."""
    dossier = par(un_depose(JOUR), le=JOUR + timedelta(days=10))
    dossier.transmettre_ailleurs(MOTIF)
    fait = dossier.inscriptions[-1].fait
    assert getattr(fait, "rejet_implicite_le", None) == date(2026, 3, 12)
    assert {a.cle.code for a in attentes(dossier)} == {"avis_de_transmission"}


def test_recue_d_abord_ailleurs_le_silence_court_de_la_premiere_reception() -> None:
    """The other way round: what another administration received first, then transmitted to us (L114-3)."""
    dossier = blanc()
    dossier.deposer(depose(recu_ailleurs_le=JOUR - timedelta(days=20)))
    assert (dossier.depose_le, dossier.silence_depuis) == (JOUR, JOUR - timedelta(days=20))
    impossible = blanc()
    with verifie_refus(impossible, AvantLeJalon) as leve:
        impossible.deposer(depose(recu_ailleurs_le=JOUR + timedelta(days=1)))
    assert "première administration" in leve.value.message


def test_redire_une_transmission_est_silencieux_une_autre_est_refusee() -> None:
    dossier = transmis()
    dossier.transmettre_ailleurs(MOTIF)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.transmettre_ailleurs(TIERS)
    dossier.aviser_transmission("a" * 64)
    par(dossier).aviser_transmission("a" * 64)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.aviser_transmission("b" * 64)


def test_on_ne_transmet_plus_ce_qui_est_propose_et_on_n_avise_que_d_une_transmission() -> None:
    propose = un_propose()
    with verifie_refus(propose, GesteImpossible):
        propose.transmettre_ailleurs(MOTIF)
    complet = un_complet()
    with verifie_refus(complet, GesteImpossible):
        complet.aviser_transmission("a" * 64)


def test_la_lettre_suit_la_transmission() -> None:
    dossier = par(transmis(), le=JOUR - timedelta(days=1))
    with verifie_refus(dossier, AvantLeJalon):
        dossier.aviser_transmission("a" * 64)
