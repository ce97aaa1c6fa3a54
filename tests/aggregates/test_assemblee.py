"""Who sits, since when."""

from datetime import date

import pytest

from aggregates.assemblee import Assemblee, CompositionInconnue
from aggregates.registre import attentes
from kernel.identifiants import identifiant
from kernel.refus import DejaFait, SaisieInvalide
from tests.aggregates.seance.fabrique import COMPOSITION, contexte


def une_assemblee() -> Assemblee:
    return Assemblee(identifiant("assemblee", "commission-permanente")).sous(contexte())


def test_composer() -> None:
    assemblee = une_assemblee()
    assemblee.composer(COMPOSITION)
    assemblee.composer(COMPOSITION)
    assert assemblee.nouveaux_faits == [COMPOSITION]
    assert assemblee.inscriptions[0].entete.effectif_le == date(2026, 1, 1)
    assert attentes(assemblee) == ()


@pytest.mark.parametrize(
    "champs",
    [
        {"membres": ()},
        {"membres": ("elu-01", "elu-01")},
        {"president": "elu-99"},
        {"membres": ("elu-01", "Mme Exemple")},
    ],
)
def test_une_composition_incoherente_est_refusee(champs: dict[str, object]) -> None:
    assemblee = une_assemblee()
    with pytest.raises(SaisieInvalide):
        assemblee.composer(COMPOSITION.model_copy(update=champs))
    assert not assemblee.nouveaux_faits


def test_une_autre_composition_du_meme_jour_est_refusee() -> None:
    assemblee = une_assemblee()
    assemblee.composer(COMPOSITION)
    with pytest.raises(DejaFait):
        assemblee.composer(COMPOSITION.model_copy(update={"membres": COMPOSITION.membres[:4]}))


def test_la_composition_est_celle_du_jour_quel_que_soit_l_ordre_de_saisie() -> None:
    assemblee = une_assemblee()
    recente = COMPOSITION.model_copy(update={"depuis": date(2026, 5, 1), "membres": COMPOSITION.membres[:4]})
    assemblee.composer(recente)
    assemblee.composer(COMPOSITION)
    assert assemblee.composition(date(2026, 4, 30)) == COMPOSITION
    assert assemblee.composition(date(2026, 5, 1)) == recente


def test_avant_toute_composition_la_lecture_est_refusee() -> None:
    assemblee = une_assemblee()
    assemblee.composer(COMPOSITION)
    with pytest.raises(CompositionInconnue):
        assemblee.composition(date(2025, 12, 31))
