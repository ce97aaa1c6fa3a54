"""Turns the ids of facts into words, from the coffre and the store; what was forgotten is said so."""

from dataclasses import replace
from typing import Any, cast
from uuid import UUID

from aggregates.dossier import Dossier
from aggregates.registre import ESPECES
from application import mots
from application.appellations import libelles_par_campagne, libelles_sur
from application.coordonnees import lire_iban
from application.libelles import SANS, Appellations
from application.ports import Coffre
from application.refus_dits import REFUS_DITS
from application.services import Services
from dispositifs.identites import iban_masque
from kernel.faits import Entete
from kernel.illisible import FaitIllisible

OUBLIE = "(oublié)"
RESERVE = "(réservé)"
ILLISIBLE = "(illisible)"


class CoffreFerme:
    """A coffre whose texts are not for who reads: they are said to be there, and not what they say."""

    def __init__(self, coffre: Coffre, dit: str) -> None:
        self._coffre, self.dit = coffre, dit

    def __getattr__(self, nom: str) -> Any:
        return getattr(self._coffre, nom)

    def lire(self, _: UUID) -> None:
        """Return no text."""


def sans_les_textes(services: Services, dit: str = RESERVE) -> Services:
    """Return the same doors, the coffre being closed: `dit` is said instead of what it holds."""
    return replace(services, coffre=cast(Coffre, CoffreFerme(services.coffre, dit)))


def absence(coffre: Coffre) -> str:
    """Return what is said instead of a text that the coffre does not give."""
    return coffre.dit if isinstance(coffre, CoffreFerme) else OUBLIE


class NomsDesServices:
    """Implements kernel.faits.Noms over the doors of the application."""

    def __init__(self, services: Services, libelles: Appellations = SANS) -> None:
        self._services, self._libelles = services, libelles
        self._siens: dict[UUID, NomsDesServices] = {}
        self._par_campagne = libelles_par_campagne(services.store)

    def sur(self, entete: Entete) -> "NomsDesServices":
        """Return the names for the facts of an aggregate: those of a dossier are said as its règlement says them."""
        if entete.agregat != Dossier.nom:
            return self
        if entete.id not in self._siens:
            libelles = libelles_sur(self._services.store, entete.agregat, entete.id, self._par_campagne)
            self._siens[entete.id] = NomsDesServices(self._services, libelles)
        return self._siens[entete.id]

    def agent(self, identifiant: str) -> str:
        """Return the login: agents have no other name here."""
        return identifiant

    def texte(self, identifiant: UUID | None) -> str:
        """Return a typed text, or say that it was forgotten."""
        texte = None if identifiant is None else self._services.coffre.lire(identifiant)
        return absence(self._services.coffre) if texte is None else texte

    def compte(self, identifiant: UUID) -> str:
        """Return a masked IBAN, or say that it was forgotten."""
        iban = lire_iban(self._services.coffre, identifiant)
        return absence(self._services.coffre) if iban is None else iban_masque(iban)

    def piece(self, code: str) -> str:
        """Return the name of a pièce."""
        return self._libelles.piece(code)

    def critere(self, code: str) -> str:
        """Return what a criterion asks."""
        return self._libelles.critere(code)

    def service(self, code: str) -> str:
        """Return the name of a service that is consulted."""
        return self._libelles.service(code)

    def role(self, code: str) -> str:
        """Return the name of a role."""
        return mots.mot(mots.ROLES, code).lower()

    def refus(self, code: str) -> str:
        """Return why something was refused."""
        return REFUS_DITS.get(code) or code.replace("_", " ")

    def reglement(self, reference: str) -> str:
        """Return a version of a règlement in words: "nqe@3" is « NQE, version 3 »."""
        dispositif, _, version = reference.partition("@")
        return f"{dispositif.upper()}, version {version}" if version else "de la reprise"

    def tiers(self, identifiant: UUID | None) -> str:
        """Return the denomination of a legal person."""
        return "(inconnu)" if identifiant is None else self.designer("tiers", identifiant)

    def dossier(self, identifiant: UUID) -> str:
        """Return the number of a dossier."""
        return self.designer("dossier", identifiant)

    def designer(self, espece: str, identifiant: UUID) -> str:
        """Return the number of an aggregate, the denomination of a tiers."""
        store = self._services.store
        lire = store.charger if espece == "tiers" else store.a_ses_debuts  # a denomination may be corrected
        try:
            agregat = lire(ESPECES[espece].classe, identifiant)
        except FaitIllisible:
            return ILLISIBLE
        return str(getattr(agregat, "denomination" if espece == "tiers" else "ref") or identifiant)
