"""Legal time: examples counted by hand on a wall calendar."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.delais import (
    DateHorsCalendrier,
    Duree,
    DureeIllisible,
    Echeance,
    Intervalle,
    IntervalleIllisible,
    Unite,
    echoir,
    est_ouvre,
    fusionner,
    lire_duree,
    lire_intervalle,
)


def jour(texte: str) -> date:
    return date.fromisoformat(texte)


def intervalles(*textes: str) -> list[Intervalle]:
    return [lire_intervalle(texte) for texte in textes]


def dernier(depuis: str, duree: str, *suspensions: str, interrompu: Sequence[str] = (), report: bool = False) -> str:
    arrets = (intervalles(*suspensions), intervalles(*interrompu))
    return echoir(jour(depuis), lire_duree(duree), *arrets, report=report).dernier_jour.isoformat()


# Reading a length


@pytest.mark.parametrize(
    ("texte", "canonique", "libelle"),
    [
        ("2 mois", "2 mois", "2 mois"),
        ("1 mois", "1 mois", "1 mois"),
        ("15 jours", "15 jours", "15 jours"),
        ("1 jours", "1 jour", "1 jour"),
        ("10 jours_ouvres", "10 jours_ouvres", "10 jours ouvrés"),
        (" 10\u00a0jours ouvrés ", "10 jours_ouvres", "10 jours ouvrés"),
        ("10 jours ouvre\u0301s", "10 jours_ouvres", "10 jours ouvrés"),
        ("1 jour ouvré", "1 jour_ouvre", "1 jour ouvré"),
        ("5 Jours_Francs", "5 jours_francs", "5 jours francs"),
        ("3 semaines", "3 semaines", "3 semaines"),
        ("1 an", "1 an", "1 an"),
        ("4 années", "4 ans", "4 ans"),
        ("007 jours", "7 jours", "7 jours"),
    ],
)
def test_une_duree_se_lit_et_se_redit(texte: str, canonique: str, libelle: str) -> None:
    duree = lire_duree(texte)
    assert (str(duree), duree.libelle) == (canonique, libelle)
    assert lire_duree(canonique) == lire_duree(libelle) == duree


@pytest.mark.parametrize(
    "texte",
    [
        *("", "mois", "2", "0 mois", "-2 mois", "+2 mois", "2,5 mois", "1e3 jours", "deux mois", "2 mois et 3 lunes"),
        *(
            "10 jours ouvrables",
            "100000 jours",
            "9" * 5000 + " jours",
            "2 mois\u0000",
            "10² jours",
            "١٠ jours",
            "2 moi",
        ),
        *("2 siècles", "P2M"),
    ],
)
def test_une_duree_illisible_est_refusee(texte: str) -> None:
    with pytest.raises(DureeIllisible) as refus:
        lire_duree(texte)
    assert refus.value.en_json()["refus"]["code"] == "duree_illisible"
    assert refus.value.champs == {"duree": texte}


@pytest.mark.parametrize("nombre", [0, -1, 100_000])
def test_une_duree_construite_obeit_aux_memes_bornes(nombre: int) -> None:
    with pytest.raises(DureeIllisible):
        Duree(nombre, Unite.MOIS)


@pytest.mark.parametrize(
    "texte", ["", "2026-03-10", "2026-03-10/", "2026-03-25/2026-03-10", "2026-02-30/2026-03-10", "a/b/c"]
)
def test_un_intervalle_illisible_est_refuse(texte: str) -> None:
    with pytest.raises(IntervalleIllisible):
        lire_intervalle(texte)


def test_un_intervalle_se_lit_et_se_redit() -> None:
    intervalle = Intervalle(jour("2026-03-10"), jour("2026-03-25"))
    assert lire_intervalle(" 2026-03-10 / 2026-03-25 ") == lire_intervalle(str(intervalle)) == intervalle


# Counting


@pytest.mark.parametrize(
    ("depuis", "duree", "attendu"),
    [
        ("2026-01-12", "2 mois", "2026-03-12"),
        ("2026-01-31", "1 mois", "2026-02-28"),
        ("2028-01-31", "1 mois", "2028-02-29"),
        ("2025-12-31", "2 mois", "2026-02-28"),  # a dépôt on New Year's Eve: the silence of CRPA L231-4
        ("2026-02-28", "1 mois", "2026-03-28"),  # the quantième, not the end of month
        ("2026-05-31", "6 mois", "2026-11-30"),
        ("2024-02-29", "1 an", "2025-02-28"),
        ("2024-02-29", "4 ans", "2028-02-29"),
        ("2026-11-15", "14 mois", "2028-01-15"),
        ("2026-02-20", "15 jours", "2026-03-07"),
        ("2026-12-31", "1 jour", "2027-01-01"),
        ("2026-07-06", "3 semaines", "2026-07-27"),
        ("2026-06-01", "1 jour_franc", "2026-06-03"),
        ("2026-06-01", "5 jours_francs", "2026-06-07"),  # a Sunday: no report of its own
        ("2026-01-12", "2 mois_francs", "2026-03-13"),
        ("2026-01-31", "1 mois franc", "2026-03-01"),  # the day after the last of February
        ("2026-01-12", "1 mois et 15 jours", "2026-02-27"),
        ("2026-01-31", "1 mois et 15 jours", "2026-03-15"),  # the months first: 28 February, then fifteen days
        ("2026-01-12", "1 an et 1 jour", "2027-01-13"),
        ("2026-01-12", "1 mois et 15 jours francs", "2026-02-28"),  # the day after 27 February
        ("2026-01-31", "1 mois et 15 jours_francs", "2026-03-16"),
        ("2026-07-13", "1 jour_ouvre", "2026-07-15"),
        ("2026-07-06", "10 jours_ouvres", "2026-07-21"),  # over the 14th and two week-ends
        ("2026-07-04", "1 jour_ouvre", "2026-07-06"),  # from a Saturday
        ("2026-04-30", "10 jours_ouvres", "2026-05-19"),  # 1st, 8th and 14th of May
        ("2022-12-30", "1 jour_ouvre", "2023-01-02"),  # a week-end over two years, New Year's Day on its Sunday
        ("2026-12-24", "5 jours_ouvres", "2027-01-04"),  # Christmas and New Year's Day, both Fridays
    ],
)
def test_un_delai_se_compte_comme_a_la_main(depuis: str, duree: str, attendu: str) -> None:
    assert dernier(depuis, duree) == attendu


@pytest.mark.parametrize(
    ("depuis", "duree", "attendu"),
    [
        ("2026-06-01", "5 jours_francs", "2026-06-08"),
        ("2026-06-29", "15 jours", "2026-07-15"),  # the 14th of July
        ("2026-01-12", "2 mois", "2026-03-12"),
        ("2026-03-04", "1 mois", "2026-04-07"),  # Saturday, Sunday, Easter Monday
    ],
)
def test_le_report_n_a_lieu_que_sur_demande(depuis: str, duree: str, attendu: str) -> None:
    assert dernier(depuis, duree, report=True) == attendu


@pytest.mark.parametrize(
    ("annee", "feries"),
    [
        (2024, "01-01 04-01 05-01 05-08 05-09 05-20 07-14 08-15 11-01 11-11 12-25"),
        (2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25"),
        (2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"),
    ],
)
def test_les_jours_feries_sont_ceux_du_code_du_travail(annee: int, feries: str) -> None:
    """A new version of `holidays` must not move an échéance without being seen here."""
    attendus = {jour(f"{annee}-{ferie}") for ferie in feries.split()}
    semaine = [j for rang in range(365) if (j := date(annee, 1, 1) + timedelta(rang)).weekday() < 5]
    assert {j for j in semaine if not est_ouvre(j)} == {ferie for ferie in attendus if ferie.weekday() < 5}


@pytest.mark.parametrize(
    ("depuis", "instant"),
    [
        ("2026-01-12", "2026-01-13T23:00:00+00:00"),
        ("2026-03-27", "2026-03-28T23:00:00+00:00"),  # the eve of summer time
        ("2026-03-28", "2026-03-29T22:00:00+00:00"),  # a day of 23 hours
        ("2026-10-23", "2026-10-24T22:00:00+00:00"),
        ("2026-10-24", "2026-10-25T23:00:00+00:00"),  # a day of 25 hours
    ],
)
def test_un_delai_expire_a_vingt_quatre_heures_a_paris(depuis: str, instant: str) -> None:
    assert echoir(jour(depuis), lire_duree("1 jour")).dernier_instant == datetime.fromisoformat(instant)


def test_un_instant_fait_courir_le_delai_depuis_son_jour_a_paris() -> None:
    peu_avant_minuit_utc = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert echoir(peu_avant_minuit_utc, lire_duree("1 jour")) == echoir(date(2026, 7, 2), lire_duree("1 jour"))


# Suspensions


@pytest.mark.parametrize(
    ("duree", "suspensions", "attendu"),
    [
        ("2 mois", ["2026-02-01/2026-02-15"], "2026-03-27"),  # 15 days met on the way
        ("2 mois", ["2026-02-01/2026-02-10", "2026-02-06/2026-02-15"], "2026-03-27"),  # they overlap: counted once
        ("2 mois", ["2026-02-01/2026-02-15", "2026-03-20/2026-03-25"], "2026-04-02"),  # the second only met once moved
        ("2 mois", ["2026-03-12/2026-03-12"], "2026-03-13"),  # the last day itself
        ("2 mois", ["2026-03-13/2026-03-31"], "2026-03-12"),  # too late
        ("2 mois", ["2025-12-01/2026-01-12"], "2026-03-12"),  # over before the first day that counts
        ("2 mois", ["2026-01-01/2026-01-22"], "2026-03-22"),  # ten days of it count
        ("15 jours", ["2026-01-14/2026-01-20"], "2026-02-03"),
        ("5 jours_francs", ["2026-01-18/2026-01-19"], "2026-01-20"),  # on the day that ends it
        ("5 jours_ouvres", ["2026-01-17/2026-01-18"], "2026-01-19"),  # a week-end does not count anyway
        ("5 jours_ouvres", ["2026-01-16/2026-01-20"], "2026-01-22"),
    ],
)
def test_un_delai_suspendu_garde_son_reste(duree: str, suspensions: list[str], attendu: str) -> None:
    assert dernier("2026-01-12", duree, *suspensions) == attendu
    assert dernier("2026-01-12", duree, *reversed(suspensions)) == attendu


@pytest.mark.parametrize(
    ("suspensions", "attendu"),
    [
        (["2026-02-01/2026-02-15"], "2026-04-15"),
        (["2026-02-01/2026-02-15", "2026-04-15/2026-04-30"], "2026-06-30"),
        (["2026-02-01/2026-02-15", "2026-04-16/2026-04-30"], "2026-04-15"),
        (["2026-03-13/2026-03-31"], "2026-03-12"),
        (["2025-12-01/2026-01-12"], "2026-03-12"),
        (["2026-01-12/2026-01-31"], "2026-03-31"),
    ],
)
def test_un_delai_remis_a_zero_repart_du_dernier_jour_suspendu(suspensions: list[str], attendu: str) -> None:
    assert dernier("2026-01-12", "2 mois", interrompu=suspensions) == attendu


def test_un_intervalle_vide_n_arrete_rien() -> None:
    vide = Intervalle(jour("2026-02-10"), jour("2026-02-09"))
    assert fusionner([vide]) == ()
    assert echoir(jour("2026-01-12"), lire_duree("2 mois"), [vide]).dernier_jour == jour("2026-03-12")


def test_des_intervalles_contigus_n_en_font_qu_un() -> None:
    texte = "2026-03-04/2026-03-05 2026-03-01/2026-03-03 2026-03-02/2026-03-02 2026-03-07/2026-03-08"
    fusionnes = fusionner(lire_intervalle(i) for i in texte.split())
    assert [str(i) for i in fusionnes] == ["2026-03-01/2026-03-05", "2026-03-07/2026-03-08"]


# Explanation


def etapes(echeance: Echeance) -> list[tuple[str, str, int, str]]:
    return [(e.du.isoformat()[5:], e.au.isoformat()[5:], e.jours, e.motif) for e in echeance.etapes]


def test_le_calcul_en_jours_ouvres_s_explique() -> None:
    assert etapes(echoir(jour("2026-07-06"), lire_duree("6 jours_ouvres"))) == [
        ("07-06", "07-06", 0, "Jour de départ : il ne compte pas"),
        ("07-07", "07-10", 4, "Le délai court : 6 jours ouvrés"),
        ("07-11", "07-12", 0, "Fin de semaine"),
        ("07-13", "07-13", 1, "Le délai court : 6 jours ouvrés"),
        ("07-14", "07-14", 0, "Jour férié : Fête nationale"),
        ("07-15", "07-15", 1, "Le délai court : 6 jours ouvrés"),
    ]


def test_le_calcul_d_un_delai_franc_reporte_s_explique() -> None:
    echeance = echoir(jour("2026-06-01"), lire_duree("5 jours_francs"), report=True)
    assert etapes(echeance)[1:] == [
        ("06-02", "06-06", 5, "Le délai court : 5 jours francs"),
        ("06-07", "06-07", 0, "Dernier jour d’un délai franc : il ne compte pas"),
        ("06-08", "06-08", 0, "Report au premier jour ouvrable"),
    ]
    assert echeance.etapes[-1].source == "Code de procédure civile, art. 642"


def test_des_mois_puis_des_jours_s_expliquent_dans_cet_ordre_meme_suspendus() -> None:
    arret = [lire_intervalle("2026-02-10/2026-02-16")]
    echeance = echoir(jour("2026-01-12"), lire_duree("1 mois et 15 jours"), arret)
    assert str(echeance.duree) == "1 mois et 15 jours"
    mois = "Le délai court : 1 mois de quantième à quantième, soit 31 jours"
    assert etapes(echeance)[1:] == [
        ("01-13", "02-09", 28, mois),
        ("02-10", "02-16", 0, "Délai suspendu"),
        ("02-17", "02-19", 3, mois),
        ("02-20", "03-06", 15, "Le délai court : 15 jours"),
    ]


def test_un_delai_franc_en_mois_s_explique() -> None:
    assert etapes(echoir(jour("2026-01-12"), lire_duree("2 mois francs")))[1:] == [
        ("01-13", "03-12", 59, "Le délai court : 2 mois francs de quantième à quantième, soit 59 jours"),
        ("03-13", "03-13", 0, "Dernier jour d’un délai franc : il ne compte pas"),
    ]


@pytest.mark.parametrize(
    "texte",
    [
        *("15 jours et 1 mois", "1 mois et 2 semaines", "1 mois et", "et 15 jours", "1 mois et 0 jour"),
        *("1 mois et 1 jour et 2 jours", "2 mois_francs et 1 jour", "1 mois et 5 jours_ouvres", "1 mois et " * 5000),
    ],
)
def test_une_duree_composee_est_de_mois_ou_d_ans_puis_de_jours(texte: str) -> None:
    with pytest.raises(DureeIllisible):
        lire_duree(texte)


def test_une_remise_a_zero_s_explique() -> None:
    echeance = echoir(jour("2026-01-12"), lire_duree("1 mois"), (), intervalles("2026-01-20/2026-01-31"))
    assert etapes(echeance)[1:] == [
        ("01-13", "01-19", 0, "Jours courus, perdus par la remise à zéro"),
        ("01-20", "01-31", 0, "Délai interrompu, puis remis à zéro"),
        (
            "02-01",
            "02-28",
            28,
            "Le délai court : 1 mois de quantième à quantième (faute de 31, dernier jour du mois), soit 28 jours",
        ),
    ]


@pytest.mark.parametrize("rang", [0, 1])
@pytest.mark.parametrize("arret", ["2026-01-05/2026-01-12", "2026-02-13/2026-02-20"])
def test_un_arret_fini_le_jour_de_depart_ou_posterieur_au_terme_n_est_pas_une_etape(arret: str, rang: int) -> None:
    depuis, duree = jour("2026-01-12"), lire_duree("1 mois")
    arrets = [intervalles(arret) if i == rang else [] for i in range(2)]
    assert echoir(depuis, duree, *arrets) == echoir(depuis, duree)


def test_le_document_du_contrat() -> None:
    arret = [lire_intervalle("2026-02-01/2026-02-15")]
    echeance = echoir(jour("2026-01-12"), lire_duree("2 mois"), arret, source="L231-4", source_suspension="L114-5")
    court = "Le délai court : 2 mois de quantième à quantième, soit 59 jours"
    depart = "Jour de départ : il ne compte pas"
    assert echeance.en_json() == {
        "depuis": "2026-01-12",
        "duree": "2 mois",
        "dernier_jour": "2026-03-27",
        "dernier_instant": "2026-03-27T23:00:00Z",
        "etapes": [
            {"du": "2026-01-12", "au": "2026-01-12", "jours": 0, "motif": depart, "source": "L231-4"},
            {"du": "2026-01-13", "au": "2026-01-31", "jours": 19, "motif": court, "source": "L231-4"},
            {"du": "2026-02-01", "au": "2026-02-15", "jours": 0, "motif": "Délai suspendu", "source": "L114-5"},
            {"du": "2026-02-16", "au": "2026-03-27", "jours": 40, "motif": court, "source": "L231-4"},
        ],
    }


# Limits


@pytest.mark.parametrize(
    ("depuis", "duree", "suspensions"),
    [
        ("1899-12-31", "1 jour", []),
        ("0001-01-01", "1 jour", []),
        ("2201-01-01", "1 jour", []),
        ("9999-12-31", "1 jour", []),
        ("2200-12-31", "1 jour", []),
        ("2026-01-12", "99999 jours", []),
        ("2026-01-12", "99999 jours_ouvres", []),
        ("2026-01-12", "99999 semaines", []),
        ("2026-01-12", "99999 mois", []),
        ("2026-01-12", "99999 ans", []),
        ("2026-01-12", "2 mois", ["2026-02-01/9999-12-31"]),
        ("2100-12-20", "20 jours_ouvres", []),  # the public holidays are no longer known
    ],
)
@pytest.mark.parametrize("interrompu", [False, True])
def test_un_delai_qui_sort_du_calendrier_est_refuse(
    *, depuis: str, duree: str, suspensions: list[str], interrompu: bool
) -> None:
    arrets, interruptions = ([], suspensions) if interrompu else (suspensions, [])
    with pytest.raises(DateHorsCalendrier) as refus:
        dernier(depuis, duree, *arrets, interrompu=interruptions)
    assert refus.value.code == "date_hors_calendrier"


def test_les_bornes_du_calendrier_en_font_partie() -> None:
    assert dernier("1900-01-01", "1 jour") == "1900-01-02"
    assert dernier("2200-12-30", "1 jour") == "2200-12-31"
    assert dernier("2026-01-12", "2 mois", "2026-03-13/9999-12-31") == "2026-03-12"
