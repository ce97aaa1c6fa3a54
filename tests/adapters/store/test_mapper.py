"""The stored form of a fact."""

import json
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.store.mapper import ASCENSIONS, FaitIllisible, MapperFaits
from kernel.faits import Inscription
from tests.adapters.store.essai import Ajoute, Compteur, contexte


def inscription() -> Inscription:
    compteur = Compteur(uuid4()).sous(contexte(effectif_le=date(2026, 2, 1)))
    compteur.ajouter(2, "été")
    return compteur.collect_events()[0]


def test_la_forme_stockee_est_du_json_lisible() -> None:
    ecrite = inscription()
    stocke = MapperFaits().to_stored_event(ecrite)
    assert stocke.topic == "essai.ajoute.v1"
    contenu = json.loads(stocke.state)
    assert contenu["fait"] == {"nombre": 2, "mot": "été", "jour": None}
    assert contenu["entete"] == {
        "agregat": "compteur",
        "id": str(ecrite.entete.id),
        "version": 1,
        "acteur": "essai",
        "commande_id": str(ecrite.entete.commande_id),
        "effectif_le": "2026-02-01",
    }
    assert MapperFaits().to_domain_event(stocke) == ecrite


def test_une_cle_inconnue_est_ignoree_a_la_lecture() -> None:
    """An older program reads a newer fact."""
    mapper = MapperFaits()
    stocke = mapper.to_stored_event(inscription())
    contenu = json.loads(stocke.state)
    contenu["fait"]["demain"], contenu["entete"]["demain"] = 1, 2
    futur = StoredEvent(stocke.originator_id, 1, stocke.topic, json.dumps(contenu).encode())
    assert mapper.to_domain_event(futur) == mapper.to_domain_event(stocke)


def test_un_topic_inconnu_est_une_erreur_qui_le_nomme() -> None:
    identifiant = uuid4()
    with pytest.raises(FaitIllisible, match=rf"essai\.jamais_vu\.v1 of {identifiant}, version 7"):
        MapperFaits().to_domain_event(StoredEvent(identifiant, 7, "essai.jamais_vu.v1", b"{}"))


def test_un_contenu_sans_sa_forme_est_une_erreur_qui_le_nomme() -> None:
    stocke = MapperFaits().to_stored_event(inscription())
    casse = StoredEvent(stocke.originator_id, 1, stocke.topic, stocke.state.replace(b'"nombre":2', b'"nombre":"deux"'))
    with pytest.raises(FaitIllisible, match="version 1"):
        MapperFaits().to_domain_event(casse)


def test_une_ancienne_version_monte_de_proche_en_proche(monkeypatch: pytest.MonkeyPatch) -> None:
    def en_centaines(fait: dict[str, Any]) -> dict[str, Any]:
        return {"dizaines": fait["centaines"] * 10}

    def en_nombre(fait: dict[str, Any]) -> dict[str, Any]:
        return {"nombre": fait["dizaines"] * 10, "mot": "repris"}

    monkeypatch.setitem(ASCENSIONS, "essai.ajoute.alpha", ("essai.ajoute.beta", en_centaines))
    monkeypatch.setitem(ASCENSIONS, "essai.ajoute.beta", ("essai.ajoute.v1", en_nombre))
    stocke = MapperFaits().to_stored_event(inscription())
    ancien = StoredEvent(
        stocke.originator_id,
        1,
        "essai.ajoute.alpha",
        stocke.state.replace('{"nombre":2,"mot":"été","jour":null}'.encode(), b'{"centaines":3}'),
    )
    lue: Any = MapperFaits().to_domain_event(ancien)
    assert lue.fait == Ajoute(nombre=300, mot="repris")
