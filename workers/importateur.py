"""The passes over the démarches that the settings name, one after the other, every so many minutes."""

import asyncio
import re
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from application.services import Services
from bootstrap.reglages import Reglages
from bootstrap.teleservice import une_passe
from kernel.refus import Empechement, Refus
from workers.vie import dormir

MINUTE_S: Final = 60.0
log = structlog.get_logger()


async def importer(reglages: Reglages, services: Services, arret: asyncio.Event) -> None:
    """Read each démarche until `arret`; one that fails waits for the next time, and stops neither the others nor the engine."""
    fichiers = [Path(nom) for nom in filter(None, re.split(r"\s*,\s*", reglages.dn_correspondances.strip()))]
    if not fichiers:
        await arret.wait()
    while not arret.is_set():
        for fichier in fichiers:
            await asyncio.to_thread(partial(_passer, reglages, services, fichier))
        await dormir(arret, reglages.dn_minutes * MINUTE_S)


def _passer(reglages: Reglages, services: Services, selon: Path) -> None:
    try:
        bilan = une_passe(reglages, services, selon, reglages.acteur)
    except (Refus, Empechement) as arret:
        log.warning("teleservice.passe_arretee", source=selon.name, code=arret.code, message=arret.message)
    except Exception as erreur:
        log.exception("teleservice.passe_en_echec", source=selon.name, erreur=type(erreur).__name__)
    else:
        log.info("teleservice.passe", source=selon.name, faits=bilan.deposes + bilan.corriges, echecs=bilan.rejetes)
