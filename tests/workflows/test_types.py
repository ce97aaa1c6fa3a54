"""The lists agree: every kind of aggregate has a workflow or a reason not to, every step its activity."""

import inspect

from activities.executer import Executer
from activities.lire_attentes import LireAttentes
from aggregates.registre import ESPECES
from application.automatismes import AUTOMATISMES
from workflows import etapes
from workflows.suivis import FILES, SANS_SUIVI, SUIVIS


def test_chaque_espece_est_suivie_ou_dispensee() -> None:
    assert ESPECES.keys() <= SUIVIS.keys() | SANS_SUIVI
    assert not SUIVIS.keys() & SANS_SUIVI


def test_qui_a_un_automatisme_est_suivi() -> None:
    assert {a.agregat for a in AUTOMATISMES.values()} <= SUIVIS.keys()


def test_les_noms_que_temporal_garde() -> None:
    """A history started under a name goes on under it, whatever the code becomes."""
    assert {suivi.nom for suivi in SUIVIS.values()} == {
        "SuiviCampagne", "SuiviDossier", "SuiviSeance", "SuiviDeliberation", "SuiviEnveloppe", "SuiviTiers", "SuiviAgent",
        "SuiviSubvention", "SuiviBordereau",
    }  # fmt: skip
    assert {suivi.task_queue for suivi in SUIVIS.values()} == set(FILES)


def test_etapes_et_activites_ont_les_memes_noms_et_les_memes_types() -> None:
    for etape, activite in ((etapes.lire_attentes, LireAttentes.lire_attentes), (etapes.executer, Executer.executer)):
        definition = getattr(activite, "__temporal_activity_definition")
        assert definition.name == etape.__name__
        attendue, offerte = inspect.signature(etape), inspect.signature(activite)
        assert next(iter(attendue.parameters.values())).annotation == list(offerte.parameters.values())[1].annotation
        assert attendue.return_annotation == offerte.return_annotation
