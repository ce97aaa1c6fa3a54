"""A dossier taken away by an auditor, announced before it is: its files, its size, its digest."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from application import mots
from application.consultations.historique import ligne
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.exports.emporte import archiver, emporter
from application.noms import NomsDesServices, sans_les_textes
from application.store import sauf_illisible
from bootstrap.cablage import faits_chaines
from kernel.identifiants import identifiant
from web import vues
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)


@routes.get("/audit/exports/{ref}")
def exporter(request: Request, portes: LesPortes, personne: LaPersonne, ref: str) -> Response:
    """Give the ZIP of a dossier, once it is in the journal of reads that it was taken."""
    dossier = lire(portes.services, "dossier", ref, Moment()).lu
    portes.site.lectures.noter(personne.login, dossier.ref, dossier.id, "le dossier d’audit")
    entetes = {"Content-Disposition": f'attachment; filename="audit-{dossier.ref}.zip"'}
    return Response(archiver(fichiers(request, portes, dossier)), media_type="application/zip", headers=entetes)


def annoncer(request: Request, portes: Portes, dossier: Any) -> dict[str, Any]:
    """Return what will be taken: the same as long as nothing is recorded of it."""
    lus = fichiers(request, portes, dossier)
    archive = archiver(lus)
    return {
        "octets": len(archive),
        "empreinte": sha256(archive).hexdigest(),
        "fichiers": [(nom, len(contenu)) for nom, contenu in lus.items()],
    }


def fichiers(request: Request, portes: Portes, dossier: Any) -> dict[str, bytes]:
    """Return its files: its facts, those of its campagne, of its act and of its award, the coffre being closed."""
    services = sans_les_textes(portes.services)
    campagne = identifiant("campagne", dossier.campagne)
    flux = [campagne, *flux_de(dossier.id, dossier.deliberation)]
    noms = NomsDesServices(services)
    inscriptions = sorted(services.store.ces_flux(flux), key=lambda i: i.position or 0)
    dits = [{**vues.fait(ligne(i, noms)), "espece": mots.mot(mots.ESPECES, i.entete.agregat)} for i in inscriptions]
    index = page(request, "emporte.html", ref=dossier.ref, objet=dossier.objet, faits=dits).body
    return emporter(faits_chaines(services, flux), bytes(index).decode(), _reglement(portes, campagne))


def flux_de(dossier: UUID, deliberation: UUID | None) -> list[UUID]:
    """Return the streams of a dossier: its own, that of its award, that of its act."""
    return [dossier, identifiant("subvention", dossier), *([deliberation] if deliberation else [])]


def _reglement(portes: Portes, campagne: UUID) -> Any:
    """Return the règlement of a campagne as its opening says it, None where it has none or cannot be read."""
    lue = sauf_illisible(lambda: lire(portes.services, "campagne", str(campagne), Moment()).lu)
    return None if lue is None or lue.ouverte is None else lue.ouverte.reglement
