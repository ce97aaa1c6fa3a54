"""From the text of a cell to a value, or to the reason why it is wrong."""

from datetime import date
from decimal import Decimal

import pytest

from application.reprise.valeurs import (
    PeriodeEcrite,
    TypeChamp,
    ValeurDeCellule,
    ValeurFausse,
    convertir,
    montrer,
    normaliser,
)


@pytest.mark.parametrize(
    ("nature", "texte", "valeur"),
    [
        ("texte", "  deux\nlignes ", "deux\nlignes"),
        ("montant", "24000.0", 24_000_00),
        ("montant", "27346.88", 27_346_88),
        ("montant", "1 200,5 €", 1_200_50),
        ("date", "2017-06-10", date(2017, 6, 10)),
        ("date", "10/06/2017", date(2017, 6, 10)),
        ("date", "2017-06-10 00:00:00", date(2017, 6, 10)),
        ("date", "10/06/2017 00:00", date(2017, 6, 10)),
        ("date", "2017-06-10T12:30:00", date(2017, 6, 10)),
        ("date", "2017-06-09T22:30:00Z", date(2017, 6, 10)),
        ("date", "10-06-2017", date(2017, 6, 10)),
        ("date", "10.6.2017", date(2017, 6, 10)),
        ("date", "1er  Août 2017", date(2017, 8, 1)),
        ("date", "10 décembre 2017", date(2017, 12, 10)),
        ("montant", "1\u202f200,50\u00a0€", 1_200_50),
        ("texte", "\ufeffÉ\u200bté", "Été"),
        ("texte", "'=SOMME(A1)", "=SOMME(A1)"),
        ("texte", "'été", "'été"),
        ("siret", "\u200e22490001900015", "22490001900015"),
        ("siret", "82 212 742 900 014", "82212742900014"),
        ("siret", "224\u00a0900\u202f019 000 15'", "22490001900015"),
        ("siret", "22490001900015.0", "22490001900015"),
        ("siret", "356 000 000 49837", "35600000049837"),  # La Poste: its key is another
        ("rna", "w333 216 789", "W333216789"),
        ("rna", "W2A1001234", "W2A1001234"),
        ("entier", "2014.0", 2014),
        ("nombre", "0,5", Decimal("0.5")),
        ("fraction", "1", Decimal(1)),
        ("fraction", "45 %", Decimal("0.45")),
        ("booleen", " Oui", True),
        ("booleen", "NON", False),
        ("periode", "2017-06-10", PeriodeEcrite("2017-06-10", date(2017, 6, 10), date(2017, 6, 10))),
        ("periode", "01/01/2019", PeriodeEcrite("01/01/2019", date(2019, 1, 1), date(2019, 1, 1))),
        ("periode", "2017-12-12/fin-action", PeriodeEcrite("2017-12-12/fin-action", date(2017, 12, 12))),
        ("periode", "NC/2019-06-30", PeriodeEcrite("NC/2019-06-30", None, date(2019, 6, 30))),
        ("periode", "fin de l'action", PeriodeEcrite("fin de l'action")),
        (
            "periode",
            "2017-12-20/2017-03-09",
            PeriodeEcrite("2017-12-20/2017-03-09", date(2017, 12, 20), date(2017, 3, 9)),
        ),
        (
            "periode",
            "2017-01-02_2017-03-09",
            PeriodeEcrite("2017-01-02_2017-03-09", date(2017, 1, 2), date(2017, 3, 9)),
        ),
    ],
)
def test_une_valeur_se_lit_comme_on_l_ecrit(nature: TypeChamp, texte: str, valeur: ValeurDeCellule) -> None:
    assert convertir(nature, texte) == valeur


@pytest.mark.parametrize(
    ("nature", "texte", "motif"),
    [
        ("montant", "cent", "n’est pas un montant lisible"),
        ("montant", "12.345", "plus de deux décimales"),
        ("montant", "-5", "négatif"),
        ("date", "2017-02-30", "n’existe pas au calendrier"),
        ("date", "31/11/2017", "n’existe pas au calendrier"),
        ("date", "31/2/2017", "n’existe pas au calendrier"),
        ("date", "30 février 2017", "n’existe pas au calendrier"),
        ("montant", "1.200,50", "pas un montant lisible"),
        ("montant", "12e3", "pas un montant lisible"),
        ("montant", "#DIV/0!", "erreur de tableur"),
        ("montant", "#FORMULE NON CALCULÉE", "erreur de tableur"),
        ("texte", "#NOM?", "erreur de tableur"),
        ("date", "Err:502", "erreur de tableur"),
        ("date", "18/02/14", "AAAA-MM-JJ ou JJ/MM/AAAA"),
        ("date", "mai 2014", "AAAA-MM-JJ ou JJ/MM/AAAA"),
        ("date", "0201-01-01", "pas plausible"),
        ("siret", "7,86E+13", "notation scientifique"),
        ("siret", "78 611 666 800 010", "clé de contrôle"),
        ("siret", "356 000 000 49838", "clé de contrôle"),
        ("siret", "2249000190001", "13 chiffres au lieu de 14 (un zéro initial a pu être perdu)"),
        ("siret", "W333216789", "que des chiffres"),
        ("rna", "W3222", "W suivi de neuf chiffres"),
        ("entier", "2014,5", "entier"),
        ("nombre", "NaN", "un nombre est attendu"),
        ("fraction", "80", "entre 0 et 1"),
        ("fraction", "0", "entre 0 et 1"),
        ("booleen", "yes", "« oui » ou « non »"),
        ("periode", "2017-03-02/2017-02-30", "n’existe pas au calendrier"),
        ("texte", "x" * 10_001, "dépasse 10000 caractères"),
    ],
)
def test_une_valeur_fausse_dit_pourquoi(nature: TypeChamp, texte: str, motif: str) -> None:
    with pytest.raises(ValeurFausse, match=motif.replace("(", r"\(").replace(")", r"\)")):
        convertir(nature, texte)


def test_un_message_cite_une_cellule_sans_la_reciter() -> None:
    assert montrer(" deux\nlignes\x1b[31m ") == "deux lignes[31m"
    assert montrer("x" * 500) == "x" * 120 + "…"


@pytest.mark.parametrize("nature", ["texte", "montant", "date", "siret", "fraction", "booleen", "periode"])
@pytest.mark.parametrize("texte", ["", "  ", "\u00a0\n"])
def test_une_cellule_vide_est_inconnue(nature: TypeChamp, texte: str) -> None:
    assert convertir(nature, texte) is None


def test_le_format_d_une_date_peut_etre_donne() -> None:
    assert convertir("date", "18/02/14", "%d/%m/%y") == date(2014, 2, 18)
    with pytest.raises(ValeurFausse, match="pas au format %d"):
        convertir("date", "2014-02-18", "%d/%m/%y")


def test_normaliser() -> None:
    assert normaliser(" Me\u0301moire \u00a0 vive\n") == "Mémoire vive"
