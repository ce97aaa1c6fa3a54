"""`diligence banc`: measure the claims of docs/mesures.md on this machine; exit 4 when a floor is missed."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from cli.commun import Json
from cli.sortie import ANOMALIE, Sortie, imprimer, refus_dits, signaler
from cli.tableau import Grille
from kernel.refus import SaisieInvalide

COLONNES: Final = ["mesure", "valeur", "unité", "référence", "rapport", "plancher", "objectif", "verdict"]


def banc(
    nom: Annotated[
        str | None, typer.Argument(metavar="NOM", help="un des bancs de docs/mesures.md ; tous par défaut")
    ] = None,
    rapide: Annotated[bool, typer.Option("--rapide", help="de petits nombres : montre que tout tourne")] = False,
    garder: Annotated[
        Path | None,
        typer.Option(metavar="DOSSIER", help="y garde la base du banc « site », retrouvée la fois suivante"),
    ] = None,
    json: Json = False,
) -> None:
    """Run one bench, or all of them; exit 4 when a floor is missed (not with --rapide, whose figures mean nothing)."""
    # only here: no other command has to load what is compared with us
    from bench.banc import BANCS
    from bench.mesure import PLEINE, RAPIDE, Mesure
    from bench.planchers import juger

    with refus_dits(en_json=json):
        if nom is not None and nom not in BANCS:
            raise SaisieInvalide(f"Aucun banc « {nom} » : {', '.join(BANCS)}.", nom=nom)
        if garder is not None and nom != "site":
            raise SaisieInvalide("Seul le banc « site » garde sa base.", garder=str(garder))
        ampleur, mesures = replace(RAPIDE if rapide else PLEINE, garde=garder), list[Mesure]()
        for choisi in BANCS if nom is None else (nom,):
            signaler(f"banc {choisi}…")
            mesures += BANCS[choisi](ampleur)
        lignes = [{**mesure.en_json(), **juger(mesure)} for mesure in mesures]
        imprimer({"mesures": lignes}, en_json=json, humain=_tableau(lignes))
    if not rapide and any(ligne.get("tenu") is False for ligne in lignes):
        raise Sortie(ANOMALIE)


def _tableau(lignes: list[dict[str, Any]]) -> Grille:
    conditions = tuple(dict.fromkeys(ligne["conditions"] for ligne in lignes))
    return Grille("Mesures de cette machine, maintenant", COLONNES, [_ligne(ligne) for ligne in lignes], conditions)


def _ligne(ligne: dict[str, Any]) -> list[str]:
    reference = "" if ligne["reference"] is None else f"{_dit(ligne['valeur_reference'])} ({ligne['reference']})"
    return [
        *(ligne["nom"], _dit(ligne["valeur"]), ligne["unite"], reference, _dit(ligne["rapport"])),
        *(_dit(ligne.get("plancher")), _dit(ligne.get("objectif")), _verdict(ligne)),
    ]


def _verdict(ligne: dict[str, Any]) -> str:
    if ligne.get("tenu") is None:
        return ""
    if not ligne["tenu"]:
        return "MANQUÉ"
    return "objectif" if ligne["atteint"] else "plancher"


def _dit(valeur: float | None) -> str:
    return "" if valeur is None else f"{valeur:g}".replace(".", ",")
