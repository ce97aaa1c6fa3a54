"""Settings: the only reader of the environment. Flags of the command line win over it."""

import os
import re
import sys
from pathlib import Path
from typing import Any, Final, Literal, Self, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from adapters.entrees import ouvert
from dispositifs.erreurs import en_francais
from kernel.horloges import SAUT_MAXIMAL
from kernel.refus import Refus, SaisieInvalide

Journal = Literal["json", "humain"]
_PREFIXE: Final = "DILIGENCE_"


class BaseIntrouvable(Refus, code="base_introuvable"):
    """The file that should hold the address of the base cannot be read."""


class Reglages(BaseModel):
    """Where things are: what is given wins over the environment. Names and defaults are those of the outside contract."""

    model_config = ConfigDict(extra="ignore")

    base: str = "sqlite:///diligence.db"
    base_fichier: Path | None = None
    """A file whose only line is the address of the base: a secret of a container. An address given wins over it."""
    temporal: str | None = None
    temporal_namespace: str = "default"
    acteur: str | None = None
    cle_maitresse: Path | None = None
    fichiers: Path | None = None
    taille_max_fichier: int = 25 * 1024 * 1024
    """Bytes of one pièce, at most: a choice of the service, not law."""

    saut_maximal: int = Field(default=SAUT_MAXIMAL.days, ge=1, le=36_500)
    """Days: how far after its last recording a store believes its clock."""

    conservation_lectures: int = Field(default=365, ge=1, le=36_500)
    """Days that the journal of reads is kept: twelve months, a choice of the service."""
    hotes: str = ""
    """Public names of the site, separated by commas, behind a proxy; blank: only this machine reaches it."""
    mandataires: str = ""
    """Addresses, or networks, of the proxies that are believed of whom they speak for, separated by commas."""

    courriel_serveur: str | None = None
    """The mail server of the institution, host:port; None: documents are handed, none is sent."""
    courriel_expediteur: str = ""
    """The address that documents are sent from; required with a server."""
    courriel_chiffrement: Literal["starttls", "tls", "aucun"] = "starttls"
    courriel_utilisateur: str | None = None
    courriel_mot_de_passe: Path | None = None
    """A file whose only line is the password of that user."""

    oidc_emetteur: str | None = None
    """The identity provider of the institution (OpenID Connect), by its address; None: passwords only."""
    oidc_client: str | None = None
    oidc_secret: Path | None = None
    """A file whose only line is the secret that the provider gave us."""
    oidc_siret: str | None = None
    """The only establishment whose people are let in."""
    oidc_acr: str = ""
    """What the provider says (`acr`) of who gave two factors, separated by commas."""
    oidc_algorithme: Literal["RS256", "ES256"] = "RS256"

    dn_adresse: str | None = None
    """The GraphQL API of Démarche Numérique; None: nothing is imported."""
    dn_jeton: Path | None = None
    """A file whose only line is the token it gave us."""
    dn_hotes: str = ""
    """Hosts of the files it names, separated by commas, besides its own."""
    dn_correspondances: str = ""
    """Files of the mappings that the worker reads by itself, separated by commas, in the name of `acteur`."""
    dn_minutes: int = Field(default=15, ge=1, le=1440)
    """Minutes between two passes of the worker: a choice of the service."""

    @property
    def noms_publics(self) -> tuple[str, ...]:
        """Return the declared names of the site."""
        return tuple(filter(None, re.split(r"[,\s]+", self.hotes)))

    @property
    def adresse_du_site(self) -> str:
        """Return where people find it, as far as it is known."""
        return f"https://{self.noms_publics[0]}" if self.noms_publics else ""

    @model_validator(mode="before")
    @classmethod
    def _lire_l_environnement(cls, donnes: dict[str, Any]) -> dict[str, Any]:
        noms = {champ: _PREFIXE + champ.upper() for champ in cls.model_fields}
        return {champ: os.environ[nom] for champ, nom in noms.items() if nom in os.environ} | donnes

    @model_validator(mode="after")
    def _lire_la_base(self) -> Self:
        if self.base_fichier is not None and "base" not in self.model_fields_set:
            try:
                with ouvert(self.base_fichier) as flux:
                    self.base = flux.read().decode("utf-8").strip()
            except (OSError, ValueError) as erreur:
                raise BaseIntrouvable(
                    f"DILIGENCE_BASE_FICHIER : {self.base_fichier} ne se lit pas.", fichier=str(self.base_fichier)
                ) from erreur
        return self


def lire_reglages(**donnes: Any) -> Reglages:
    """Return the settings, those given winning over the environment, or refuse with SaisieInvalide."""
    try:
        return Reglages(**donnes)
    except ValidationError as erreur:
        lues = [f"{_PREFIXE}{str(e['loc'][0]).upper()} : {en_francais(e)}" for e in erreur.errors(include_url=False)]
        raise SaisieInvalide(f"Réglage impossible — {' ; '.join(lues)}.", reglages=lues) from None


def ecran() -> bool:
    """Tell whether a person sits before a screen here, where a browser may be opened."""
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def choix_du_journal() -> Journal | None:
    """Return how logs are to be written (DILIGENCE_JOURNAL), None when nothing is said.

    Read before everything else, and alone: whatever fails next is written where it says.
    """
    lu = os.environ.get(f"{_PREFIXE}JOURNAL")
    if lu and lu not in get_args(Journal):
        raise SaisieInvalide(f"DILIGENCE_JOURNAL : « json » ou « humain », et non « {lu} ».", journal=lu)
    return cast(Journal | None, lu or None)
