"""Money: whole euro cents, never a float. Rates are in basis points (10 000 is 100 %)."""

import re
from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Strict

from kernel.refus import Refus

Centimes = Annotated[int, Strict()]
"""Whole euro cents. A field of this type refuses floats, booleans and texts; its sign is the matter of decisions."""

CENT_POUR_CENT: Final = 10_000
CHIFFRES_MAX: Final = 12
"""Digits before the decimals: cents then stay exact in JSON, in a spreadsheet and in a bigint."""
MONTANT_MAX: Final = 10 ** (CHIFFRES_MAX + 2)
"""A trillion euros, in cents: a typing error beyond, and more than a database column holds soon after."""

_ESPACE_FINE: Final = "\u202f"
_ESPACE: Final = "\u00a0"
_MONTANT: Final = re.compile(r"(?P<euros>[0-9]+|[0-9]{1,3}(?:[^\S\r\n][0-9]{3})+)(?:[.,](?P<decimales>[0-9]+))?\s?€?")


class MontantIllisible(Refus, code="montant_illisible"):
    """Not the writing of an amount in euros."""


class MontantTropPrecis(Refus, code="montant_trop_precis"):
    """More than two decimals: it is not ours to round what someone wrote."""


class MontantNegatif(Refus, code="montant_negatif"):
    """An amount below zero where none has a meaning."""


class TauxHorsBornes(Refus, code="taux_hors_bornes"):
    """A rate outside 0 to 10 000 basis points."""


class PoidsInvalides(Refus, code="poids_invalides"):
    """Weights among which nothing can be shared: none, one below zero, or all zero."""


def lire_montant(texte: str, *, signe: bool = False) -> Centimes:
    """Read an amount in euros as people and spreadsheets write it.

    Accepted: "1234", "1234,5", "12 000.00", "1 234,56 €" with any kind of space between groups of three digits; with
    `signe`, a minus sign before it.

    Raises:
        MontantNegatif: A minus sign before an amount, without `signe`.
        MontantTropPrecis: More than two decimals, be they zeros; "1.234" is one, never 1 234 €.
        MontantIllisible: Anything else, exponents and amounts of more than twelve digits included.
    """
    sans_signe = texte.strip().removeprefix("-").removeprefix("−")
    lu = _MONTANT.fullmatch(sans_signe.lstrip())
    euros = re.sub(r"\s", "", lu["euros"]) if lu else ""
    if lu is None or len(euros) > CHIFFRES_MAX:
        raise MontantIllisible(
            f"« {texte} » n’est pas un montant lisible en euros (par exemple « 1 234,56 »).", texte=texte
        )
    negatif = sans_signe != texte.strip()
    if negatif and not signe:
        raise MontantNegatif(f"Le montant « {texte} » est négatif.", texte=texte)
    decimales = lu["decimales"] or ""
    if len(decimales) > 2:
        raise MontantTropPrecis(f"Le montant « {texte} » a plus de deux décimales.", texte=texte)
    centimes = int(euros) * 100 + int(decimales.ljust(2, "0"))
    return -centimes if negatif else centimes


def en_euros(centimes: Centimes) -> str:
    """Return "12 000,00 €": narrow no-break spaces between thousands, a no-break space before the sign."""
    euros, reste = divmod(abs(centimes), 100)
    signe = "−" if centimes < 0 else ""
    return f"{signe}{euros:,}".replace(",", _ESPACE_FINE) + f",{reste:02d}{_ESPACE}€"


def pourcentage(montant: Centimes, points_base: int) -> Centimes:
    """Return that share of an amount, rounded down to the cent (our choice: never more than the rate allows).

    Raises:
        TauxHorsBornes: The rate is outside 0 to 10 000 basis points.
        MontantNegatif: The amount is below zero, where "down" would have two meanings.
    """
    if not 0 <= points_base <= CENT_POUR_CENT:
        raise TauxHorsBornes(
            f"Le taux de {points_base} points de base n’est pas entre 0 et {CENT_POUR_CENT}.", points_base=points_base
        )
    return positif(montant) * points_base // CENT_POUR_CENT


def repartir(total: Centimes, poids: Sequence[int]) -> tuple[Centimes, ...]:
    """Share an amount by weights: parts rounded down to the cent, the remainder going to the last part that weighs.

    The parts always add up to the total, and a weight of zero gives zero.

    Raises:
        PoidsInvalides: No weight, one below zero, or all zero.
        MontantNegatif: The total is below zero.
    """
    somme = sum(poids)
    if somme <= 0 or min(poids) < 0:
        raise PoidsInvalides(
            "Rien à répartir : il faut des poids positifs, dont un au moins n’est pas nul.", poids=list(poids)
        )
    parts = [positif(total) * un_poids // somme for un_poids in poids]
    dernier = max(rang for rang, un_poids in enumerate(poids) if un_poids)
    parts[dernier] += total - sum(parts)
    return tuple(parts)


def positif(montant: Centimes) -> Centimes:
    """Return an amount that is not below zero, or refuse with MontantNegatif."""
    if montant < 0:
        raise MontantNegatif(f"Le montant {en_euros(montant)} est négatif.", centimes=montant)
    return montant
