"""Dates and instants in French words, Europe/Paris; and the two dates of a reading, as a form or an address gives them."""

import re
from datetime import datetime, time, timedelta
from typing import Final

from application.consultations.moment import Moment, lire_effet, lire_instant
from application.mots import NBSP, compte
from kernel.instants import PARIS, Effet, Instant, jour_de, lire_iso
from kernel.textes import en_toutes_lettres

_FUSEAU_ABIME: Final = re.compile(r" ([0-9]{2}:[0-9]{2})$")
_SANS_FUSEAU: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?")


def jour(valeur: Effet | str | None) -> str:
    """Return "1er juin 2026", nothing for nothing."""
    lu = _lire(valeur)
    if lu is None:
        return ""
    return en_toutes_lettres(jour_de(lu))


def moment(valeur: Effet | str | None) -> str:
    """Return "1er juin 2026 à 14 h 02"; a civil date has no hour, never 0 h 00."""
    lu = _lire(valeur)
    if not isinstance(lu, datetime):
        return jour(lu)
    return f"{jour(lu)} à {heure(lu)}"


def marque(valeur: Effet | str | None) -> str:
    """Return when a fact happened: the hour is left out at midnight sharp, where it says nothing (a délai's end)."""
    lu = _lire(valeur)
    minuit = isinstance(lu, datetime) and lu.astimezone(PARIS).time() == time.min
    return jour(lu) if minuit else moment(lu)


def fin(instant: Instant) -> str:
    """Return up to when one knows: midnight sharp is the end of the day before, which is how a date is read."""
    if instant.astimezone(PARIS).time() == time.min:
        return f"{dernier_jour(instant.isoformat())}, fin de journée"
    return moment(instant)


def jours_apres(effectif: str, enregistre: str) -> int:
    """Return how many days after it was true a fact was recorded; at 24:00 of the day is still that day."""
    effet, note = _lire(effectif), _lire(enregistre)
    assert effet is not None
    assert isinstance(note, datetime)
    return max(0, (jour_de(note - timedelta(microseconds=1)) - jour_de(effet)).days)


def dernier_jour(echeance: str) -> str:
    """Return the day at whose end an échéance falls."""
    return jour(datetime.fromisoformat(echeance) - timedelta(microseconds=1))


def distance(echeance: str, juge: Instant, retard_jours: int) -> str:
    """Return "En retard de 3 jours", "aujourd’hui", "dans 4 jours"."""
    instant = datetime.fromisoformat(echeance)
    if retard_jours:
        return f"En retard de {compte(retard_jours, 'jour')}"
    if instant < juge:
        return "Échue aujourd’hui"
    jours = (jour_de(instant - timedelta(microseconds=1)) - jour_de(juge)).days
    return "aujourd’hui" if jours <= 0 else f"dans {compte(jours, 'jour')}"


def lire_moment(au: str | None, connu_au: str | None) -> Moment:
    """Read the two dates of an address or a form, or refuse with SaisieInvalide; blank is now, everything known."""
    effet, connu = (normaliser(texte) for texte in (au, connu_au))
    return Moment(lire_effet(effet), lire_instant(connu))


def vu(lu: Moment) -> str:
    """Return "au 3 juin 2026, tel que connu le 12 juin 2026 à 14 h 00"; empty for now."""
    vrai = "" if lu.au is None else f"au {moment(lu.au)}"
    connu = "" if lu.connu_au is None else f"tel que connu le {fin(lu.connu_au)}"
    return ", ".join(partie for partie in (vrai, connu) if partie)


def heure(instant: Instant) -> str:
    """Return "14 h 02"."""
    local = instant.astimezone(PARIS)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def seconde(instant: Instant) -> str:
    """Return "14 h 02 min 58 s"."""
    return f"{heure(instant)}{NBSP}min{NBSP}{instant.second:02d}{NBSP}s"


def normaliser(texte: str | None) -> str | None:
    """Return it as it can be read: an instant without zone is of Paris, an address turns "+" into a space."""
    texte = (texte or "").strip()
    if _SANS_FUSEAU.fullmatch(texte):
        try:
            return datetime.fromisoformat(texte).replace(tzinfo=PARIS).isoformat()
        except ValueError:
            return texte
    return _FUSEAU_ABIME.sub(r"+\1", texte) or None


def _lire(valeur: Effet | str | None) -> Effet | None:
    return lire_iso(valeur) if isinstance(valeur, str) else valeur
