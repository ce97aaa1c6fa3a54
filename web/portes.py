"""What the pages and the API are given: settings, the doors of the application, the read models."""

import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Request
from fastapi.concurrency import run_in_threadpool

from application.services import Services
from application.site import Fournisseur, Site
from bootstrap.lectures import Lectures
from bootstrap.reglages import Reglages
from kernel.attentes import Role
from kernel.identifiants import BAIL_DE_TEMPORAL, BAIL_DU_RELAIS
from kernel.instants import Instant
from kernel.refus import SaisieInvalide
from web import fraicheur
from web.cadence import Cadence
from web.fraicheur import Relu

ESSAIS: Final = 20
"""Attempts to sign in from one address in a minute."""
DEMANDES: Final = 300
"""Requests of one account in a minute."""
QUESTIONS_S: Final = 60.0
"""How long what the checks of the auditor found is shown again."""
POSITION_MAX: Final = 2**63 - 1
"""The greatest number that a base holds: what is beyond is no position of a fact."""
Avancer = Callable[[Instant], Awaitable[int]]


@dataclass(frozen=True)
class Portes:
    """The doors behind the web."""

    reglages: Reglages
    services: Services
    lectures: Lectures
    site: Site
    avancer: Avancer | None = None
    """Brings the clock of a rehearsal to an instant; None where nobody may."""
    moteur_attendu: bool = False
    """An engine should be following this store: said when none is."""
    locale: bool = True
    """Only this machine reaches it."""
    fournisseur: Fournisseur | None = None
    """The identity provider of the institution, by which one signs in too."""
    essais: Cadence = field(default_factory=partial(Cadence, ESSAIS))
    """Attempts to sign in, by address."""
    demandes: Cadence = field(default_factory=partial(Cadence, DEMANDES))
    """What is asked, by account."""
    tete: Relu[int] = field(default_factory=partial(Relu[int], fraicheur.TETE_S))
    """The last position, which pages that stay open ask."""
    questions: Relu[list[dict[str, Any]]] = field(default_factory=partial(Relu[list[dict[str, Any]]], QUESTIONS_S))
    """What the checks of the auditor found."""
    _un_seul: threading.Lock = field(default_factory=threading.Lock)

    def pour_une_page(self) -> "Portes":
        """Return the same doors, for a page that only reads: see `Services.pour_une_page`."""
        return replace(self, services=self.services.pour_une_page())

    @property
    def sans_moteur(self) -> bool:
        """Tell whether the engine that should be there is not, nor Temporal: people work on, what falls due is late."""
        vivant = self.services.store.enregistreur.bail_vivant
        return self.moteur_attendu and not (vivant(BAIL_DU_RELAIS) and vivant(BAIL_DE_TEMPORAL))

    @property
    def agir_comme(self) -> bool:
        """Tell whether one may act as any agent: on a rehearsal that only this machine reaches."""
        return self.locale and self.services.store.enregistreur.est_repetition()

    def a_jour(self, nom: str = "file") -> Lectures:
        """Return the read models, the one named being at the head of the store: one reads what was just written.

        When the projector already did it, this costs two reads of a position. Beyond `PATIENCE_S` the page shows the rows
        there are, and says how old they are.
        """
        debut = time.monotonic()
        pris = self._un_seul.acquire(blocking=False)
        if not pris:  # rows of another code are not read: those of this one are waited for
            pris = self._un_seul.acquire(timeout=fraicheur.PATIENCE_S if self.lectures.lisible(nom) else -1)
        if pris:
            try:
                self.lectures.rattraper(nom, fraicheur.PATIENCE_S)
            finally:
                self._un_seul.release()
        if time.monotonic() - debut >= fraicheur.PATIENCE_S:
            fraicheur.EN_RETARD.set(nom)
        return self.lectures

    def lu_jusqu_a(self, nom: str) -> Instant | None:
        """Return when the last fact that a read model shows was recorded, None before the first."""
        lus = self.services.store.lire_depuis(max(self.lectures.position(nom) - 1, 0), 1)
        return lus[0].enregistre_le if lus else None


async def _portes(request: Request) -> Portes:
    """Give them at once: a thread only where the base is asked."""
    portes = request.app.state.portes
    assert isinstance(portes, Portes)
    if request.method == "GET" and request.scope["route"].path in fraicheur.VIVANTES:
        # before anything is read
        position = await run_in_threadpool(portes.services.store.enregistreur.derniere_position)
        request.state.affichage = fraicheur.Affichage(position, portes.site.maintenant())
    return portes


LesPortes = Annotated[Portes, Depends(_portes)]


def _pour_lire(portes: LesPortes) -> Portes:
    return portes.pour_une_page()


PourLire = Annotated[Portes, Depends(_pour_lire)]
"""The doors of a page that only reads: the clock and each stream are asked once."""


async def _attendu_de(
    de: Annotated[
        str, Query(description="Ce qui est attendu de ce rôle seul.", json_schema_extra={"enum": ["", *Role]})
    ] = "",
) -> str | None:
    """Return a known role, None for blank, or refuse with SaisieInvalide."""
    if de and de not in set(Role):
        raise SaisieInvalide(f"Rôle inconnu : « {de} ».", de=de)
    return de or None


AttenduDe = Annotated[str | None, Depends(_attendu_de)]
Apres = Annotated[str, Query(max_length=2000, description="Le « suivant » de la page déjà lue.")]
