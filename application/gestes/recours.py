"""Recours on a dossier, as people register them, answer them or see them withdrawn; the motives of an implicit refusal."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.dossier import Dossier
from application import loi
from application.commandes import Commande, Entier
from application.declaration import Choix, TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Motif, RefDossier
from application.services import Services
from kernel.attentes import Role

RangDeRecours = Annotated[Entier, Choix("recours"), Field(ge=1, title="Recours", description="numéro du recours")]
Dit = Annotated[str, TexteLong(), QUI_DIT]


@geste("enregistrer-recours", "Enregistrer un recours", Role.INSTRUCTEUR, Role.RESPONSABLE, sur=DOSSIER)
class EnregistrerRecours(Commande):
    """Enregistrer un recours reçu contre un rejet implicite ou contre la décision."""

    dossier: RefDossier
    nature: Literal["gracieux", "contentieux"] = Field(title="Nature", description="gracieux ou contentieux")
    par: Literal["demandeur", "tiers"] = Field(title="Formé par", description="demandeur ou tiers")
    contre: Literal["rejet_implicite", "decision"] = Field(
        title="Contre", description="rejet_implicite (né du silence) ou decision"
    )
    texte: Dit = Field(min_length=1, title="Objet du recours", description="ce qu’il demande, gardé dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Register it; a gracieux is rejected after two months of silence."""
        texte = services.confier_exige(self.texte, dossier.id, "recours")
        gracieux, contentieux = (loi.delai(code, dossier.jour) for code in ("recours_gracieux", "recours_contentieux"))
        dossier.enregistrer_recours(self.nature, self.par, self.contre, texte, gracieux, contentieux)


@geste("repondre-recours", "Enregistrer la réponse à un recours", Role.RESPONSABLE, sur=DOSSIER)
class RepondreRecours(Commande):
    """Enregistrer la réponse à un recours : celle de l’autorité, ou celle du juge."""

    dossier: RefDossier
    recours: RangDeRecours
    sens: Literal["accueilli", "rejete", "irrecevable"] = Field(
        title="Sens", description="accueilli, rejete ou irrecevable"
    )
    texte: Dit = Field(min_length=1, title="Réponse", description="la réponse et qui la signe, gardées dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record what was answered."""
        texte = services.confier_exige(self.texte, dossier.id, "reponse")
        dossier.repondre_recours(self.recours, self.sens, texte)


@geste("retirer-recours", "Enregistrer le retrait d’un recours", Role.INSTRUCTEUR, Role.RESPONSABLE, sur=DOSSIER)
class RetirerRecours(Commande):
    """Enregistrer que l’auteur d’un recours le retire."""

    dossier: RefDossier
    recours: RangDeRecours
    motif: Motif

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record that its author gave it up."""
        dossier.retirer_recours(self.recours, services.confier_exige(self.motif, dossier.id, "motif"))


@geste(
    "demander-motifs-du-rejet",
    "Enregistrer une demande de motifs",
    Role.INSTRUCTEUR,
    Role.RESPONSABLE,
    sur=DOSSIER,
)
class DemanderMotifsDuRejet(Commande):
    """Enregistrer que le demandeur veut connaître les motifs du rejet implicite."""

    dossier: RefDossier

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Record it: a month to answer."""
        dossier.demander_motifs_du_rejet(loi.delai("motifs_rejet_implicite", dossier.jour))


@geste(
    "communiquer-motifs-du-rejet",
    "Communiquer les motifs du rejet",
    Role.INSTRUCTEUR,
    Role.RESPONSABLE,
    sur=DOSSIER,
)
class CommuniquerMotifsDuRejet(Commande):
    """Enregistrer les motifs du rejet implicite, tels qu’ils ont été communiqués au demandeur."""

    dossier: RefDossier
    motifs: Dit = Field(min_length=1, title="Motifs", description="motifs communiqués, gardés dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record what was told."""
        dossier.communiquer_motifs_du_rejet(services.confier_exige(self.motifs, dossier.id, "motifs_du_rejet"))
