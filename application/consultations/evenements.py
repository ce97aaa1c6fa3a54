"""Every fact as a CloudEvent 1.0, for other systems. Who acted stays here (ADR 0016), as what was typed does, in the coffre.

An agent is told by the id of its aggregate, which is the `subject` of its own facts.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, cast

from application.habilitations import id_agent
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


LOGINS: Final = {
    "agent.enregistre.v1": ("identifiant",),
    "agent.absence_declaree.v1": ("suppleant",),
    "bordereau.ligne_ajoutee.v1": ("ligne.liquidee_par", "ligne.liquidee_pour"),
}
RESERVES: Final = frozenset({"dossier.avis_rendu.v1", "dossier.criteres_apprecies.v1"})
"""Facts whose content is for some roles only: others learn that they are there."""


def evenements(
    services: Services,
    source: str,
    *,
    apres: int = 0,
    avec_acteurs: bool = False,
    fermes: frozenset[str] = RESERVES,
) -> Iterator[dict[str, Any]]:
    """Yield the facts recorded after a position up to the head of the store, in recording order.

    `avec_acteurs`: as they are stored, for whoever holds the store anyway. `fermes`: topics whose content is left out.

    Raises:
        SaisieInvalide: the position is below zero.
    """
    if apres < 0:
        raise SaisieInvalide(f"--apres : une position ne peut pas être négative ({apres}).", apres=apres)
    dire = partial(evenement, source=source, avec_acteurs=avec_acteurs, fermes=fermes)
    return _lire(services, apres, services.store.enregistreur.derniere_position(), dire)


def _lire(
    services: Services, position: int, fin: int, dire: Callable[[Inscription], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    while position < fin and (lus := services.store.lire_depuis(position, PAR_LOT)):
        for inscription in lus:
            position = cast(int, inscription.position)
            if position > fin:
                return
            yield dire(inscription)


def evenement(
    inscription: Inscription, source: str, *, avec_acteurs: bool = False, fermes: frozenset[str] = RESERVES
) -> dict[str, Any]:
    """Return one CloudEvent; its id is the position, unique in its source, and what --apres takes."""
    entete, fait, enregistre_le = inscription.entete, inscription.fait, inscription.enregistre_le
    assert enregistre_le is not None
    dit = fait.model_dump(mode="json")
    dits = _CHAMPS_DE_L_ENTETE | ({"acteur"} if avec_acteurs else set())
    tout = ENTETE.dump_python(entete, mode="json", include=dits, exclude_none=True)
    if not avec_acteurs:
        for chemin in LOGINS.get(fait.topic, ()):
            _rendre_opaque(dit, *chemin.split("."))
        if fait.topic in fermes:
            dit = {}
        for absent in entete.auteurs[1:]:
            tout["habilitation"] = tout["habilitation"].replace(absent, _opaque(absent))
    return {
        "specversion": "1.0",
        "id": str(inscription.position),
        "source": source,
        "type": fait.topic,
        "subject": f"{entete.agregat}/{entete.id}",
        "time": rfc3339(enregistre_le),
        "datacontenttype": "application/json",
        "data": {
            "fait": dit,
            "entete": tout,
        },
    }


def _opaque(login: str) -> str:
    return str(id_agent(login))


def _rendre_opaque(noeud: dict[str, Any], *chemin: str) -> None:
    """Replace the login at the end of a path, in place."""
    *parents, champ = chemin
    for parent in parents:
        noeud = noeud[parent]
    if noeud[champ] is not None:
        noeud[champ] = _opaque(noeud[champ])
