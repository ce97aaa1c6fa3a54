"""What makes an attendance sheet admissible: known members, no overlap, one pouvoir each, held by somebody present."""

import itertools
from collections.abc import Iterable
from datetime import date

from aggregates.seance.presences import Feuille, Presence, Statut, presents
from kernel.instants import jour_de
from kernel.refus import Refus


class MembreInconnu(Refus):
    """Not a member of the assembly on that day."""

    code = "membre_inconnu"


class PresencesInvalides(Refus):
    """The attendance sheet contradicts itself."""

    code = "presences_invalides"


class PouvoirInvalide(Refus):
    """A pouvoir nobody may hold: given to an absent, or one too many."""

    code = "pouvoir_invalide"


class PresidenceExigee(Refus):
    """Somebody present must preside."""

    code = "presidence_exigee"


def exiger_admissible(feuille: Feuille, jour: date) -> None:
    """Refuse with MembreInconnu, PresencesInvalides, PouvoirInvalide or PresidenceExigee."""
    presences = feuille.presences
    cites = {p.membre for p in presences} | {p.pouvoir_a for p in presences if p.pouvoir_a} | {feuille.preside_par}
    exiger_membres(cites, feuille)
    for presence in presences:
        exiger_coherente(presence.membre, presence.statut, presence.pouvoir_a)
        _exiger_bornes(presence, jour)
    for une, autre in _paires(presences):
        if une.membre == autre.membre and une.croise(autre):
            raise PresencesInvalides(f"{une.membre} est noté deux fois au même moment.", membre=une.membre)
        if une.pouvoir_a is not None and une.pouvoir_a == autre.pouvoir_a and une.croise(autre):
            raise PouvoirInvalide(f"{une.pouvoir_a} détient deux pouvoirs : un seul est permis.", membre=une.pouvoir_a)
    _exiger_mandataires(presences)
    if feuille.preside_par not in presents(presences, None):
        raise PresidenceExigee(
            f"{feuille.preside_par} n’est pas présent à l’ouverture : dites qui préside (--preside-par).",
            preside_par=feuille.preside_par,
        )


def exiger_membres(cites: Iterable[str], feuille: Feuille) -> None:
    """Refuse with MembreInconnu whoever is not a member en exercice on the day of the sitting."""
    inconnus = sorted(set(cites) - set(feuille.membres))
    if inconnus:
        jour = feuille.jour
        raise MembreInconnu(
            f"Pas membre de l’assemblée ce jour-là : {', '.join(inconnus)}.", membres=inconnus, jour=str(jour)
        )


def exiger_coherente(membre: str, statut: Statut, pouvoir_a: str | None) -> None:
    """Refuse with PresencesInvalides or PouvoirInvalide a pouvoir without its statut, or given to oneself."""
    if (statut is Statut.REPRESENTE) != (pouvoir_a is not None):
        raise PresencesInvalides(f"{membre} : un pouvoir va avec le statut « represente », et lui seul.", membre=membre)
    if pouvoir_a == membre:
        raise PouvoirInvalide(f"{membre} ne peut pas se donner pouvoir.", membre=membre)


def _exiger_bornes(presence: Presence, jour: date) -> None:
    membre = presence.membre
    if presence.arrivee and presence.depart and presence.depart <= presence.arrivee:
        raise PresencesInvalides(f"{membre} part avant d’arriver.", membre=membre)
    if any(borne is not None and jour_de(borne) < jour for borne in (presence.arrivee, presence.depart)):
        raise PresencesInvalides(f"{membre} : heure antérieure au jour de la séance.", membre=membre, jour=str(jour))


def _exiger_mandataires(presences: tuple[Presence, ...]) -> None:
    for pouvoir in presences:
        if pouvoir.pouvoir_a is None:
            continue
        tenu = any(
            p.membre == pouvoir.pouvoir_a and p.statut is Statut.PRESENT and p.croise(pouvoir) for p in presences
        )
        if not tenu:
            raise PouvoirInvalide(
                f"{pouvoir.membre} donne pouvoir à {pouvoir.pouvoir_a}, qui est absent.",
                membre=pouvoir.membre,
                pouvoir_a=pouvoir.pouvoir_a,
            )


def _paires(presences: tuple[Presence, ...]) -> Iterable[tuple[Presence, Presence]]:
    retenues = [p for p in presences if p.statut is not Statut.ABSENT]
    return itertools.combinations(retenues, 2)
