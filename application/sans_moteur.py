"""Drives what is due without Temporal: the command line when no engine is alive. The same orders, the same effects."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import cast
from uuid import UUID

from aggregates.registre import ESPECES, attentes
from application.automatisme import Ordre
from application.automatismes import executer
from application.journal import log
from application.ports import CourrierIndisponible
from application.services import Services
from application.store import sauf_illisible
from kernel.agregat import Agregat
from kernel.attentes import Du, dus
from kernel.horloges import HorlogeSuspecte
from kernel.refus import Refus

Suivi = tuple[str, UUID]

LOT_DE_LECTURE = 500


def ce_qui_est_du(services: Services, suivi: Suivi) -> tuple[Agregat, list[Du]]:
    """Return an aggregate and what the engine must do on it now: nothing, when it cannot be read."""
    espece, agregat_id = suivi
    classe = ESPECES[espece].classe
    agregat = sauf_illisible(partial(services.store.charger, classe, agregat_id)) or classe(agregat_id)
    return agregat, dus(attentes(agregat), services.maintenant()) if agregat.existe else []


def faire_ce_qui_est_du(services: Services, depuis: int, pilote: str) -> int:
    """Carry out what is due on every aggregate touched after a position, and on those this touches; return how many.

    An order refused, or without effect, is not tried again before its aggregate moves: never a loop.
    """
    return _faire(services, list(touches(services, depuis)), services.store.enregistreur.derniere_position(), pilote)


def faire_pour(services: Services, suivis: Iterable[Suivi], pilote: str) -> int:
    """Carry out what is due on these aggregates, and on those this touches; return how many."""
    return _faire(services, list(suivis), services.store.enregistreur.derniere_position(), pilote)


def _faire(services: Services, suivis: list[Suivi], lu: int, pilote: str) -> int:
    faits, vains = 0, set[tuple[UUID, int, Du]]()
    while suivis:
        for suivi in dict.fromkeys(suivis):
            faits += _vider(services, suivi, pilote, vains)
        suivis, lu = list(touches(services, lu)), services.store.enregistreur.derniere_position()
    return faits


def _vider(services: Services, suivi: Suivi, pilote: str, vains: set[tuple[UUID, int, Du]]) -> int:
    faits = 0
    while True:
        agregat, a_faire = ce_qui_est_du(services, suivi)
        restant = [du for du in a_faire if (agregat.id, agregat.version, du) not in vains]
        if not restant:
            return faits
        try:
            recu = executer(Ordre(suivi[0], suivi[1], restant[0], services.maintenant(), pilote), services)
        except (Refus, HorlogeSuspecte) as refus:
            log.warning(
                "automatisme.refuse",
                agregat=suivi[0],
                id=str(suivi[1]),
                automatisme=restant[0].automatisme,
                code=refus.code,
            )
            vains.add((agregat.id, agregat.version, restant[0]))
            continue
        except CourrierIndisponible as panne:
            log.warning("courrier.indisponible", agregat=suivi[0], id=str(suivi[1]), pourquoi=str(panne))
            vains.add((agregat.id, agregat.version, restant[0]))
            continue
        faits += 1
        if recu.version <= agregat.version:
            vains.add((agregat.id, agregat.version, restant[0]))


def touches(services: Services, depuis: int) -> Iterator[Suivi]:
    """Yield the aggregate of every fact recorded after a position."""
    while lus := services.store.lire_depuis(depuis, LOT_DE_LECTURE):
        for inscription in lus:
            if inscription.entete.agregat in ESPECES:
                yield inscription.entete.agregat, inscription.entete.id
        depuis = cast(int, lus[-1].position)


def reste_a_faire(services: Services, suivis: Iterable[Suivi]) -> bool:
    """Tell whether the engine still owes something, now, to one of these aggregates."""
    return any(ce_qui_est_du(services, suivi)[1] for suivi in suivis)
