"""What the payment of an award awaits: an échéancier, then each échéance in turn."""

from collections.abc import Iterator
from datetime import timedelta

from aggregates.subvention.delai import dans_le_delai, ou_renoncer
from aggregates.subvention.etat import Etape, EtatSubvention, Jalon, Paiement, dernier
from kernel.attentes import Attente, Cle, Role

ECHEANCIER_HABITUEL = timedelta(days=15)
PAIEMENT_HABITUEL = timedelta(days=20)
"""Usages of the product, not law: beyond them it is shown as stuck."""


def attentes(subvention: EtatSubvention) -> Iterator[Attente]:
    """Yield the échéancier, the next liquidation, and what each liquidated échéance awaits."""
    if subvention.ouverture is None:
        return
    if not subvention.echeancier_valide:
        echeancier = Attente(
            Cle("echeancier", "", subvention.ouverture.version),
            de=Role.FINANCE,
            depuis=subvention.ouverture.depuis,
            gestes=ou_renoncer(subvention, "fixer-echeancier"),
            fondement="échéancier de versement de la subvention",
            habituelle=ECHEANCIER_HABITUEL,
        )
        yield dans_le_delai(subvention, echeancier)
    for rang, paiement in sorted(subvention.paiements.items()):
        yield from _suite(subvention, rang, paiement)
    suivante = subvention.prochaine_a_liquider
    pret = subvention.echeancier_valide and subvention.engagee and not subvention.convention_manquante
    if pret and suivante is not None:
        depuis = _pret_depuis(subvention, suivante)
        possibles = ou_renoncer(subvention, "liquider")
        yield _attente(subvention, "liquidation", suivante, depuis, Role.FINANCE, possibles)


def _suite(subvention: EtatSubvention, rang: int, paiement: Paiement) -> Iterator[Attente]:
    """Yield what a liquidated échéance awaits."""
    match paiement.etape:
        case Etape.LIQUIDEE:
            possibles = ou_renoncer(subvention, "mandater", "liquider")
            yield _attente(subvention, "mandatement", rang, paiement.jalon, Role.ORDONNATEUR, possibles)
        case Etape.MANDATEE if paiement.bordereau is None:
            version, depuis = paiement.jalon
            yield Attente(
                Cle("bordereau", str(rang), version),
                de=Role.SYSTEME,
                depuis=depuis,
                echeance=depuis,
                automatisme="porter_au_bordereau",
                fondement="un mandat est signé sur un bordereau",
            )
        case Etape.MANDATEE:
            yield _attente(subvention, "signature", rang, paiement.jalon, Role.ORDONNATEUR, ("signer",))
        case Etape.SIGNEE:
            issues = ("constater-paiement", "constater-rejet")
            yield _attente(subvention, "paiement", rang, paiement.jalon, Role.FINANCE, issues)
        case Etape.PAYEE:
            pass


def _attente(
    subvention: EtatSubvention, code: str, rang: int, depuis: Jalon, de: Role, gestes: tuple[str, ...]
) -> Attente:
    """Return what is awaited of people for an échéance."""
    attente = Attente(
        Cle(code, str(rang), depuis.version),
        de=de,
        depuis=depuis.depuis,
        gestes=gestes,
        fondement=f"échéance {rang} de l’échéancier",
        habituelle=PAIEMENT_HABITUEL,
    )
    return dans_le_delai(subvention, attente) if rang == 1 else attente


def _pret_depuis(subvention: EtatSubvention, rang: int) -> Jalon:
    """Return the last fact without which the échéance could not be liquidated, and when the last of them took effect."""
    precedent = subvention.paiements.get(rang - 1)
    rejet = subvention.rejets.get(rang)
    jalons = (
        subvention.ouverture,
        subvention.engagement,
        subvention.convention,
        subvention.echeancier_jalon,
        precedent.jalon if precedent else None,
        rejet.jalon if rejet else None,
    )
    return dernier(un for un in jalons if un is not None)
