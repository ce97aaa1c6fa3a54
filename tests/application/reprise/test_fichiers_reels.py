"""The two real files, read by the importer and a second way without it: same counts, same sums."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from stdnum.fr import siret

from application.reprise.conditions import echeancier
from tests.application.reprise.fabrique import (
    REEL,
    correspondance_livree,
    ignorees,
    rejetees,
    reprendre,
    reprises,
)

pytestmark = pytest.mark.donnees
CONVENTIONS = REEL / "maine-et-loire_conventions.csv"
DEMANDES = REEL / "montpellier_demandes_2014.ods"
ETAPES = {"Conseil Municipal": "propose", "Instruction technique": "en_instruction", "Demande": "depose"}


def conventions() -> list[dict[str, str]]:
    with CONVENTIONS.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=";"))


def chiffres(texte: str) -> str:
    return "".join(c for c in texte if c.isdigit())


def test_les_conventions_donnent_soixante_sept_attributions_et_huit_rejets() -> None:
    lues = reprendre(CONVENTIONS, correspondance_livree("maine-et-loire_conventions"))
    bonnes = [
        r for r in conventions() if "E+" not in r["idBeneficiaire"] and siret.is_valid(chiffres(r["idBeneficiaire"]))
    ]
    assert (len(lues), len(reprises(lues)), len(rejetees(lues)), len(ignorees(lues))) == (75, 67, 8, 0)
    assert len(bonnes) == 67
    assert sum(int(Decimal(r["montant"]) * 100) for r in bonnes) == 695_341_888
    assert [r.valeurs["montant_vote"] for r in reprises(lues)] == [int(Decimal(r["montant"]) * 100) for r in bonnes]
    assert [r.valeurs["tiers.siret"] for r in reprises(lues)] == [chiffres(r["idBeneficiaire"]) for r in bonnes]
    assert [r.valeurs["tiers.denomination"] for r in reprises(lues)] == [r["nomBeneficiaire"] for r in bonnes]
    assert [str(r.valeurs["date_decision"] or "") for r in reprises(lues)] == [r["dateConvention"] for r in bonnes]
    assert {r.valeurs["attribuant.siret"] for r in reprises(lues)} == {"22490001900015"}
    assert {r.rang for r in reprises(lues)} == {1}


def test_les_rejets_des_conventions_disent_leur_siret() -> None:
    rejets = rejetees(reprendre(CONVENTIONS, correspondance_livree("maine-et-loire_conventions")))
    assert [(r.ligne, r.colonne, r.valeur) for r in rejets] == [
        (18, "idBeneficiaire", "7,86E+13"),
        (19, "idBeneficiaire", "33 452 381 900 011"),
        (22, "idBeneficiaire", "7,22009E+12"),
        (26, "idBeneficiaire", "78 611 666 800 010"),
        (66, "idBeneficiaire", ""),
        (69, "idBeneficiaire", "78 611 666 800 010"),
        (76, "idBeneficiaire", ""),
        (78, "idBeneficiaire", "33 452 381 900 011"),
    ]


def test_les_conditions_en_mots_des_conventions() -> None:
    """Of the 67 awards taken over, 54 have a sure échéancier; the words of the 13 others await a person."""
    lues = reprises(reprendre(CONVENTIONS, correspondance_livree("maine-et-loire_conventions")))
    sures, douteuses = Counter[str](), Counter[str]()
    for ligne in lues:
        mots, total = ligne.valeurs["conditions_versement"], ligne.valeurs["montant_vote"]
        assert isinstance(mots, str)
        assert isinstance(total, int)
        parts = echeancier(mots, total)
        (douteuses if parts is None else sures)[mots] += 1
        assert parts is None or sum(parts) == total
    assert sum(sures.values()) == 54
    assert douteuses == {
        "échelonné": 9,
        "autre : sous condition de performances": 2,
        "autre : 2 versements: 500000 et 156000": 1,  # for 1 850 000 €: the words are those of the next award
        "autre : 3 versements 42 000 - 55 000 - 5 000": 1,  # 102 000, for 122 000 €
    }


def test_corriger_les_rejets_des_conventions_les_reprend_sous_la_meme_source(tmp_path: Path) -> None:
    correspondance, rejets = correspondance_livree("maine-et-loire_conventions"), tmp_path / "rejets.csv"
    premieres = reprendre(CONVENTIONS, correspondance, rejets)
    corriges = rejets.read_text(encoding="utf-8").replace("7,86E+13", "78 612 010 500 030")
    rejets.write_text(corriges, encoding="utf-8")
    (reprise,) = reprises(reprendre(rejets, correspondance))
    assert (reprise.ligne, reprise.rang, reprise.valeurs["montant_vote"]) == (18, 1, 42_917_00)
    assert reprise.empreinte_source == reprises(premieres)[0].empreinte_source


def rangees_des_demandes() -> list[list[str | float]]:
    """Read the sheet plainly: rows that are not blank, after the header."""
    with CalamineWorkbook.from_path(DEMANDES) as classeur:
        rangees = classeur.get_sheet_by_index(0).to_python(skip_empty_area=False)
    lues = [[c for c in rangee if isinstance(c, str | float)] for rangee in rangees]
    return [rangee for rangee in lues if any(str(c).strip() for c in rangee)][1:]


def centimes(cellule: str | float) -> int:
    return round(float(cellule or 0) * 100)


def test_les_demandes_donnent_mille_quarante_deux_dossiers_a_leur_etape() -> None:
    lues = reprendre(DEMANDES, correspondance_livree("montpellier_demandes"))
    rangees = rangees_des_demandes()
    entetes = [r for r in rangees if r[0] == "Code"]
    sans_structure = [r for r in rangees if not str(r[1]).strip()]
    demandes = [r for r in rangees if r[7] in ETAPES and str(r[1]).strip()]
    uniques = {str(r): r for r in demandes}.values()
    assert (len(lues), len(reprises(lues)), len(ignorees(lues)), len(rejetees(lues))) == (1238, 1042, 49, 147)
    assert len(rangees) == 1238
    assert len(entetes) + len(sans_structure) == 49
    assert len(demandes) - len(uniques) == 1
    assert Counter(ligne.stade for ligne in reprises(lues)) == Counter(ETAPES[str(r[7])] for r in uniques)
    assert Counter(ligne.stade for ligne in reprises(lues)) == {"propose": 575, "en_instruction": 460, "depose": 7}
    assert [r.valeurs["montant_demande"] for r in reprises(lues)] == [centimes(r[10]) for r in uniques]
    assert [r.valeurs["montant_propose"] for r in reprises(lues)] == [centimes(r[4]) for r in uniques]
    assert sum(centimes(r[10]) for r in uniques) == 805_583_500
    assert sum(centimes(r[4]) for r in uniques) == 293_652_400


def test_les_rejets_des_demandes_n_ont_pas_d_etape_connue_ou_sont_un_doublon() -> None:
    rejets = rejetees(reprendre(DEMANDES, correspondance_livree("montpellier_demandes")))
    assert Counter(r.valeur for r in rejets) == {
        "": 129,  # the detail of the sports, listed a second time, and rows added by hand
        "Validation de l'échéancier": 7,
        "Instruction terminée": 7,
        "Notification": 3,
        None: 1,
    }
    assert [(r.ligne, r.fautes[0].motif) for r in rejets if r.valeur is None] == [
        (189, "doublon exact de la ligne 188")
    ]


def test_les_themes_laisses_en_blanc_sont_ceux_du_dessus() -> None:
    lues = reprises(reprendre(DEMANDES, correspondance_livree("montpellier_demandes")))
    themes = Counter(r.valeurs["theme"] for r in lues)
    assert None not in themes
    assert themes["CULTURE"] == 436
    propose = [
        r.valeurs["montant_propose"] for r in lues if r.valeurs["theme"] == "ACTIONS INTERNATIONALES ET JUMELAGES"
    ]
    assert sum(p for p in propose if isinstance(p, int)) == 66_950_00  # the subtotal of the file, row 35
