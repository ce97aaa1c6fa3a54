"""The stored form of a fact."""

import json
from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import uuid4

import pytest
from eventsourcing.persistence import StoredEvent

from adapters.store.mapper import ASCENSIONS, MapperFaits
from kernel.agregat import plier
from kernel.faits import ENTETE, Inscription
from kernel.illisible import FaitIllisible, Illisible
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


def test_un_topic_inconnu_se_nomme_et_refuse_d_etre_plie() -> None:
    identifiant = uuid4()
    lue = cast(Inscription, MapperFaits().to_domain_event(StoredEvent(identifiant, 7, "essai.jamais_vu.v1", b"{}")))
    assert (lue.entete.agregat, lue.entete.id, lue.entete.version) == ("essai", identifiant, 7)
    with pytest.raises(FaitIllisible, match=rf"{identifiant}.*n° 7 .essai\.jamais_vu\.v1.*sujet est inconnu"):
        plier(Compteur, identifiant, [lue])


@pytest.mark.parametrize("casse", [b'"nombre":"deux"', b'"nombre"', b"\xff"])
def test_un_contenu_sans_sa_forme_garde_l_entete_qui_se_lit(casse: bytes) -> None:
    ecrite = inscription()
    stocke = MapperFaits().to_stored_event(ecrite)
    etat = stocke.state.replace(b'"nombre":2', casse)
    lue = cast(Inscription, MapperFaits().to_domain_event(StoredEvent(stocke.originator_id, 1, stocke.topic, etat)))
    assert lue.entete.id == ecrite.entete.id
    assert isinstance(lue.fait, Illisible)
    if casse.startswith(b'"nombre":'):  # still JSON
        assert lue.entete == ecrite.entete
    with pytest.raises(FaitIllisible, match="n’a pas la forme attendue"):
        plier(Compteur, ecrite.entete.id, [lue])


def datee(effectif_le: str) -> Inscription:
    stocke = MapperFaits().to_stored_event(inscription())
    etat = stocke.state.replace(b'"effectif_le":"2026-02-01"', f'"effectif_le":"{effectif_le}"'.encode())
    return cast(Inscription, MapperFaits().to_domain_event(StoredEvent(stocke.originator_id, 1, stocke.topic, etat)))


@pytest.mark.parametrize(
    "ecrit", ["2026-02-10", "2026-02-10T08:00:00Z", "2026-02-10T08:00:00.123456Z", "2026-02-10T10:00:00+02:00"]
)
def test_une_date_est_lue_comme_la_forme_de_l_entete_la_dit(ecrit: str) -> None:
    entete = datee(ecrit).entete
    dite = ENTETE.validate_json(ENTETE.dump_json(entete))
    assert entete == dite
    assert type(entete.effectif_le) is type(dite.effectif_le)
    if ecrit.endswith("Z"):
        assert isinstance(entete.effectif_le, datetime)
        assert entete.effectif_le.tzinfo is UTC


@pytest.mark.parametrize("ecrit", ["", "hier", "2026-02-30", "2026-02-10T08:00:00", "2026-02-10T25:00:00Z"])
def test_une_date_qui_n_en_est_pas_une_rend_le_fait_illisible(ecrit: str) -> None:
    assert isinstance(datee(ecrit).fait, Illisible)


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
