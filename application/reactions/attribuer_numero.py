"""A number was asked for: take the next one of the series, without hole or double."""

from uuid import UUID

from aggregates.chrono import Chrono
from aggregates.deliberation import Deliberation
from aggregates.deliberation.acte import SERIE
from application.automatisme import Automatisme, Ordre, appliquer, lire
from application.commandes import Commande, Recu
from application.reactions.sous_commandes import Interne, sous_demande
from application.services import Services
from kernel.identifiants import identifiant

ATTRIBUER = Interne("chrono", "attribuer")


class AttribuerRang(Commande):
    """Attribuer à un acte le numéro suivant d’une série."""

    serie: str
    annee: int
    pour: UUID


def attribuer_numero(ordre: Ordre, services: Services) -> Recu:
    """Take a rank for this délibération (the one it already has, when it has one), then record its number."""
    deliberation, ordre = lire(Deliberation, ordre, services)
    annee = deliberation.annee
    chrono_id = identifiant("chrono", SERIE, annee)
    services.executer(
        ATTRIBUER,
        Chrono,
        chrono_id,
        lambda chrono: chrono.attribuer(SERIE, annee, ordre.id),
        AttribuerRang(serie=SERIE, annee=annee, pour=ordre.id),
        sous_demande(ordre, "numero"),
        chaud=True,
    )
    numero = services.store.charger_existant(Chrono, chrono_id).numero(ordre.id)
    return appliquer(AUTOMATISME, Deliberation, ordre, services, lambda d: d.recevoir_numero(numero))


AUTOMATISME = Automatisme("deliberation", "attribuer_numero", attribuer_numero)
