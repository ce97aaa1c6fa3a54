"""What changes while a sitting lasts: who arrives, leaves, gives a pouvoir or takes it back, at what hour. Pure functions."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from pydantic import AwareDatetime, BaseModel, ConfigDict

from aggregates.seance.presences import Feuille, Presence, Statut, en_ordre
from kernel.instants import Instant


class Mouvement(BaseModel):
    """From that instant on, and until the next thing known of him, a member takes part so."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    membre: str
    statut: Statut
    pouvoir_a: str | None = None
    a: AwareDatetime


def apres(feuille: Feuille, mouvements: Iterable[Mouvement]) -> Feuille:
    """Return the sheet of the opening with what was noted since, in whatever order it was noted."""
    mouvements = tuple(mouvements)
    touches = {mouvement.membre for mouvement in mouvements}
    gardees = [p for p in feuille.presences if p.membre not in touches]
    refaites = [troncon for membre in touches for troncon in _troncons(membre, feuille, mouvements)]
    return replace(feuille, presences=en_ordre([*gardees, *refaites]))


def _troncons(membre: str, feuille: Feuille, mouvements: Iterable[Mouvement]) -> Iterator[Presence]:
    """Yield the stretches of one member: each thing known of him holds until the next one."""
    absent = (Statut.ABSENT, None)
    connu: dict[Instant | None, tuple[Statut, str | None]] = {None: absent}
    siennes = [p for p in feuille.presences if p.membre == membre and p.statut is not Statut.ABSENT]
    connu.update((p.depart, absent) for p in siennes if p.depart is not None)
    connu.update((p.arrivee, (p.statut, p.pouvoir_a)) for p in siennes)
    connu.update((m.a, (m.statut, m.pouvoir_a)) for m in mouvements if m.membre == membre)
    suite = [None, *sorted(instant for instant in connu if instant is not None), None]
    for debut, fin in pairwise(suite):
        statut, pouvoir_a = connu[debut]
        if statut is not Statut.ABSENT:
            yield Presence(membre=membre, statut=statut, pouvoir_a=pouvoir_a, arrivee=debut, depart=fin)
