"""The clock of a store: see it, and move that of a rehearsal."""

import asyncio
from typing import Annotated

import typer

from application.consultations.moment import lire_instant
from application.mots import compte
from bootstrap.cablage import adresse_temporal
from cli.commun import Base, Json, lectures_a_jour, reglages, services
from cli.sortie import imprimer, refus_dits
from kernel.instants import dire_effet, rfc3339


def avancer(
    a: Annotated[str, typer.Option("--a", help="instant, ou date (sa fin)")], json: Json = False, base: Base = None
) -> None:
    """Move a rehearsal clock: what falls due on the way is done by the engine, or here when none is known."""
    from workers import horloge  # to read the hour, nobody speaks to Temporal

    with refus_dits(en_json=json), services(base) as ouverts, lectures_a_jour(base, ouverts) as lectures:
        instant = lire_instant(a)
        assert instant is not None
        choisis = reglages(base)
        echeances = asyncio.run(horloge.avancer(choisis, ouverts, lectures, adresse_temporal(choisis), instant))
        document = {"maintenant": rfc3339(ouverts.maintenant()), "echeances": echeances}
        passees = compte(echeances, "échéance passée", "échéances passées")
        imprimer(document, en_json=json, humain=f"{dire_effet(ouverts.maintenant())} : {passees}.")


def voir(json: Json = False, base: Base = None) -> None:
    """Show the store's clock."""
    with refus_dits(en_json=json), services(base) as ouverts:
        repetition = ouverts.store.enregistreur.est_repetition()
        maintenant = ouverts.maintenant()
        document = {"maintenant": rfc3339(maintenant), "repetition": repetition}
        nature = "répétition" if repetition else "horloge réelle"
        imprimer(document, en_json=json, humain=f"{dire_effet(maintenant)} ({nature})")
