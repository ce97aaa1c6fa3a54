"""Payment conditions in words, turned into amounts only when the words leave no doubt.

Real values: « versement unique », « autre : 2 versements 50%-50% », « autre : 3 versements 1/3 - 1/3 - 1/3 »,
« autre : 2 versements 40,5 Keuros-29,5 Keuros ». When the words and the award disagree (as « 2 versements: 500000 et
156000 » for 1 850 000 €), a person decides: None.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import lcm

from kernel.montants import Centimes, repartir

UNIQUES = frozenset({"unique", "versement unique", "1 versement", "1 versement unique"})
VERSEMENTS = re.compile(r"(?:en )?([0-9]{1,2}) versements ?:? ?(.+)")
TIRETS = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
SEPARATEURS = re.compile(r" ?[-+;] ?|, | et ")
NOMBRE = r"([0-9]+(?:[.,][0-9]+)?)"

Lecture = Callable[[re.Match[str]], Fraction]


def echeancier(conditions: str | None, total: Centimes | None) -> tuple[Centimes, ...] | None:
    """Return the payments announced, which add up to the total exactly; None as soon as something is not sure.

    Percentages and fractions must make the whole and amounts the total; the number of payments announced must be the
    number of parts. Cents that do not divide go to the last payment.
    """
    if not conditions or not total or total < 0:
        return None
    texte = re.sub(r"\s+", " ", conditions.translate(TIRETS)).strip(" .").lower()
    texte = texte.removeprefix("autre").lstrip(" :-")
    if texte in UNIQUES:
        return (total,)
    annonce = VERSEMENTS.fullmatch(texte)
    if annonce is None:
        return None
    morceaux = SEPARATEURS.split(annonce[2].strip())
    return _parts(morceaux, total) if len(morceaux) == int(annonce[1]) else None


def _parts(morceaux: Sequence[str], total: Centimes) -> tuple[Centimes, ...] | None:
    """Read all the parts in one and the same way, or none of them."""
    for forme, lecture in QUOTES_PARTS.items():
        parts = _lire(morceaux, forme, lecture)
        if parts is not None:
            return _repartir(parts, total) if sum(parts) == 1 and min(parts) > 0 else None
    for forme, lecture in MONTANTS.items():
        centimes = _lire(morceaux, forme, lecture)
        if centimes is not None:
            sur = sum(centimes) == total and min(centimes) > 0 and all(c.denominator == 1 for c in centimes)
            return tuple(int(c) for c in centimes) if sur else None
    return None


def _lire(morceaux: Sequence[str], forme: str, lecture: Lecture) -> list[Fraction] | None:
    lus = [re.fullmatch(forme, morceau.strip()) for morceau in morceaux]
    return [lecture(lu) for lu in lus if lu] if all(lus) else None


def _repartir(parts: Sequence[Fraction], total: Centimes) -> tuple[Centimes, ...] | None:
    commun = lcm(*(part.denominator for part in parts))
    centimes = repartir(total, [int(part * commun) for part in parts])
    return centimes if min(centimes) > 0 else None


def _nombre(texte: str) -> Fraction:
    return Fraction(texte.replace(" ", "").replace(",", "."))


def _quotient(lu: re.Match[str]) -> Fraction:
    return Fraction(int(lu[1]), int(lu[2]))


QUOTES_PARTS: Mapping[str, Lecture] = {
    NOMBRE + r" ?%": lambda lu: _nombre(lu[1]) / 100,
    r"([0-9]{1,2}) ?/ ?([1-9][0-9]?)": _quotient,
}
MONTANTS: Mapping[str, Lecture] = {
    NOMBRE + r" ?k ?(?:euros?|eur|€|e)": lambda lu: _nombre(lu[1]) * 100_000,
    r"([0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]{1,2})?|[0-9]+(?:[.,][0-9]{1,2})?) ?(?:€|euros?|eur)?": lambda lu: (
        _nombre(lu[1]) * 100
    ),
}
