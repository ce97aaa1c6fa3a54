"""The échéancier: how it is written ("avance:70%,solde:30%", or amounts in euros), and the fact that fixes it."""

from collections.abc import Sequence

from aggregates.subvention.etat import EcheancePrevue, EtatSubvention, FaitSubvention, NatureEcheance
from dispositifs import versements
from kernel.faits import Entete, Jalon, Noms
from kernel.montants import CENT_POUR_CENT, Centimes, en_euros, lire_montant, repartir
from kernel.refus import Refus

Part = tuple[NatureEcheance, str]
"""A kind, and a share ("70%") or an amount in euros."""


class EcheancierIllisible(Refus, code="echeancier_illisible"):
    """Not an échéancier: kinds, shares or amounts that cannot be read."""


class EcheancierInexact(Refus, code="echeancier_inexact"):
    """The échéances do not make the whole award."""


def lire_echeances(texte: str, total: Centimes) -> tuple[EcheancePrevue, ...]:
    """Read an échéancier for an award of `total` cents, as `lire_parts` and `chiffrer` do."""
    return chiffrer(lire_parts(texte), total)


def lire_parts(texte: str) -> list[Part]:
    """Read each part of an échéancier, or refuse with EcheancierIllisible: an unknown kind, an unreadable part."""
    try:
        return [(NatureEcheance(nature), valeur) for nature, valeur in versements.lire_parts(texte)]
    except ValueError:
        raise EcheancierIllisible(
            f"L’échéancier « {texte} » est illisible : écrire « avance:70%,solde:30% » "
            f"(natures : {', '.join(NatureEcheance)} ; en pourcentages ou en euros).",
            echeances=texte,
        ) from None


def chiffrer(parts: Sequence[Part], total: Centimes) -> tuple[EcheancePrevue, ...]:
    """Return the échéancier of an award of `total` cents, all in shares or all in euros.

    Shares make 100 % and the last takes what does not divide; amounts make the total exactly.

    Raises:
        EcheancierIllisible: Shares and amounts together.
        EcheancierInexact: The parts do not make the whole.
        MontantIllisible, MontantTropPrecis, MontantNegatif: An amount in euros that cannot be read.
    """
    montants = _montants([part for _, part in parts], total)
    return tuple(
        EcheancePrevue(nature=nature, montant_centimes=montant)
        for (nature, _), montant in zip(parts, montants, strict=True)
    )


def _montants(valeurs: Sequence[str], total: Centimes) -> tuple[Centimes, ...]:
    points = [lus for valeur in valeurs if (lus := versements.points_base(valeur)) is not None]
    if not points:
        return tuple(lire_montant(valeur) for valeur in valeurs)
    if len(points) != len(valeurs):
        raise EcheancierIllisible("Un échéancier est tout en pourcentages, ou tout en euros.", parts=list(valeurs))
    if sum(points) != CENT_POUR_CENT:
        raise EcheancierInexact(f"Les parts font {sum(points) / 100:g} %, et non 100 %.", points_base=sum(points))
    return repartir(total, points)


class EcheancierFixe(FaitSubvention, topic="subvention.echeancier_fixe.v1"):
    """An agent fixed when the award is paid; `source` names the règlement it comes from, None when it was typed."""

    echeances: tuple[EcheancePrevue, ...]
    source: str | None

    def appliquer(self, agregat: EtatSubvention, entete: Entete) -> None:
        agregat.echeancier, agregat.echeancier_jalon = self.echeances, Jalon.de(entete)
        agregat.echeancier_fixe = True

    def phrase(self, noms: Noms) -> str:
        parts = ", ".join(f"{e.nature} de {en_euros(e.montant_centimes)}" for e in self.echeances)
        source = f" (règlement {noms.reglement(self.source)})" if self.source else ""
        return f"Échéancier fixé : {parts}{source}."
