"""Reads the attendance sheet of a sitting: CSV, one row per member and stretch of presence."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from aggregates.seance.presences import Presence, Statut
from application.commandes import FichierRecu, Saisie
from application.consultations.moment import lire_effet
from application.declaration import Choix, HeureDuJour
from application.saisie import texte_utf8
from kernel.instants import PARIS, Instant
from kernel.refus import SaisieInvalide
from kernel.textes import exiger_textes_lisibles

COLONNES: Final = ("membre", "statut", "pouvoir_a", "arrivee", "depart")
OBLIGATOIRES: Final = ("membre", "statut")
_HEURE: Final = re.compile(r"([01]?[0-9]|2[0-3])[:h]([0-5][0-9])")
_UN_JOUR: Final = date(2000, 1, 1)
"""Whether an hour can be read does not depend on the day."""


def _heure(texte: str) -> str:
    """Let pass an hour that can be read, whatever the day."""
    try:
        lire_heure(texte, _UN_JOUR)
    except SaisieInvalide as refus:
        raise ValueError(refus.message.rstrip(".")) from refus
    return texte


Heure = Annotated[str, HeureDuJour(), Field(max_length=40), AfterValidator(_heure)]


class PresenceSaisie(Saisie):
    """One stretch of the sitting for one member; without hours it is the whole sitting."""

    membre: Annotated[str, Choix("membres")] = Field(
        min_length=1, title="Membre", description="identifiant du membre, par exemple elu-03"
    )
    statut: Statut = Field(title="Statut", description="present, represente ou absent")
    pouvoir_a: Annotated[str | None, Choix("membres")] = Field(
        default=None, title="Pouvoir", description="qui détient son pouvoir"
    )
    arrivee: Heure | None = Field(default=None, title="Arrivée", description="heure d’arrivée, 15:30")
    depart: Heure | None = Field(default=None, title="Départ", description="heure de départ, 15:30")

    def le(self, jour: date) -> Presence:
        """Return the presence at a sitting held that day."""
        return Presence(
            membre=self.membre,
            statut=self.statut,
            pouvoir_a=self.pouvoir_a,
            arrivee=lire_heure(self.arrivee, jour) if self.arrivee else None,
            depart=lire_heure(self.depart, jour) if self.depart else None,
        )


def lire_presences(fichier: FichierRecu) -> tuple[PresenceSaisie, ...]:
    """Return the presences a sheet gives, or refuse with SaisieInvalide naming the line.

    Columns: membre, statut (present, represente, absent), pouvoir_a, arrivee, depart (15:30, or an instant).
    """
    texte = texte_utf8(fichier)
    premiere = texte.split("\n", 1)[0]
    lecteur = csv.DictReader(io.StringIO(texte, newline=""), delimiter=";" if ";" in premiere else ",", strict=True)
    try:
        colonnes = [colonne.strip() for colonne in lecteur.fieldnames or ()]
        _exiger_colonnes(colonnes, fichier.nom)
        lecteur.fieldnames = colonnes
        presences = tuple(_presences(lecteur, fichier.nom))
    except csv.Error:
        ligne = lecteur.line_num + 1  # the first line of the record that does not read
        message = f"{fichier.nom}, ligne {ligne} : guillemets mal fermés."
        raise SaisieInvalide(message, fichier=fichier.nom, ligne=ligne) from None
    if not presences:
        raise SaisieInvalide(f"{fichier.nom} ne cite aucun membre.", fichier=fichier.nom)
    return presences


def lire_heure(texte: str, jour: date) -> Instant:
    """Return 15:30 of that day in Paris as an instant, or the instant written; refuse with SaisieInvalide."""
    lue = _HEURE.fullmatch(texte.strip())
    if lue:
        return datetime.combine(jour, time(int(lue[1]), int(lue[2])), PARIS).astimezone(UTC)
    try:
        instant = lire_effet(texte.strip())
    except SaisieInvalide:
        instant = None
    if not isinstance(instant, datetime):
        raise SaisieInvalide(f"Heure illisible : « {texte} » (attendu : 15:30).", heure=texte)
    return instant.astimezone(UTC)


def _exiger_colonnes(colonnes: list[str], fichier: str) -> None:
    manquantes = [c for c in OBLIGATOIRES if c not in colonnes]
    inconnues = [c for c in colonnes if c not in COLONNES]
    if manquantes or inconnues or len(set(colonnes)) != len(colonnes):
        raise SaisieInvalide(
            f"{fichier}, ligne 1 : colonnes attendues {', '.join(COLONNES)}.",
            fichier=fichier,
            ligne=1,
            manquantes=manquantes,
            inconnues=inconnues,
        )


def _presences(lecteur: "csv.DictReader[str]", fichier: str) -> Iterator[PresenceSaisie]:
    for brute in lecteur:
        ligne = lecteur.line_num
        if None in brute:
            raise SaisieInvalide(f"{fichier}, ligne {ligne} : trop de cellules.", fichier=fichier, ligne=ligne)
        cellules = {colonne: (valeur or "").strip() or None for colonne, valeur in brute.items()}
        if not any(cellules.values()):
            continue
        try:
            exiger_textes_lisibles(cellules)
            yield _presence(cellules)
        except SaisieInvalide as refus:
            raise SaisieInvalide(
                f"{fichier}, ligne {ligne} : {refus.message}", **{**refus.champs, "fichier": fichier, "ligne": ligne}
            ) from None


def _presence(cellules: dict[str, str | None]) -> PresenceSaisie:
    statut = cellules["statut"] or ""
    if not cellules["membre"]:
        raise SaisieInvalide("le membre manque.", champ="membre")
    if statut not in list(Statut):
        attendus = ", ".join(Statut)
        raise SaisieInvalide(f"statut inconnu « {statut} » (attendu : {attendus}).", statut=statut)
    for borne in ("arrivee", "depart"):
        if heure := cellules.get(borne):
            lire_heure(heure, _UN_JOUR)
    return PresenceSaisie.model_validate(cellules)
