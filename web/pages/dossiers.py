"""Dossiers: the list, searched."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response

from application import mots
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from web import vues
from web.gabarits import page
from web.pages.file import en_adresse
from web.portes import Apres, LesPortes, Portes

routes = APIRouter(include_in_schema=False)


Mot = Annotated[str, Query(max_length=200)]


def _lire_filtre(
    etat: Mot = "", q: Mot = "", campagne: Mot = "", etape: Mot = "", qpv: Mot = "", commune: Mot = ""
) -> dict[str, str]:
    if etat and etat not in mots.ETATS:
        raise SaisieInvalide(f"État inconnu : « {etat} ».", etat=etat)
    if etape and etape not in mots.PARCOURS:
        raise SaisieInvalide(f"Étape inconnue : « {etape} ».", etape=etape)
    return {"etat": etat, "q": q, "campagne": campagne, "etape": etape, "qpv": qpv, "commune": commune}


LeFiltre = Annotated[dict[str, str], Depends(_lire_filtre)]


@routes.get("/dossiers")
def lister(
    request: Request,
    portes: LesPortes,
    demande: LeFiltre,
    apres: Apres = "",
) -> Response:
    """Show fifty dossiers; the exact number of one leads to it."""
    q, lectures = demande["q"], portes.a_jour()
    filtre = requetes.FiltreDeDossiers(mots=q, **{nom: valeur for nom, valeur in demande.items() if nom != "q"})
    lu = requetes.dossiers(lectures, filtre, apres=apres)
    if lu["total"] == 1 and lu["lignes"] and lu["lignes"][0]["ref"] == q.strip().upper():
        return RedirectResponse(f"/dossiers/{quote(lu['lignes'][0]['ref'])}", status_code=303)
    return page(
        request,
        "dossiers.html",
        demande=demande,
        adresse=f"/dossiers?{en_adresse(demande)}",
        etats=list(mots.ETATS.items()),
        etapes=list(mots.PARCOURS.items()),
        campagnes=requetes.campagnes(lectures),
        lieu=_lieu(portes, demande),
        total=lu["total"],
        lignes=[_ligne(ligne) for ligne in lu["lignes"]],
        pages=vues.pages(lu),
    )


def _lieu(portes: Portes, demande: dict[str, str]) -> str:
    """Return the place that the list is of, in words; blank for anywhere."""
    services = portes.services
    if qpv := demande["qpv"]:
        return f"Quartier {services.qpv.get(qpv, qpv)} ({qpv})"
    return f"Commune {services.communes.get(commune, commune)} ({commune})" if (commune := demande["commune"]) else ""


def _ligne(ligne: dict[str, Any]) -> dict[str, Any]:
    montants = ligne["montants"]
    return {
        **ligne,
        "etat": mots.mot(mots.ETATS, ligne["etat"]),
        "demande": vues.euros(montants["demande_centimes"]),
        "propose": vues.euros(montants["propose_centimes"]),
    }
