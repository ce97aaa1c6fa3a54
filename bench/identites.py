"""Associations that visibly do not exist."""

from stdnum import luhn


def siret(rang: int) -> str:
    """Return a fictitious SIRET: SIREN 000…, both keys of Luhn right."""
    siren = f"{rang:08d}"
    siren += luhn.calc_check_digit(siren)
    return siren + "0000" + luhn.calc_check_digit(siren + "0000")
