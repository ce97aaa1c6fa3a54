"""Who finances the project is said by an agent: whose a line of the budget is, what another funder reserves or decides."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.dossier import Dossier
from aggregates.dossier.financement import FinancementCode, FinanceurInconnu
from aggregates.tiers import Tiers
from application.commandes import Commande, Entier, Montant
from application.declaration import Choix, Reference, geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.services import Services
from dispositifs.financeurs import financeurs
from dispositifs.reglement import Compte
from kernel.attentes import Role
from kernel.refus import SaisieInvalide


@geste("coder-financeur", "Dire qui finance", Role.INSTRUCTEUR, sur=DOSSIER)
class CoderFinanceur(Commande):
    """Dire qui finance une ligne du budget, ou une aide qui n’y est pas : public ou non, demandé, réservé ou décidé, combien."""

    dossier: RefDossier
    ligne: Annotated[Entier | None, Choix("produits")] = Field(
        default=None,
        ge=1,
        title="Ligne du budget",
        description="rang du produit, de 1 ; vide : une aide hors du budget",
    )
    financeur: Annotated[str | None, Choix("financeurs")] = Field(
        default=None, title="Financeur", description="code d’un financeur des références"
    )
    tiers: Annotated[Reference | None, Choix("tiers", libre=True)] = Field(
        default=None, title="Tiers", description="SIREN ou SIRET du financeur, s’il n’est pas dans les références"
    )
    public: Literal["oui", "non"] | None = Field(
        default=None, title="Public", description="oui ou non, pour un tiers seulement"
    )
    stade: Literal["demande", "reserve", "decide"] = Field(
        default="demande", title="Stade", description="demande, reserve ou decide"
    )
    montant_centimes: Montant | None = Field(
        default=None, ge=0, title="Montant", description="vide : celui de la ligne du budget, en centimes"
    )
    poste: Compte | None = Field(default=None, title="Dépense", description="compte de la dépense qu’elle paie")
    source: str = Field(
        min_length=1, max_length=300, title="Source", description="ce qui le dit : un courrier, un acte"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Say who finances; the source goes to the coffre."""
        tiers = None if self.tiers is None else services.trouver(Tiers, self.tiers).id
        montant = self.montant_centimes
        if montant is None and self.ligne is not None and self.ligne <= len(dossier.produits):
            montant = dossier.produits[self.ligne - 1].montant_centimes
        if montant is None:
            raise SaisieInvalide("Combien ? Une aide hors du budget a un montant.", champ="montant_centimes")
        code, public = self._qui(par_tiers=tiers is not None)
        dossier.coder_financeur(
            FinancementCode(
                ligne=self.ligne,
                financeur=code,
                tiers=tiers,
                public=public,
                stade=self.stade,
                montant_centimes=montant,
                poste=self.poste,
                source=services.confier_exige(self.source, dossier.id, "source"),
            )
        )

    def _qui(self, *, par_tiers: bool) -> tuple[str, bool]:
        """Return the entry and whether it is public: quoted from the references, or told of a tiers."""
        if par_tiers != (self.financeur is None) or par_tiers != (self.public is not None):
            raise SaisieInvalide("Qui ? Donnez un financeur des références, ou un tiers en disant s’il est public.")
        if self.financeur is None:
            return ("public", True) if self.public == "oui" else ("prive", False)
        connu = financeurs().get(self.financeur)
        if connu is None:
            raise FinanceurInconnu(
                f"« {self.financeur} » n’est pas un financeur des références : {', '.join(financeurs())}.",
                financeur=self.financeur,
            )
        return connu.code, connu.est_public
