"""Payments of the demo: bank details under four eyes, liquidation, mandat, bordereau, payment."""

from collections.abc import Sequence

from application.consultations import bordereaux
from scenarios import institution as qui
from scenarios.jeu import Jeu

IBAN_D_EXEMPLE = "FR7630006000011234567890189"
"""The account of the documentation, known everywhere as an example: exemple fictif."""
AUTRE_IBAN_D_EXEMPLE = "FR1420041010050500013M02606"


class Paiements:
    """Pays what is due, in lots, as finance does."""

    def __init__(self, jeu: Jeu) -> None:
        self.jeu = jeu

    async def donner_coordonnees(self, tiers: str, iban: str = IBAN_D_EXEMPLE) -> None:
        """Declare bank details, then have another person validate them."""
        await self.jeu.faire(
            "tiers declarer-coordonnees", qui.FINANCE, tiers=tiers, iban=iban, titulaire="exemple fictif"
        )
        await self.jeu.faire("tiers valider-coordonnees", qui.CONTROLE, tiers=tiers)

    async def ordonner(self, echeances: Sequence[tuple[str, int]]) -> None:
        """Liquidate and order these échéances, then sign the bordereaux they went to."""
        for subvention, rang in echeances:
            await self.jeu.faire("subvention liquider", qui.FINANCE, subvention=subvention, echeance=rang)
            await self.jeu.faire("subvention mandater", qui.ORDONNATEUR, subvention=subvention, echeance=rang)
        await self.jeu.repos()
        for bordereau in bordereaux.a_signer(self.jeu.services):
            await self.jeu.faire(
                "bordereau signer",
                qui.ORDONNATEUR,
                bordereau=bordereau["ref"],
                total_centimes=bordereau["total_centimes"],
            )
        await self.jeu.repos()

    async def payer(self, echeances: Sequence[tuple[str, int]]) -> None:
        """Order these échéances, then record that the comptable paid them."""
        await self.ordonner(echeances)
        for subvention, rang in echeances:
            await self.jeu.faire("subvention constater-paiement", qui.FINANCE, subvention=subvention, echeance=rang)
        await self.jeu.repos()
