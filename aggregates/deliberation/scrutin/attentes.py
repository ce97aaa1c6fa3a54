"""What a rapport on the agenda awaits of the assembly."""

from collections.abc import Iterator

from aggregates.deliberation.etat import EtatDeliberation
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.instants import fin_de_jour


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the vote, due on the day of the sitting."""
    passe, jour = deliberation.passe_inscription, deliberation.jour
    if passe is not None and jour is not None and deliberation.a_voter and not deliberation.a_inscrire:
        yield Attente(
            Cle("vote", "", passe.version),
            de=Role.ASSEMBLEES,
            depuis=passe.depuis,
            echeance=fin_de_jour(jour),
            gestes=("voter",),
            fondement="CGCT, art. L4132-13-1 et L4132-14",
            nature=Nature.LOI,
        )
