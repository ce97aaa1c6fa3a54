"""A bordereau of payment orders: filled by the engine, signed, sent to the comptable."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.bordereau import Bordereau, Ligne, reference_bordereau
from application.commandes import Commande, Montant
from application.declaration import Cible, Position, Reference, geste
from application.numeros import id_de
from kernel.attentes import Role

BORDEREAU: Final = Cible(Bordereau, chaud=True)
RefBordereau = Annotated[Reference, Position("REF"), Field(title="Bordereau", description="numéro du bordereau")]


@geste("ajouter", "Inscrire au bordereau", Role.SYSTEME, sur=BORDEREAU, decide=Bordereau.ajouter)
class AjouterAuBordereau(Commande):
    """Ajouter un mandat au bordereau du jour qui porte ce numéro."""

    jour: date = Field(title="Jour", description="jour du bordereau")
    rang: int = Field(title="Rang", description="rang du bordereau dans sa journée")
    ligne: Ligne = Field(title="Mandat", description="le mandat à ajouter")

    def id_cree(self) -> UUID:
        """Return the id of the bordereau of that day and rank."""
        return id_de("bordereau", reference_bordereau(self.jour, self.rang))


@geste("signer", "Signer le bordereau", Role.ORDONNATEUR, sur=BORDEREAU, decide=Bordereau.signer)
class SignerBordereau(Commande):
    """Signer un bordereau de mandats, dont le signataire n’a liquidé aucune ligne."""

    bordereau: RefBordereau
    total_centimes: Montant = Field(ge=0, title="Total", description="total des mandats signés, en centimes")


@geste("transmettre", "Transmettre au comptable", Role.FINANCE, sur=BORDEREAU, decide=Bordereau.transmettre)
class TransmettreBordereau(Commande):
    """Enregistrer la transmission d’un bordereau signé au comptable."""

    bordereau: RefBordereau
    flux: str = Field(pattern=r"^[A-Za-z0-9._-]{1,80}$", title="Flux", description="identifiant du flux")


@geste("relancer", "Porter de nouveau la signature", Role.FINANCE, sur=BORDEREAU, decide=Bordereau.relancer)
class RelancerSignature(Commande):
    """Porter de nouveau la signature d’un bordereau aux subventions qui l’ont refusée."""

    bordereau: RefBordereau
