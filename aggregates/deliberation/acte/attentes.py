"""What a voted rapport awaits until it has legal force."""

from collections.abc import Iterator

from aggregates.deliberation.etat import EtatDeliberation, Ouverture
from kernel.attentes import Attente, Cle, Nature, Role

_LEGALITE = "CGCT, art. L4141-1 (transmission au préfet de région)"


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the next step: ask for the number, give it (the engine), transmit, make exécutoire."""
    d = deliberation
    if not d.tranchee or not d.est_un_acte or d.executoire is not None or d.dernier_vote is None:
        return
    if d.numero_demande is None:
        yield _de_personne("numerotation", "numeroter", d.dernier_vote, "registre des délibérations", Nature.USAGE)
    elif d.numerotee is None:
        yield Attente(
            Cle("numero", "", d.numero_demande.version),
            de=Role.SYSTEME,
            depuis=d.numero_demande.depuis,
            echeance=d.numero_demande.depuis,
            automatisme="attribuer_numero",
            fondement="registre des délibérations : ni trou ni double",
        )
    elif d.transmise is None:
        yield _de_personne("transmission", "transmettre", d.numerotee, _LEGALITE, Nature.LOI)
    else:
        yield _de_personne("force_executoire", "rendre-executoire", d.transmise, _LEGALITE, Nature.LOI)


def _de_personne(code: str, geste: str, ouverture: Ouverture, fondement: str, nature: Nature) -> Attente:
    return Attente(
        Cle(code, "", ouverture.version),
        de=Role.ASSEMBLEES,
        depuis=ouverture.depuis,
        gestes=(geste,),
        fondement=fondement,
        nature=nature,
    )
