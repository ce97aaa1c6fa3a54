"""The payment orders: one per mandat of a signed bordereau, with the bank details reckoned with at its liquidation."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from aggregates.bordereau import Bordereau, BordereauOuvert, BordereauSigne, Ligne
from aggregates.subvention import Subvention
from aggregates.subvention.etat import EtapeDePaiement
from aggregates.subvention.liquidation import EcheanceLiquidee
from aggregates.subvention.paiement import RejetConstate
from aggregates.tiers import Tiers
from application.consultations.voir import beneficiaire
from application.coordonnees import lire_iban
from application.habilitations import exiger_role
from application.journal import log
from application.services import Services
from application.store import Nommes, sauf_illisible
from kernel.attentes import Role
from kernel.refus import GesteImpossible

ROLES: Final = (Role.FINANCE, Role.ORDONNATEUR)


class EtatOrdre(StrEnum):
    """What became of an order since it was signed."""

    A_PAYER = "a_payer"
    PAYE = "paye"
    REJETE = "rejete"
    ANNULE = "annule"


@dataclass(frozen=True, slots=True)
class OrdreDePaiement:
    """One mandat, in cents. `reference` is the same for ever; `iban` None when forgotten, or another's.

    `reprise`: its award was taken over from a file, and voted by nobody here.
    """

    reference: str
    etat: EtatOrdre
    bordereau: str
    subvention: str
    dossier: str
    siret: str | None
    denomination: str
    echeance: int
    montant_centimes: int
    iban: str | None
    reprise: bool


def ordres(
    services: Services,
    acteur: str | None,
    *,
    bordereau: str | None = None,
    tous: bool = False,
    nommes: Nommes | None = None,
) -> Iterator[OrdreDePaiement]:
    """Return the orders of the signed bordereaux, or of one, by number; `tous` includes those paid, rejected or cancelled.

    `nommes` takes what cannot be read, and is left out.

    Raises:
        ActeurManquant, ActeurInconnu, RoleManquant: bank details are for finance and the ordonnateur only.
        ReferenceInconnue: no such bordereau.
        GesteImpossible: it is not signed.
    """
    exiger_role(services.store, acteur, ROLES, services.maintenant(), "exporter ordres")
    if bordereau is None:
        signes = sorted(services.store.ayant(Bordereau, BordereauSigne, nommes=nommes), key=_jour_et_rang)
    else:
        signes = [_signe(services, bordereau)]
    log.info("ordres.exportes", acteur=acteur, bordereaux=[b.ref for b in signes])
    return (
        ordre
        for connu in signes
        for ligne in connu.lignes.values()
        if (ordre := sauf_illisible(partial(_ordre, services, connu, ligne), nommes)) is not None
        and (ordre.etat is EtatOrdre.A_PAYER or tous)
    )


def a_signer(services: Services) -> list[tuple[str, int]]:
    """Return the bordereaux that await a signature, by number, each with its total in cents."""
    ouverts = services.store.ayant(Bordereau, BordereauOuvert)
    return sorted((b.ref, b.total_centimes) for b in ouverts if not b.ferme)


def _signe(services: Services, reference: str) -> Bordereau:
    connu = services.trouver(Bordereau, reference)
    if connu.signe_par is None:
        message = f"Le bordereau {connu.ref} n’est pas signé : il n’ordonne encore aucun paiement."
        raise GesteImpossible(message, geste="exporter ordres", etat="a_signer")
    return connu


def _jour_et_rang(bordereau: Bordereau) -> tuple[str, int]:
    """BORD-2026-07-14-10 comes after BORD-2026-07-14-9."""
    jour, _, rang = bordereau.ref.rpartition("-")
    return jour, int(rang)


def _ordre(services: Services, bordereau: Bordereau, ligne: Ligne) -> OrdreDePaiement:
    subvention = services.store.charger(Subvention, ligne.subvention)
    tiers = beneficiaire(services, subvention)
    assert tiers is not None, "nothing is liquidated without the bank details of a tiers"
    return OrdreDePaiement(
        reference=f"{bordereau.ref}/{subvention.ref}/{ligne.echeance}/{ligne.tentative}",
        etat=etat_de_l_ordre(subvention, ligne),
        bordereau=bordereau.ref,
        subvention=subvention.ref,
        dossier=subvention.dossier_ref,
        siret=tiers.siret,
        denomination=tiers.denomination,
        echeance=ligne.echeance,
        montant_centimes=ligne.montant_centimes,
        iban=iban_de_l_ordre(services, subvention, tiers, ligne),
        reprise=subvention.reprise,
    )


def etat_de_l_ordre(subvention: Subvention, ligne: Ligne) -> EtatOrdre:
    """Return what became of an order: to pay, even before it is signed, while its attempt is the one under way."""
    paiement = subvention.paiements.get(ligne.echeance)
    if paiement is not None and paiement.tentative == ligne.tentative:
        return EtatOrdre.PAYE if paiement.etape is EtapeDePaiement.PAYEE else EtatOrdre.A_PAYER
    rejete = any(_est_de(i.fait, RejetConstate, ligne) for i in subvention.inscriptions)
    return EtatOrdre.REJETE if rejete else EtatOrdre.ANNULE


def iban_de_l_ordre(services: Services, subvention: Subvention, tiers: Tiers, ligne: Ligne) -> str | None:
    """Return the account of this attempt: that of its last liquidation, the one that was ordered; its own, or none."""
    for inscription in reversed(subvention.inscriptions):
        fait = inscription.fait
        if isinstance(fait, EcheanceLiquidee) and _est_de(fait, EcheanceLiquidee, ligne):
            le_sien = services.coffre.sujet(fait.coordonnees) == tiers.id
            return lire_iban(services.coffre, fait.coordonnees) if le_sien else None
    return None


def _est_de(fait: object, classe: type[EcheanceLiquidee] | type[RejetConstate], ligne: Ligne) -> bool:
    return isinstance(fait, classe) and (fait.echeance, fait.tentative) == (ligne.echeance, ligne.tentative)
