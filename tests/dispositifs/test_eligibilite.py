"""Each doubt about eligibility, and the list of quartiers that judges a territory at a date."""

from datetime import date
from typing import Any

import pytest

from dispositifs.eligibilite import Doute, Perimetre, Projet, eligibilite, jour_du_territoire, perimetre_au
from dispositifs.reglement import Reglement
from tests.dispositifs.fabrique import ligne, un_reglement

JOUR = date(2026, 2, 2)
ETE = (date(2026, 7, 1), date(2026, 8, 31))
PERIODE = {"debut": "2026-07-01", "fin": "2026-08-31"}
ANCIENNE = Perimetre(version="a", du=date(2024, 1, 1), jusqu_au=date(2026, 5, 31), quartiers={"QN1"})
NOUVELLE = Perimetre(version="b", du=date(2026, 6, 1), quartiers={"QN2"})


def un_projet(**champs: Any) -> Projet:
    donnes: dict[str, Any] = {"depose_le": JOUR, "qpv": ("QN1",), "periode": ETE, "charges": ()}
    return Projet(**donnes | champs)


def doutes(reglement: Reglement, au: date = JOUR, **champs: Any) -> list[Doute]:
    projet = un_projet(**champs)
    perimetre = perimetre_au((ANCIENNE, NOUVELLE), jour_du_territoire(reglement, projet, au))
    return eligibilite(reglement, projet, au=au, perimetre=perimetre, veille={"V1"})


def test_un_reglement_muet_ne_fait_douter_de_rien() -> None:
    assert doutes(un_reglement(), qpv=(), periode=None, categorie="4110") == []


@pytest.mark.parametrize(
    ("admis", "qpv", "attendu"),
    [
        (["qpv"], ("QN1", "V1"), []),
        (["qpv"], (), [Doute("territoire", "aucun_quartier")]),
        (["qpv"], ("V1",), [Doute("territoire")]),
        (["qpv"], ("QN2",), [Doute("territoire")]),
        (["qpv", "veille"], ("V1",), []),
        (["veille"], ("QN1",), [Doute("territoire")]),
    ],
)
def test_le_territoire(admis: list[str], qpv: tuple[str, ...], attendu: list[Doute]) -> None:
    assert doutes(un_reglement(territoires=admis), qpv=qpv) == attendu


@pytest.mark.parametrize(
    ("quand", "jour", "qpv"),
    [("depot", JOUR, "QN1"), ("vote", date(2026, 6, 18), "QN2"), ("realisation", ETE[0], "QN2")],
)
def test_le_territoire_se_juge_a_la_date_que_dit_le_reglement(quand: str, jour: date, qpv: str) -> None:
    reglement = un_reglement(territoires=["qpv"], date_du_territoire=quand)
    assert jour_du_territoire(reglement, un_projet(), date(2026, 6, 18)) == jour
    for code in ("QN1", "QN2"):
        attendu = [] if code == qpv else [Doute("territoire")]
        assert doutes(reglement, au=date(2026, 6, 18), qpv=(code,)) == attendu


def test_une_liste_que_nous_n_avons_pas_fait_douter() -> None:
    reglement = un_reglement(territoires=["qpv"])
    avant: dict[str, Any] = {"depose_le": date(2023, 11, 15), "periode": None}
    assert doutes(reglement, **avant) == [Doute("territoire", "perimetre_inconnu")]


def test_la_periode() -> None:
    reglement = un_reglement(periode=PERIODE)
    assert doutes(reglement) == []
    assert doutes(reglement, periode=None) == [Doute("periode", "absente")]
    for periode in ((date(2026, 6, 30), date(2026, 7, 2)), (date(2026, 8, 31), date(2026, 9, 1))):
        assert doutes(reglement, periode=periode) == [Doute("periode")]


def test_le_demandeur_se_juge_par_sa_categorie_connue() -> None:
    reglement = un_reglement(demandeurs=["92"])
    assert doutes(reglement, categorie="9220") == doutes(reglement, categorie=None) == []
    assert doutes(reglement, categorie="7210") == [Doute("demandeur", "7210")]


def test_la_nature_des_depenses_se_juge_par_leurs_comptes() -> None:
    reglement = un_reglement(depenses_refusees=["2"])
    charges = (ligne(100, poste="60"), ligne(100, poste="21"), ligne(50, poste="21"), ligne(50))
    assert doutes(reglement, charges=charges) == [Doute("nature_des_depenses", "21")]


@pytest.mark.parametrize(
    ("borne", "debut", "au", "autorise", "en_doute"),
    [
        ("depot", JOUR, JOUR, None, False),
        ("depot", date(2026, 2, 1), JOUR, None, True),
        ("vote", ETE[0], date(2026, 6, 18), None, False),
        ("vote", ETE[0], ETE[0], None, True),
        ("vote", ETE[0], ETE[0], date(2026, 6, 1), False),
        ("vote", ETE[0], ETE[0], ETE[0], False),  # the very day that was authorised
        ("vote", ETE[0], ETE[0], date(2026, 7, 2), True),
    ],
)
def test_le_commencement(borne: str, debut: date, au: date, autorise: date | None, en_doute: bool) -> None:  # noqa: FBT001
    reglement = un_reglement(commencement_apres=borne)
    lus = doutes(reglement, au=au, periode=(debut, ETE[1]), demarrage_autorise=autorise)
    assert lus == ([Doute("commencement_anticipe")] if en_doute else [])


@pytest.mark.parametrize(("nom", "valeur"), [("territoires", ["qpv"]), ("periode", {**PERIODE, "fin": "2026-07-02"})])
def test_une_regle_hors_de_vigueur_ne_fait_pas_douter(nom: str, valeur: object) -> None:
    reglement = un_reglement(**{nom: valeur})
    assert doutes(reglement, qpv=("V1",)) != []
    lue = getattr(reglement, nom)
    for dates in ({"depuis": date(2030, 1, 1)}, {"jusqu_au": date(2026, 2, 1)}):
        assert doutes(reglement.model_copy(update={nom: lue.model_copy(update=dates)}), qpv=("V1",)) == []
