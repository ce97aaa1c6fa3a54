"""What the law fixes of a dossier, a sitting and an award, each with its source; a dispositif's own come from its règlement."""

from typing import Final

from kernel.attentes import Delai, Nature

SILENCE: Final = Delai(
    code="rejet_implicite",
    duree="2 mois",
    source="CRPA, art. L231-4 3° et L114-3 (suspension : L114-5)",
    nature=Nature.LOI,
)
"""Silence on a request of a financial nature is a refusal after two months."""

REUNION_DE_DROIT: Final = Delai(
    code="reunion_de_droit", duree="3 jours", source="CGCT, art. L4132-13-1", nature=Nature.LOI
)
"""Without a quorum, the sitting of right is held three days later, whatever the number."""

PAIEMENT: Final = Delai(
    code="paiement",
    duree="60 jours",
    source="loi n° 2000-321, art. 10 (loi n° 2021-875) : 60 jours à compter de la notification",
    nature=Nature.LOI,
)
"""An award is paid within 60 days of its notification (no fact records it yet), unless other dates or an event were fixed."""

SEUIL_CONVENTION_CENTIMES: Final = 23_000_00
"""Above it a convention is compulsory (loi n° 2000-321, art. 10; décret n° 2001-495, art. 1er)."""


def delai_pieces(duree: str) -> Delai:
    """Return the clock of a demande de pièces: the law asks for a délai, the agent fixes it."""
    return Delai(code="pieces", duree=duree, source="CRPA, art. L114-5", nature=Nature.LOI)


def delai_avis(duree: str, *, cite: bool) -> Delai:
    """Return the clock of an avis: from a text, which the demande cites, else from the demande alone, which is usage."""
    if cite:
        return Delai(code="avis", duree=duree, source="texte cité par la demande d’avis", nature=Nature.REGLEMENT)
    return Delai(code="avis", duree=duree, source="demande de l’instructeur", nature=Nature.USAGE)
