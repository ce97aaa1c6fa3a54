"""A sitting, from its planning to its end."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.assemblee import Assemblee
from aggregates.seance import Seance
from aggregates.seance.presences import Mouvement, Statut
from application import loi
from application.commandes import Commande
from application.consultations.seances import dernier_scrutin
from application.declaration import Choix, Cible, HeureDuJour, Position, Reference, RempliPar, geste
from application.institution import COMMISSION_PERMANENTE
from application.numeros import id_de
from application.saisie_presences import PresenceSaisie, lire_heure, lire_presences
from application.services import Services
from dispositifs.reglement import Jour
from kernel.attentes import Role

SEANCE: Final = Cible(Seance)
RefSeance = Annotated[Reference, Position("REF"), Field(title="Séance", description="par exemple CP-2026-06-18")]


@geste("prevoir", "Prévoir une séance", Role.ASSEMBLEES, sur=SEANCE)
class PrevoirSeance(Commande):
    """Prévoir une séance de la commission permanente."""

    jour: Jour = Field(title="Jour", description="jour de la séance, AAAA-MM-JJ")

    @property
    def ref(self) -> str:
        """Return its reference, which is its day."""
        return f"CP-{self.jour}"

    def id_cree(self) -> UUID:
        """Return the id of the sitting of that day."""
        return id_de("seance", self.ref)

    def decider(self, seance: Seance, _: Services) -> None:
        """Plan a sitting."""
        seance.prevoir(self.ref, self.jour)


@geste("convoquer", "Convoquer les membres", Role.ASSEMBLEES, sur=SEANCE, decide=Seance.convoquer)
class ConvoquerSeance(Commande):
    """Convoquer les membres à une séance."""

    seance: RefSeance


@geste("ouvrir", "Ouvrir la séance", Role.ASSEMBLEES, sur=SEANCE)
class OuvrirSeance(Commande):
    """Ouvrir la séance : présences et pouvoirs, un membre par ligne."""

    seance: RefSeance
    presences: Annotated[tuple[PresenceSaisie, ...], RempliPar(lire_presences), Choix("membres", cle="membre")] = Field(
        min_length=1, title="Présences", description="feuille de présence, CSV : membre,statut,pouvoir_a,arrivee,depart"
    )
    preside_par: Annotated[str | None, Choix("membres")] = Field(
        default=None, title="Président de séance", description="qui préside, si ce n’est pas le président"
    )

    def decider(self, seance: Seance, services: Services) -> None:
        """Open it under the composition of its day, or record that the quorum lacks."""
        jour = seance.jour_prevu()
        assemblee = services.trouver(Assemblee, COMMISSION_PERMANENTE)
        presences = [presence.le(jour) for presence in self.presences]
        seance.ouvrir(assemblee.composition(jour), presences, self.preside_par, loi.delai("reunion_de_droit", jour))


@geste("noter-presence", "Noter une arrivée, un départ ou un pouvoir", Role.ASSEMBLEES, sur=SEANCE)
class NoterPresence(Commande):
    """Noter l’arrivée, le départ ou le pouvoir d’un membre en cours de séance, à son heure."""

    seance: RefSeance
    membre: Annotated[Reference, Choix("membres")] = Field(
        title="Membre", description="identifiant du membre, par exemple elu-03"
    )
    statut: Statut = Field(title="Statut", description="present, represente ou absent, à partir de cette heure")
    heure: Annotated[str, HeureDuJour()] = Field(max_length=40, title="Heure", description="heure du mouvement, 15:30")
    pouvoir_a: Annotated[Reference | None, Choix("membres")] = Field(
        default=None, title="Pouvoir", description="qui détient son pouvoir, s’il est représenté"
    )

    def decider(self, seance: Seance, _: Services) -> None:
        """Note a movement; the scrutins held from that hour on count it."""
        a = lire_heure(self.heure, seance.jour_prevu())
        seance.noter_presence(Mouvement(membre=self.membre, statut=self.statut, pouvoir_a=self.pouvoir_a, a=a))


@geste("suspendre", "Suspendre la séance", Role.ASSEMBLEES, sur=SEANCE, decide=Seance.suspendre)
class SuspendreSeance(Commande):
    """Suspendre la séance : rien n’est voté jusqu’à sa reprise."""

    seance: RefSeance


@geste("reprendre", "Reprendre la séance", Role.ASSEMBLEES, sur=SEANCE, decide=Seance.reprendre)
class ReprendreSeance(Commande):
    """Reprendre une séance suspendue."""

    seance: RefSeance


@geste(
    "lever",
    "Lever la séance",
    Role.ASSEMBLEES,
    sur=SEANCE,
    irreversible="Plus rien ne sera voté dans cette séance. Ce qu’elle n’a pas voté ira à une autre.",
)
class LeverSeance(Commande):
    """Lever la séance."""

    seance: RefSeance

    def decider(self, seance: Seance, services: Services) -> None:
        """Close it, after its last scrutin."""
        seance.exiger_apres("le dernier scrutin", dernier_scrutin(services, seance.id))
        seance.lever()
