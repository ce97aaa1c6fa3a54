"""The engine as tests drive it: a store of its own, the gestes by their names, the relay one pass at a time."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from adapters.listes_publiques import PERIMETRES
from adapters.store.schema import migrer
from adapters.temporal import SuivisTemporal
from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneRapport
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.dossier import Dossier
from application.commandes import Appel, Commande, FichierRecu, Recu
from application.consultations.attendu import Situation, situation, situations
from application.gestes.recueil import par_nom
from application.services import Services
from bench.identites import siret
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from dispositifs.eligibilite import Perimetre
from kernel.identifiants import SYSTEME, workflow_id
from kernel.instants import debut_de_jour, jour_de
from tests.modeles import copier
from workers.horloge import HorlogeDeRepetition, Prochain
from workers.reconciliation import Reconciliation
from workers.relais import Relais
from workers.voies import VOIES, nom_du_curseur
from workers.worker import construire
from workflows.contrats import Parque
from workflows.suivis import SUIVIS

T = TypeVar("T")
EXEMPLES = Path(__file__).resolve().parent.parent / "examples" / "nqe"
DEBUT = debut_de_jour(date(2026, 1, 5))
PIECES = ("statuts", "budget", "rib", "attestation_cer")
REMISE: dict[str, Any] = {"fichier": FichierRecu("lettre.txt", b"demande (exemple fictif)")}
"""The copy of a demande that was written elsewhere, and received."""
ATTENTE_S = 60.0
"""Long after what is awaited: a machine busy with other work is slower, and right."""
_sirets = itertools.count(1)


@dataclass
class Moteur:
    """A store, and everything that makes it live."""

    services: Services
    client: Client
    suivis: SuivisTemporal
    relais: Relais
    base: str
    dossiers: list[UUID] = field(default_factory=list)

    def faire(
        self,
        nom: str,
        acteur: str = "ines",
        *,
        le: date | datetime | None = None,
        lot: str | None = None,
        **options: Any,
    ) -> Recu:
        """Do a geste named as on the command line."""
        return faire(self.services, nom, acteur, le=le, lot=lot, **options)

    def deposer(
        self, *, pieces: tuple[str, ...] = PIECES, le: date | datetime | None = None, lot: str | None = None
    ) -> Recu:
        """File a request with these pièces."""
        recu = deposer(self.services, pieces=pieces, le=le, lot=lot)
        self.dossiers.append(recu.id)
        return recu

    def dossier(self, identifiant: UUID) -> Dossier:
        return self.services.store.charger(Dossier, identifiant)

    def topics(self, identifiant: UUID) -> list[str]:
        """Return the short names of the facts of a dossier."""
        return [i.fait.topic.split(".")[1] for i in self.services.store.inscriptions(identifiant)]

    def situation(self, identifiant: UUID) -> Situation:
        return situation(self.services.store, "dossier", identifiant)

    def suivi(self, identifiant: UUID, agregat: str = "dossier") -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(workflow_id(agregat, identifiant))

    async def vu(self, identifiant: UUID) -> int:
        """Return the version the follow-up has seen, 0 when none runs."""
        diagnostic = await self.suivis.diagnostiquer(workflow_id("dossier", identifiant))
        return diagnostic.version if diagnostic else 0

    async def parques(self, identifiant: UUID) -> tuple[Parque, ...]:
        """Return what a follow-up has parked, once it has parked something."""
        fin = time.monotonic() + ATTENTE_S
        while not (d := await self.suivis.diagnostiquer(workflow_id("dossier", identifiant))) or not d.parques:
            assert time.monotonic() < fin, "nothing parked"
            await self.relais.un_tour()
            await asyncio.sleep(0.005)
        return d.parques

    async def jusqu_a(self, condition: Callable[[], bool], quoi: str = "") -> None:
        """Relay and wait until a condition on the store holds."""
        fin = time.monotonic() + ATTENTE_S
        while not condition():
            assert time.monotonic() < fin, f"still waiting: {quoi or condition}"
            await self.relais.un_tour()
            await asyncio.sleep(0.005)

    async def au_repos(self, identifiant: UUID) -> None:
        """Wait until a follow-up has seen the last waking version and has nothing left to do."""
        fin = time.monotonic() + ATTENTE_S
        while True:
            await self.relais.un_tour()
            vue = self.situation(identifiant)
            if (
                not any(du.instant <= self.services.maintenant() for du in vue.dus)
                and await self.vu(identifiant) >= vue.reveil
            ):
                return
            assert time.monotonic() < fin, f"never at rest: {vue.dus}"
            await asyncio.sleep(0.005)

    async def avancer(self, identifiant: UUID, jours: int) -> None:
        """Let the follow-up live that many days; the only place that knows about time skipping."""
        await self.relais.un_tour()
        # False when the workflow ends first: fine
        await asyncio.wait_for(
            TimeSkipper(self.client).fast_forward(self.suivi(identifiant), timedelta(days=jours)), 30
        )

    def horloge(self) -> HorlogeDeRepetition:
        return HorlogeDeRepetition(self.services, self.suivis, self._prochains, relais=self.relais)

    def _prochains(self) -> list[Prochain]:
        """Return them by folding the store, small here."""
        return [
            Prochain(v.agregat, v.id, v.version, v.dus[0].instant)
            for v in situations(self.services.store)
            if v.dus and v.agregat in SUIVIS
        ]

    def reconciliation(self) -> Reconciliation:
        return Reconciliation(self.services, self.suivis)


async def attendre(mesure: Callable[[], Awaitable[T]], tenu: Callable[[T], object] = bool) -> T:
    """Measure until it holds, and return that measure."""
    fin = time.monotonic() + ATTENTE_S
    while not tenu(vu := await mesure()):
        assert time.monotonic() < fin, vu
        await asyncio.sleep(0.01)
    return vu


def relais_en_tete(services: Services) -> bool:
    """Tell whether both lanes have delivered everything the store holds."""
    enregistreur = services.store.enregistreur
    tete = enregistreur.derniere_position()
    return all(enregistreur.curseur(nom_du_curseur(voie)) >= tete for voie in VOIES)


_EN_COURS = {f"{quoi}_{etape}" for quoi in ("workflow_task", "activity_task") for etape in ("scheduled", "started")}


async def evenements(suivi: WorkflowHandle[Any, Any], lectures: int) -> list[str]:
    """Return the kinds of events of a follow-up at rest after so many readings; a query would cost it a task."""
    fin = time.monotonic() + ATTENTE_S
    while True:
        histoire = await suivi.fetch_history()
        noms = [str(e.WhichOneof("attributes")).removesuffix("_event_attributes") for e in histoire.events]
        if noms.count("marker_recorded") >= lectures and noms[-1] not in _EN_COURS:
            return noms
        assert time.monotonic() < fin, noms
        await asyncio.sleep(0.01)


def faire(
    services: Services,
    nom: str,
    acteur: str | None,
    *,
    le: date | datetime | None = None,
    lot: str | None = None,
    commande_id: UUID | None = None,
    **options: Any,
) -> Recu:
    """Do a geste named as on the command line ("dossier retirer")."""
    appel = Appel(acteur=acteur, commande_id=commande_id or uuid4(), le=le, lot=lot)
    return par_nom(*nom.split()).recevoir(options, appel, services)


def deposer(services: Services, *, pieces: tuple[str, ...], le: date | datetime | None, lot: str | None) -> Recu:
    """File the example request, of a new association."""
    return faire(services, "dossier deposer", "ines", le=le, lot=lot, **un_depot(pieces))


def un_oubliable(services: Services, motif: str = "exemple fictif") -> Recu:
    """File a request that its applicant withdrew, and whose DUA, of one day in this example, is over: it may be forgotten."""
    faire(services, "campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 jour", source="exemple fictif")
    jour = jour_de(services.maintenant())
    recu = deposer(services, pieces=PIECES, le=jour - timedelta(days=3), lot=None)
    faire(services, "dossier retirer", "ines", le=jour - timedelta(days=2), dossier=recu.ref, motif=motif)
    return recu


def un_rapport(services: Services, rapport: UUID, dossier: UUID) -> None:
    """Prepare a rapport of one line, of which no follow-up is told: what comes next is the test's to send."""
    ligne = LigneRapport(
        ligne=1,
        dossier=dossier,
        ref="NQE-2026-EXEMPLE",
        denomination="Exemple fictif",
        objet="Exemple fictif",
        tiers=None,
        campagne="NQE-2026",
        enveloppe="nqe-2026-fonctionnement",
        montant_demande_centimes=1_000,
        montant_propose_centimes=1_000,
    )
    prepare = DeliberationPreparee(
        ref=f"DEL-{rapport.int}", seance=UUID(int=0), jour=jour_de(services.maintenant()), lignes=(ligne,)
    )
    appel = Appel(acteur=SYSTEME, commande_id=uuid4(), pilote="workflow")
    services.executer(
        par_nom("deliberation", "preparer"), Deliberation, rapport, lambda d: d.preparer(prepare), Commande(), appel
    )


AVEC_GRILLE = "NQE-2026-B"
CRITERES = ("fil_rouge", "temps_forts", "participation", "ecoresponsabilite", "rev3", "priorites")
GRILLE = [{"critere": code, "appreciation": "satisfait", "justification": f"exemple : {code}"} for code in CRITERES]


def sans_verification(texte: str) -> str:
    """Return a campagne whose pièces need no agent to look at them before the complétude."""
    return texte.replace("      bloquante: true\n", "      bloquante: true\n      a_verifier: false\n").replace(
        "bloquante: true}", "bloquante: true, a_verifier: false}"
    )


def la_campagne(annee: int, code: str = "NQE-2026") -> FichierRecu:
    """Return the example campagne, open all the year; without its grid but as AVEC_GRILLE."""
    texte = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("NQE-2026", code)
    texte = texte.replace("ouvre_le: 2026-01-05", f"ouvre_le: {annee}-01-01")
    texte = texte.replace("ferme_le: 2026-03-31", f"ferme_le: {annee}-12-31")
    if code != AVEC_GRILLE:
        texte, _, _ = texte.partition("  criteres:")  # a règlement that lists none asks none
        texte = sans_verification(texte)
    return FichierRecu("campagne.yaml", texte.encode())


def un_depot(pieces: tuple[str, ...] = PIECES, campagne: str = "NQE-2026") -> dict[str, Any]:
    """Return the options of a dépôt of a new association: sent twice, they are the same command."""
    depot = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    depot["tiers"]["siret"] = siret(next(_sirets))
    depot["campagne"] = campagne
    if campagne != AVEC_GRILLE:
        del depot["criteres"]
    depot["pieces"] = [{"code": code, "fichier": f"{code}.txt"} for code in pieces]
    return {
        "depot": FichierRecu("depot.json", json.dumps(depot).encode()),
        "jointes": {f"{code}.txt": FichierRecu(f"{code}.txt", code.encode()) for code in pieces},
    }


def installer(
    dossier: Path, faire: Callable[[Services], T], *, repetition: bool = False, postgres: str | None = None
) -> tuple[Reglages, T]:
    """Make a store, in a file or on PostgreSQL, and do something there once for all the stores in files of this process.

    Return what opens it, and what was returned.
    """

    def neuf(ici: Path) -> T:
        (cle := ici / "cle").write_text("42" * 32, encoding="ascii")
        cle.chmod(0o600)
        migrer(reglages(ici).base, repetition=repetition, debut=DEBUT if repetition else None)
        with ouvrir_services(reglages(ici)) as services:
            return faire(services)

    def reglages(ici: Path) -> Reglages:
        base = postgres or f"sqlite:///{ici / 'essai.db'}"
        return Reglages(base=base, cle_maitresse=ici / "cle", fichiers=ici / "fichiers")

    rendu = neuf(dossier) if postgres else copier(dossier, (faire, repetition), neuf)
    return reglages(dossier), rendu


@contextmanager
def ouvrir_store(
    dossier: Path, *, repetition: bool = False, postgres: str | None = None
) -> Iterator[tuple[Services, str]]:
    """Make a store with agents and one open campagne, in a file or on PostgreSQL."""
    reglages, _ = installer(dossier, preparer, repetition=repetition, postgres=postgres)
    with ouvrir_services(reglages) as services:
        yield services, reglages.base


def preparer(services: Services) -> None:
    """Record the agents and open the example campagne, from New Year's Day to New Year's Eve of the store's year."""
    faire(services, "agent enregistrer", None, identifiant="admin", roles="administrateur")
    for agent, roles in {"ines": "instructeur", "rene": "responsable", "aline": "assemblees"}.items():
        faire(services, "agent enregistrer", "admin", identifiant=agent, roles=roles)
    faire(services, "campagne ouvrir", "admin", fichier=la_campagne(services.maintenant().year))


@asynccontextmanager
async def ouvrir_moteur(
    client: Client,
    dossier: Path,
    *,
    repetition: bool = False,
    travailleurs: bool = True,
    postgres: str | None = None,
    perimetres: Sequence[Perimetre] = PERIMETRES,
) -> AsyncIterator[Moteur]:
    """Open a store and run its workers; the relay is driven by the test. `perimetres`: the lists of quartiers it knows."""
    with ouvrir_store(dossier, repetition=repetition, postgres=postgres) as (ouverts, base):
        services = replace(ouverts, perimetres=perimetres)
        suivis = SuivisTemporal(client)
        async with AsyncExitStack() as pile:
            for worker in construire(client, services) if travailleurs else ():
                await pile.enter_async_context(worker)
            yield Moteur(services, client, suivis, Relais(services, suivis), base)
