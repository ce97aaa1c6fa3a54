"""Reads the attendance sheet of a sitting: CSV, one row per member and stretch of presence."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Final

from aggregates.seance.presences import Presence, Statut
from application.commandes import Piece
from application.consultations.moment import lire_effet
from application.saisie import texte_utf8
from kernel.instants import PARIS, Instant
from kernel.refus import SaisieInvalide

COLONNES: Final = ("membre", "statut", "pouvoir_a", "arrivee", "depart")
OBLIGATOIRES: Final = ("membre", "statut")
_HEURE: Final = re.compile(r"([01]?[0-9]|2[0-3])[:h]([0-5][0-9])")


def lire_presences(piece: Piece, jour: date) -> tuple[Presence, ...]:
    """Return the presences of a sitting held that day, or refuse with SaisieInvalide naming the line.

    Columns: membre, statut (present, represente, absent), pouvoir_a, arrivee, depart (15:30, or an instant).
    """
    texte = texte_utf8(piece)
    premiere = texte.split("\n", 1)[0]
    lecteur = csv.DictReader(io.StringIO(texte, newline=""), delimiter=";" if ";" in premiere else ",", strict=True)
    try:
        colonnes = [colonne.strip() for colonne in lecteur.fieldnames or ()]
        _exiger_colonnes(colonnes, piece.nom)
        lecteur.fieldnames = colonnes
        presences = tuple(_presences(lecteur, jour, piece.nom))
    except csv.Error:
        ligne = lecteur.line_num + 1  # the first line of the record that does not read
        message = f"{piece.nom}, ligne {ligne} : guillemets mal fermés."
        raise SaisieInvalide(message, fichier=piece.nom, ligne=ligne) from None
    if not presences:
        raise SaisieInvalide(f"{piece.nom} ne cite aucun membre.", fichier=piece.nom)
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


def _presences(lecteur: "csv.DictReader[str]", jour: date, fichier: str) -> Iterator[Presence]:
    for brute in lecteur:
        ligne = lecteur.line_num
        if None in brute:
            raise SaisieInvalide(f"{fichier}, ligne {ligne} : trop de cellules.", fichier=fichier, ligne=ligne)
        cellules = {colonne: (valeur or "").strip() for colonne, valeur in brute.items()}
        if not any(cellules.values()):
            continue
        try:
            yield _presence(cellules, jour)
        except SaisieInvalide as refus:
            raise SaisieInvalide(
                f"{fichier}, ligne {ligne} : {refus.message}", **{**refus.champs, "fichier": fichier, "ligne": ligne}
            ) from None


def _presence(cellules: dict[str, str], jour: date) -> Presence:
    if not cellules["membre"]:
        raise SaisieInvalide("le membre manque.", champ="membre")
    try:
        statut = Statut(cellules["statut"])
    except ValueError:
        attendus = ", ".join(s.value for s in Statut)
        raise SaisieInvalide(
            f"statut inconnu « {cellules['statut']} » (attendu : {attendus}).", statut=cellules["statut"]
        ) from None
    arrivee, depart = (cellules.get(borne) for borne in ("arrivee", "depart"))
    return Presence(
        membre=cellules["membre"],
        statut=statut,
        pouvoir_a=cellules.get("pouvoir_a") or None,
        arrivee=lire_heure(arrivee, jour) if arrivee else None,
        depart=lire_heure(depart, jour) if depart else None,
    )
