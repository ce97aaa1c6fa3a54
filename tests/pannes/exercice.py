"""What the drills share: a store, a Temporal, processes of the product to kill, and what must be true afterwards."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from adapters.temporal import SuivisTemporal, connecter
from adapters.temporal_local import ServeurLocal, demarrer_local
from application.commandes import Appel, Recu
from application.consultations.totaux import totaux
from application.services import Services
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from cli.verification import relire_tout
from kernel.faits import Inscription
from kernel.identifiants import CleDeCommande, OrigineDeCommande
from readmodels.file import requetes
from tests.epreuves import lenteur
from tests.gestes import cle_de
from tests.moteur import PIECES, deposer, faire, ouvrir_store, relais_en_tete
from tests.pannes.couveuse import Couveuse
from workers.rapport import Rapport
from workers.reconciliation import Reconciliation

DES_AGENTS = ("enregistre", "tiers_rattache")
"""What the engine writes after each dépôt."""
DEMANDE_CENTIMES = 1_200_000
"""What each dépôt asks for."""
SIGKILL = -signal.SIGKILL


@dataclass
class Processus:
    """One process of the product."""

    couveuse: Couveuse
    pid: int
    ordre: str
    journal: Path
    marque: Path

    def attendre_la_panne(self, delai_s: float = 30) -> None:
        """Wait until it killed itself where it was told to; the drill fails if it never came there."""
        code = self._code(delai_s)
        assert (code, self.marque.exists()) == (SIGKILL, True), f"failpoint not reached: {code}\n{self.dit()}"

    def attendre_la_pause(self, delai_s: float = 30) -> None:
        """Wait until it waits where it was told to."""
        debut = time.monotonic()
        while not self.marque.exists():
            assert self.vit, f"it ended before: {self.couveuse.code(self.pid)}\n{self.dit()}"
            ecoule = time.monotonic() - debut
            assert ecoule < delai_s or ecoule < delai_s * lenteur(), f"pause not reached\n{self.dit()}"
            time.sleep(0.02)

    def _code(self, delai_s: float) -> int | None:
        code = self.couveuse.code(self.pid, delai_s)
        return self.couveuse.code(self.pid, delai_s * (lenteur() - 1)) if code is None else code

    def signaler(self, numero: signal.Signals) -> None:
        if self.vit:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, numero)

    def tuer(self) -> None:
        self.signaler(signal.SIGKILL)
        self.couveuse.code(self.pid, 10)

    def arreter(self, delai_s: float = 30) -> float:
        """Ask it to stop; return how long it took."""
        debut = time.monotonic()
        self.signaler(signal.SIGTERM)
        self.finir(delai_s)
        return time.monotonic() - debut

    def finir(self, delai_s: float = 60) -> int:
        """Wait for the end of a command and return its code."""
        code = self._code(delai_s)
        assert code is not None, f"still there after {delai_s} s: {self.ordre}\n{self.dit()}"
        return code

    @property
    def vit(self) -> bool:
        return self.couveuse.code(self.pid) is None

    def dit(self) -> str:
        return self.journal.read_text(encoding="utf-8")[-4000:] if self.journal.is_file() else ""

    def document(self) -> dict[str, Any]:
        """Return the JSON document it printed."""
        lignes = self.journal.read_text(encoding="utf-8").splitlines()
        document: dict[str, Any] = json.loads(next(ligne for ligne in lignes if ligne.startswith("{")))
        return document


class TemporalAuFichier:
    """A Temporal server of one's own, its histories in a file: to kill, to bring back, to make forget."""

    def __init__(self, fichier: Path) -> None:
        self.fichier = fichier
        self._serveur: ServeurLocal = demarrer_local(fichier)
        self.adresse = self._serveur.adresse

    def tuer(self) -> None:
        self._serveur.processus.kill()
        self._serveur.processus.wait()

    def relancer(self, *, en_oubliant: bool = False) -> None:
        """Start it again where its workers and its relay look for it; it dies with the thread that calls."""
        if en_oubliant:
            for fichier in self.fichier.parent.glob(f"{self.fichier.name}*"):
                fichier.unlink()
        self._serveur = demarrer_local(self.fichier, port=self._serveur.port)

    def arreter(self) -> None:
        self._serveur.arreter()


@dataclass
class Exercice:
    """A store and everything a drill does to it."""

    couveuse: Couveuse
    nom: str
    dossier: Path
    services: Services
    base: str
    temporal: str
    espace: str
    serveur: TemporalAuFichier | None = None
    depots: list[Recu] = field(default_factory=list)
    processus: list[Processus] = field(default_factory=list)

    @property
    def environnement(self) -> dict[str, str]:
        """Return what its processes find around them."""
        propre = {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("DILIGENCE_")}
        return propre | {
            "DILIGENCE_BASE": self.base,
            "DILIGENCE_TEMPORAL": self.temporal,
            "DILIGENCE_TEMPORAL_NAMESPACE": self.espace,
            "DILIGENCE_CLE_MAITRESSE": str(self.dossier / "cle"),
            "DILIGENCE_FICHIERS": str(self.dossier / "fichiers"),
        }

    def lancer(
        self,
        *arguments: object,
        panne: str | None = None,
        pause: str | None = None,
        horloge_s: float | None = None,
        sortie: Path | None = None,
        limite: int | None = None,
        environnement: dict[str, str] | None = None,
    ) -> Processus:
        """Start a process of the product, which may have to die at `panne` ("point:rang"), or to wait at `pause`."""
        rang = len(self.processus)
        journal, marque = sortie or self.dossier / f"processus-{rang}.log", self.dossier / f"marque-{rang}"
        options = [] if panne is None else ["--panne", f"{panne}:{marque}"]
        options += [] if pause is None else ["--pause", f"{pause}:{marque}"]
        options += [] if horloge_s is None else ["--horloge", str(horloge_s)]
        ordre = [*options, *map(str, arguments)]
        pid = self.couveuse.naitre(
            {
                "arguments": ordre,
                "environnement": self.environnement | (environnement or {}),
                "sortie": str(journal),
                "limite": limite,
            }
        )
        lance = Processus(self.couveuse, pid, " ".join(ordre), journal, marque)
        self.processus.append(lance)
        return lance

    def faire(self, nom: str, acteur: str = "ines", **options: Any) -> Recu:
        return faire(self.services, nom, acteur, **options)

    def deposer(self, nombre: int = 1, *, lot: str | None = None) -> list[Recu]:
        """File requests; each must end with its facts of the engine."""
        nouveaux = [deposer(self.services, pieces=PIECES, le=None, lot=lot) for _ in range(nombre)]
        self.depots += nouveaux
        return nouveaux

    def topics(self, identifiant: UUID) -> list[str]:
        return [i.fait.topic.split(".")[1] for i in self.services.store.inscriptions(identifiant)]

    def faits_par_l_engin(self, recus: Sequence[Recu] | None = None) -> bool:
        """Tell whether the engine has done all it had to do for these dépôts."""
        tous = self.depots if recus is None else recus
        return all(set(DES_AGENTS) <= set(self.topics(recu.id)) for recu in tous)

    def jusqu_a(
        self, condition: Callable[[], bool], borne_s: float, quoi: str = "", *, toutes_les_s: float = 0.05
    ) -> float:
        """Wait for a condition, at most as long as the bound of the drill on this machine now; return how long it took."""
        debut = time.monotonic()
        while not condition():
            ecoule = time.monotonic() - debut
            assert ecoule < borne_s or ecoule < borne_s * lenteur(), (
                f"{quoi or 'condition'} not met in {borne_s} s\n{self.journaux()}"
            )
            time.sleep(toutes_les_s)
        return time.monotonic() - debut

    def journaux(self) -> str:
        return "\n".join(f"--- {p.ordre}\n{p.dit()}" for p in self.processus)

    def inscriptions(self) -> list[Inscription]:
        """Return every fact of the store, in recording order."""
        toutes: list[Inscription] = []
        while lues := self.services.store.lire_depuis(toutes[-1].position or 0 if toutes else 0, 500):
            toutes += lues
        return toutes

    def rien_de_perdu_ni_de_double(self) -> None:
        """Every receipt has its facts, every fact its receipt and its link, and the engine wrote each of its facts once."""
        assert relire_tout(self.services)["anomalies"] == []
        par_commande: dict[CleDeCommande, list[str]] = defaultdict(list)
        for inscription in self.inscriptions():
            par_commande[cle_de(inscription.entete)].append(inscription.fait.topic)
        for cle, topics in par_commande.items():
            derivee = cle._replace(origine=OrigineDeCommande.DERIVEE)
            lire = self.services.store.enregistreur.lire_journal
            ligne = lire(cle) or lire(derivee)
            assert ligne is not None, f"facts without a receipt: {topics}"
            assert sorted(ligne.topics) == sorted(topics)
        for recu in self.depots:
            cle = Appel(acteur="ines", commande_id=recu.commande_id).cle
            assert self.services.store.enregistreur.lire_journal(cle) is not None, "a receipt was lost"
            comptes = Counter(self.topics(recu.id))
            assert {comptes[topic] for topic in DES_AGENTS} == {1}, comptes

    def montants_justes(self) -> None:
        """To the cent: what the facts say, what the read models say, and what was asked for."""
        with ouvrir_lectures(Reglages(base=self.base), self.services) as lectures:
            # most drills run no projector: on a slow machine they last longer than it may be late
            for projection in lectures.projections:
                lectures.rattraper(projection)
            lus = requetes.totaux(lectures)
        sommes = totaux(self.services)["montants"]
        assert {nom: sommes.get(nom, 0) for nom in lus} == lus
        if self.depots:
            assert lus["demande_centimes"] == DEMANDE_CENTIMES * len(self.depots)

    def relais_en_tete(self) -> bool:
        return relais_en_tete(self.services)

    def reconcilier(self, *, reparer: bool = False, filet_s: float = 1.0) -> Rapport:
        """Compare the store with Temporal as it is now."""

        async def passer() -> Rapport:
            suivis = SuivisTemporal(await connecter(self.temporal, self.espace))
            return await Reconciliation(self.services, suivis).passer(seuil_s=0, filet_s=filet_s, reparer=reparer)

        return asyncio.run(passer())

    def jusqu_a_ce_qu_etat_le_dise(self, condition: Callable[[], bool], borne_s: float) -> float:
        """Wait until `diligence etat`, which is a process each time, says something."""
        return self.jusqu_a(condition, borne_s, "said by etat", toutes_les_s=1.0)

    def etat(self) -> tuple[int, dict[str, Any]]:
        """Run `diligence etat` as an operator would; return its code and its document."""
        fini = self.lancer("etat", "--json")
        return fini.finir(), fini.document()

    def tout_est_juste(self, borne_s: float = 20) -> None:
        """No fact lost, none doubled, nothing late, amounts right, relay at the head, reconciliation and `etat` clean."""
        self.rien_de_perdu_ni_de_double()
        self.jusqu_a(self.relais_en_tete, borne_s, "relay at the head")
        self.jusqu_a(lambda: self.reconcilier().sain, borne_s, "reconciliation clean")
        self.montants_justes()
        code, document = self.etat()
        assert code == 0, document
        assert document["automatismes"]["en_retard"] == 0

    def finir(self) -> None:
        """Leave no process behind."""
        for lance in self.processus:
            lance.signaler(signal.SIGCONT)
            lance.tuer()


@contextmanager
def ouvrir(
    couveuse: Couveuse,
    nom: str,
    dossier: Path,
    temporal: str,
    espace: str,
    *,
    postgres: str | None = None,
    repetition: bool = False,
    serveur: TemporalAuFichier | None = None,
) -> Iterator[Exercice]:
    """Make the store of one drill; its processes are killed at the end, whatever happened."""
    with ouvrir_store(dossier, repetition=repetition, postgres=postgres) as (services, base):
        exercice = Exercice(couveuse, nom, dossier, services, base, temporal, espace, serveur)
        try:
            yield exercice
        finally:
            exercice.finir()
