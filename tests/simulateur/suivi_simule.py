"""One follow-up: the real coroutine of `workflows/suivi.py`, its history, and its rebuilding by replay."""

from asyncio import Future, Task
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn, cast

from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.workflow import _Runtime

from tests.simulateur.boucle import Boucle
from workflows.contrats import VERSION_VUE, Attendu, Suivi
from workflows.suivi import Suiveur

REPRIS_APRES: Final = 40
"""Workflow tasks after which a follow-up is asked to continue as new."""


_JAMAIS: Final = datetime(1970, 1, 1, tzinfo=UTC)


class NonDeterminisme(AssertionError):
    """A replay gave other commands than those of the history."""


@dataclass(frozen=True, slots=True)
class Travail:
    """What an activation brings: a signal, a timer that rang, the result of a step."""

    genre: str
    rang: int = 0
    valeur: Any = None


@dataclass(frozen=True, slots=True)
class Ordre:
    """What a workflow task asks of the server."""

    genre: str
    rang: int = 0
    valeur: Any = None


@dataclass(slots=True)
class Tache:
    """One workflow task of the history: when, what it brought, what local steps answered, what it asked."""

    maintenant: datetime
    travaux: list[Travail]
    locales: list[Any] = field(default_factory=list)
    ordres: list[Ordre] = field(default_factory=list)
    repris: bool = False


class Suite(Exception):
    """The follow-up continues as new."""

    def __init__(self, suivi: Suivi) -> None:
        super().__init__()
        self.suivi = suivi


class _Info:
    def __init__(self, repris: Callable[[], bool]) -> None:
        self.is_continue_as_new_suggested = repris


class Instance:
    """The coroutine in the memory of a worker; implements what the loop uses of the runtime of `temporalio.workflow`."""

    def __init__(self, suivi: Suivi) -> None:
        self.boucle = Boucle(_refuser)  # type: ignore[abstract]
        _Runtime.set_on_loop(self.boucle, cast(Any, self))
        self.suiveur = Suiveur()
        self.suivi = suivi
        self.tache: Tache = Tache(_JAMAIS, [])
        self.locale: tuple[Any, Future[Any]] | None = None
        self.details = ""
        self._attendus: dict[int, Future[Any]] = {}
        self._rang = 0
        self._principale: Task[None] | None = None

    def activer(self, tache: Tache) -> None:
        """Apply what a workflow task brings, as the SDK does: the signals, then the rest."""
        self.tache = tache
        for travail in tache.travaux:
            if travail.genre == "reveil":
                self.suiveur.reveil(*travail.valeur)
        if self._principale is None:
            self._principale = self.boucle.lancer(self.suiveur.suivre(self.suivi))
        else:
            self.boucle.tourner()
        for travail in tache.travaux:
            if travail.genre != "reveil":
                self._repondre(travail)
        self.boucle.tourner()

    def _repondre(self, travail: Travail) -> None:
        attente = self._attendus.pop(travail.rang, None)
        if attente is None or attente.done():
            return  # a timer cancelled meanwhile
        if isinstance(travail.valeur, ApplicationError):
            erreur = ActivityError(
                "simulée",
                scheduled_event_id=0,
                started_event_id=0,
                identity="",
                activity_type="",
                activity_id="",
                retry_state=None,
            )
            erreur.__cause__ = travail.valeur
            attente.set_exception(erreur)
        else:
            attente.set_result(travail.valeur)

    def repondre_localement(self, valeur: Attendu) -> None:
        """Give the answer of the local step under way."""
        assert self.locale is not None
        (_, attente), self.locale = self.locale, None
        self.tache.locales.append(valeur)
        attente.set_result(valeur)
        self.boucle.tourner()

    def conclure(self) -> list[Ordre]:
        """Return what the task asked; the end of the coroutine included."""
        principale = self._principale
        if principale is not None and principale.done():
            erreur = principale.exception()
            if erreur is None:
                self.tache.ordres.append(Ordre("fin"))
            elif isinstance(erreur, Suite):
                self.tache.ordres.append(Ordre("suite", 0, erreur.suivi))
            else:
                raise erreur
        return self.tache.ordres

    def rejouer(self, histoire: Sequence[Tache]) -> None:
        """Live a history again, and check that it asks the same.

        Raises:
            NonDeterminisme: it does not.
        """
        for passee in histoire:
            self.activer(Tache(passee.maintenant, passee.travaux, repris=passee.repris))
            for valeur in passee.locales:
                if self.locale is None:
                    raise NonDeterminisme(f"{self.suivi}: a local step of the history was not asked again")
                self.repondre_localement(valeur)
            if self.locale is not None or self.conclure() != passee.ordres:
                raise NonDeterminisme(f"{self.suivi}: {self.tache.ordres} instead of {passee.ordres}")

    # what `temporalio.workflow` asks of its runtime

    def workflow_time_ns(self) -> int:
        return round(self.tache.maintenant.timestamp() * 1_000_000) * 1000

    def workflow_info(self) -> _Info:
        return _Info(lambda: self.tache.repris)

    def workflow_set_current_details(self, description: str) -> None:
        self.details = description

    def workflow_upsert_search_attributes(self, attributes: Any, **_: Any) -> None:
        valeurs = {mise_a_jour.key.name: mise_a_jour.value for mise_a_jour in attributes}
        self.tache.ordres.append(Ordre("attributs", 0, valeurs))

    def workflow_continue_as_new(self, *args: Any, **_: Any) -> NoReturn:
        raise Suite(args[0])

    def workflow_start_local_activity(self, activity: str, *args: Any, **_: Any) -> "Future[Any]":
        assert self.locale is None, "one local step at a time"
        self.locale = (args[0], self.boucle.create_future())
        return self.locale[1]

    def workflow_start_activity(self, activity: str, *args: Any, **_: Any) -> "Future[Any]":
        return self._commander("etape", args[0])

    async def workflow_sleep(self, duration: float, **_: Any) -> None:
        attente = self._commander("minuterie", timedelta(seconds=duration))
        rang = self._rang
        attente.add_done_callback(lambda f: self._annuler(rang) if f.cancelled() else None)
        await attente

    async def workflow_wait_condition(self, fn: Callable[[], bool], **_: Any) -> None:
        await self.boucle.attendre(fn)

    def _commander(self, genre: str, valeur: Any) -> "Future[Any]":
        self._rang += 1
        self.tache.ordres.append(Ordre(genre, self._rang, valeur))
        attente = self._attendus[self._rang] = self.boucle.create_future()
        return attente

    def _annuler(self, rang: int) -> None:
        self._attendus.pop(rang, None)
        self.tache.ordres.append(Ordre("annuler", rang))


def _refuser(quoi: str, _: Any, __: Any) -> None:
    raise AssertionError(f"a workflow left its loop: {quoi}")


@dataclass(slots=True)
class SuiviSimule:
    """What the server keeps of one running follow-up; `instance` is in a worker, and may be lost."""

    id: str
    type_: str
    suivi: Suivi
    histoire: list[Tache] = field(default_factory=list)
    tampon: list[Travail] = field(default_factory=list)
    minuteries: dict[int, datetime] = field(default_factory=dict)
    attributs: dict[str, Any] = field(default_factory=dict)
    instance: Instance | None = None
    en_tache: Tache | None = None
    annoncee: bool = True
    vivant: bool = True

    def copier(self) -> "SuiviSimule":
        """Return the same at rest, as another server keeps it: nothing in a worker, nothing under way."""
        return replace(
            self,
            histoire=list(self.histoire),
            tampon=[],
            minuteries=dict(self.minuteries),
            attributs=dict(self.attributs),
            instance=None,
        )

    @property
    def version_vue(self) -> int:
        return cast(int, self.attributs.get(VERSION_VUE.name) or 0)

    def en_memoire(self) -> Instance:
        """Return the coroutine, rebuilt from the history when no worker has it."""
        if self.instance is None:
            self.instance = Instance(self.suivi)
            self.instance.rejouer(self.histoire)
        return self.instance

    def perdre(self) -> None:
        """The worker died: the task under way comes back, what its local steps had read is lost."""
        if self.en_tache is not None:
            self.tampon[:0] = self.en_tache.travaux
            self.en_tache = None
        self.instance = None
