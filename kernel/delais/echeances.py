"""The count of a délai, by the rules at the head of the package, and its explanation stretch by stretch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from heapq import merge
from typing import Any

from kernel.delais.calendrier import JOUR, au_calendrier, chomes_apres, est_ouvre, quantieme
from kernel.delais.durees import Duree, Unite
from kernel.delais.intervalles import EtapeDeDelai, Intervalle, fusionner
from kernel.instants import Effet, Instant, fin_de_jour, rfc3339


@dataclass(frozen=True, slots=True)
class Echeance:
    """When a délai ends, and why: its étapes follow one another from `depuis` to `dernier_jour`, without a hole.

    The sum of their `jours` is the length of the délai in days: of its unit, or those its months and years have.
    """

    depuis: date
    duree: Duree
    dernier_jour: date
    etapes: tuple[EtapeDeDelai, ...]

    @property
    def dernier_instant(self) -> Instant:
        """Return 24:00 of the last day in Paris, in UTC."""
        return fin_de_jour(self.dernier_jour)

    def en_json(self) -> dict[str, Any]:
        """Return the document of the outside contract (command `delai`)."""
        return {
            "depuis": self.depuis.isoformat(),
            "duree": str(self.duree),
            "dernier_jour": self.dernier_jour.isoformat(),
            "dernier_instant": rfc3339(self.dernier_instant),
            "etapes": [e._asdict() | {"du": e.du.isoformat(), "au": e.au.isoformat()} for e in self.etapes],
        }


def echoir(
    depuis: Effet,
    duree: Duree,
    suspensions: Iterable[Intervalle] = (),
    interruptions: Iterable[Intervalle] = (),
    *,
    report: bool = False,
    source: str = "",
    source_suspension: str = "",
) -> Echeance:
    """Count a délai.

    Args:
        depuis: The day that starts it (an instant means its day in Paris). It does not count.
        duree: Its length.
        suspensions: Days on which the clock does not run, in any order; those it does not meet change nothing.
        interruptions: Days after the last of which the clock starts from zero, likewise.
        report: Whether an end on a Saturday, a Sunday or a holiday moves to the next jour ouvré.
        source: The text that sets the délai, quoted in the étapes.
        source_suspension: The text that allows the suspensions, likewise.

    Raises:
        DateHorsCalendrier: The count leaves the years 1900 to 2200, or 2100 when it needs the public holidays.
    """
    depart = au_calendrier(depuis)
    arrets = [EtapeDeDelai(s.du, s.au, 0, "Délai suspendu", source_suspension) for s in fusionner(suspensions)]
    etapes = [EtapeDeDelai(depart, depart, 0, "Jour de départ : il ne compte pas", source)]
    for interruption in fusionner(interruptions):
        *_, derniere = _courir(etapes[-1].au, duree, arrets, source)
        if interruption.du <= derniere.au and etapes[-1].au < interruption.au:
            etapes += _perdre(etapes[-1].au, interruption, arrets, source)
    etapes += _courir(etapes[-1].au, duree, arrets, source)
    if report:
        etapes += _reporter(etapes[-1].au)
    return Echeance(depart, duree, au_calendrier(etapes[-1].au), tuple(etapes))


def _courir(origine: date, duree: Duree, suspensions: list[EtapeDeDelai], source: str) -> Iterator[EtapeDeDelai]:
    """Yield the étapes after `origine`. Days not worked stop a clock of jours ouvrés as a suspension would."""
    if duree.suite is not None:
        mois = list(_courir(origine, Duree(duree.nombre, duree.unite), suspensions, source))
        yield from mois
        yield from _courir(au_calendrier(mois[-1].au), duree.suite, suspensions, source)
        return
    reste, motif = _a_compter(origine, duree)
    ouvres = duree.unite is Unite.JOURS_OUVRES
    jour = origine
    for arret in merge(suspensions, chomes_apres(origine)) if ouvres else suspensions:
        courus = (arret.du - jour).days - 1
        if courus >= reste:
            break
        if arret.au <= jour:
            continue
        if courus > 0:
            yield EtapeDeDelai(jour + JOUR, arret.du - JOUR, courus, motif, source)
            reste -= courus
        yield arret._replace(du=max(arret.du, jour + JOUR))
        jour = au_calendrier(arret.au)
    yield from _finir(jour, reste, duree.unite, motif, source)


def _finir(jour: date, reste: int, unite: Unite, motif: str, source: str) -> Iterator[EtapeDeDelai]:
    fin = jour + timedelta(days=reste)
    if unite not in {Unite.JOURS_FRANCS, Unite.MOIS_FRANCS}:
        yield EtapeDeDelai(jour + JOUR, fin, reste, motif, source)
        return
    if reste > 1:
        yield EtapeDeDelai(jour + JOUR, fin - JOUR, reste - 1, motif, source)
    yield EtapeDeDelai(fin, fin, 0, "Dernier jour d’un délai franc : il ne compte pas", source)


def _perdre(
    origine: date, interruption: Intervalle, suspensions: list[EtapeDeDelai], source: str
) -> Iterator[EtapeDeDelai]:
    """Yield what an interruption makes vain, from the day after `origine`: days that ran, suspensions; then itself."""
    veille, jour = interruption.du - JOUR, origine
    for arret in suspensions:
        du, au = max(arret.du, jour + JOUR), min(arret.au, veille)
        if du <= au:
            yield from _perdus(jour + JOUR, du - JOUR, source)
            yield arret._replace(du=du, au=au)
            jour = au
    yield from _perdus(jour + JOUR, veille, source)
    jour = max(interruption.du, origine + JOUR)
    yield EtapeDeDelai(jour, interruption.au, 0, "Délai interrompu, puis remis à zéro", source)


def _perdus(du: date, au: date, source: str) -> Iterator[EtapeDeDelai]:
    if du <= au:
        yield EtapeDeDelai(du, au, 0, "Jours courus, perdus par la remise à zéro", source)


def _reporter(dernier: date) -> Iterator[EtapeDeDelai]:
    ouvre = dernier
    while not est_ouvre(ouvre):
        ouvre += JOUR
    if ouvre > dernier:
        yield EtapeDeDelai(
            dernier + JOUR, ouvre, 0, "Report au premier jour ouvrable", "Code de procédure civile, art. 642"
        )


def _a_compter(origine: date, duree: Duree) -> tuple[int, str]:
    """Return how many days the clock must run from `origine`, and how the étapes say it."""
    nombre, motif = duree.nombre, f"Le délai court : {duree.libelle}"
    match duree.unite:
        case Unite.JOURS | Unite.JOURS_OUVRES:
            return nombre, motif
        case Unite.JOURS_FRANCS:
            return nombre + 1, motif
        case Unite.SEMAINES:
            return 7 * nombre, f"{motif}, soit {7 * nombre} jours"
        case Unite.MOIS | Unite.MOIS_FRANCS | Unite.ANS:
            arrivee = quantieme(origine, 12 * nombre if duree.unite is Unite.ANS else nombre)
            jours = (arrivee - origine).days
            manque = "" if arrivee.day == origine.day else f" (faute de {origine.day}, dernier jour du mois)"
            compter = jours + 1 if duree.unite is Unite.MOIS_FRANCS else jours
            return compter, f"{motif} de quantième à quantième{manque}, soit {jours} jours"
