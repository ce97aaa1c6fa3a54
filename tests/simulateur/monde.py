"""The world: one store, one clock, processes that die, and a scheduler that decides from one seed who moves next."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any, Final, NoReturn, cast
from unittest.mock import patch

from eventsourcing.persistence import OperationalError
from temporalio.service import RPCError

from activities.lire_attentes import StoreEnRetard
from application.ports import LigneJournal
from application.services import Services
from kernel.horloges import HorlogeSuspecte
from kernel.identifiants import OrigineDeCommande
from kernel.instants import Instant
from tests.simulateur.accidents import Accidents
from tests.simulateur.acteurs import Acteurs
from tests.simulateur.ampleur import Ampleur, Bilan
from tests.simulateur.invariants import Invariants
from tests.simulateur.lectures import LecturesSimulees
from tests.simulateur.pannes import CONNEXIONS, ORDINAIRE, PERTES, Coupure, Panne, Pannes
from tests.simulateur.processus import Operation, Processus, Violation, sans_hasard
from tests.simulateur.repos import Repos
from tests.simulateur.suivi_simule import SuiviSimule
from tests.simulateur.temporal_simule import TemporalSimule
from workers.rapport import Rapport
from workers.reconciliation import Reconciliation
from workers.relais import Relais

SANS_REPOS: Final = 6000
"""Steps in fair weather after which the engine is said never to rest, and as many again for each sixty aggregates."""
ENCOMBRE: Final = 20
"""Operations under way beyond which the engine goes faster than people: otherwise a long history is only its backlog."""
REGARD: Final = 5
"""Steps between two looks of who only watches."""
EXCUSEES: Final = (OperationalError, RPCError, StoreEnRetard, HorlogeSuspecte, Coupure)
"""Outages that the rough weather makes. When it is fair, only a follow-up that is busy says nothing."""


@dataclass(frozen=True)
class Pose:
    """A world at rest, as others start from it: what is known of its facts, which follow-ups run."""

    invariants: Invariants
    suivis: tuple[SuiviSimule, ...] = ()


class Monde:
    """One history."""

    def __init__(
        self,
        graine: int,
        services: Services,
        ampleur: Ampleur,
        pose: "Pose | None" = None,
        *,
        lectures: bool = False,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.graine, self.services, self.ampleur, self._trace = graine, services, ampleur, trace
        self.regard: Callable[[Monde], None] | None = None
        self.rng = Random(graine)
        self.pannes = Pannes(self.rng)
        self.enregistreur = cast(Any, services.store.enregistreur)
        self.temps: Instant = services.maintenant()
        self.ecarts = {"store": timedelta(0), "temporal": timedelta(0)}
        self.file: list[Operation] = []
        self.pas = 0
        self._profondeur = 0
        self._fragile = False
        self._dits: list[str] = []
        self.pertes = False
        self.calme_depuis: Instant | None = None
        """Since when nothing hinders the engine; None while everything may."""
        self.complet = graine % 8 == 0
        self.invariants = Invariants(self, None if pose is None else pose.invariants)
        self.temporal = TemporalSimule(self, () if pose is None else pose.suivis)
        self.acteurs, self.accidents = Acteurs(self), Accidents(self)
        self.relais: dict[str, Relais] = {}
        self.actif = "relais-a"
        self.processus = {nom: Processus(self, nom, self._relais(nom)) for nom in ("relais-a", "relais-b")}
        self.processus["reconciliation"] = Processus(self, "reconciliation", self._reconciliation)
        self.invariants.verifier()
        self.acquis = self.invariants.lues
        self.repos = Repos(self)
        self.lectures = LecturesSimulees(self) if lectures else None

    # clocks

    def heure_store(self) -> Instant:
        return self.temps + self.ecarts["store"]

    def heure_temporal(self) -> Instant:
        return self.temps + self.ecarts["temporal"]

    # what happens

    def jouer(self, pas: int) -> Bilan:
        """Play a history: rough weather, then fair weather and a full check, once or twice; months pass at the end."""
        with sans_hasard(self.pannes, self.excuser, self.couper):
            self.pertes = self.rng.random() < 0.3
            fois = self.rng.choice((1, 2))
            for _ in range(fois):
                self.pannes.taux = {**ORDINAIRE, **(PERTES if self.pertes else {})}
                self.calme_depuis = None
                for _ in range(pas // fois):
                    self._un_pas()
                self._beau_temps()
            self._des_mois_passent()
        return Bilan(
            sha256("\n".join(self._dits).encode() + self.invariants.chaine).hexdigest(),
            self.pas,
            len(self._dits),
            len(self.invariants.etats.par_genre.get("dossier", ())),
            self.invariants.lues - self.acquis,
        )

    def poser(self) -> Pose:
        """Let the engine start its follow-ups, and rest, without any fault."""
        with sans_hasard(self.pannes, self.excuser, self.couper):
            self.calme_depuis = self.temps
            self._reposer()
            self.repos.verifier(fin=False)
        return Pose(self.invariants, tuple(self.temporal.suivis.values()))

    def _un_pas(self) -> None:
        self.pas += 1
        self.temps += timedelta(milliseconds=self.rng.randint(1, 400))
        tirage = self.rng.random()
        self.temporal.reprendre(self.heure_temporal())
        sonneries = self.temporal.sonneries(self.heure_temporal())
        if (self.file or sonneries) and tirage < (0.52 if len(self.file) < ENCOMBRE else 0.85):
            self._avancer(sonneries)
        elif tirage < 0.90:
            if tirage < 0.72 or not self._relayer():
                self.acteurs.agir()
        elif tirage < 0.92 and self.lectures is not None:
            self.lectures.avancer()
        elif tirage < 0.95:
            self.accidents.arriver()
        elif tirage < 0.95 + self.ampleur.attentes_pour_cent / 100:
            self._laisser_passer_le_temps()
        self.invariants.verifier()
        if self.pas % REGARD == 0:
            self.regarder()

    def regarder(self) -> None:
        """Let somebody look at where things stand; nothing of this history depends on it."""
        if self.regard is not None:
            self.regard(self)

    def _avancer(self, sonneries: list[Any]) -> None:
        """Let one process do one thing, whichever of those it has under way; or a timer ring."""
        quais = list(dict.fromkeys([operation.processus for operation in self.file]))
        tirage = self.rng.randrange(len(quais) + bool(sonneries))
        if tirage == len(quais):
            sonnerie = self.rng.choice(sonneries)
            self.noter(f"minuterie {sonnerie[0].id}")
            self.temporal.sonner(*sonnerie)
            return
        rangs = [rang for rang, operation in enumerate(self.file) if operation.processus == quais[tirage]]
        self.executer(self.file.pop(self.rng.choice(rangs)))

    def _relayer(self) -> bool:
        """The relay that holds the lease makes a turn, if it may; now and then it loses it, and does not know at once."""
        if self.rng.random() < 0.06:
            self.actif = "relais-b" if self.actif == "relais-a" else "relais-a"
            self.noter(f"{self.actif} prend le bail")
            self.relais[self.actif]._repris = False
        if self.processus[self.actif].occupe or self._en_tete():
            return False
        self.noter(f"{self.actif} fait un tour")
        self.processus[self.actif].lancer()
        return True

    def _laisser_passer_le_temps(self) -> None:
        prochaine = self.temporal.prochaine_sonnerie()
        if prochaine is not None and prochaine > self.heure_temporal() and self.rng.random() < 0.4:
            self.temps += prochaine - self.heure_temporal()
        else:
            heures = self.rng.choices((0.2, 5, 24, 144), (4, 4, 3, 1))[0]
            self.temps += timedelta(hours=heures)
        self.noter(f"il est {self.temps:%Y-%m-%d %H:%M:%S}")

    def tuer(self, nom: str) -> None:
        """Kill a process: what it had in memory and under way is gone."""
        self.noter(f"arrêt de {nom}")
        self.file = [o for o in self.file if o.processus != nom]
        if nom == "travailleur":
            self.temporal.tuer_travailleur()
        elif nom in self.processus:
            self.processus[nom].renaitre()

    # operations

    def confier(
        self, processus: str, quoi: str, faire: Callable[[], Any], attente: "asyncio.Future[Any] | None"
    ) -> None:
        """Put something in front of the scheduler."""
        self.file.append(Operation(processus, quoi, faire, attente))

    def executer(self, operation: Operation) -> None:
        """Do one operation, and let its process run until the next."""
        self.noter(f"{operation.processus} : {operation.quoi}")
        processus = self.processus.get(operation.processus)
        attente, avant = operation.attente, self._fragile
        self._fragile = True
        try:
            resultat = operation.faire()
        except Panne:
            self.tuer("travailleur" if operation.processus == "serveur" else operation.processus)
            return
        except Exception as erreur:
            if attente is None:
                raise
            if not attente.cancelled():
                attente.set_exception(erreur)
        else:
            if (
                attente is not None and not attente.cancelled()
            ):  # cancelled: who asked gave up, it was done all the same
                attente.set_result(resultat)
        finally:
            self._fragile = avant
        if processus is not None:
            processus.boucle.tourner()
            processus.relever()

    @contextmanager
    def fragile(self, *, oui: bool = True) -> Iterator[None]:
        """Faults come while the engine works, not while the simulator looks."""
        avant, self._fragile = self._fragile, oui
        try:
            yield
        finally:
            self._fragile = avant

    def point(self, lieu: str) -> None:
        """A named place of the recorder: the process may stop there, or another may go first."""
        if self._profondeur or not self._fragile or not self.pannes.taux:
            return
        if lieu in CONNEXIONS:
            self.pannes.connexion(lieu)
            return
        cle = self.enregistreur.commande
        if lieu in {"avant_ecriture", "avant_flux"} and self.pannes.tire("concurrence"):
            self._pendant(self._passer_devant)
        du_moteur = cle is not None and cle.origine is OrigineDeCommande.MOTEUR
        if lieu == "avant_ecriture" and du_moteur and self.pannes.tire("identifiant_pris_juste_avant"):
            self._pendant(lambda: self.acteurs.prendre(cle.commande_id))
        self.pannes.point(lieu)

    def couper(self) -> None:
        """Go by a named point of the product."""
        if not self._profondeur and self._fragile:
            self.pannes.couper()

    def _pendant(self, faire: Callable[[], object]) -> None:
        """Let somebody else act while a process stands at a point."""
        self._profondeur += 1
        try:
            faire()
        finally:
            self._profondeur -= 1

    def _passer_devant(self) -> None:
        etapes = [o for o in self.file if o.processus == "serveur"]
        if etapes and self.rng.random() < 0.4:
            etape = self.rng.choice(etapes)
            self.file.remove(etape)
            self.executer(etape)
        else:
            self.acteurs.agir(self.enregistreur.cible)

    def excuser(self, erreur: BaseException) -> None:
        """An outage is what we made; anything else is a bug."""
        if not isinstance(erreur, EXCUSEES if self.pannes.taux else RPCError):
            raise Violation(self._situer(f"le moteur échoue : {erreur!r}")) from erreur

    # fair weather

    def _beau_temps(self) -> None:
        """No more faults: everything must come to rest, and be right."""
        self.accidents.beau_temps()
        # a step tried again within the hour may have been put off by a clock that was an hour ahead
        reessais = timedelta(hours=2)
        if self.accidents.illisible is not None and not self.pertes:
            self.temps += reessais
            self._reposer()
            self.repos.le_reste_va(self.temporal.remises)
        self.accidents.installer_le_nouveau()
        self.calme_depuis = self.temps = self.temps + reessais
        self._reposer()
        for _ in range(2 if self.pertes else 0):
            self.temps += timedelta(minutes=20)
            self._reconcilier(reparer=True, tout_relire=False)
            self._reposer()
        self._tout_est_juste()

    def _des_mois_passent(self) -> None:
        """Everything that can fall due does: at its instant, or all at once after a long stop."""
        arret = self.rng.random() < 0.5
        for jours in (self.rng.randint(5, 40), 120):
            fin = self.temps + timedelta(days=jours)
            while not arret and (prochaine := self.temporal.prochaine_sonnerie()) is not None and prochaine < fin:
                self.temps = max(self.temps, prochaine)
                self._reposer()
            self.temps = fin
            if arret:
                self.calme_depuis = fin
            self._reposer()
            self._tout_est_juste(fin=jours == 120)

    def _reposer(self) -> None:
        for _ in range(SANS_REPOS * (1 + len(self.invariants.etats.etats) // 60)):
            self.temporal.reprendre(self.heure_temporal())
            sonneries = self.temporal.sonneries(self.heure_temporal())
            occupe = bool(self.file or sonneries)
            relayer = not self.processus[self.actif].occupe and not self._en_tete()
            if relayer and (not occupe or self.rng.random() < 0.3):
                self.noter(f"{self.actif} fait un tour")
                self.processus[self.actif].lancer()
            elif occupe:
                self.temps += timedelta(milliseconds=1)
                self._avancer(sonneries)
            else:
                self.invariants.verifier()
                return
            self.invariants.verifier()
        self.violer(f"le moteur ne se repose pas : {[o.quoi for o in self.file[:5]]}")

    def _en_tete(self) -> bool:
        tete = self.enregistreur.derniere_position()
        voies = self.relais[self.actif].voies.values()
        return all(voie.stockee >= tete and not voie.a_dire for voie in voies)

    def _reconcilier(self, *, reparer: bool, seuil_s: float = 300.0, tout_relire: bool = True) -> Rapport:
        processus = self.processus["reconciliation"]
        connues = self.invariants.etats.situations
        lire = patch("workers.reconciliation.situations", lambda _: connues.values())
        reconciliation = Reconciliation(self.services, self.temporal)
        with nullcontext() if tout_relire else lire:
            processus.tache = processus.boucle.lancer(reconciliation.passer(seuil_s=seuil_s, reparer=reparer))
            processus.relever()
            while processus.occupe:
                siennes = [o for o in self.file if o.processus == "reconciliation"]
                self.file.remove(siennes[0])
                self.executer(siennes[0])
        return cast(Rapport, processus.resultat)

    def _tout_est_juste(self, *, fin: bool = False) -> None:
        self.repos.verifier(fin=fin)
        self.regarder()
        if self.lectures is not None:
            self.lectures.verifier(fin=fin)
        rapport = self._reconcilier(reparer=False, seuil_s=0, tout_relire=fin)
        if not rapport.sain:
            self.violer(f"au repos, la réconciliation trouve : {rapport}")

    # what is told

    def noter(self, quoi: str) -> None:
        """Tell the trace: two runs of a seed tell the same."""
        self._dits.append(quoi)
        if self._trace is not None:
            self._trace(f"{self.pas:4} {quoi}")

    def violer(self, message: str) -> NoReturn:
        """Stop the history."""
        raise Violation(self._situer(message))

    def _situer(self, message: str) -> str:
        return f"graine {self.graine}, pas {self.pas} : {message}"

    def journal(self) -> list[LigneJournal]:
        """Return every row of the journal of a store in memory."""
        contenu = getattr(self.enregistreur, "contenu", None)
        return [] if contenu is None else list(contenu.journal.values())

    # who lives here

    def _relais(self, nom: str) -> Callable[[], Callable[[], Coroutine[Any, Any, int]]]:
        def naitre() -> Callable[[], Coroutine[Any, Any, int]]:
            taille = self.rng.choices((1, 3, 20, 500), (1, 3, 3, 3))[0]
            self.relais[nom] = Relais(self.services, self.temporal, porteur=nom, taille=taille)
            return self.relais[nom].un_tour

        return naitre

    def _reconciliation(self) -> Callable[[], Coroutine[Any, Any, Rapport]]:
        reconciliation = Reconciliation(self.services, self.temporal)
        return lambda: reconciliation.passer(reparer=True)
