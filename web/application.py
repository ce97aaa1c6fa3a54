"""The site and the API, in one process with the rest or alone."""

from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from starlette.staticfiles import StaticFiles

from application.services import Services
from application.site import Site
from bootstrap.lectures import Lectures
from bootstrap.reglages import Reglages
from bootstrap.site import fournisseur
from web import acces, erreurs, gestes, porte
from web.api import agregats, description, evenements
from web.api import gestes as operations
from web.api import lectures as api
from web.api.description import ApplicationDecrite
from web.corps import CHAMPS_MAX, TEXTE_MAX
from web.exposition import LOCALE, Exposition, Mandataires
from web.gabarits import STATIQUE
from web.pages import (
    accueil,
    administration,
    aide,
    avis,
    brouillons,
    comparaison,
    compte,
    comptes,
    connexion,
    dossiers,
    echeances,
    elements,
    file,
    finance,
    horloge,
    interface,
    lots,
    pilotage,
    programmes,
    recherche,
    scrutin,
    seances,
    simulation,
    teleservices,
)
from web.pages import documents as les_documents
from web.pages import dossier as un_dossier
from web.pages import fournisseur as par_fournisseur
from web.pages import paiements as les_paiements
from web.pages.audit import accueil as audit
from web.pages.audit import exports, faits, journaux, preuves, questions, rejeu
from web.portes import Avancer, Portes
from web.traces import Traces

ROUTES: Final = (
    api.routes,
    operations.routes,  # before the readings: an address that makes something also reads as the number of one
    agregats.routes,
    evenements.routes,
    description.routes,
    connexion.routes,
    par_fournisseur.routes,
    compte.routes,
    comptes.routes,
    programmes.routes,
    simulation.routes,
    brouillons.routes,
    teleservices.routes,
    accueil.routes,
    recherche.routes,
    administration.routes,
    avis.routes,
    pilotage.routes,
    aide.routes,
    file.routes,
    echeances.routes,
    lots.routes,
    dossiers.routes,
    un_dossier.routes,
    les_documents.routes,
    les_paiements.routes,
    comparaison.routes,
    audit.routes,
    rejeu.routes,
    faits.routes,
    questions.routes,
    preuves.routes,
    exports.routes,
    journaux.routes,
    elements.routes,
    scrutin.routes,
    seances.routes,
    finance.routes,
    horloge.routes,
    gestes.routes,
    interface.routes,
)
"""Those of the pages and of the API, in the order in which an address is looked for."""
GARDE: Final = [Depends(acces.autoriser)]
_GARDEES: Final = APIRouter(dependencies=GARDE)
"""The same ones behind the door: the framework works out each handler once, whatever the number of applications."""
for _routes in ROUTES:
    _GARDEES.include_router(_routes)


def creer(
    reglages: Reglages,
    services: Services,
    lectures: Lectures,
    site: Site,
    exposition: Exposition = LOCALE,
    *,
    avancer: Avancer | None = None,
    moteur_attendu: bool = False,
) -> FastAPI:
    """Return the application of a store; where only this machine reaches it, one may act as any agent of a rehearsal.

    `avancer` moves the clock of a rehearsal, for whoever is signed in: give it on the local machine only.
    With `moteur_attendu`, pages say when no engine follows the store.
    Handlers are plain functions: the framework runs each in a thread, where the store and the read models may block.
    """
    application = ApplicationDecrite(
        title="Diligence",
        summary="Les dossiers, leur histoire, ce qui est attendu, et chaque geste.",
        version="1",
        openapi_url=None,
        dependencies=GARDE,
        form_limits={"max_fields": CHAMPS_MAX, "max_files": 0, "max_part_size": TEXTE_MAX},
    )
    application.state.portes = Portes(
        reglages,
        services,
        lectures,
        site,
        avancer,
        moteur_attendu=moteur_attendu,
        locale=exposition.locale,
        fournisseur=fournisseur(reglages),
    )
    porte.proteger(application, exposition)
    application.add_middleware(Traces)
    application.add_middleware(Mandataires, reseaux=exposition.mandataires)
    erreurs.installer(application)
    application.routes.extend(_GARDEES.routes)
    application.mount("/static", StaticFiles(directory=STATIQUE), name="static")
    return application
