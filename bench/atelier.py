"""A small service to measure: a store with agents and an open campagne, and the gestes of the command line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from application.commandes import Appel, FichierRecu, Recu
from application.gestes.recueil import par_nom
from application.services import Services
from bench.identites import siret
from bootstrap.cablage import migrer
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from scenarios.jeu import EXEMPLES

AGENTS = {"ines": "instructeur", "rene": "responsable"}
_CAMPAGNE = EXEMPLES / "nqe" / "campagne.yaml"
_DEPOT = EXEMPLES / "nqe" / "depots" / "01.json"


@dataclass
class Atelier:
    """The doors of a store, and requests that are filed one after the other."""

    reglages: Reglages
    services: Services
    _rangs: Iterator[int] = field(default_factory=lambda: count(1))
    modele: dict[str, Any] = field(default_factory=lambda: json.loads(_DEPOT.read_text(encoding="utf-8")))

    def faire(self, nom: str, acteur: str | None, **options: Any) -> Recu:
        """Do a geste named as on the command line."""
        appel = Appel(acteur=acteur, commande_id=uuid4())
        return par_nom(*nom.split()).recevoir(options, appel, self.services)

    def deposer(self, *, entier: bool = False) -> Recu:
        """File the example request, of a new association: nobody waits for another one's tiers; `entier`: with its pièces."""
        depot = {**self.modele, "tiers": {**self.modele["tiers"], "siret": siret(next(self._rangs))}}
        pieces = self.modele["pieces"] if entier else []
        contenu = json.dumps({**depot, "pieces": pieces}).encode()
        jointes = {p["fichier"]: FichierRecu(p["fichier"], f"{p['code']}, exemple".encode()) for p in pieces}
        return self.faire("dossier deposer", "ines", depot=FichierRecu("depot.json", contenu), jointes=jointes)


@contextmanager
def atelier(dossier: Path, base: str | None = None) -> Iterator[Atelier]:
    """Open a store in a folder, or on PostgreSQL; a new one gets two agents and the example campagne, open all year."""
    cle = dossier / "banc.cle"
    cle.write_text("42" * 32, encoding="ascii")
    cle.chmod(0o600)
    reglages = Reglages(
        base=base or f"sqlite:///{dossier / 'banc.db'}", cle_maitresse=cle, fichiers=dossier / "fichiers"
    )
    migrer(reglages.base)
    with ouvrir_services(reglages) as services:
        ouvert = Atelier(reglages, services)
        if not services.store.derniere_position():
            _installer(ouvert)
        yield ouvert


def _installer(ouvert: Atelier) -> None:
    ouvert.faire("agent enregistrer", None, identifiant="admin", roles="administrateur")
    for agent, roles in AGENTS.items():
        ouvert.faire("agent enregistrer", "admin", identifiant=agent, roles=roles)
    ouvert.faire("campagne ouvrir", "admin", fichier=la_campagne(ouvert.services.maintenant().year))


def la_campagne(annee: int) -> FichierRecu:
    """Return the example campagne, open all that year, which asks of nobody more than a bench does."""
    texte = _CAMPAGNE.read_text(encoding="utf-8")
    texte = texte.replace("ouvre_le: 2026-01-05", f"ouvre_le: {annee}-01-01")
    texte = texte.replace("ferme_le: 2026-03-31", f"ferme_le: {annee}-12-31")
    texte, _, _ = texte.partition("  criteres:")  # a règlement that lists none asks none
    texte = texte.replace("bloquante: true}", "bloquante: true, a_verifier: false}")
    texte = texte.replace("      bloquante: true\n", "      bloquante: true\n      a_verifier: false\n")
    return FichierRecu("campagne.yaml", texte.encode())
