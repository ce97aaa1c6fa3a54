"""A partner is asked, and answers."""

from typing import Literal

from pydantic import Field

from aggregates.dossier import Dossier
from application.commandes import Commande
from application.geste import geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.loi import delai_avis
from application.services import Services
from kernel.attentes import Role
from kernel.delais import lire_duree


@geste("demander-avis", "Demander un avis", Role.INSTRUCTEUR, sur=DOSSIER)
class DemanderAvis(Commande):
    """Demander l’avis d’un partenaire, dans un délai."""

    dossier: RefDossier
    aupres_de: str = Field(
        min_length=1, max_length=80, title="Partenaire", description="partenaire, par exemple « ville »"
    )
    delai: str = Field(title="Délai", description="délai, par exemple « 21 jours »")
    source: str | None = Field(
        default=None,
        min_length=1,
        max_length=300,
        title="Source du délai",
        description="texte qui fixe le délai ; sans lui, c’est un usage",
    )

    def decider(self, dossier: Dossier, _: Services) -> None:
        """Ask a partner; the avis is réputé rendu at its échéance."""
        dossier.demander_avis(self.aupres_de, delai_avis(str(lire_duree(self.delai)), self.source))


@geste("rendre-avis", "Rendre l’avis", Role.PARTENAIRE, Role.INSTRUCTEUR, sur=DOSSIER)
class RendreAvis(Commande):
    """Rendre un avis demandé."""

    dossier: RefDossier
    aupres_de: str = Field(title="Partenaire", description="partenaire qui rend l’avis")
    sens: Literal["favorable", "reserve", "defavorable"] = Field(
        title="Sens", description="favorable, reserve ou defavorable"
    )
    texte: str | None = Field(default=None, title="Texte", description="texte de l’avis, gardé dans le coffre")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record an avis; its text goes to the coffre."""
        dossier.rendre_avis(self.aupres_de, self.sens, services.confier(self.texte, dossier.id, "avis"))
