"""Dossiers: the list, one dossier at a date as it was known at another, two dates compared."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from application.consultations import dossier as consultation
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.consultations.voir import lire
from application.noms import NomsDesServices
from kernel.identifiants import identifiant
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import dates, vues
from web.gabarits import page
from web.gestes import possibles
from web.personne import LaPersonne
from web.portes import Apres, LesPortes, Portes
from web.recu import lire_le_recu

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


@routes.get("/dossiers/{ref}")
def voir(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    ref: str,
    au: str = "",
    connu_au: str = "",
    recu: str = "",
) -> Response:
    """Show a dossier."""
    moment = dates.lire_moment(au, connu_au)
    document = consultation.voir(portes.services, ref, moment)
    passe, agregat = moment != Moment(), lire(portes.services, "dossier", ref, Moment()).lu
    juge = moment.juge_a(portes.services.maintenant())
    return page(
        request,
        "dossier.html",
        dossier=document,
        etat=mots.mot(mots.ETATS, document["etat"]),
        issue=mots.ISSUES.get(document["issue"] or "", ""),
        illisibles=[mots.illisible(lu) for lu in document["illisibles"]],
        drapeaux=[mots.mot(mots.DRAPEAUX, code) for code in document["drapeaux"]],
        montants=vues.montants(document["montants"]),
        budget=[
            (titre, [(nom, vues.euros(montant)) for nom, montant in lignes])
            for titre, lignes in mots.budget(document["budget"])
        ],
        dates=[(mot, dates.jour(document["dates"][nom])) for nom, mot in mots.DATES.items()],
        quartiers=[f"{portes.services.qpv.get(code, code)} ({code})" for code in document["territoire"]["qpv"]],
        reglement=mots.fondement(document["reglement"] or ""),
        recu=lire_le_recu(portes, personne, recu),
        gestes=[] if passe else possibles(portes, personne, "dossier", agregat, document["attentes"]),
        attentes=[vues.attente(attente, juge) for attente in document["attentes"]],
        faits=[vues.fait(ligne) for ligne in historique(portes.services, UUID(document["id"]), moment)],
        voisins=_voisins(portes, document, moment),
        passe=passe,
        vu=_vu(moment),
        au=au,
        connu_au=connu_au,
    )


@routes.get("/dossiers/{ref}/comparer")
def comparer(
    request: Request,
    portes: LesPortes,
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
    if avant != apres:
        differences = consultation.comparer(portes.services, ref, avant, apres)
        resultat = vues.differences(differences, NomsDesServices(portes.services))
        faits = _faits_entre(portes, UUID(document["id"]), avant, apres)
    return page(
        request,
        "comparer.html",
        dossier=document,
        differences=resultat,
        faits=faits,
        du=du,
        au=au,
        vu_du=_vu(avant) or "aujourd’hui",
        vu_au=_vu(apres) or "aujourd’hui",
    )


def _ligne(ligne: dict[str, Any]) -> dict[str, Any]:
    montants = ligne["montants"]
    return {
        **ligne,
        "etat": mots.mot(mots.ETATS, ligne["etat"]),
        "demande": vues.euros(montants["demande_centimes"]),
        "propose": vues.euros(montants["propose_centimes"]),
    }


def _voisins(portes: Portes, document: dict[str, Any], moment: Moment) -> list[dict[str, Any]]:
    """Return the délibération and the subvention of a dossier: it waits for what they wait for."""
    ids = {
        "deliberation": document["deliberation"] and UUID(document["deliberation"]),
        "subvention": document["subvention"] and identifiant("subvention", UUID(document["id"])),
    }
    return [
        {
            "espece": espece,
            "titre": mots.mot(mots.ESPECES, espece),
            "faits": [vues.fait(ligne) for ligne in historique(portes.services, agregat_id, moment)],
        }
        for espece, agregat_id in ids.items()
        if agregat_id
    ]


def _faits_entre(portes: Portes, dossier_id: UUID, avant: Moment, apres: Moment) -> list[dict[str, Any]]:
    """Return the facts of one reading that the other has not: those that explain the differences."""
    lus = [{ligne["version"]: ligne for ligne in historique(portes.services, dossier_id, m)} for m in (avant, apres)]
    ecart = lus[0].keys() ^ lus[1].keys()
    return [vues.fait((lus[0] | lus[1])[version]) for version in sorted(ecart)]


def _vu(moment: Moment) -> str:
    """Return "au 3 juin 2026, tel que connu le 12 juin 2026 à 14 h 00"; empty for now."""
    vrai = "" if moment.au is None else f"au {dates.moment(moment.au)}"
    connu = "" if moment.connu_au is None else f"tel que connu le {dates.fin(moment.connu_au)}"
    return ", ".join(partie for partie in (vrai, connu) if partie)
