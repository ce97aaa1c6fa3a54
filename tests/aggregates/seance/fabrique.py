"""A commission permanente of five, its sitting, and a command's context, for the tests of what happens in a sitting."""

from datetime import UTC, date, datetime
from uuid import uuid4

from aggregates.assemblee import AssembleeComposee
from aggregates.seance import Seance
from aggregates.seance.presences import Presence, Statut
from kernel.attentes import Delai, Nature
from kernel.faits import Contexte
from kernel.identifiants import identifiant
from kernel.instants import PARIS, Effet, Instant
from tests.aggregates.fabrique import id_du_texte

JOUR = date(2026, 6, 18)
REUNION = Delai(code="reunion_de_droit", duree="3 jours", source="CGCT, art. L4132-13-1", nature=Nature.LOI)
MEMBRES = ("elu-01", "elu-02", "elu-03", "elu-04", "elu-05")
COMPOSITION = AssembleeComposee(
    ref="commission-permanente",
    depuis=date(2026, 1, 1),
    source=id_du_texte("exemple"),
    president="elu-01",
    membres=MEMBRES,
)


def heure(heures: int, minutes: int = 0, jour: date = JOUR) -> Instant:
    return datetime(jour.year, jour.month, jour.day, heures, minutes, tzinfo=PARIS).astimezone(UTC)


def contexte(acteur: str = "assemblees-1", le: Effet | None = None) -> Contexte:
    maintenant = heure(14)
    return Contexte(acteur=acteur, commande_id=uuid4(), effectif_le=le or maintenant, maintenant=maintenant)


def present(membre: str, arrivee: Instant | None = None, depart: Instant | None = None) -> Presence:
    return Presence(membre=membre, statut=Statut.PRESENT, arrivee=arrivee, depart=depart)


def represente(membre: str, par: str, arrivee: Instant | None = None, depart: Instant | None = None) -> Presence:
    return Presence(membre=membre, statut=Statut.REPRESENTE, pouvoir_a=par, arrivee=arrivee, depart=depart)


def absent(membre: str) -> Presence:
    return Presence(membre=membre, statut=Statut.ABSENT)


TOUS = tuple(present(membre) for membre in MEMBRES)


def une_seance(*, convoquee: bool = True) -> Seance:
    seance = Seance(identifiant("seance", "CP-2026-06-18")).sous(contexte(le=date(2026, 6, 1)))
    seance.prevoir("CP-2026-06-18", JOUR)
    if convoquee:
        seance.convoquer()
    seance.collect_events()
    return seance.sous(contexte())


def une_seance_ouverte(*presences: Presence) -> Seance:
    seance = une_seance()
    seance.ouvrir(COMPOSITION, presences or TOUS, None, REUNION)
    seance.collect_events()
    return seance
