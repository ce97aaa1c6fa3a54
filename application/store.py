"""The store: one command, one aggregate, one transaction, one receipt.

A conflict is never guessed at: the aggregate is loaded again and the decision is taken afresh, a bounded number of times.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.persistence import IntegrityError

from application.commandes import Recu
from application.consigne import Consigne
from application.journal import log
from application.mots import ESPECES
from application.ports import Enregistreur, EvenementStocke, LigneJournal, TentativeRefusee
from kernel.agregat import Agregat, plier
from kernel.faits import Contexte, Fait, Inscription
from kernel.horloges import HorlogeSuspecte, exiger_concordance
from kernel.identifiants import CleDeCommande, ReferenceInconnue
from kernel.illisible import FaitIllisible
from kernel.instants import Effet, Instant
from kernel.pannes import passer
from kernel.refus import Refus

ESSAIS = 12
"""Fresh decisions before giving up on a stream that keeps moving; a hot stream is locked instead."""
PEU = 8
"""Streams that a live batch of the read models touches: asked one by one, most are known already."""

A = TypeVar("A", bound=Agregat)
T = TypeVar("T")


class CommandeDejaUtilisee(Refus, code="commande_deja_utilisee"):
    """The same sender gave the same commande_id to another content."""


class VersionPerimee(Refus, code="version_perimee"):
    """The aggregate moved since the person displayed it."""


class FluxDispute(Exception):
    """Too many writers on one stream: nothing was written."""


class Store:
    """Loads, decides, appends; the library keeps the facts, `Enregistreur` the journal."""

    def __init__(self, application: Application[UUID]) -> None:
        self.application = application
        self.enregistreur = cast(Enregistreur, application.recorder)

    def pour_une_page(self) -> "Store":
        """Return the same store, which asks each stream once; it decides nothing: it would not see who goes first."""
        return _StoreDUnePage(self.application)

    def charger(self, classe: type[A], identifiant: UUID) -> A:
        """Return the aggregate as it is, blank when it has no fact; refuse with ReferenceInconnue the id of another kind."""
        inscriptions = self.inscriptions(identifiant)
        _exiger_du_genre(classe, identifiant, inscriptions)
        return plier(classe, identifiant, inscriptions)

    def charger_existant(self, classe: type[A], identifiant: UUID, reference: str | None = None) -> A:
        """Return the aggregate, or refuse with ReferenceInconnue."""
        agregat = self.charger(classe, identifiant)
        if not agregat.existe:
            cherche = str(identifiant) if reference is None else reference
            raise ReferenceInconnue(
                f"{ESPECES[classe.nom]} « {cherche} » : rien n’est enregistré sous ce nom.", reference=cherche
            )
        return agregat

    def a_ses_debuts(self, classe: type[A], identifiant: UUID) -> A:
        """Return the aggregate as its first fact made it, which says its number: nothing else of it is read."""
        premiere = self._premiere(identifiant)
        _exiger_du_genre(classe, identifiant, premiere)
        return plier(classe, identifiant, premiere)

    def _premiere(self, identifiant: UUID) -> list[Inscription]:
        return cast(list[Inscription], list(self.application.events.get(identifiant, lte=1)))

    def ayant(
        self, classe: type[A], *faits: type[Fait[A]], citant: str = "", nommes: "Nommes | None" = None
    ) -> Iterator[A]:
        """Yield every aggregate that has one of these facts, fact after fact, in recording order.

        `citant` keeps those where that id, or digest, is written somewhere: the store finds them, nobody else is read.
        One that cannot be read is left out, named in `nommes` and in the log: `etat` names it, and the rest goes on.
        """
        for fait in faits:
            for identifiant in self.enregistreur.ids_par_topic(fait.topic, citant):
                if (agregat := sauf_illisible(partial(self.charger, classe, identifiant), nommes)) is not None:
                    yield agregat

    def charger_a(self, classe: type[A], identifiant: UUID, *, au: Effet | None, connu_au: Instant | None) -> A:
        """Return what was true `au` as it was known `connu_au`; refuse with ReferenceInconnue the id of another kind."""
        inscriptions = self.inscriptions(identifiant)
        _exiger_du_genre(classe, identifiant, inscriptions)
        return plier(classe, identifiant, inscriptions, au=au, connu_au=connu_au)

    def inscriptions(self, identifiant: UUID) -> list[Inscription]:
        """Return the whole stream, positions and recording instants included."""
        return cast(list[Inscription], list(self.application.events.get(identifiant)))

    def derniere_position(self) -> int:
        """Return the position of the last fact."""
        return self.enregistreur.derniere_position()

    def attendre(self, position: int, delai_s: float) -> bool:
        """Wait for a fact after a position; False when the delay passed."""
        return self.enregistreur.attendre(position, delai_s)

    def lire_depuis(self, position: int, limite: int) -> list[Inscription]:
        """Return the facts of the whole store after a position, in recording order."""
        return self._lire(self.enregistreur.lire_depuis(position, limite))

    def ces_flux(self, ids: Sequence[UUID]) -> list[Inscription]:
        """Return whole streams: a few from the memory of what was just read, many in one question."""
        if len(ids) <= PEU:
            return [inscription for agregat_id in ids for inscription in self.inscriptions(agregat_id)]
        return self._lire(self.enregistreur.lire_ces_flux(ids))

    def flux_par_flux(self, jusqu_a: int | None = None) -> Iterator[list[Inscription]]:
        """Yield every stream, whole, up to a position (by default the last one when reading starts)."""
        return (self._lire(flux) for _, flux in self.enregistreur.lire_flux_par_flux(jusqu_a))

    def _lire(self, evenements: Iterable[EvenementStocke]) -> list[Inscription]:
        lire = cast("Callable[[EvenementStocke], Inscription]", self.application.mapper.to_domain_event)
        return [lire(evenement) for evenement in evenements]

    def est_sans_agent(self, cle: CleDeCommande) -> bool:
        """Tell whether nothing was ever recorded, but for this very command."""
        ligne = self.enregistreur.lire_journal(cle)
        return self.enregistreur.derniere_position() == 0 or (ligne is not None and ligne.position == 1)

    def recu_de(self, cle: CleDeCommande, empreinte: str) -> Recu | None:
        """Return the receipt of a command already done; refuse if its content was another.

        Another sender's command of the same id is another command: it is neither told nor refused.
        """
        ligne = self.enregistreur.lire_journal(cle)
        if ligne is None:
            return None
        if ligne.empreinte != empreinte:
            raise CommandeDejaUtilisee(
                f"La commande {cle.commande_id} a déjà été reçue avec un autre contenu ({ligne.geste}).",
                commande_id=str(cle.commande_id),
            )
        return _recu(ligne, deja_fait=True)

    def executer(  # noqa: PLR0913 - what is decided, on what, in what name, and how the command is told from another
        self,
        classe: type[A],
        identifiant: UUID,
        decider: Callable[[A], object],
        contexte: Contexte,
        *,
        geste: str,
        empreinte: str,
        chaud: bool = False,
        reference: str | None = None,
        consigne: Consigne | None = None,
    ) -> Recu:
        """Apply one decision to one aggregate and return its receipt; the same command again gives the same receipt.

        With a `reference` (what the caller called it), the aggregate must exist. What the decision put in `consigne` is
        durable before its facts are; a refusal takes it back.

        Raises:
            Refus: a rule said no, and neither fact nor receipt was written.
            HorlogeSuspecte: the store's clock is too far from its last recording, whatever a rule says at that hour.
            FluxDispute: `ESSAIS` other writers went first, one after the other.
        """
        garde = Consigne() if consigne is None else consigne

        def tenter() -> Recu:
            with self.enregistreur.verrou(identifiant) if chaud else nullcontext():
                agregat = (
                    self.charger(classe, identifiant)
                    if reference is None
                    else self.charger_existant(classe, identifiant, reference)
                )
                _exiger_la_version_vue(agregat.sous(contexte), contexte)
                decider(agregat)
                garde.ranger()
                passer("store.apres_consigne")
                return self._ecrire(agregat, contexte, geste, empreinte)

        try:
            return self._essayer(tenter, garde, contexte.cle, empreinte)
        except Refus as refus:
            self._exiger_une_heure_sure(contexte.acteur)
            self.noter_refus(refus, classe.nom, identifiant, contexte.commande_id, contexte.acteur, geste)
            raise

    def _essayer(self, tenter: Callable[[], Recu], garde: Consigne, cle: CleDeCommande, empreinte: str) -> Recu:
        """Decide and append; only a command that could not is looked for among those already done: few ever come twice.

        What an attempt kept is taken back only when the journal proves that it recorded nothing: the answer to an append
        may be lost, and the append done.
        """
        for essai in range(ESSAIS):
            try:
                recu = tenter()
            except (IntegrityError, Refus, HorlogeSuspecte) as erreur:
                try:
                    # its first execution, or another delivery of it, may have changed the state
                    deja = self.recu_de(cle, empreinte)
                except CommandeDejaUtilisee:
                    garde.annuler()
                    raise
                if deja is None:
                    garde.annuler()
                    if not isinstance(erreur, IntegrityError):
                        raise
                    log.info("commande.conflit", essai=essai + 1)
                    time.sleep(random.uniform(0, 0.004 * (essai + 1)))  # noqa: S311 - spreads writers, hides nothing
                    continue
                recu = deja
            garde.oublier()
            return recu
        raise FluxDispute(f"{cle.commande_id}: {ESSAIS} conflicts in a row")

    def _exiger_une_heure_sure(self, acteur: str) -> None:
        """Raise HorlogeSuspecte where a wrong clock may be why a rule said no: the engine would take it for an answer."""
        lu = self.enregistreur
        if not lu.est_repetition():
            exiger_concordance(lu.maintenant(), lu.tete_le(), lu.saut_maximal, acteur)

    def _ecrire(self, agregat: Agregat, contexte: Contexte, geste: str, empreinte: str) -> Recu:
        """Store what was decided and its journal row in one transaction."""
        ligne = LigneJournal(
            origine=contexte.origine,
            commande_id=contexte.commande_id,
            acteur=contexte.acteur,
            empreinte=empreinte,
            geste=geste,
            agregat=agregat.nom,
            id=agregat.id,
            ref=str(getattr(agregat, "ref", agregat.id)),
            version=agregat.version,
            topics=tuple(fait.topic for fait in agregat.nouveaux_faits),
            pilote=contexte.pilote,
        )
        positions = cast(list[int], self.application.save(agregat, journal=ligne))
        passer("store.apres_ecriture")
        position = positions[-1] if positions else self.enregistreur.derniere_position()
        return _recu(ligne, position=position)

    def noter_refus(
        self, refus: Refus, agregat: str, identifiant: UUID | None, commande_id: UUID, acteur: str | None, geste: str
    ) -> None:
        """Keep a refused attempt in its own journal: codes and ids only."""
        self.enregistreur.noter_refus(
            TentativeRefusee(
                commande_id=commande_id, geste=geste, acteur=acteur, agregat=agregat, id=identifiant, code=refus.code
            )
        )
        refus.journalise = True


class _StoreDUnePage(Store):
    def __init__(self, application: Application[UUID]) -> None:
        super().__init__(application)
        self._lus: dict[UUID, list[Inscription]] = {}

    def pour_une_page(self) -> Store:
        return self

    def inscriptions(self, identifiant: UUID) -> list[Inscription]:
        if identifiant not in self._lus:
            self._lus[identifiant] = super().inscriptions(identifiant)
        return self._lus[identifiant]

    def _premiere(self, identifiant: UUID) -> list[Inscription]:
        return self._lus[identifiant][:1] if identifiant in self._lus else super()._premiere(identifiant)


Nommes = dict[str, dict[str, Any]]
"""The elements that could not be read, by id, each with its fact and why: who asked is told what is left out."""


def sauf_illisible(lire: Callable[[], T], nommes: Nommes | None = None) -> T | None:
    """Return what is read; None when it needs a fact that this program cannot read, named there and in the log."""
    try:
        return lire()
    except FaitIllisible as refus:
        dit = refus.champs
        if nommes is not None:
            nommes[dit["id"]] = dit
        log.warning("element.illisible", agregat=dit["agregat"], id=dit["id"], version=dit["version"], fait=dit["fait"])
        return None


def _exiger_la_version_vue(agregat: Agregat, contexte: Contexte) -> None:
    if contexte.version_vue is not None and contexte.version_vue != agregat.version:
        raise VersionPerimee(
            f"Ce qui était affiché n’est plus à jour (version {contexte.version_vue}, aujourd’hui {agregat.version}) : relisez-le.",
            version_vue=contexte.version_vue,
            version=agregat.version,
        )


def _exiger_du_genre(classe: type[A], identifiant: UUID, inscriptions: list[Inscription]) -> None:
    """Refuse with ReferenceInconnue when these facts are those of another kind of aggregate: people may type any id."""
    if inscriptions and inscriptions[0].entete.agregat != classe.nom:
        raise ReferenceInconnue(
            f"« {identifiant} » n’est pas l’identifiant d’un élément de ce genre ({classe.nom}).",
            reference=str(identifiant),
        )


def _recu(ligne: LigneJournal, *, position: int | None = None, deja_fait: bool = False) -> Recu:
    return Recu(
        commande_id=ligne.commande_id,
        agregat=ligne.agregat,
        id=ligne.id,
        ref=ligne.ref,
        version=ligne.version,
        position=ligne.position if position is None else position,
        faits=ligne.topics,
        deja_fait=deja_fait,
    )
