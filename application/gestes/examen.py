"""A complete request is examined: its criteria."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.etat import Appreciation
from application.commandes import Commande, Saisie
from application.declaration import Choix, geste
from application.gestes.cibles import DOSSIER, Justification, RefDossier
from application.services import Services
from dispositifs.reglement import Code
from kernel.attentes import Role


class AppreciationSaisie(Saisie):
    """How far the project meets one criterion, and why."""

    critere: Annotated[Code, Choix("criteres")] = Field(title="Critère", description="code du critère")
    appreciation: Literal["satisfait", "en_partie", "non_satisfait"] = Field(
        title="Appréciation", description="satisfait, en_partie ou non_satisfait"
    )
    justification: Justification


@geste("apprecier", "Apprécier les critères", Role.INSTRUCTEUR, sur=DOSSIER)
class ApprecierCriteres(Commande):
    """Apprécier un ou plusieurs critères du règlement, chacun avec sa justification."""

    dossier: RefDossier
    appreciations: Annotated[tuple[AppreciationSaisie, ...], Choix("criteres", cle="critere")] = Field(
        min_length=1, title="Critères", description="chaque critère, son appréciation et sa justification"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record the appreciations; the justifications go to the coffre."""
        dossier.apprecier(
            tuple(
                Appreciation(
                    critere=une.critere,
                    appreciation=une.appreciation,
                    justification=services.confier_exige(une.justification, dossier.id, f"critere:{une.critere}"),
                )
                for une in self.appreciations
            )
        )
