"""A campagne: opened once under its règlement, closed; nothing is filed outside its dates."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from aggregates.campagne import Campagne, CampagneFermee, CampagneOuverte, ReglementRevise
from aggregates.registre import attentes
from kernel.attentes import Role
from kernel.instants import fin_de_jour
from kernel.refus import DejaFait, GesteImpossible
from tests.aggregates.fabrique import DEUX, JOUR, UN, par, rien, topics, verbes, verifie_refus

OUVRE, FERME = date(2026, 1, 5), date(2026, 3, 31)


def ouverte(**champs: Any) -> CampagneOuverte:
    donnees: dict[str, Any] = {
        "ref": "NQE-2026",
        "dispositif": "nqe",
        "exercice": 2026,
        "nature": "appel",
        "ouvre_le": OUVRE,
        "ferme_le": FERME,
        "fil_rouge": None,
        "reglement_ref": "nqe@3",
        "reglement": {"version": 3},
    }
    return CampagneOuverte(**{**donnees, **champs})


def une_campagne(**champs: Any) -> Campagne:
    campagne = par(Campagne(uuid4()))
    campagne.ouvrir(ouverte(**champs))
    return par(campagne)


def test_une_campagne_ouverte_attend_sa_cloture_d_un_administrateur() -> None:
    campagne = par(Campagne(uuid4()))
    assert attentes(campagne) == ()
    campagne.ouvrir(ouverte())
    assert topics(campagne) == ["campagne.ouverte.v1"]
    (cloture,) = attentes(campagne)
    assert (cloture.de, verbes(cloture), cloture.echeance) == (Role.ADMINISTRATEUR, ("clore",), fin_de_jour(FERME))
    assert campagne.reglement is not None
    assert campagne.reglement.version == 3


def test_le_meme_contenu_ne_dit_rien_un_autre_contenu_est_refuse() -> None:
    campagne = une_campagne()
    campagne.ouvrir(ouverte())
    assert rien(campagne)
    with verifie_refus(campagne, DejaFait):
        campagne.ouvrir(ouverte(ferme_le=date(2026, 4, 30)))


def test_une_campagne_se_clot_une_fois() -> None:
    campagne = une_campagne()
    campagne.clore()
    assert topics(campagne) == ["campagne.close.v1"]
    assert attentes(campagne) == ()
    par(campagne).clore()
    assert rien(campagne)


def test_une_campagne_jamais_ouverte_ne_se_clot_pas() -> None:
    campagne = par(Campagne(uuid4()))
    with verifie_refus(campagne, GesteImpossible):
        campagne.clore()


@pytest.mark.parametrize("jour", [OUVRE, FERME, JOUR])
def test_on_depose_du_premier_au_dernier_jour_inclus(jour: date) -> None:
    assert une_campagne().motif_d_envoi(jour) is None


@pytest.mark.parametrize(("jour", "motif"), [(date(2026, 1, 4), "avant_l_ouverture"), (date(2026, 4, 1), "tardif")])
def test_une_demande_envoyee_avant_ou_apres_a_un_motif(jour: date, motif: str) -> None:
    assert une_campagne().motif_d_envoi(jour) == motif


def test_un_depot_d_avant_la_cloture_se_saisit_encore_apres_elle() -> None:
    """Paper received in time and entered late: what counts is when it was filed."""
    campagne = par(une_campagne(), le=datetime(2026, 3, 2, 12, tzinfo=UTC))
    campagne.clore()
    assert campagne.motif_d_envoi(date(2026, 3, 1)) is None
    assert campagne.motif_d_envoi(datetime(2026, 3, 2, 11, 59, tzinfo=UTC)) is None
    for effet in (datetime(2026, 3, 2, 12, tzinfo=UTC), date(2026, 3, 2), date(2026, 3, 3)):
        assert campagne.motif_d_envoi(effet) == "tardif"


def test_un_reglement_ecrit_par_un_programme_plus_recent_se_relit() -> None:
    """Design §1.2: unknown keys are ignored at load, inside the règlement a fact carries too."""
    valeur = {"valeur": 6000, "depuis": "2026-01-01", "source": "exemple fictif", "verifie_le": "2026-01-02"}
    de_demain = {"version": 3, "parametre_de_demain": 1, "taux_max_points_base": {**valeur, "note": "de demain"}}
    reglement = une_campagne(reglement=de_demain).reglement
    assert reglement is not None
    assert reglement.taux_max_points_base is not None
    assert reglement.taux_max_points_base.valeur == 6000


def test_une_campagne_de_reprise_ou_jamais_ouverte_ne_recoit_rien() -> None:
    reprise = une_campagne(nature="reprise", reglement=None, reglement_ref=None, ouvre_le=None, ferme_le=None)
    assert reprise.est_reprise
    assert [a.cle.code for a in attentes(reprise)] == ["cloture"]
    for campagne in (reprise, par(Campagne(uuid4()))):
        with verifie_refus(campagne, CampagneFermee):
            campagne.motif_d_envoi(JOUR)


def test_une_revision_est_plus_recente_et_vaut_depuis_son_jour() -> None:
    campagne = par(une_campagne(), le=date(2026, 2, 1))
    revise = ReglementRevise(reglement_ref="nqe@4", reglement={"version": 4}, portee="deposes")
    campagne.reviser(revise)
    assert topics(campagne) == ["campagne.reglement_revise.v1"]
    par(campagne).reviser(revise)
    assert rien(campagne)
    with verifie_refus(campagne, DejaFait):
        campagne.reviser(revise.model_copy(update={"portee": "completes"}))
    for depose, ref in ((date(2026, 1, 31), "nqe@3"), (date(2026, 2, 1), "nqe@4")):
        selon = campagne.selon(None, depose, JOUR).ouverte
        assert selon is not None
        assert selon.reglement_ref == ref


def test_une_campagne_sans_reglement_ou_close_ne_se_revise_pas() -> None:
    revise = ReglementRevise(reglement_ref="nqe@4", reglement={"version": 4}, portee="deposes")
    close = une_campagne()
    close.clore()
    for campagne in (par(Campagne(uuid4())), par(close)):
        with verifie_refus(campagne, GesteImpossible):
            campagne.reviser(revise)


def test_la_duree_de_conservation_vaut_depuis_son_jour_une_autre_la_remplace() -> None:
    campagne = une_campagne()
    campagne.fixer_dua("10 ans", UN)
    assert topics(campagne) == ["campagne.dua_fixee.v1"]
    par(campagne).fixer_dua("10 ans", UN)
    assert rien(campagne)
    par(campagne, le=FERME).fixer_dua("5 ans", DEUX)
    assert [campagne.dua_au(jour) for jour in (OUVRE, JOUR, FERME)] == [None, "10 ans", "5 ans"]


def test_le_service_declare_est_celui_qu_on_declare_en_dernier() -> None:
    campagne = une_campagne()
    campagne.declarer_service(UN)
    assert topics(campagne) == ["campagne.service_declare.v1"]
    par(campagne).declarer_service(UN)
    assert rien(campagne)
    campagne.declarer_service(DEUX)
    assert campagne.service == DEUX


def test_une_campagne_jamais_ouverte_n_a_ni_duree_ni_service() -> None:
    campagne = par(Campagne(uuid4()))
    with verifie_refus(campagne, GesteImpossible):
        campagne.fixer_dua("10 ans", UN)
    with verifie_refus(campagne, GesteImpossible):
        campagne.declarer_service(UN)
