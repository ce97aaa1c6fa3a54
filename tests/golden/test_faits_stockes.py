"""The past is a fixture: every fact ever shipped is still read, folded and told; its texts are counted."""

import json
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.store.mapper import MapperFaits
from kernel.agregat import plier
from kernel.faits import Inscription
from tests.golden.exemples import (
    FICHIERS,
    TEXTES_PERMIS,
    TOPICS,
    UN_ID,
    entete,
    espece,
    exemple,
    faits,
    textes,
    topics_connus,
)

STOCKES = sorted(fichier.stem for fichier in FICHIERS.glob("*.json"))


class NomsDEssai:
    """Names every id by itself."""

    def agent(self, identifiant: str) -> str:
        return identifiant

    def texte(self, identifiant: UUID | None) -> str:
        return str(identifiant)

    def compte(self, identifiant: UUID) -> str:
        return str(identifiant)

    def piece(self, code: str) -> str:
        return code

    def reglement(self, reference: str) -> str:
        return reference

    def tiers(self, identifiant: UUID | None) -> str:
        return str(identifiant)

    def dossier(self, identifiant: UUID) -> str:
        return str(identifiant)

    def __getattr__(self, nom: str) -> Any:
        return str


def lu(topic: str) -> Inscription:
    etat = (FICHIERS / f"{topic}.json").read_bytes()
    inscription = MapperFaits().to_domain_event(StoredEvent(UN_ID, 1, topic, etat))
    assert isinstance(inscription, Inscription)
    return inscription


def lignes(fichier: Any) -> list[str]:
    return [ligne for ligne in fichier.read_text(encoding="utf-8").split("\n") if ligne and not ligne.startswith("#")]


def test_la_liste_des_topics_est_celle_qui_est_versee() -> None:
    """A topic is never removed: its class leaves through an upcaster. Add one with `python -m tests.golden.ecrire`."""
    assert lignes(TOPICS) == topics_connus()
    assert topics_connus() == STOCKES


@pytest.mark.parametrize("topic", STOCKES)
def test_un_fait_deja_stocke_se_lit_se_plie_et_se_dit(topic: str) -> None:
    inscription = lu(topic)
    assert inscription.entete.id == UN_ID
    phrase = inscription.fait.phrase(NomsDEssai())
    assert not phrase[0].islower()
    assert phrase.endswith(".")
    assert plier(espece(topic).classe, UN_ID, [inscription]).version == 1


@pytest.mark.parametrize("topic", STOCKES)
def test_un_fait_d_un_programme_plus_recent_se_lit_aussi(topic: str) -> None:
    document = json.loads((FICHIERS / f"{topic}.json").read_text(encoding="utf-8"))
    document["fait"]["champ_de_demain"] = {"a": 1}
    document["entete"]["champ_de_demain"] = 1
    etat = json.dumps(document).encode()
    assert MapperFaits().to_domain_event(StoredEvent(UN_ID, 1, topic, etat)) == lu(topic)


@pytest.mark.parametrize("topic", sorted(faits()))
def test_un_fait_ecrit_puis_relu_est_le_meme(topic: str) -> None:
    inscription = Inscription(entete(topic), exemple(faits()[topic]))
    relu = MapperFaits().to_domain_event(MapperFaits().to_stored_event(inscription))
    assert relu == inscription


def test_tout_texte_d_un_fait_est_permis_et_justifie() -> None:
    """Design §1.10: no personal data in facts. A new text field is argued in `textes_permis.txt`, or goes to the coffre."""
    vus = {f"{topic}.{chemin}" for topic, classe in faits().items() for chemin in textes(classe)}
    permis = lignes(TEXTES_PERMIS)
    assert len(permis) == len(set(permis))
    assert vus == set(permis)
