"""Why a payment: virement ← ordre ← liquidation ← vote ← proposition ← demande; and forward, from the demande to the euros."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final
from uuid import UUID

from aggregates.bordereau import Bordereau, BordereauSigne
from aggregates.deliberation import Deliberation
from aggregates.deliberation.acte import RendueExecutoire
from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from aggregates.dossier.etat import id_subvention_du
from aggregates.dossier.proposition import Propose
from aggregates.dossier.reprise import Repris
from aggregates.dossier.visa import Vise
from aggregates.subvention import Subvention
from aggregates.subvention.echeancier import EcheancierFixe
from aggregates.subvention.etat import FaitDePaiement
from aggregates.subvention.liquidation import EcheanceLiquidee
from aggregates.subvention.ouverture import ConventionSignee, EngagementConstate, SubventionOuverte, SubventionReprise
from aggregates.subvention.paiement import (
    EcheanceMandatee,
    MandatPorteAuBordereau,
    MandatRetire,
    PaiementConstate,
    RejetConstate,
)
from application.consultations.historique import ligne
from application.noms import NomsDesServices
from application.services import Services
from application.store import sauf_illisible
from kernel.agregat import Agregat
from kernel.faits import Fait, Inscription

_EN_ARRIERE: Final = (
    PaiementConstate,
    RejetConstate,
    MandatRetire,
    MandatPorteAuBordereau,
    EcheanceMandatee,
    EcheanceLiquidee,
)
"""Facts of one attempt to pay, the last first."""
TITRES: Final[dict[type[Fait[Any]], str]] = {
    PaiementConstate: "Virement",
    RejetConstate: "Rejet du comptable",
    MandatRetire: "Mandat retiré",
    BordereauSigne: "Ordre signé",
    MandatPorteAuBordereau: "Bordereau",
    EcheanceMandatee: "Mandat",
    EcheanceLiquidee: "Liquidation",
    EcheancierFixe: "Échéancier",
    ConventionSignee: "Convention",
    EngagementConstate: "Engagement des crédits",
    SubventionOuverte: "Ouverture de la subvention",
    SubventionReprise: "Reprise de la subvention",
    RendueExecutoire: "Force exécutoire",
    Vise: "Visa",
    Propose: "Proposition",
    Depose: "Demande",
    Repris: "Reprise du dossier",
}


@dataclass(frozen=True, slots=True)
class ActePrecedent:
    """One act that a payment rests on: the line of its fact, and whose fact it is."""

    titre: str
    espece: str
    id: UUID
    ligne: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Versement:
    """An échéance of an award, in cents, and all it rests on, the last act first."""

    rang: int
    nature: str
    montant_centimes: int
    etape: str
    maillons: list[ActePrecedent]


@dataclass(frozen=True, slots=True)
class CheminDesEuros:
    """A dossier with what it led to; None where it is not there, or cannot be read."""

    dossier: Dossier
    deliberation: Deliberation | None
    subvention: Subvention | None
    bordereaux: dict[UUID, Bordereau]


def chaine(services: Services, reference: str) -> CheminDesEuros:
    """Return what the payments of a dossier rest on, or refuse with ReferenceInconnue."""
    dossier = services.trouver(Dossier, reference)
    lire = services.store.charger
    subvention = sauf_illisible(partial(lire, Subvention, id_subvention_du(dossier.id)))
    acte = dossier.deliberation
    deliberation = None if acte is None else sauf_illisible(partial(lire, Deliberation, acte))
    suivie = () if subvention is None else subvention.inscriptions
    portes = [i.fait.bordereau for i in suivie if isinstance(i.fait, MandatPorteAuBordereau)]
    lus = {lequel: sauf_illisible(partial(lire, Bordereau, lequel)) for lequel in portes}
    bordereaux = {lequel: lu for lequel, lu in lus.items() if lu is not None}
    return CheminDesEuros(dossier, deliberation, subvention if subvention and subvention.existe else None, bordereaux)


def remonter(services: Services, lue: CheminDesEuros) -> list[Versement]:
    """Return each échéance of the award, and why it is paid."""
    if lue.subvention is None:
        return []
    noms, fond = NomsDesServices(services), list(_fond(lue))

    def maillon(titre: str, inscription: Inscription) -> ActePrecedent:
        entete = inscription.entete
        return ActePrecedent(titre, entete.agregat, entete.id, ligne(inscription, noms))

    versements = []
    for rang, prevue in enumerate(lue.subvention.echeancier, 1):
        paiement = lue.subvention.paiements.get(rang)
        actes = [*_actes(lue, rang), *fond]
        versements.append(
            Versement(
                rang=rang,
                nature=prevue.nature.value,
                montant_centimes=prevue.montant_centimes,
                etape="a_liquider" if paiement is None else paiement.etape.value,
                maillons=[maillon(titre, inscription) for titre, inscription in actes],
            )
        )
    return versements


def _actes(lue: CheminDesEuros, rang: int) -> Iterator[tuple[str, Inscription]]:
    """Yield the facts of the attempts to pay an échéance, the last first, with the signature of their bordereau."""
    assert lue.subvention is not None
    for inscription in reversed(lue.subvention.inscriptions):
        fait = inscription.fait
        if not isinstance(fait, FaitDePaiement) or fait.echeance != rang or not isinstance(fait, _EN_ARRIERE):
            continue
        if isinstance(fait, MandatPorteAuBordereau):
            yield from _derniers(lue.bordereaux.get(fait.bordereau), BordereauSigne)
        yield TITRES[type(fait)], inscription


def _fond(lue: CheminDesEuros) -> Iterator[tuple[str, Inscription]]:
    """Yield what every payment of the award rests on, from the échéancier back to the demande."""
    yield from _derniers(
        lue.subvention, EcheancierFixe, ConventionSignee, EngagementConstate, SubventionOuverte, SubventionReprise
    )
    if lue.deliberation is not None:
        yield from _derniers(lue.deliberation, RendueExecutoire)
        votee = lue.deliberation.lignes.get(lue.dossier.ligne or 0)
        if votee is not None and votee.vote:
            yield "Vote", lue.deliberation.inscriptions[votee.vote - 1]
    yield from _derniers(lue.dossier, Vise, Propose, Depose, Repris)


def _derniers(agregat: Agregat | None, *genres: type[Fait[Any]]) -> Iterator[tuple[str, Inscription]]:
    """Yield the last fact of each kind that an aggregate has."""
    inscriptions = [] if agregat is None else agregat.inscriptions
    for genre in genres:
        for inscription in islice((i for i in reversed(inscriptions) if isinstance(i.fait, genre)), 1):
            yield TITRES[genre], inscription
