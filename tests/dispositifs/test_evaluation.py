"""The amount: each rule alone, then what must hold whatever the request."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispositifs.evaluation import Evaluation, LigneBudget, evaluer
from dispositifs.reglement import Reglement, ValeurAbsente, ValeurPasEnVigueur
from dispositifs.versements import exiger_versements, lire_parts, points_base
from kernel.montants import MontantNegatif, pourcentage
from tests.dispositifs.fabrique import ligne, un_reglement

ACHATS = ligne(1_000_000, poste="60")
EXCEPTIONNEL = ligne(200_000, poste="671")
SANS_COMPTE = ligne(50_000)
VILLE = ligne(300_000, financeur="Ville de Lille")

JOUR = date(2026, 3, 2)

montants = st.integers(min_value=0, max_value=10**9)
taux = st.integers(min_value=0, max_value=10_000)


def aide(reglement: Reglement, demande: int = 10**8, *charges: LigneBudget) -> Evaluation:
    lignes = charges or (ACHATS, EXCEPTIONNEL, SANS_COMPTE)
    return evaluer(reglement, au=JOUR, charges=lignes, aides_publiques=(VILLE,), montant_demande_centimes=demande)


def libelles(evaluation: Evaluation) -> list[str]:
    return [etape.libelle for etape in evaluation.etapes]


def test_le_taux_s_applique_a_la_base_eligible_arrondi_au_centime_inferieur() -> None:
    evaluation = aide(un_reglement(taux_max_points_base=3333, depenses_exclues=["67"]))
    assert evaluation.base_eligible_centimes == 1_050_000
    assert evaluation.montant_centimes == 349_965
    assert libelles(evaluation) == ["Charges du budget", "Dépenses exclues", "Taux maximal", "Montant demandé"]
    assert aide(un_reglement(taux_max_points_base=3333), 10**8, ligne(100)).montant_centimes == 33


def test_le_contrat_de_l_exemple() -> None:
    evaluation = aide(un_reglement(taux_max_points_base=6000), 1_200_000, ligne(1_840_000, poste="60"))
    assert (evaluation.base_eligible_centimes, evaluation.montant_centimes) == (1_840_000, 1_104_000)
    assert "60 % de 18\u202f400,00\xa0€ : 11\u202f040,00\xa0€, arrondis au centime inférieur" in [
        etape.calcul for etape in evaluation.etapes
    ]


@pytest.mark.parametrize(
    ("parametres", "demande", "attendu"),
    [
        ({"taux_max_points_base": 6000, "plafond_centimes": 500_000}, 10**8, 500_000),
        ({"taux_max_points_base": 6000}, 400_000, 400_000),
        ({"taux_max_points_base": 6000, "plancher_centimes": 800_000}, 10**8, 0),
        ({"taux_max_points_base": 6000, "plancher_centimes": 750_000}, 10**8, 750_000),
        ({"taux_max_points_base": 6000, "plancher_centimes": 400_001}, 400_000, 0),
        ({"taux_max_points_base": 6000, "taux_max_cumul_aides_publiques_points_base": 8000}, 10**8, 700_000),
        ({"taux_max_points_base": 6000, "taux_max_cumul_aides_publiques_points_base": 1000}, 10**8, 0),
        ({"mode_calcul": "forfait", "forfait_centimes": 250_000}, 10**8, 250_000),
        ({"mode_calcul": "forfait", "forfait_centimes": 9_000_000}, 10**8, 1_250_000),
        ({"taux_max_points_base": 0}, 10**8, 0),
        ({"taux_max_points_base": 3333, "arrondi_centimes": 100}, 10**8, 416_600),
        ({"taux_max_points_base": 3333, "arrondi_centimes": 100}, 416_650, 416_600),
        ({"taux_max_points_base": 3333, "arrondi_centimes": 100, "plancher_centimes": 416_601}, 10**8, 0),
    ],
)
def test_chaque_borne_s_applique(parametres: dict[str, object], demande: int, attendu: int) -> None:
    evaluation = aide(un_reglement(**parametres), demande)
    assert evaluation.montant_centimes == attendu
    assert evaluation.etapes[-1].resultat_centimes == attendu


@pytest.mark.parametrize(("base", "attendu"), [(99_999, 0), (100_000, 50_000), (499_999, 50_000), (500_000, 200_000)])
def test_le_bareme_donne_le_montant_de_la_derniere_tranche_atteinte(base: int, attendu: int) -> None:
    tranches = [
        {"a_partir_de_centimes": 500_000, "montant_centimes": 200_000},
        {"a_partir_de_centimes": 100_000, "montant_centimes": 50_000},
    ]
    reglement = un_reglement(mode_calcul="bareme", bareme=tranches)
    assert aide(reglement, 10**8, ligne(base)).montant_centimes == attendu


@pytest.mark.parametrize("parametres", [{}, {"mode_calcul": "forfait"}, {"mode_calcul": "bareme"}])
def test_sans_la_valeur_de_son_mode_rien_n_est_calcule(parametres: dict[str, object]) -> None:
    with pytest.raises(ValeurAbsente):
        aide(un_reglement(**parametres))


PARAMETRES = {
    "mode_calcul": "taux",
    "taux_max_points_base": 6000,
    "depenses_exclues": ["67"],
    "plafond_centimes": 400_000,
    "taux_max_cumul_aides_publiques_points_base": 8000,
    "arrondi_centimes": 100,
    "plancher_centimes": 1,
}


@pytest.mark.parametrize("nom", PARAMETRES)
def test_une_valeur_ne_s_applique_pas_avant_son_premier_jour(nom: str) -> None:
    reglement = un_reglement(**PARAMETRES)
    valeur = getattr(reglement, nom)

    def depuis(jour: date) -> Reglement:
        return reglement.model_copy(update={nom: valeur.model_copy(update={"depuis": jour})})

    assert aide(depuis(JOUR)).etapes == aide(reglement).etapes
    with pytest.raises(ValeurPasEnVigueur, match=rf"le 02/03/2026 : {nom} \(à partir du 01/01/2030\)") as refus:
        aide(depuis(date(2030, 1, 1)))
    assert refus.value.champs == {"parametres": [nom], "au": "2026-03-02"}


def test_une_valeur_que_le_calcul_ne_lit_pas_peut_attendre_son_jour() -> None:
    reglement = un_reglement(taux_max_points_base=6000, forfait_centimes=1, versements="avance:70%,solde:30%")
    plus_tard = {
        nom: getattr(reglement, nom).model_copy(update={"depuis": date(2030, 1, 1)})
        for nom in ("forfait_centimes", "versements")
    }
    assert aide(reglement.model_copy(update=plus_tard)) == aide(reglement)


def test_un_montant_negatif_est_refuse() -> None:
    reglement = un_reglement(taux_max_points_base=6000)
    with pytest.raises(MontantNegatif):
        aide(reglement, -1)
    with pytest.raises(MontantNegatif):
        aide(reglement, 100, ligne(-1))


def test_chaque_etape_se_dit_en_francais_avec_sa_source() -> None:
    evaluation = aide(un_reglement(taux_max_points_base=6000, plafond_centimes=500_000, plancher_centimes=1))
    assert all(etape.calcul and etape.source for etape in evaluation.etapes)
    plafond = next(etape for etape in evaluation.etapes if etape.libelle == "Plafond")
    assert plafond.calcul == "7\u202f500,00\xa0€ ramenés à 5\u202f000,00\xa0€"
    assert plafond.source == "exemple fictif"


def test_le_calcul_dit_combien_d_aides_publiques_il_compte_sans_nommer_personne() -> None:
    evaluation = aide(un_reglement(taux_max_points_base=6000, taux_max_cumul_aides_publiques_points_base=8000))
    assert any(
        "moins 3\u202f000,00\xa0€ d’autres aides publiques (1 ligne)" in etape.calcul for etape in evaluation.etapes
    )


@pytest.mark.parametrize(
    ("stocke", "lu"),
    [
        ("M. Jean Donateur", None),
        ("Ville de Lille", "commune"),
        ("autre", "prive"),
        ("nous", "region"),
        ("Région", "region"),
        ("public", "public"),
        ("caf", "caf"),
        (None, None),
    ],
)
def test_un_financeur_n_est_dans_un_fait_que_par_son_code(stocke: str | None, lu: str | None) -> None:
    """A store of before held a kind, or the name: it is read as an entry of the references, or as unknown."""
    assert LigneBudget.model_validate({"financeur": stocke, "montant_centimes": 1}).financeur == lu


@given(
    demande=montants,
    plus=montants,
    base=montants,
    taux=taux,
    plafond=montants,
    plancher=montants,
    cumul=taux,
    ville=montants,
)
def test_le_montant_respecte_chaque_borne_et_croit_avec_la_demande(
    *, demande: int, plus: int, base: int, taux: int, plafond: int, plancher: int, cumul: int, ville: int
) -> None:
    reglement = un_reglement(
        taux_max_points_base=taux,
        plafond_centimes=plafond,
        plancher_centimes=min(plancher, plafond),
        taux_max_cumul_aides_publiques_points_base=cumul,
    )

    def montant(demande: int) -> int:
        aides = (ligne(ville, financeur="Ville"),)
        return evaluer(
            reglement, au=JOUR, charges=(ligne(base),), aides_publiques=aides, montant_demande_centimes=demande
        ).montant_centimes

    obtenu = montant(demande)
    assert 0 <= obtenu <= min(demande, plafond, pourcentage(base, taux))
    assert obtenu + ville <= max(pourcentage(base, cumul), ville)
    assert obtenu == 0 or obtenu >= min(plancher, plafond)
    assert obtenu <= montant(demande + plus)


def test_les_versements_se_lisent() -> None:
    assert lire_parts("avance:70%, solde:30%") == [("avance", "70%"), ("solde", "30%")]
    assert (points_base("70%"), points_base("33.34%"), points_base("8 400,50")) == (7000, 3334, None)
    for juste in ("avance:70%, solde:30%", "a:33.33%,b:33.33%,c:33.34%"):
        assert exiger_versements(juste) == juste
    for faux in ("", "avance:70%", "avance:100%,solde:0%", "avance:70,solde:30"):
        with pytest.raises(ValueError, match="versement"):
            exiger_versements(faux)
