"""Démarche Numérique, opened as the settings say."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from adapters.entrees import ouvert
from application.teleservice.distant import Teleservice
from bootstrap.reglages import Reglages
from kernel.refus import SaisieInvalide


@contextmanager
def teleservice(reglages: Reglages) -> Iterator[Teleservice]:
    """Lend the client, or refuse with SaisieInvalide when the settings do not say where it is, or by which token."""
    if not reglages.dn_adresse or reglages.dn_jeton is None:
        raise SaisieInvalide(
            "DILIGENCE_DN_ADRESSE donne l’adresse de l’API de Démarche Numérique, et DILIGENCE_DN_JETON le fichier de son jeton."
        )
    try:
        with ouvert(reglages.dn_jeton) as flux:
            jeton = flux.read(10_000).decode("ascii").strip()
    except (OSError, ValueError) as erreur:
        raise SaisieInvalide(f"DILIGENCE_DN_JETON : {reglages.dn_jeton} ne se lit pas.") from erreur
    if not jeton.isprintable() or not jeton or " " in jeton:
        raise SaisieInvalide(f"DILIGENCE_DN_JETON : {reglages.dn_jeton} ne contient pas un jeton.")
    # only here: most commands import nothing, and it brings a client of HTTP
    from adapters.demarche_numerique.client import DemarcheNumerique

    client = DemarcheNumerique(
        reglages.dn_adresse, jeton, frozenset(filter(None, re.split(r"[,\s]+", reglages.dn_hotes)))
    )
    try:
        yield client
    finally:
        client.fermer()
