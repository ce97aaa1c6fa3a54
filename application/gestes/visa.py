"""A proposition is approved, level by level; who has an interest in a request says so, and leaves it."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from aggregates.agents import Agent
from aggregates.campagne import Campagne
from aggregates.dossier import Dossier
from aggregates.dossier.elements import VisaPrevu
from application.commandes import Commande
from application.declaration import Choix, TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Motif, RefDossier
from application.gestes.examen import exiger_attribution_examinee
from application.habilitations import id_agent
from application.services import Services
from kernel.attentes import Delai, Nature, Role
from kernel.delais import lire_duree
from kernel.faits import Contexte


@geste("viser", "Viser", Role.RESPONSABLE, Role.ORDONNATEUR, sur=DOSSIER)
class Viser(Commande):
    """Viser la proposition d’une autre personne, au niveau attendu."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Approve it, by the act of the delegation or of the absence, when there is one."""
        if not dossier.proposition_visee:
            exiger_attribution_examinee(dossier, services)
        dossier.viser(_acte(dossier.contexte, services))


@geste("declarer-interet", "Déclarer un intérêt", Role.INSTRUCTEUR, Role.RESPONSABLE, Role.ORDONNATEUR, sur=DOSSIER)
class DeclarerInteret(Commande):
    """Déclarer un intérêt dans un dossier : on n’y instruit, n’y propose ni n’y vise plus rien."""

    dossier: RefDossier
    motif: Annotated[str | None, TexteLong(), QUI_DIT] = Field(
        default=None, min_length=1, title="Motif", description="s’il faut le dire ; gardé dans le coffre"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Note it: from then on, what its author does there is refused."""
        dossier.declarer_interet(services.confier(self.motif, dossier.id, "motif"))


@geste("retirer-interet", "Retirer un intérêt déclaré", Role.RESPONSABLE, Role.ORDONNATEUR, sur=DOSSIER)
class RetirerInteret(Commande):
    """Retirer l’intérêt qu’un autre agent avait déclaré : il agit de nouveau, ce qui a été décidé entre-temps reste."""

    dossier: RefDossier
    agent: Annotated[str, Choix("interets")] = Field(title="Agent", description="agent qui avait déclaré l’intérêt")
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Let it act again."""
        dossier.retirer_interet(self.agent, services.confier_exige(self.motif, dossier.id, "motif"))


def visas_prevus(campagne: Campagne) -> tuple[VisaPrevu, ...]:
    """Return the levels of visa that the règlement of a campagne asks, as a proposition keeps them; none: one visa."""
    valeur = None if campagne.reglement is None else campagne.reglement.visas
    return (
        ()
        if valeur is None
        else tuple(
            VisaPrevu(
                role=Role(niveau.role),
                a_partir_de_centimes=niveau.a_partir_de_centimes,
                rappels=tuple(
                    Delai(code="visa", duree=str(lire_duree(duree)), source=valeur.source, nature=Nature.REGLEMENT)
                    for duree in niveau.rappels
                ),
                escalade=None if niveau.escalade is None else Role(niveau.escalade),
            )
            for niveau in valeur.valeur
        )
    )


def _acte(contexte: Contexte, services: Services) -> UUID | None:
    """Return the act that the visa rests on: that of the absence of whom it is given for, else that of the role; None without one."""
    role = (contexte.habilitation or "").partition(" ")[0]
    *_, tenant = contexte.auteurs
    agent = services.store.charger(Agent, id_agent(tenant))
    if tenant != contexte.acteur and (absence := agent.absence(contexte.maintenant)):
        return absence.acte
    return agent.actes.get(Role(role)) if role in set(Role) else None
