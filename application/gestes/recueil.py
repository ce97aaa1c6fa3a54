"""Every geste a door offers, by the noun of its command line. A chapter is imported when one of its gestes is asked for."""

import re
from functools import cache
from importlib import import_module
from typing import Final

from application.declaration import DECLARES, Geste
from kernel.attentes import Role

CHAPITRES: Final = {
    "agent": ("agents",),
    "habilitation": ("agents",),
    "absence": ("agents",),
    "campagne": ("campagne",),
    "dossier": (
        "depot",
        "dossier",
        "avis",
        "examen",
        "financement",
        "instruction",
        "pieces",
        "recours",
        "envois",
        "conservation",
        "teleservice",
        "visa",
    ),
    "tiers": ("tiers",),
    "assemblee": ("assemblee",),
    "seance": ("seance",),
    "deliberation": ("rapport", "deliberation"),
    "enveloppe": ("enveloppe",),
    "subvention": ("subvention",),
    "bordereau": ("bordereau",),
    "horloge": ("horloge",),
}
"""The files of this folder that hold the gestes of each noun."""

_COMMANDE: Final = re.compile(rf"\b(?:{'|'.join(CHAPITRES)}) [a-z]+(?:-[a-z]+)*")


@cache
def gestes_de(agregat: str) -> tuple[Geste, ...]:
    """Return what a person may ask of a noun; those of the engine alone are not offered."""
    for chapitre in CHAPITRES[agregat]:
        import_module(f"application.gestes.{chapitre}")
    return tuple(g for g in DECLARES.values() if g.agregat == agregat and Role.SYSTEME not in g.roles)


def par_nom(agregat: str, nom: str) -> Geste:
    """Return a geste by its command line; KeyError when there is none."""
    return {geste.nom: geste for geste in gestes_de(agregat)}[nom]


def titre_de(geste: str) -> str:
    """Return what is said of a geste an attente names: « dossier declarer-complet » is « Déclarer complet »."""
    return par_nom(*geste.split(" ")).titre


def titre_dit(geste: str) -> str:
    """Return what is said of any geste, the engine's own included; its verb when it is known no more."""
    agregat, _, nom = geste.partition(" ")
    connus = gestes_de(agregat) if agregat in CHAPITRES else ()
    dits = (g.titre for g in (*connus, *DECLARES.values()) if (g.agregat, g.nom) == (agregat, nom))
    return next(dits, (nom or agregat).replace("-", " ").capitalize())


def par_leurs_titres(message: str) -> str:
    """Return what is said to people who do not type commands: « dossier viser » is « Viser » there."""
    return _COMMANDE.sub(lambda lue: _titres().get(lue[0], lue[0]), message)


@cache
def _titres() -> dict[str, str]:
    return {f"{geste.agregat} {geste.nom}": geste.titre for geste in tous()}


@cache
def tous() -> tuple[Geste, ...]:
    """Return every geste, noun by noun."""
    return tuple(geste for agregat in CHAPITRES for geste in gestes_de(agregat))
