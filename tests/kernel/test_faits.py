"""Facts: frozen, named once, readable by an older program; a civil date stays one."""

import json
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from pydantic import ValidationError

from kernel.faits import ENTETE, FAITS, Entete, Fait, Noms


class FaitSans(Fait["object"]):
    """A fact of nothing, without a topic."""


class Dit(FaitSans, topic="essai.dit.v1", reveille=False):
    """Something was said."""

    mot: str

    def appliquer(self, agregat: object, entete: Entete) -> None:
        """Change nothing."""

    def phrase(self, noms: Noms) -> str:
        return f"« {self.mot} » dit."


def entete(effectif_le: object) -> dict[str, object]:
    return {
        "agregat": "essai",
        "id": str(UUID(int=1)),
        "version": 1,
        "acteur": "agt-1",
        "commande_id": str(UUID(int=2)),
        "effectif_le": effectif_le,
    }


def test_un_topic_nomme_une_seule_classe() -> None:
    assert FAITS["essai.dit.v1"] is Dit
    assert FaitSans.topic == ""
    with pytest.raises(TypeError, match=r"essai\.dit\.v1"):
        type("DitAutrement", (FaitSans,), {"__module__": __name__}, topic="essai.dit.v1")


def test_un_fait_reveille_sauf_s_il_promet_le_contraire() -> None:
    assert Dit.reveille is False
    assert FaitSans.reveille is True


def test_un_fait_est_fige() -> None:
    dit = Dit(mot="bonjour")
    with pytest.raises(ValidationError):
        dit.mot = "adieu"  # type: ignore[misc]
    with pytest.raises(TypeError):
        FAITS["essai.autre.v1"] = Dit  # type: ignore[index]


def test_une_cle_inconnue_est_ignoree_a_la_lecture() -> None:
    assert Dit.model_validate_json('{"mot": "oui", "plus_tard": 1}') == Dit(mot="oui")
    assert ENTETE.validate_python(entete("2026-03-02") | {"plus_tard": 1}).version == 1


def test_une_forme_fausse_n_est_pas_lue() -> None:
    with pytest.raises(ValidationError):
        Dit.model_validate_json('{"mot": 3}')


@pytest.mark.parametrize("effet", [date(2026, 3, 2), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)])
def test_une_date_reste_une_date_et_un_instant_un_instant(effet: date) -> None:
    ecrit = ENTETE.dump_json(ENTETE.validate_python(entete(effet)))
    relu = ENTETE.validate_json(ecrit)
    assert type(relu.effectif_le) is type(effet)
    assert relu.effectif_le == effet


def test_un_instant_sans_fuseau_n_est_pas_un_effet() -> None:
    with pytest.raises(ValidationError):
        ENTETE.validate_json(json.dumps(entete("2026-03-02T09:30:00")))
