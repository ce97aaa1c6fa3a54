"""Any aggregate that has no page of its own yet: what it awaits, and its history."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.consultations.historique import attentes_de, historique
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.noms import NomsDesServices
from kernel.identifiants import ReferenceInconnue
from web import vues
from web.contenus import services_pour
from web.gabarits import page
from web.lecture import LaLecture
from web.possibles import possibles
from web.recu import lire_le_recu

routes = APIRouter(include_in_schema=False)


@routes.get("/elements/{espece}/{ref}")
def element(request: Request, lecture: LaLecture, espece: str, ref: str) -> Response:
    """Show what a séance, an enveloppe, a tiers… awaits, and its facts."""
    if espece == "dossier" or espece in vues.PAGES:
        return RedirectResponse(f"{vues.lien(espece, ref, ref)}?{request.url.query}".rstrip("?"), status_code=303)
    if espece not in mots.ESPECES:
        raise ReferenceInconnue(f"Aucune sorte d’élément ne s’appelle « {espece} ».", reference=espece)
    portes, personne, moment = lecture.portes, lecture.personne, lecture.moment
    attentes = attentes_de(portes.services, espece, ref, moment)
    agregat = lire(portes.services, espece, ref, Moment()).lu
    juge = moment.juge_a(portes.services.maintenant())
    services = services_pour(portes, personne, espece, agregat.id, "les motifs")
    return page(
        request,
        "element.html",
        espece=mots.mot(mots.ESPECES, espece),
        nom=NomsDesServices(services).designer(espece, agregat.id),
        recu=lire_le_recu(portes, personne, lecture.recu),
        gestes=[] if lecture.passe else possibles(portes, personne, espece, agregat, attentes),
        attentes=[vues.attente(attente, juge) for attente in attentes],
        **lecture.raconter(historique(services, agregat.id, moment)),
    )
