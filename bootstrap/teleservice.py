"""Démarche Numérique, opened as the settings say."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adapters.entrees import ouvert
from application.commandes import FichierRecu
from application.saisie import exiger_taille
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from application.teleservice.correspondance import CorrespondanceDeDemarche
from application.teleservice.distant import Teleservice
from application.teleservice.passe import BilanDePasse, PasseDImport
from bootstrap.reglages import Reglages
from bootstrap.site import site
from kernel.instants import Instant
from kernel.refus import SaisieInvalide


def une_passe(
    reglages: Reglages, services: Services, selon: Path, acteur: str | None, depuis: Instant | None = None
) -> BilanDePasse:
    """Read a démarche once, as its mapping says, or refuse; see `PasseDImport.faire`."""
    lu = FichierRecu(selon.name, services.echanges.lire(selon, services.taille_max_fichier))
    exiger_taille(lu, services.taille_max_fichier)
    correspondance = lire_fichier_yaml(CorrespondanceDeDemarche, lu)
    with site(reglages, services.coffre) as ouvert, teleservice(reglages) as distant:
        return PasseDImport(services, distant, ouvert.reperes, correspondance, acteur).faire(depuis)


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
