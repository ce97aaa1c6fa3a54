"""What finance reads: what blocks a payment, the lines of a bordereau, what the comptable refused, the ledger of credits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aggregates.dossier.etat import id_subvention_du
from aggregates.subvention import Subvention
from aggregates.subvention.etat import EtapeDePaiement, Rejet
from application.consultations.moment import Moment
from application.consultations.ordres import EtatOrdre, etat_de_l_ordre, iban_de_l_ordre
from application.consultations.voir import beneficiaire
from application.services import Services
from application.store import sauf_illisible
from dispositifs.identites import iban_masque
from kernel.agregat import plier
from kernel.faits import Inscription
from kernel.illisible import FaitIllisible
from kernel.instants import instant_de

if TYPE_CHECKING:
    from aggregates.bordereau import Bordereau, Ligne
    from aggregates.enveloppe import Enveloppe


class Blocage(StrEnum):
    """Why the next step of a payment cannot be done now."""

    CONVENTION = "convention"
    COORDONNEES_ABSENTES = "coordonnees_absentes"
    COORDONNEES_A_VALIDER = "coordonnees_a_valider"
    COORDONNEES_CHANGEES = "coordonnees_changees"
    ACTE_NON_EXECUTOIRE = "acte_non_executoire"
    REPRISE_A_VALIDER = "reprise_a_valider"


@dataclass(frozen=True, slots=True)
class MandatInscrit:
    """A line of a bordereau, with the award it pays; `compte` is masked, None when it is not this tiers’."""

    ligne: "Ligne"
    subvention: Subvention
    denomination: str
    compte: str | None
    etat: EtatOrdre
    blocages: list[Blocage]


@dataclass(frozen=True, slots=True)
class PaiementRefuse:
    """An échéance that the comptable did not pay; `etape` is how far it went since, None when nothing was done."""

    subvention: Subvention
    denomination: str
    echeance: int
    rejet: Rejet
    etape: EtapeDePaiement | None
    blocages: list[Blocage]


@dataclass(frozen=True, slots=True)
class Ecriture:
    """A movement of credits: what it changed of what is available, and what was left. In cents."""

    inscription: Inscription
    variation_centimes: int
    solde_centimes: int


def blocages(services: Services, subvention: Subvention, rang: int | None) -> list[Blocage]:
    """Return what stands before the next payment of an award; none once the échéance is signed."""
    paiement = subvention.paiements.get(rang or 0)
    if paiement is not None and paiement.etape in {EtapeDePaiement.SIGNEE, EtapeDePaiement.PAYEE}:
        return []
    tiers = sauf_illisible(partial(beneficiaire, services, subvention))
    validees = None if tiers is None else tiers.validees
    dits = {
        Blocage.REPRISE_A_VALIDER: subvention.reprise_a_valider,
        Blocage.ACTE_NON_EXECUTOIRE: not subvention.reprise and subvention.ouverture is None,
        Blocage.CONVENTION: subvention.convention_manquante,
        Blocage.COORDONNEES_A_VALIDER: validees is None and tiers is not None and tiers.declarees is not None,
        Blocage.COORDONNEES_ABSENTES: validees is None and (tiers is None or tiers.declarees is None),
        Blocage.COORDONNEES_CHANGEES: paiement is not None
        and validees is not None
        and paiement.coordonnees != validees.coordonnees,
    }
    return [blocage for blocage, vrai in dits.items() if vrai]


def mandats(services: Services, bordereau: "Bordereau", moment: Moment) -> list[MandatInscrit]:
    """Return the lines of a bordereau, in their order; one whose award cannot be read is left out, and counted by its page."""

    def lire(ligne: "Ligne") -> MandatInscrit:
        subvention = services.store.charger_a(Subvention, ligne.subvention, au=moment.au, connu_au=moment.connu_au)
        tiers = beneficiaire(services, subvention)
        iban = None if tiers is None else iban_de_l_ordre(services, subvention, tiers, ligne)
        return MandatInscrit(
            ligne,
            subvention,
            denomination="" if tiers is None else tiers.denomination,
            compte=None if iban is None else iban_masque(iban),
            etat=etat_de_l_ordre(subvention, ligne),
            blocages=blocages(services, subvention, ligne.echeance),
        )

    lus = (sauf_illisible(partial(lire, ligne)) for ligne in bordereau.lignes.values())
    return [lu for lu in lus if lu is not None]


def refus_du_comptable(services: Services, refuses: Iterable[tuple[UUID, int]]) -> list[PaiementRefuse]:
    """Return these échéances (award, rank) that the comptable did not pay; what cannot be read, or is refused no more, is left out."""

    def lire(identifiant: UUID, rang: int) -> PaiementRefuse | None:
        subvention = services.store.charger(Subvention, identifiant)
        rejet = subvention.refuses.get(rang)
        return (
            None
            if rejet is None
            else PaiementRefuse(
                subvention,
                _denomination(services, subvention),
                rang,
                rejet,
                subvention.paiements[rang].etape if rang in subvention.paiements else None,
                blocages(services, subvention, rang),
            )
        )

    lus = (sauf_illisible(partial(lire, *refuse)) for refuse in refuses)
    return [lu for lu in lus if lu is not None]


def _denomination(services: Services, subvention: Subvention) -> str:
    tiers = sauf_illisible(partial(beneficiaire, services, subvention))
    return "" if tiers is None else tiers.denomination


def verses_alors(services: Services, enveloppe: "Enveloppe", moment: Moment) -> tuple[int, int]:
    """Return what was reckoned as owed, and what was paid, on what an enveloppe engaged at a past moment; in cents."""
    ids = [id_subvention_du(ligne.dossier) for e in enveloppe.engagements.values() for ligne in e.lignes]
    flux: dict[UUID, list[Inscription]] = {i: [] for i in ids}
    for inscription in services.store.ces_flux(ids):
        flux[inscription.entete.id].append(inscription)
    plies = (partial(plier, Subvention, i, lues, au=moment.au, connu_au=moment.connu_au) for i, lues in flux.items())
    lues = [lue for lire in plies if (lue := sauf_illisible(lire)) is not None]
    return sum(lue.liquide_centimes for lue in lues), sum(lue.paye_centimes for lue in lues)


def grand_livre(enveloppe: "Enveloppe", moment: Moment) -> Iterator[Ecriture]:
    """Yield each fact that moved credits, in recording order: each is applied again, and what it changed is read."""
    compte: Any = type(enveloppe)(enveloppe.id)
    for inscription in enveloppe.inscriptions:
        if moment.au is not None and instant_de(inscription.entete.effectif_le) > instant_de(moment.au):
            continue
        avant = _credits(compte)
        try:
            inscription.fait.appliquer(compte, inscription.entete)
        except FaitIllisible:
            continue
        if _credits(compte) != avant:
            yield Ecriture(inscription, compte.disponible_centimes - avant[0], compte.disponible_centimes)


def _credits(enveloppe: "Enveloppe") -> tuple[int, int, int]:
    return enveloppe.disponible_centimes, enveloppe.reserve_centimes, enveloppe.engage_centimes
