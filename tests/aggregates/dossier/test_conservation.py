"""What keeps a dossier from being forgotten: a contrôle opened and ended; its data masked, then shown again."""

from datetime import date, timedelta

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.conservation import ConservationEnCours, DuaInconnue, exiger_conservation_finie
from kernel.attentes import Role
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import CONTENTIEUX, RECOURS, blanc, un_clos, un_depose
from tests.aggregates.fabrique import DEUX, JOUR, UN, par, rien, topics, verbes, verifie_refus

PLUS_TARD = date(2026, 6, 30)
VEILLE = JOUR - timedelta(days=1)


def un_controle() -> Dossier:
    dossier = un_clos()
    dossier.ouvrir_controle(UN)
    return par(dossier, "resp-1")


def test_un_controle_s_ouvre_une_fois_et_attend_sa_fin_d_un_responsable() -> None:
    dossier = un_clos()
    dossier.ouvrir_controle(UN)
    assert topics(dossier) == ["dossier.controle_ouvert.v1"]
    (fin,) = [a for a in attentes(dossier) if a.cle.code == "controle"]
    assert (fin.de, verbes(fin), fin.echeance) == (Role.RESPONSABLE, ("terminer-controle",), None)
    par(dossier).ouvrir_controle(UN)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.ouvrir_controle(DEUX)
    sans_dossier = blanc()
    with verifie_refus(sans_dossier, GesteImpossible):
        sans_dossier.ouvrir_controle(UN)


def test_un_controle_se_termine_apres_son_ouverture_et_un_autre_peut_s_ouvrir() -> None:
    dossier = un_controle()
    with verifie_refus(par(dossier, le=VEILLE), AvantLeJalon):
        dossier.terminer_controle(DEUX)
    par(dossier).terminer_controle(DEUX)
    assert topics(dossier) == ["dossier.controle_termine.v1"]
    assert "controle" not in {a.cle.code for a in attentes(dossier)}
    par(dossier).terminer_controle(DEUX)
    assert rien(dossier)
    with verifie_refus(dossier, GesteImpossible):
        dossier.terminer_controle(UN)
    dossier.ouvrir_controle(UN)
    assert topics(dossier) == ["dossier.controle_ouvert.v1"]


def test_rien_ne_s_oublie_pendant_un_controle_et_la_duree_court_de_sa_fin() -> None:
    dossier = un_controle()
    with pytest.raises(ConservationEnCours, match="un contrôle est en cours"):
        exiger_conservation_finie(dossier, "1 jour", date(2030, 1, 1))
    par(dossier, le=PLUS_TARD).terminer_controle(DEUX)
    with pytest.raises(ConservationEnCours) as refus:
        exiger_conservation_finie(dossier, "1 jour", PLUS_TARD)
    assert refus.value.champs["jusqu_au"] > PLUS_TARD.isoformat()
    with pytest.raises(DuaInconnue):
        exiger_conservation_finie(dossier, None, date(2030, 1, 1))
    exiger_conservation_finie(dossier, "1 jour", date(2030, 1, 1))


def test_des_donnees_se_masquent_une_fois_puis_se_montrent_de_nouveau() -> None:
    dossier = un_depose()
    dossier.masquer(UN)
    assert topics(dossier) == ["dossier.donnees_masquees.v1"]
    par(dossier).masquer(UN)
    assert rien(dossier)
    with verifie_refus(par(dossier, le=VEILLE), AvantLeJalon):
        dossier.demasquer(DEUX)
    par(dossier).demasquer(DEUX)
    assert topics(dossier) == ["dossier.donnees_demasquees.v1"]
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.demasquer(DEUX)


def test_un_dossier_oublie_ne_se_masque_plus() -> None:
    dossier = un_depose()
    dossier.oublier(UN)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.masquer(UN)


def test_rien_ne_s_oublie_pendant_un_recours_ni_tant_que_le_juge_peut_etre_saisi() -> None:
    dossier = un_clos()
    dossier.enregistrer_recours("gracieux", "demandeur", "decision", UN, RECOURS, CONTENTIEUX)
    with pytest.raises(ConservationEnCours, match="un recours court"):
        exiger_conservation_finie(dossier, "1 jour", date(2030, 1, 1))
    par(dossier, "SYSTEME", date(2026, 3, 12)).constater_rejet_du_recours(1, fin_de_jour(date(2026, 3, 12)))
    dernier = date(2026, 5, 13)  # two months francs after 12 March
    with pytest.raises(ConservationEnCours, match="recours contentieux court"):
        exiger_conservation_finie(dossier, "1 jour", dernier)
    exiger_conservation_finie(dossier, "1 jour", dernier + timedelta(days=1))


def test_un_dossier_se_conserve_jusqu_au_dernier_jour_de_sa_duree_inclus() -> None:
    dossier = un_clos()
    with pytest.raises(ConservationEnCours) as refus:
        exiger_conservation_finie(dossier, "5 ans", date(2031, 1, 12))
    assert refus.value.champs == {"jusqu_au": "2031-01-12"}
    exiger_conservation_finie(dossier, "5 ans", date(2031, 1, 13))
    with pytest.raises(ConservationEnCours, match="n’est pas clos"):
        exiger_conservation_finie(un_depose(), "5 ans", date(2031, 1, 13))
