"""Subventions at each step of their life, made by the decisions of people and of the engine."""

from typing import Any
from uuid import UUID

from aggregates.dossier.elements import Source
from aggregates.subvention import Subvention, attentes
from aggregates.subvention.echeancier import lire_echeances
from aggregates.subvention.etat import EtapeDePaiement
from aggregates.subvention.ouverture import SubventionOuverte, SubventionReprise
from kernel.attentes import Delai, Nature
from tests.aggregates.fabrique import JOUR, UN, par

SOIXANTE_JOURS = Delai(code="paiement", duree="60 jours", source="loi n° 2000-321, art. 10", nature=Nature.LOI)
SEUIL = 2_300_000
DOSSIER, RAPPORT, TIERS, ENVELOPPE = UUID(int=31), UUID(int=32), UUID(int=33), UUID(int=34)
BORDEREAU, AUTRE_BORDEREAU, IBAN, AUTRE_IBAN, MOTIF = (UUID(int=n) for n in range(35, 40))
VOTE = 1_200_000
REF = "SUB-NQE-2026-7K3F9"
DEUX_PARTS = "avance:70%,solde:30%"


def ouverte(**champs: Any) -> SubventionOuverte:
    """Return the award of a délibération."""
    donnees: dict[str, Any] = {
        "ref": REF,
        "dossier": DOSSIER,
        "dossier_ref": "NQE-2026-7K3F9",
        "deliberation": RAPPORT,
        "tiers": TIERS,
        "montant_centimes": VOTE,
        "vote_le": JOUR,
        "campagne": "NQE-2026",
        "objet": "Été au Pile",
        "convention_exigee": False,
        "paiement": SOIXANTE_JOURS,
    }
    return SubventionOuverte(**(donnees | champs))


def reprise(**champs: Any) -> SubventionReprise:
    """Return a row of a file of awards."""
    source = Source(fichier_sha256="ab" * 32, ligne=champs.pop("ligne", 2), rang=champs.pop("rang", 1), identite="cd")
    donnees: dict[str, Any] = {
        "ref": "SUB-REPRISE-7K3F9",
        "dossier": DOSSIER,
        "dossier_ref": "REPRISE-7K3F9",
        "campagne": "REPRISE",
        "montant_centimes": VOTE,
        "conditions": "autre : 2 versements 50%-50%",
        "echeances": (600_000, 600_000),
        "source": source,
    }
    return SubventionReprise(**(donnees | champs))


def une_subvention(*, montant: int = VOTE) -> Subvention:
    """Return an award just open."""
    subvention = par(Subvention(UN), "SYSTEME")
    subvention.ouvrir(ouverte(montant_centimes=montant), SEUIL)
    return subvention


def une_subvention_reprise(**champs: Any) -> Subvention:
    """Return an award taken over, that nobody vouched for yet."""
    subvention = par(Subvention(UN), "ines")
    subvention.reprendre(reprise(**champs))
    return subvention


def une_subvention_reprise_validee() -> Subvention:
    """Return one that may be paid."""
    subvention = par(une_subvention_reprise(), "rosa")
    subvention.valider_reprise()
    return subvention


def une_subvention_engagee(*, echeances: str = DEUX_PARTS, montant: int = VOTE) -> Subvention:
    """Return an award that only awaits its liquidation."""
    subvention = une_subvention(montant=montant)
    subvention.constater_engagement(ENVELOPPE, montant)
    par(subvention, "fina-1").fixer_echeancier(lire_echeances(echeances, montant))
    return subvention


def jusqu_a(etape: EtapeDePaiement, *, rang: int = 1, subvention: Subvention | None = None) -> Subvention:
    """Return an award one échéance of which stands at that step."""
    s = subvention or une_subvention_engagee()
    tentative = s.rejets[rang].tentative + 1 if rang in s.rejets else 1
    par(s, "fina-1").liquider(rang, IBAN)
    if etape is EtapeDePaiement.LIQUIDEE:
        return s
    par(s, "ordo-1").mandater(rang, IBAN)
    if etape is EtapeDePaiement.MANDATEE:
        return s
    par(s, "SYSTEME").porter_au_bordereau(rang, tentative, BORDEREAU, "BORD-2026-01-12-1")
    s.constater_signature(rang, tentative, BORDEREAU)
    if etape is EtapeDePaiement.PAYEE:
        par(s, "fina-2").constater_paiement(rang)
    return s


def codes(subvention: Subvention) -> list[str]:
    """Return what it awaits."""
    return [attente.cle.code for attente in attentes(subvention)]
