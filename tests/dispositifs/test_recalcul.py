"""One frozen input gives one amount: a second program agrees, and what was altered since is named."""

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from application.consultations.recalcul import premiere_difference
from dispositifs import evaluation as calcul
from dispositifs.evaluation import EntreeDuCalcul, evaluer, recalculer
from dispositifs.reglement import Reglement
from kernel.montants import CENT_POUR_CENT
from tests.dispositifs.calcul_independant import montant
from tests.dispositifs.fabrique import ligne, un_reglement, valeur
from tests.dispositifs.test_evaluation import JOUR

CAS = 1_000
POSTES = ("60", "606", "61", "64", "67", "671", "68", None)


def un_cas(hasard: Random) -> tuple[Reglement, list[tuple[str | None, int]], list[int], int]:
    """Draw a règlement and a request: every mode, every bound, present or absent."""

    def centimes(jusqu_a: int = 3_000_000) -> int:
        return hasard.randrange(jusqu_a)

    mode = hasard.choice(("taux", "forfait", "bareme"))
    seuils = sorted(hasard.sample(range(0, 3_000_000, 50_000), hasard.randrange(1, 5)))
    bareme = [{"a_partir_de_centimes": seuil, "montant_centimes": centimes(1_500_000)} for seuil in seuils]
    hasard.shuffle(bareme)
    plafond = centimes(1_500_000)
    tous: dict[str, object] = {
        "plafond_centimes": plafond,
        "plancher_centimes": hasard.randrange(plafond + 1),
        "arrondi_centimes": hasard.choice((1, 100, 5_000)),
        "taux_max_cumul_aides_publiques_points_base": hasard.randrange(CENT_POUR_CENT + 1),
        "depenses_exclues": hasard.sample(("60", "67", "68", "671"), hasard.randrange(4)),
    }
    donnes = {nom: dit for nom, dit in tous.items() if hasard.random() < 0.6}
    du_mode: dict[str, object] = {
        "taux": {"taux_max_points_base": hasard.randrange(CENT_POUR_CENT + 1)},
        "forfait": {"forfait_centimes": centimes()},
        "bareme": {"bareme": bareme},
    }[mode]  # type: ignore[assignment]  # each is a table of one parameter
    charges = [(hasard.choice(POSTES), centimes(900_001)) for _ in range(hasard.randrange(6))]
    publiques = [centimes(400_000) for _ in range(hasard.randrange(4))]
    return un_reglement(mode_calcul=mode, **du_mode, **donnes), charges, publiques, centimes()


def test_un_programme_independant_trouve_le_meme_montant_sur_mille_cas() -> None:
    hasard, aides = Random(20261130), set()
    for _ in range(CAS):
        reglement, charges, publiques, demande = un_cas(hasard)
        trouve = evaluer(
            reglement,
            au=JOUR,
            charges=[ligne(cout, poste=poste) for poste, cout in charges],
            aides_publiques=[ligne(aide, financeur="Ville") for aide in publiques],
            montant_demande_centimes=demande,
        )
        assert trouve.montant_centimes == montant(reglement.en_json(), charges, publiques, demande), reglement
        aides.add(trouve.montant_centimes)
    assert len(aides) > CAS / 3, "the cases are not all nil, nor all at the same bound"


def entree(**parametres: object) -> EntreeDuCalcul:
    """Freeze the input of a request of 18 400,56 €."""
    reglement = un_reglement(
        taux_max_points_base=6001, plafond_centimes=1_500_000, arrondi_centimes=100, plancher_centimes=1, **parametres
    )
    return evaluer(
        reglement,
        au=JOUR,
        charges=[ligne(1_840_056, poste="60")],
        aides_publiques=[],
        montant_demande_centimes=1_200_000,
    ).entree


def altere(nom: str, autre: object, source: str = "exemple fictif") -> Callable[[EntreeDuCalcul], EntreeDuCalcul]:
    return lambda figee: figee.model_copy(update={"reglement": {**figee.reglement, nom: valeur(autre, source)}})


ALTERATIONS: dict[str, tuple[Callable[[EntreeDuCalcul], EntreeDuCalcul], str | None]] = {
    "rien": (lambda figee: figee, None),
    "le taux": (altere("taux_max_points_base", 6000), "Taux maximal"),
    "l’arrondi": (altere("arrondi_centimes", 1_000), "Arrondi"),
    "le plafond": (altere("plafond_centimes", 900_000), "Plafond"),
    "la source du taux": (altere("taux_max_points_base", 6001, "autre acte"), "Taux maximal"),
    "une charge": (lambda figee: figee.model_copy(update={"charges": (ligne(1, poste="60"),)}), "Charges du budget"),
    "la demande": (lambda figee: figee.model_copy(update={"demande_centimes": 1_000_000}), "Montant demandé"),
}


@pytest.mark.parametrize("quoi", ALTERATIONS)
def test_la_premiere_etape_alteree_est_nommee(quoi: str) -> None:
    alterer, nommee = ALTERATIONS[quoi]
    figee = EntreeDuCalcul.model_validate_json(entree().model_dump_json())
    ecart = premiere_difference(recalculer(figee).etapes, recalculer(alterer(figee)).etapes)
    assert (ecart and ecart["libelle"]) == nommee


def test_un_arrondi_du_programme_change_depuis_est_nomme(monkeypatch: pytest.MonkeyPatch) -> None:
    figee = entree()
    avant = recalculer(figee).etapes

    def au_plus_proche(centimes: Any, points: int) -> int:
        return (int(centimes) * points + CENT_POUR_CENT // 2) // CENT_POUR_CENT

    monkeypatch.setattr(calcul, "pourcentage", au_plus_proche)
    ecart = premiere_difference(avant, recalculer(figee).etapes)
    assert ecart is not None
    assert (ecart["rang"], ecart["libelle"]) == (2, "Taux maximal")
    assert ecart["refaite"]["resultat_centimes"] == ecart["enregistree"]["resultat_centimes"] + 1
