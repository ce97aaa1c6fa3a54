"""A bordereau of payment orders: filled by the engine, signed, sent to the comptable."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from aggregates.bordereau import Bordereau, Ligne, reference_bordereau
from aggregates.subvention import Subvention
from aggregates.subvention.paiement import CoordonneesChangees
from application.commandes import Commande, Montant
from application.declaration import Choix, Cible, Position, Reference, geste
from application.gestes.cibles import Rang
from application.gestes.subvention import coordonnees_validees
from application.numeros import id_de
from application.services import Services
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


@geste(
    "signer",
    "Signer le bordereau",
    Role.ORDONNATEUR,
    sur=BORDEREAU,
    irreversible="Les mandats seront signés pour le total que vous avez saisi, et le comptable pourra les payer.",
)
class SignerBordereau(Commande):
    """Signer un bordereau de mandats, dont le signataire n’a liquidé aucune ligne."""

    bordereau: RefBordereau
    total_centimes: Montant = Field(ge=0, title="Total", description="total des mandats signés, en centimes")

    def decider(self, bordereau: Bordereau, services: Services) -> None:
        """Sign every line, each on the bank details of its liquidation if they are still the validated ones."""
        if bordereau.signe_par is None:
            _exiger_les_memes_comptes(bordereau, services)
        bordereau.signer(self.total_centimes)


def _exiger_les_memes_comptes(bordereau: Bordereau, services: Services) -> None:
    """Refuse with CoordonneesChangees, naming the line, when its order would pay an account that is no longer the tiers’."""
    for ligne in bordereau.lignes.values():
        subvention = services.store.charger(Subvention, ligne.subvention)
        paiement = subvention.paiements.get(ligne.echeance)
        if paiement is not None and paiement.coordonnees != coordonnees_validees(subvention, services):
            raise CoordonneesChangees(
                f"Les coordonnées bancaires ont changé depuis le mandat {subvention.ref}, échéance {ligne.echeance} : "
                "« bordereau retirer-mandat », puis liquidez-la de nouveau.",
                subvention=subvention.ref,
                echeance=ligne.echeance,
            )


@geste("retirer-mandat", "Retirer un mandat", Role.ORDONNATEUR, Role.FINANCE, sur=BORDEREAU)
class RetirerMandat(Commande):
    """Retirer un mandat d’un bordereau qui n’est pas signé ; son échéance est à liquider de nouveau."""

    bordereau: RefBordereau
    subvention: Annotated[Reference, Choix("mandats")] = Field(
        title="Subvention", description="numéro du dossier ou de la subvention"
    )
    echeance: Rang

    def decider(self, bordereau: Bordereau, _: Services) -> None:
        """Take it off; the engine tells its subvention."""
        bordereau.retirer_mandat(id_de("subvention", self.subvention), self.echeance)


@geste("transmettre", "Transmettre au comptable", Role.FINANCE, sur=BORDEREAU, decide=Bordereau.transmettre)
class TransmettreBordereau(Commande):
    """Enregistrer la transmission d’un bordereau signé au comptable."""

    bordereau: RefBordereau
    flux: str = Field(pattern=r"^[A-Za-z0-9._-]{1,80}$", title="Flux", description="identifiant du flux")


@geste("relancer", "Porter de nouveau la signature", Role.FINANCE, sur=BORDEREAU, decide=Bordereau.relancer)
class RelancerSignature(Commande):
    """Porter de nouveau la signature d’un bordereau aux subventions qui l’ont refusée."""

    bordereau: RefBordereau
