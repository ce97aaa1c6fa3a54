"""Clocks of the law that the engine starts, each with its source; a dispositif's own clocks come from its règlement."""

from typing import Final

from kernel.attentes import Delai, Nature

SILENCE: Final = Delai(
    code="rejet_implicite",
    duree="2 mois",
    source="CRPA, art. L231-4 3° et L114-3 (suspension : L114-5)",
    nature=Nature.LOI,
)
"""Silence on a request of a financial nature is a refusal after two months."""


def delai_pieces(duree: str) -> Delai:
    """Return the clock of a demande de pièces: the law asks for a délai, the agent fixes it."""
    return Delai(code="pieces", duree=duree, source="CRPA, art. L114-5", nature=Nature.LOI)


DEMANDE_D_AVIS: Final = "demande de l’instructeur"


def delai_avis(duree: str, source: str | None) -> Delai:
    """Return the clock of an avis: from the text that sets it, else from the agent's own demande, which is usage."""
    nature = Nature.USAGE if source is None else Nature.REGLEMENT
    return Delai(code="avis", duree=duree, source=source or DEMANDE_D_AVIS, nature=nature)
