"""What a command did, for who sent it: its facts in sentences, what is awaited now, what a sitting left without a vote."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from application.appellations import libelles_sur
from application.commandes import Recu
from application.consultations.historique import attentes_de, historique
from application.consultations.moment import Moment
from application.libelles import Appellations
from application.ports import LigneJournal
from application.services import Services
from kernel.identifiants import CleDeCommande, OrigineDeCommande

LEVEE: Final = "seance.levee.v1"
"""The fact after which nothing is voted in a sitting: what it has not voted is told with it."""


@dataclass(frozen=True, slots=True)
class RecuDit:
    """A receipt in words; `attentes` are documents of the contract, `non_votes` numbers of rapports, `libelles` what they name."""

    phrases: list[str]
    attentes: list[dict[str, Any]]
    non_votes: list[str]
    libelles: Appellations


def recu_de(services: Services, acteur: str, commande_id: UUID) -> LigneJournal | None:
    """Return the journal row of a command that an agent sent; nobody reads another's."""
    return services.store.enregistreur.lire_journal(CleDeCommande(OrigineDeCommande.AGENT, acteur, commande_id))


def dire_le_recu(services: Services, recu: Recu | LigneJournal) -> RecuDit:
    """Return in French what was done, and what is awaited now."""
    topics = recu.faits if isinstance(recu, Recu) else recu.topics
    premiere = recu.version - len(topics)
    faits = historique(services, recu.id, Moment())
    non_votes: list[str] = []
    if LEVEE in topics:
        from application.consultations.seances import a_ajourner  # no other geste reads rapports for its receipt

        non_votes = a_ajourner(services, recu.id)
    return RecuDit(
        phrases=[fait["phrase"] for fait in faits if premiere < fait["version"] <= recu.version],
        attentes=attentes_de(services, recu.agregat, str(recu.id), Moment()),
        non_votes=non_votes,
        libelles=libelles_sur(services.store, recu.agregat, recu.id),
    )
