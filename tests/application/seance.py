"""A Région that instructs dossiers and votes them, on a real SQLite store; everything is done through the gestes."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from application.automatisme import Ordre
from application.automatismes import executer
from application.commandes import FichierRecu, Recu
from application.sans_moteur import ce_qui_est_du, faire_ce_qui_est_du
from application.services import Services
from application.store import Store
from bootstrap.cablage import services as ouvrir_services
from kernel.identifiants import identifiant
from kernel.instants import debut_de_jour
from tests.moteur import PIECES, deposer, faire, installer, preparer

JOUR = date(2026, 6, 18)
SEANCE = "CP-2026-06-18"
ENVELOPPE = "nqe-2026-fonctionnement"
AGENTS = {"fanny": "finance", "farid": "finance"}
COMPOSITION = """assemblee: commission-permanente
depuis: 2026-01-01
source: exemple fictif
president: elu-01
membres: [elu-01, elu-02, elu-03, elu-04, elu-05]
"""
PRESENCES = "membre,statut,pouvoir_a,arrivee,depart\n" + "".join(f"elu-0{rang},present,,,\n" for rang in range(1, 5))
UNANIME = "{mode: main_levee, defaut: pour}"
CONTRE = "{mode: appel_nominal, defaut: contre}"
AJOURNEMENT = "{ajournement: true}"
NOTIFIE: dict[str, Any] = {"fichier": FichierRecu("avis.txt", b"avis de reception"), "voies_de_recours": "oui"}


class Panne(Exception):
    """The machine stopped."""


@dataclass
class Region:
    """The store, and one method per thing people do in these tests."""

    services: Services
    dossiers: list[str] = field(default_factory=list)
    rapports: list[str] = field(default_factory=list)
    pannes: tuple[tuple[int, bool], ...] = ()

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        return faire(self.services, nom, acteur, **options)

    def moteur(self) -> None:
        """Let the engine do all that is due, after the machine stopped at the commands asked for."""
        for rang, apres in self.pannes:
            for ref in self.rapports:
                with contextlib.suppress(Panne):
                    self.executer_un_du(ref, en_panne(self.services, rang, apres=apres))
        faire_ce_qui_est_du(self.services, 0, "cli")

    def instruire(self, nombre: int, *, viser: bool = True) -> list[str]:
        """Bring new dossiers to a proposition, approved or not."""
        refs = [deposer(self.services, pieces=PIECES, le=None, lot=None).ref for _ in range(nombre)]
        self.moteur()
        for ref in refs:
            self.faire("dossier declarer-complet", "ines", dossier=ref)
            self.faire("dossier proposer", "ines", dossier=ref)
            if viser:
                self.faire("dossier viser", "rene", dossier=ref)
        self.dossiers += refs
        return refs

    def tenir_seance(self, presences: str = PRESENCES) -> None:
        """Plan, convene and open the sitting on its day."""
        self.faire("seance prevoir", "aline", jour=JOUR)
        self.faire("seance convoquer", "aline", seance=SEANCE)
        self.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=9))
        self.moteur()  # the silence of two months has passed meanwhile
        self.faire("seance ouvrir", "aline", seance=SEANCE, presences=FichierRecu("p.csv", presences.encode()))

    def preparer(self, refs: list[str]) -> str:
        """Put these dossiers in a rapport, on the agenda of the sitting."""
        recu = self.faire("deliberation preparer", "aline", seance=SEANCE, dossiers=",".join(refs))
        self.rapports.append(recu.ref)
        self.moteur()
        return recu.ref

    def voter(self, ref: str, scrutin: str, **options: Any) -> Recu:
        fichier = FichierRecu("scrutin.yaml", scrutin.encode())
        return self.faire("deliberation voter", "aline", deliberation=ref, scrutin=fichier, **options)

    def rendre_executoire(self, ref: str) -> None:
        """Take a voted rapport to its legal force; the engine has not carried anything yet."""
        self.faire("deliberation numeroter", "aline", deliberation=ref)
        self.moteur()
        self.faire("deliberation transmettre", "aline", deliberation=ref, flux="CTES-2026-1")
        self.faire("deliberation rendre-executoire", "aline", deliberation=ref)

    def ouvrir_credits(self, centimes: int = 100_000_000) -> None:
        self.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
        self.faire(
            "enveloppe voter-budget", "fanny", enveloppe=ENVELOPPE, montant_centimes=centimes, source="exemple fictif"
        )

    def deliberation(self, ref: str) -> Deliberation:
        return self.services.store.charger(Deliberation, identifiant("deliberation", ref))

    def dossier(self, ref: str) -> Dossier:
        return self.services.store.charger(Dossier, identifiant("dossier", ref))

    def executer_un_du(self, ref: str, services: Services | None = None) -> None:
        """Carry out the first thing the engine must do on a délibération."""
        services = services or self.services
        suivi = ("deliberation", identifiant("deliberation", ref))
        _, dus = ce_qui_est_du(services, suivi)
        if dus:
            executer(Ordre(*suivi, dus[0], services.maintenant(), "workflow"), services)

    def faits(self, *identifiants: UUID) -> list[list[Any]]:
        """Return the facts of streams, as they were stored."""
        return [[i.fait for i in self.services.store.inscriptions(identifiant)] for identifiant in identifiants]


class StoreEnPanne(Store):
    """A store that stops the machine at the n-th command, before or after it is recorded."""

    def __init__(self, store: Store, rang: int, *, apres: bool) -> None:
        super().__init__(store.application)
        self._reste, self._apres = rang, apres

    def executer(self, *args: Any, **options: Any) -> Recu:
        self._reste -= 1
        if self._reste < 0 and not self._apres:
            raise Panne
        recu = super().executer(*args, **options)
        if self._reste < 0:
            raise Panne
        return recu


def en_panne(services: Services, rang: int, *, apres: bool) -> Services:
    """Return the same doors over a store that stops at the n-th command."""
    return replace(services, store=StoreEnPanne(services.store, rang, apres=apres))


def installer_region(services: Services) -> Region:
    """Record the agents and the composition of the commission permanente in a rehearsal store."""
    region = Region(services)
    for agent, roles in AGENTS.items():
        region.faire("agent enregistrer", "admin", identifiant=agent, roles=roles)
    region.faire("assemblee composer", "aline", fichier=FichierRecu("cp.yaml", COMPOSITION.encode()))
    return region


def preparer_region(services: Services) -> None:
    """Likewise, with what every store of the tests begins with."""
    preparer(services)
    installer_region(services)


@contextmanager
def ouvrir_region(dossier: Path) -> Iterator[Region]:
    """Make a rehearsal store with agents, a campagne and the composition of the commission permanente."""
    reglages, _ = installer(dossier, preparer_region, repetition=True)
    with ouvrir_services(reglages) as services:
        yield Region(services)
