"""Who has charge of a request, and the notes about it (transition 12)."""

from aggregates.dossier import Etat, attentes
from kernel.refus import GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import MOTIF, blanc, un_clos, un_complet, un_recu
from tests.aggregates.fabrique import par, rien, topics, verifie_refus


def test_transition_12_un_dossier_complet_pris_en_charge_est_en_instruction() -> None:
    dossier = un_complet()
    dossier.prendre_en_charge()
    assert topics(dossier) == ["dossier.pris_en_charge.v1"]
    assert (dossier.etat, dossier.charge) == (Etat.EN_INSTRUCTION, "agt-1")
    assert "proposition" in {a.cle.code for a in attentes(dossier)}
    par(dossier).prendre_en_charge()
    assert rien(dossier)


def test_transition_12_un_dossier_se_passe_d_un_agent_a_un_autre_sans_toucher_un_delai() -> None:
    dossier = un_recu()
    avant = attentes(dossier)
    dossier.prendre_en_charge()
    par(dossier, "agt-2").prendre_en_charge()
    assert (dossier.charge, dossier.etat) == ("agt-2", Etat.RECU)
    par(dossier, "resp-1").affecter("agt-3", "nord")
    assert (dossier.charge, dossier.groupe) == ("agt-3", "nord")
    par(dossier).affecter("agt-3", "nord")
    assert rien(dossier)
    dossier.affecter(None, None)
    assert (dossier.charge, dossier.groupe) == (None, None)
    assert attentes(dossier) == avant


def test_une_affectation_impossible_est_refusee() -> None:
    dossier = un_recu()
    with verifie_refus(dossier, SaisieInvalide):
        dossier.affecter(None, "Le groupe de Jeanne")
    clos = un_clos()
    with verifie_refus(clos, GesteImpossible):
        clos.affecter("agt-2", None)
    with verifie_refus(clos, GesteImpossible):
        clos.prendre_en_charge()


def test_une_note_s_ajoute_a_tout_etat_une_fois_et_ne_reveille_personne() -> None:
    for dossier in (un_recu(), un_clos()):
        avant = attentes(dossier)
        dossier.noter(MOTIF)
        assert topics(dossier) == ["dossier.note_ajoutee.v1"]
        assert attentes(dossier) == avant
        par(dossier).noter(MOTIF)
        assert rien(dossier)
    rien_encore = blanc()
    with verifie_refus(rien_encore, GesteImpossible):
        rien_encore.noter(MOTIF)
