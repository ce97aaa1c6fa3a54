"""What an aggregate awaits, as its follow-up, the reconciliation and the rehearsal clock need it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from uuid import UUID

from aggregates.campagne import Campagne
from aggregates.registre import ESPECES
from application.store import Store, sauf_illisible
from kernel.agregat import Agregat, plier
from kernel.attentes import Attente, Du, instants
from kernel.faits import Inscription
from kernel.identifiants import identifiant
from kernel.illisible import SUJET_INCONNU, FaitIllisible
from kernel.instants import Instant, dernier_jour, jour_de
from kernel.textes import de

WORKFLOW = "workflow"
"""Name of the driver whose facts the follow-up of the same aggregate already knows."""


@dataclass(frozen=True)
class Situation:
    """Where one aggregate stands. `reveil` is the last version its follow-up must have been told of (0: none)."""

    agregat: str
    id: UUID
    version: int
    reveil: int
    reveil_le: Instant | None
    attentes: tuple[Attente, ...]
    etape: str | None
    campagne: str | None
    dispositif: str | None
    peut_reposer: bool
    inscriptions: Sequence[Inscription]
    illisible: bool = False
    """One of its facts cannot be read: nothing is known of what it awaits."""

    @property
    def ouvert(self) -> bool:
        """Tell whether something is awaited."""
        return bool(self.attentes)

    @cached_property
    def dus(self) -> tuple[Du, ...]:
        """Return everything the engine has to do, now or later, in order."""
        return tuple(sorted(du for attente in self.attentes for du in instants(attente)))

    @property
    def attend_de(self) -> tuple[str, ...]:
        """Return the roles that are awaited."""
        return tuple(sorted({attente.de.value for attente in self.attentes}))

    @property
    def details(self) -> str:
        """Return in French what is awaited, one line per attente."""
        return "\n".join(_phrase(attente) for attente in self.attentes)

    def depuis(self, du: Du) -> Instant:
        """Return since when the engine could have done it: its instant, or when what opened it was recorded."""
        ouverture = next((i.enregistre_le for i in self.inscriptions if i.entete.version == du.ouverte_par), None)
        return du.instant if ouverture is None else max(du.instant, ouverture)


def situation(store: Store, agregat: str, identifiant_: UUID) -> Situation:
    """Return where one aggregate stands; version 0 when it has no fact."""
    return situation_de(store.charger(ESPECES[agregat].classe, identifiant_))


def situations(store: Store) -> Iterator[Situation]:
    """Yield where every aggregate of the store stands, each stream being read and folded once."""
    for inscriptions in store.flux_par_flux():
        yield sauf_illisible(partial(_situation_de_flux, inscriptions)) or _illisible(inscriptions)


def _situation_de_flux(inscriptions: Sequence[Inscription]) -> Situation:
    entete = inscriptions[0].entete
    if entete.agregat not in ESPECES:
        raise FaitIllisible.de(entete, inscriptions[0].fait.topic, SUJET_INCONNU)
    return situation_de(plier(ESPECES[entete.agregat].classe, entete.id, inscriptions))


def _illisible(inscriptions: Sequence[Inscription]) -> Situation:
    entete = inscriptions[-1].entete
    return Situation(
        agregat=entete.agregat,
        id=entete.id,
        version=entete.version,
        reveil=0,
        reveil_le=None,
        attentes=(),
        etape=None,
        campagne=None,
        dispositif=None,
        peut_reposer=True,
        inscriptions=inscriptions,
        illisible=True,
    )


def dispositif_de_campagne(store: Store, ref: str) -> str | None:
    """Return the code of the dispositif of a campagne, by its reference; it never changes."""
    campagne = store.charger(Campagne, identifiant("campagne", ref))
    return campagne.ouverte.dispositif if campagne.ouverte else None


def situation_de(etat: Agregat) -> Situation:
    """Return where an aggregate stands, from its state."""
    espece = ESPECES[etat.nom]
    eveil = next((i for i in reversed(etat.inscriptions) if reveille(i)), None)
    return Situation(
        agregat=etat.nom,
        id=etat.id,
        version=etat.version,
        reveil=0 if eveil is None else eveil.entete.version,
        reveil_le=None if eveil is None else eveil.enregistre_le,
        attentes=espece.attentes(etat) if etat.existe else (),
        etape=_texte(etat, "etat"),
        campagne=_texte(etat, "campagne"),
        dispositif=_texte(etat, "dispositif"),
        peut_reposer=espece.peut_reposer,
        inscriptions=etat.inscriptions,
    )


def _texte(etat: Agregat, champ: str) -> str | None:
    valeur = getattr(etat, champ, None)
    return str(valeur) if isinstance(valeur, str) and valeur else None


def reveille(inscription: Inscription) -> bool:
    """Tell whether a follow-up must be told of a fact: it may change an attente, and another wrote it."""
    return inscription.fait.reveille and inscription.entete.pilote != WORKFLOW


def _phrase(attente: Attente) -> str:
    objet = f" « {attente.cle.objet} »" if attente.cle.objet else ""
    depuis = f"depuis le {jour_de(attente.depuis):%d/%m/%Y}"
    return (
        f"{attente.cle.code}{objet} : attendu {de(attente.de.value)} {depuis}{_terme(attente)} ({attente.fondement})."
    )


def _terme(attente: Attente) -> str:
    if attente.echeance is None:
        return ""
    if attente.echeance <= attente.depuis:
        return ", sans délai"
    return f", échéance le {dernier_jour(attente.echeance):%d/%m/%Y}"
