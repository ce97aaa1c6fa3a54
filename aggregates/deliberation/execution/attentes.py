"""What an exécutoire act awaits of the engine, and of people when an enveloppe refuses."""

from collections.abc import Iterator

from aggregates.deliberation.etat import EtatDeliberation, Ouverture
from kernel.attentes import Attente, Cle, Role

_FONDEMENT = "exécution de la délibération"


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the pass on the lines, then the pass on the credits, both due at once; and one attente per refusal."""
    d = deliberation
    if d.a_porter and d.passe_decisions is not None:
        yield _au_systeme("decisions", "porter_decisions", d.passe_decisions)
    elif d.a_engager and d.passe_credits is not None:
        yield _au_systeme("credits", "engager_credits", d.passe_credits)
    for enveloppe, (code, ouverture) in d.engagements_refuses.items():
        yield Attente(
            Cle("engagement", enveloppe, ouverture.version),
            de=Role.FINANCE,
            depuis=ouverture.depuis,
            gestes=("redemander-engagement",),
            fondement=f"l’enveloppe {enveloppe} a refusé : {code}",
        )


def _au_systeme(code: str, automatisme: str, passe: Ouverture) -> Attente:
    return Attente(
        Cle(code, "", passe.version),
        de=Role.SYSTEME,
        depuis=passe.depuis,
        echeance=passe.depuis,
        automatisme=automatisme,
        fondement=_FONDEMENT,
    )
