"""What must hold after every write, whoever wrote: read from the raw log, as it grows."""

from collections import Counter
from datetime import timedelta
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, cast
from uuid import UUID

from aggregates.enveloppe import Enveloppe
from aggregates.registre import ESPECES
from aggregates.subvention import Subvention
from application.automatisme import Ordre
from application.consultations.attendu import Situation
from application.ports import EvenementStocke, LigneJournal
from kernel.agregat import Agregat, plier
from kernel.attentes import Du
from kernel.faits import Inscription
from kernel.identifiants import CleDeCommande
from kernel.instants import Instant
from tests.gestes import cle_de
from tests.simulateur.comptes import Comptes
from tests.simulateur.enregistreur import MapperMemoire
from tests.simulateur.etats import Etats, meme_etat

if TYPE_CHECKING:
    from tests.simulateur.monde import Monde

RETARD: Final = timedelta(seconds=15)
"""How late an automatisme may be when nothing hinders the engine: the server waits ten seconds for a workflow task."""
RETARD_REPARE: Final = timedelta(minutes=45)
"""When Temporal lost something: what the safety net allows, plus two of its periods."""
AVANCE: Final = timedelta(hours=2)
"""What two clocks, each wrong by an hour at most, may make the store see early."""


_VRAI: Final = MapperMemoire()
"""Reads every fact, whatever program is installed."""


class Invariants:
    """Follows the log; `etats` is where each aggregate stands, as anybody may see it."""

    def __init__(self, monde: "Monde", acquis: "Invariants | None" = None) -> None:
        self.monde = monde
        self.etats, self.comptes = Etats(), Comptes(self.exiger)
        self.lues, self.chaine = 0, b""
        self.versions: Counter[UUID] = Counter()
        self.commandes: set[CleDeCommande] = set()
        self.estampille: Instant | None = None
        if acquis is not None:
            self.etats, self.comptes = acquis.etats.copier(), acquis.comptes.copier(self.exiger)
            self.lues, self.chaine, self.estampille = acquis.lues, acquis.chaine, acquis.estampille
            self.versions, self.commandes = acquis.versions.copy(), acquis.commandes.copy()

    def verifier(self) -> None:
        """Read what was recorded since the last time, command by command."""
        enregistreur = self.monde.enregistreur
        if enregistreur.derniere_position() == self.lues:
            return
        nouveaux = [self._suivante(e) for e in enregistreur.lire_depuis(self.lues, 10_000)]
        for cle, groupe in groupby(nouveaux, key=lambda i: cle_de(i.entete)):
            inscriptions = list(groupe)
            ligne = self._journal(cle, inscriptions)
            if ligne.id == self.monde.accidents.illisible:
                self.monde.violer(f"{ligne.geste} s’est fait sur {ligne.id}, dont un fait ne se lit pas")
            if ligne.pilote is not None:
                self._a_temps(ligne, self.etats.situations.get(ligne.id))
            for inscription in inscriptions:
                self.comptes.passer(inscription.fait, inscription.entete)
            self.etats.suivre(ligne.id, inscriptions)
            self._agregat(self.etats.etats[ligne.id], self.etats.situations[ligne.id])

    def _suivante(self, e: EvenementStocke) -> Inscription:
        inscription = cast(Inscription, _VRAI.to_domain_event(e))
        entete, identifiant = inscription.entete, e.originator_id
        self.versions[identifiant] = version = self.versions[identifiant] + 1
        if e.position != self.lues + 1:
            self.monde.violer(f"position {e.position} après {self.lues}")
        if e.originator_version != version:
            self.monde.violer(f"version {e.originator_version} : trou ou double")
        if entete.id != identifiant or entete.version != version:
            self.monde.violer("l’entête ment sur son flux")
        if self.estampille is not None and e.enregistre_le < self.estampille:
            self.monde.violer(f"l’horloge a reculé : {e.enregistre_le} après {self.estampille}")
        if e.enregistre_le > self.monde.temps + AVANCE:
            self.monde.violer(f"daté du {e.enregistre_le}, le {self.monde.temps}")
        self.estampille, self.lues = e.enregistre_le, e.position
        self.chaine = enchainer(self.chaine, e)
        return inscription

    def _journal(self, cle: CleDeCommande, inscriptions: list[Inscription]) -> LigneJournal:
        """One command: facts of one stream, in a row, told by one row of the journal."""
        premier, dernier = inscriptions[0].entete, inscriptions[-1]
        ligne: LigneJournal | None = self.monde.enregistreur.lire_journal(cle)
        if cle in self.commandes:
            self.monde.violer(f"la commande {cle.commande_id} a eu deux effets")
        self.commandes.add(cle)
        if ligne is None:
            self.monde.violer(f"la commande {cle.commande_id} ({inscriptions[0].fait.topic}) n’est pas au journal")
        if any(i.entete.id != ligne.id for i in inscriptions):
            self.monde.violer(f"la commande {cle.commande_id} a écrit sur deux agrégats")
        topics = tuple(i.fait.topic for i in inscriptions)
        dit = (ligne.topics, ligne.version, ligne.position, ligne.enregistre_le, ligne.acteur, ligne.pilote)
        vrai = (topics, dernier.entete.version, dernier.position, dernier.enregistre_le, premier.acteur, premier.pilote)
        if dit != vrai:
            self.monde.violer(f"le journal dit {dit} de {vrai}")
        return ligne

    def _a_temps(self, ligne: LigneJournal, avant: Situation | None) -> None:
        """The engine does what an attente asked, not before its instant, and soon after when nothing hinders it."""
        nom, fait_le, calme = ligne.geste.partition(" ")[2], cast(Instant, ligne.enregistre_le), self.monde.calme_depuis
        dus = [] if avant is None else [du for du in avant.dus if du.automatisme == nom]
        if avant is None or not dus:
            self.monde.violer(f"{ligne.geste} sur {ligne.id} v{ligne.version} : aucune attente ne le demandait")
        if fait_le < (dus[0].instant if calme is not None else dus[0].instant - AVANCE):
            self.monde.violer(f"{ligne.geste} fait à {fait_le}, en avance : {dus}")
        du = next((du for du in dus if _commande(ligne, du) == ligne.commande_id), None)
        if calme is not None and du is not None:  # None: its instant moved after the order was given
            retard = fait_le - max(avant.depuis(du), calme)
            if retard > (RETARD_REPARE if self.monde.pertes else RETARD):
                self.monde.violer(f"{ligne.geste} fait avec {retard} de retard : {du}")

    def _agregat(self, etat: Any, situation: Situation) -> None:
        espece, attentes = ESPECES[situation.agregat], situation.attentes
        if bool(attentes) == espece.est_termine(etat) and not (espece.peut_reposer and not attentes):
            etat_dit = "terminé" if attentes else "ouvert"
            self.monde.violer(f"{etat.nom} {etat.id} est {etat_dit} et attend {attentes}")
        if len({attente.cle for attente in attentes}) != len(attentes):
            self.monde.violer(f"{etat.nom} {etat.id} : deux attentes de même clé, {attentes}")
        for attente in attentes:
            if not attente.gestes and attente.automatisme is None and attente.renvoie_a is None:
                self.monde.violer(f"personne ne peut finir {attente.cle}")
        if isinstance(etat, Subvention):
            self._argent(etat)
        elif isinstance(etat, Enveloppe) and not etat.disponible_centimes == self.comptes.credits[etat.id] >= 0:
            self.monde.violer(f"{etat.ref} : {etat.disponible_centimes}, non {self.comptes.credits[etat.id]}")

    def _argent(self, s: Subvention) -> None:
        montants = [s.paye_centimes, s.mandate_centimes, s.liquide_centimes, s.engage_centimes, s.vote_centimes]
        if s.paye_centimes != self.comptes.payes[s.id]:
            self.monde.violer(f"{s.ref} : payé {s.paye_centimes}, non {self.comptes.payes[s.id]}")
        if s.mandate_centimes != 0 if s.degage else montants != sorted(montants):
            self.monde.violer(f"{s.ref} : payé, mandaté, liquidé, engagé, voté = {montants}")

    def apres_decision(self, agregat: Agregat) -> None:
        """What a decision left in memory must be what the stored facts give."""
        self.verifier()
        connu = self.etats.etats.get(agregat.id) or type(agregat)(agregat.id)
        if connu.version > agregat.version:  # a silent decision: it disputes nothing, another wrote meanwhile
            connu = plier(type(agregat), agregat.id, connu.inscriptions[: agregat.version])
        if not meme_etat(agregat, connu):
            self.monde.violer(f"{agregat.nom} {agregat.id} : l’état vivant n’est pas celui des faits")

    def exiger(self, tient: bool, message: str) -> None:  # noqa: FBT001
        """Stop the history unless it holds."""
        if not tient:
            self.monde.violer(message)


def enchainer(chaine: bytes, e: EvenementStocke) -> bytes:
    """Return the digest of the log up to an event, itself included."""
    return sha256(chaine + e.state).digest()


def _commande(ligne: LigneJournal, du: Du) -> UUID:
    return Ordre(ligne.agregat, ligne.id, du, du.instant, "").commande_id
