"""Dossiers: the list; two dates of one compared."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.consultations import dossier as consultation
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.noms import NomsDesServices
from application.services import Services
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import dates, vues
from web.contenus import services_pour
from web.gabarits import page
from web.personne import LaPersonne
from web.portes import Apres, LesPortes

routes = APIRouter(include_in_schema=False)


@routes.get("/dossiers")
def lister(
    request: Request,
    portes: LesPortes,
    etat: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    apres: Apres = "",
) -> Response:
    """Show fifty dossiers; the exact number of one leads to it."""
    if etat and etat not in mots.ETATS:
        raise SaisieInvalide(f"État inconnu : « {etat} ».", etat=etat)
    lu = requetes.dossiers(portes.a_jour(), etat=etat or None, mots=q, apres=apres)
    if lu["total"] == 1 and lu["lignes"] and lu["lignes"][0]["ref"] == q.strip().upper():
        return RedirectResponse(f"/dossiers/{quote(lu['lignes'][0]['ref'])}", status_code=303)
    return page(
        request,
        "dossiers.html",
        etat=etat,
        q=q,
        etats=list(mots.ETATS.items()),
        total=lu["total"],
        lignes=[_ligne(ligne) for ligne in lu["lignes"]],
        pages=vues.pages(lu),
    )


@routes.get("/dossiers/{ref}/comparer")
def comparer(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    ref: str,
    du: str = "",
    au: str = "",
    connu_du: str = "",
    connu_au: str = "",
) -> Response:
    """Show what differs between two dates; without the first one, only the form."""
    avant, apres = dates.lire_moment(du, connu_du), dates.lire_moment(au, connu_au)
    document = consultation.voir(portes.services, ref, Moment())
    resultat, faits = None, []
    lisible = services_pour(portes, personne, "dossier", UUID(document["id"]), "les motifs")
    if avant != apres:
        differences = consultation.comparer(portes.services, ref, avant, apres)
        resultat = vues.differences(differences, NomsDesServices(portes.services))
        faits = _faits_entre(lisible, UUID(document["id"]), avant, apres)
    return page(
        request,
        "comparer.html",
        dossier=document,
        differences=resultat,
        faits=faits,
        du=du,
        au=au,
        vu_du=dates.vu(avant) or "aujourd’hui",
        vu_au=dates.vu(apres) or "aujourd’hui",
    )


def _ligne(ligne: dict[str, Any]) -> dict[str, Any]:
    montants = ligne["montants"]
    return {
        **ligne,
        "etat": mots.mot(mots.ETATS, ligne["etat"]),
        "demande": vues.euros(montants["demande_centimes"]),
        "propose": vues.euros(montants["propose_centimes"]),
    }


def _faits_entre(services: Services, dossier_id: UUID, avant: Moment, apres: Moment) -> list[dict[str, Any]]:
    """Return the facts of one reading that the other has not: those that explain the differences."""
    lus = [{ligne["version"]: ligne for ligne in historique(services, dossier_id, m)} for m in (avant, apres)]
    ecart = lus[0].keys() ^ lus[1].keys()
    return [vues.fait((lus[0] | lus[1])[version]) for version in sorted(ecart)]
