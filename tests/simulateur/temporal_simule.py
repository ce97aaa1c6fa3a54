"""Temporal's server, simulated: running follow-ups, signals, timers, steps to carry out; it may lose all of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar
from uuid import UUID

from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.executer import Executer
from activities.lire_attentes import LireAttentes
from kernel.identifiants import workflow_id
from tests.simulateur.boucle import Boucle
from tests.simulateur.pannes import Panne
from tests.simulateur.suivi_simule import REPRIS_APRES, Ordre, SuiviSimule, Tache, Travail
from workflows.contrats import ATTEND_DE, Diagnostic, Execution, Suivi
from workflows.suivis import SUIVIS

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

T = TypeVar("T")
TACHE_AU_PLUS: Final = timedelta(seconds=10)
"""How long the server waits for a workflow task (Temporal's default)."""
_LOIN: Final = datetime.max.replace(tzinfo=UTC)


class TemporalSimule:
    """Implements `workers.reveil.Suivis`; every call of a client leaves its loop and may fail on the way or back."""

    def __init__(self, monde: "Monde", suivis: Iterable[SuiviSimule] = ()) -> None:
        self.monde = monde
        self.suivis = {ex.id: ex.copier() for ex in suivis}
        self.remises: list[tuple[datetime, UUID, Callable[[], None]]] = []
        """Steps that are tried again much later, of which aggregate: a fact that they need is unreadable."""
        self._rien_avant = datetime.min.replace(tzinfo=UTC)
        """No timer rings before: most steps of a history ask, and few find one."""
        self._lire = LireAttentes(monde.services)
        self._executer = Executer(self._lire)

    # what the relay and the reconciliation ask

    async def signaler(self, suivi: Suivi) -> bool:
        return await self._appeler(f"signal {suivi.id} v{suivi.version}", lambda: self._signaler(suivi))

    async def demarrer(self, suivi: Suivi) -> None:
        await self._appeler(f"depart {suivi.id} v{suivi.version}", lambda: self._demarrer(suivi))

    async def en_cours(self, attend_de: str | None = None) -> AsyncIterator[tuple[str, int]]:
        for ex in await self._appeler("liste", lambda: list(self.suivis.values())):
            if attend_de is None or attend_de in (ex.attributs.get(ATTEND_DE.name) or ()):
                yield ex.id, ex.version_vue

    async def diagnostiquer(self, identifiant: str) -> Diagnostic | None:
        return await self._appeler(f"diagnostic {identifiant}", lambda: self._diagnostiquer(identifiant))

    async def en_attente(self, task_queue: str) -> int:
        return 0

    async def _appeler(self, quoi: str, faire: Callable[[], T]) -> T:
        boucle = asyncio.get_running_loop()
        assert isinstance(boucle, Boucle)

        def appel() -> T:
            if self.monde.pannes.tire("rpc_avant"):
                raise RPCError("panne simulée", RPCStatusCode.UNAVAILABLE, b"")
            resultat = faire()
            if self.monde.pannes.tire("rpc_apres"):
                raise RPCError("réponse perdue", RPCStatusCode.DEADLINE_EXCEEDED, b"")
            return resultat

        return await boucle.demander(quoi, appel)

    # the server

    def _signaler(self, suivi: Suivi) -> bool:
        ex = self.suivis.get(workflow_id(suivi.agregat, suivi.id))
        if ex is not None:
            self._reveiller(ex, suivi)
        return ex is not None

    def _demarrer(self, suivi: Suivi) -> None:
        identifiant = workflow_id(suivi.agregat, suivi.id)
        ex = self.suivis.get(identifiant)
        if ex is None:
            ex = self.suivis[identifiant] = SuiviSimule(identifiant, SUIVIS[suivi.agregat].nom, suivi)
            ex.annoncee = False
        self._reveiller(ex, suivi)

    def _reveiller(self, ex: SuiviSimule, suivi: Suivi) -> None:
        pannes = self.monde.pannes
        if pannes.tire("signal_perdu"):
            self.monde.noter(f"signal perdu {ex.id} v{suivi.version}")
            if ex.histoire:
                return
        travail = Travail("reveil", 0, (suivi.version, suivi.instant))
        if pannes.tire("signal_double"):
            self.monde.confier("serveur", f"signal tardif {ex.id}", lambda: self._remettre(ex, travail), None)
        if pannes.tire("signal_tardif") and ex.histoire:
            self.monde.confier("serveur", f"signal tardif {ex.id}", lambda: self._remettre(ex, travail), None)
        else:
            self._remettre(ex, travail)

    def _remettre(self, ex: SuiviSimule, travail: Travail) -> None:
        """Put a signal among those not yet seen, not always in the order they were sent."""
        desordre = self.monde.pannes.tire("signal_desordre")
        ex.tampon.insert(self.monde.rng.randint(0, len(ex.tampon)) if desordre else len(ex.tampon), travail)
        self._annoncer(ex)

    def _annoncer(self, ex: SuiviSimule) -> None:
        """Schedule a workflow task, unless one is."""
        if ex.vivant and not ex.annoncee and ex.en_tache is None:
            ex.annoncee = True
            self.monde.confier("travailleur", f"tache {ex.id}", lambda: self._prendre_tache(ex), None)

    def _prendre_tache(self, ex: SuiviSimule) -> None:
        if not ex.vivant:
            return
        ex.annoncee = False
        instance = ex.en_memoire()
        repris = len(ex.histoire) >= REPRIS_APRES
        ex.en_tache = Tache(self.monde.heure_temporal(), ex.tampon, repris=repris)
        ex.tampon = []
        instance.activer(ex.en_tache)
        self._poursuivre(ex)

    def _poursuivre(self, ex: SuiviSimule) -> None:
        """Wait for the local step under way, or end the task."""
        instance, tache = ex.instance, ex.en_tache
        assert instance is not None
        assert tache is not None
        if instance.locale is not None:
            self.monde.confier("travailleur", f"lecture {ex.id}", lambda: self._lire_localement(ex, tache), None)
            return
        if abs(self.monde.heure_temporal() - tache.maintenant) > TACHE_AU_PLUS:
            ex.perdre()  # the server gave it up: it is done again, at another time
            self._annoncer(ex)
            return
        ordres = instance.conclure()
        if ordres and ordres[-1].genre in {"fin", "suite"} and ex.tampon:
            # something came meanwhile: the server refuses the end, the task is done again with it
            ex.perdre()
            self._annoncer(ex)
            return
        ex.en_tache = None
        ex.histoire.append(tache)
        for ordre in ordres:
            self._obeir(ex, ordre)
        if ex.tampon:
            self._annoncer(ex)

    def _lire_localement(self, ex: SuiviSimule, tache: Tache) -> None:
        if ex.en_tache is not tache or ex.instance is None or ex.instance.locale is None:
            return  # the worker died since
        try:
            attendu = self._lire.lire_attentes(ex.instance.locale[0])
        except ApplicationError as illisible:
            if illisible.non_retryable:
                self.monde.violer(f"{ex.id} : une lecture est refusée pour de bon, {illisible}")
            ex.perdre()
            self._remettre_a_plus_tard(illisible, ex.suivi.id, lambda: self._annoncer(ex))
            return
        except Exception as erreur:
            self.monde.excuser(erreur)
            self._poursuivre(ex)
            return
        ex.instance.repondre_localement(attendu)
        self._poursuivre(ex)

    def _obeir(self, ex: SuiviSimule, ordre: Ordre) -> None:
        match ordre.genre:
            case "minuterie":
                ex.minuteries[ordre.rang] = instant = self.monde.heure_temporal() + ordre.valeur
                self._rien_avant = min(self._rien_avant, instant)
            case "annuler":
                ex.minuteries.pop(ordre.rang, None)
            case "attributs":
                ex.attributs.update(ordre.valeur)
            case "etape":
                self._confier_etape(ex, ordre.rang, ordre.valeur)
            case "fin":
                self._terminer(ex)
            case "suite":
                self._terminer(ex)
                suivant = self.suivis[ex.id] = SuiviSimule(ex.id, ex.type_, ordre.valeur, attributs=dict(ex.attributs))
                suivant.annoncee = False
                self._annoncer(suivant)

    def _terminer(self, ex: SuiviSimule) -> None:
        ex.vivant, ex.instance = False, None
        ex.minuteries.clear()
        self.suivis.pop(ex.id, None)

    # steps

    def _confier_etape(self, ex: SuiviSimule, rang: int, execution: Execution) -> None:
        quoi = f"etape {ex.id} {','.join(du.automatisme for du in execution.dus)}"
        self.monde.confier("serveur", quoi, lambda: self._executer_etape(ex, rang, execution), None)

    def _executer_etape(self, ex: SuiviSimule, rang: int, execution: Execution) -> None:
        """One attempt: answered, tried again, or answered while a forgotten attempt is still to come."""
        resultat: Any
        try:
            resultat = self._executer.executer(execution)
        except ApplicationError as refus:
            if not refus.non_retryable:
                self._remettre_a_plus_tard(refus, ex.suivi.id, lambda: self._confier_etape(ex, rang, execution))
                return
            resultat = refus
            self.monde.noter(f"refus {refus.type} {ex.id}")
        except Panne:
            self._confier_etape(ex, rang, execution)
            raise
        except Exception as erreur:
            self.monde.excuser(erreur)
            self._confier_etape(ex, rang, execution)
            return
        if self.monde.pannes.tire("reponse_perdue"):
            self._confier_etape(ex, rang, execution)
            return
        if self.monde.pannes.tire("etape_double"):
            self.monde.confier("serveur", f"fantome {ex.id}", lambda: self._fantome(execution), None)
        if ex.vivant and self.suivis.get(ex.id) is ex:
            ex.tampon.append(Travail("etape", rang, resultat))
            self._annoncer(ex)

    def _remettre_a_plus_tard(self, refus: ApplicationError, agregat: UUID, faire: Callable[[], None]) -> None:
        assert refus.next_retry_delay is not None
        self.remises.append((self.monde.heure_temporal() + refus.next_retry_delay, agregat, faire))

    def reprendre(self, maintenant: datetime) -> None:
        """Try again what was to be tried by now."""
        if not self.remises:
            return
        echues = [remise for remise in self.remises if remise[0] <= maintenant]
        for remise in echues:
            self.remises.remove(remise)
            remise[2]()

    def _fantome(self, execution: Execution) -> None:
        """A first attempt, thought dead, wakes up long after the second one answered."""
        try:
            self._executer.executer(execution)
        except ApplicationError:
            return
        except Exception as erreur:
            self.monde.excuser(erreur)

    def _diagnostiquer(self, identifiant: str) -> Diagnostic | None:
        ex = self.suivis.get(identifiant)
        if ex is None:
            return None
        if ex.en_tache is not None:
            raise RPCError("occupé", RPCStatusCode.DEADLINE_EXCEEDED, b"")
        return ex.en_memoire().suiveur.diagnostic()

    # what happens to it

    def sonneries(self, maintenant: datetime) -> list[tuple[SuiviSimule, int]]:
        """Return the timers that have rung and that nobody was told of."""
        if maintenant < self._rien_avant:
            return []
        armees = [(instant, ex, rang) for ex in self.suivis.values() for rang, instant in ex.minuteries.items()]
        self._rien_avant = min((instant for instant, _, _ in armees), default=_LOIN)
        return [(ex, rang) for instant, ex, rang in armees if instant <= maintenant]

    def prochaine_sonnerie(self) -> datetime | None:
        return min((i for ex in self.suivis.values() for i in ex.minuteries.values()), default=None)

    def sonner(self, ex: SuiviSimule, rang: int) -> None:
        """Ring."""
        del ex.minuteries[rang]
        ex.tampon.append(Travail("minuterie", rang))
        self._annoncer(ex)

    def tuer_travailleur(self) -> None:
        """Lose what the workers had in memory; the server gives its tasks to another."""
        for ex in self.suivis.values():
            ex.perdre()
            ex.annoncee = False
            if ex.tampon or not ex.histoire:
                self._annoncer(ex)

    def effacer(self, identifiants: Iterable[str]) -> None:
        """Lose follow-ups for good: terminated by hand, or the server's database restored."""
        for identifiant in list(identifiants):
            self._terminer(self.suivis[identifiant])
