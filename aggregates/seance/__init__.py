"""A sitting of the commission permanente: convened, opened with its presences, suspended, closed. One stream per sitting."""

from aggregates.seance.convocation import Convocation
from aggregates.seance.etat import Etat, EtatSeance
from aggregates.seance.tenue import Tenue
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.instants import Instant, fin_de_jour

__all__ = ["Etat", "Seance", "attentes"]


class Seance(Convocation, Tenue):
    """A sitting of the commission permanente: each base class is a chapter of its life."""


def attentes(seance: EtatSeance) -> tuple[Attente, ...]:
    """Return the next geste; empty before the sitting is planned and once it is closed."""
    if seance.jour is None or seance.jalon is None or seance.clos:
        return ()
    jour = fin_de_jour(seance.jour)
    match seance.etat:
        case Etat.PREVUE:
            return (_attente(seance, "convocation", "convoquer", jour, "règlement intérieur de l’assemblée"),)
        case Etat.CONVOQUEE:
            return (_attente(seance, "ouverture", "ouvrir", jour, "jour de la séance"),)
        case Etat.SANS_QUORUM:
            reunion = seance.reunion
            fondement, nature = (reunion.fondement, reunion.nature) if reunion else ("réunion de droit", Nature.USAGE)
            return (_attente(seance, "reunion_de_droit", "ouvrir", jour, fondement, nature),)
        case Etat.SUSPENDUE:
            return (_attente(seance, "reprise", "reprendre", None, "séance suspendue"),)
    return (_attente(seance, "levee", "lever", None, "fin de la séance"),)


def _attente(
    seance: EtatSeance,
    code: str,
    geste: str,
    echeance: Instant | None,
    fondement: str,
    nature: Nature = Nature.USAGE,
) -> Attente:
    assert seance.jalon is not None
    return Attente(
        Cle(code, "", seance.jalon.version),
        de=Role.ASSEMBLEES,
        depuis=seance.jalon.depuis,
        echeance=echeance,
        pas_avant=seance.jour if geste == "ouvrir" else None,
        gestes=seance.a_faire(geste, "lever") if seance.etat is Etat.SUSPENDUE else seance.a_faire(geste),
        fondement=fondement,
        nature=nature,
    )
