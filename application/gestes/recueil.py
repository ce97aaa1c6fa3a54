"""Every geste a door offers, by the noun of its command line. A chapter is imported when one of its gestes is asked for."""

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
    "dossier": ("depot", "dossier"),
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


@cache
def tous() -> tuple[Geste, ...]:
    """Return every geste, noun by noun."""
    return tuple(geste for agregat in CHAPITRES for geste in gestes_de(agregat))
