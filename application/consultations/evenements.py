"""Every fact as a CloudEvent 1.0, for other systems: facts hold no personal data, and who acted stays here."""

from collections.abc import Iterator
from typing import Any, Final, cast

from application.services import Services
from kernel.faits import ENTETE, Inscription
from kernel.instants import rfc3339
from kernel.refus import SaisieInvalide

PAR_LOT: Final = 500
_CHAMPS_DE_L_ENTETE: Final = {
    "version",
    "habilitation",
    "commande_id",
    "cause",
    "lot",
    "pilote",
    "effectif_le",
    "corrige",
}
"""What an entête says without naming anybody: `acteur` stays here."""


def evenements(services: Services, source: str, *, apres: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the facts recorded after a position up to the head of the store, in recording order.

    Raises:
        SaisieInvalide: the position is below zero.
    """
    if apres < 0:
        raise SaisieInvalide(f"--apres : une position ne peut pas être négative ({apres}).", apres=apres)
    return _lire(services, source, apres, services.store.enregistreur.derniere_position())


def _lire(services: Services, source: str, position: int, fin: int) -> Iterator[dict[str, Any]]:
    while position < fin and (lus := services.store.lire_depuis(position, PAR_LOT)):
        for inscription in lus:
            position = cast(int, inscription.position)
            if position > fin:
                return
            yield evenement(inscription, source)


def evenement(inscription: Inscription, source: str) -> dict[str, Any]:
    """Return one CloudEvent; its id is the position, unique in its source, and what --apres takes."""
    entete, fait, enregistre_le = inscription.entete, inscription.fait, inscription.enregistre_le
    assert enregistre_le is not None
    return {
        "specversion": "1.0",
        "id": str(inscription.position),
        "source": source,
        "type": fait.topic,
        "subject": f"{entete.agregat}/{entete.id}",
        "time": rfc3339(enregistre_le),
        "datacontenttype": "application/json",
        "data": {
            "fait": fait.model_dump(mode="json"),
            "entete": ENTETE.dump_python(entete, mode="json", include=_CHAMPS_DE_L_ENTETE, exclude_none=True),
        },
    }
