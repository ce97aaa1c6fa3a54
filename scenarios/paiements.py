"""Payments of the demo: bank details under four eyes, liquidation, mandat, bordereau, payment."""

from collections.abc import Sequence

from application.consultations.ordres import a_signer
from scenarios import institution as qui
from scenarios.jeu import Jeu

IBAN_D_EXEMPLE = "FR7630006000011234567890189"
"""The account of the documentation, known everywhere as an example: exemple fictif."""
AUTRE_IBAN_D_EXEMPLE = "FR1420041010050500013M02606"
Echeances = Sequence[tuple[str, int]]
"""Subventions, each with the number of one of its échéances."""


class Payeur:
    """Pays what is due, in lots, as finance does."""

    def __init__(self, jeu: Jeu) -> None:
        self.jeu = jeu

    async def declarer_coordonnees(self, tiers: str, iban: str) -> None:
        """Declare bank details, which await another person."""
        await self.jeu.faire(
            "tiers declarer-coordonnees", qui.FINANCE, tiers=tiers, iban=iban, titulaire="exemple fictif"
        )

    async def donner_coordonnees(self, tiers: str, iban: str = IBAN_D_EXEMPLE) -> None:
        """Declare bank details, then have another person validate them."""
        await self.jeu.faire("tiers declarer-nature", qui.FINANCE, tiers=tiers, **qui.NATURE)
        await self.declarer_coordonnees(tiers, iban)
        await self.jeu.faire("tiers valider-coordonnees", qui.CONTROLE, tiers=tiers, derniers_chiffres=iban[-4:])

    async def liquider(self, echeances: Echeances) -> None:
        """Reckon what is owed."""
        for subvention, rang in echeances:
            await self.jeu.faire("subvention liquider", qui.FINANCE, subvention=subvention, echeance=rang)

    async def mandater(self, echeances: Echeances) -> None:
        """Order it; each mandat goes to the bordereau of the day."""
        for subvention, rang in echeances:
            await self.jeu.faire("subvention mandater", qui.ORDONNATEUR, subvention=subvention, echeance=rang)
        await self.jeu.repos()

    async def signer(self) -> None:
        """Sign the bordereaux that await it."""
        for ref, total in a_signer(self.jeu.services):
            await self.jeu.faire("bordereau signer", qui.ORDONNATEUR, bordereau=ref, total_centimes=total)
        await self.jeu.repos()

    async def constater(self, echeances: Echeances) -> None:
        """Record that the comptable paid."""
        for subvention, rang in echeances:
            await self.jeu.faire("subvention constater-paiement", qui.FINANCE, subvention=subvention, echeance=rang)
        await self.jeu.repos()

    async def ordonner(self, echeances: Echeances) -> None:
        """Liquidate, order and sign."""
        await self.liquider(echeances)
        await self.mandater(echeances)
        await self.signer()

    async def payer(self, echeances: Echeances) -> None:
        """Order these échéances, then record that the comptable paid them."""
        await self.ordonner(echeances)
        await self.constater(echeances)
