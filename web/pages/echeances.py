"""What falls due, what is late, what does not move: the queue seen by date, by whom, and by what is wrong."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from application import mots
from application.appellations import libelles_par_campagne
from application.attentes_dites import ATTENTES
from application.exports.calendrier import Rendezvous, ecrire_calendrier
from application.libelles import Appellations
from application.libelles import attente as attente_dite
from kernel.instants import dernier_jour
from readmodels.file import requetes
from web import dates, vues
from web.gabarits import page
from web.pages.file import TOUS, LeFiltre, filtrer
from web.pages.file import lignes as lignes_de_file
from web.personne import LaPersonne
from web.portes import LesPortes, Portes

routes = APIRouter(include_in_schema=False)
HORIZON: Final = timedelta(weeks=6)
AU_PLUS: Final = 500
"""Rows of one of these pages: beyond, the queue is read page by page."""


@routes.get("/echeances")
def echeances(request: Request, portes: LesPortes, personne: LaPersonne, demande: LeFiltre) -> HTMLResponse:
    """Show six weeks, day by day."""
    maintenant = portes.services.maintenant()
    lignes = lignes_de_file(_a_venir(portes, demande, personne), portes, personne)
    jours = groupby(lignes, key=lambda ligne: ligne["attente"]["echeance"])
    return page(
        request,
        "echeances.html",
        demande=demande,
        jours=[(jour, list(du_jour)) for jour, du_jour in jours],
        total=len(lignes),
        jusqu_au=dates.jour(maintenant + HORIZON),
        au_plus=AU_PLUS,
        tous=demande["de"] == TOUS,
    )


@routes.get("/echeances.ics")
def calendrier(portes: LesPortes, personne: LaPersonne, demande: LeFiltre) -> Response:
    """Give the same six weeks as a calendar; it names dossiers, never people."""
    nommer = libelles_par_campagne(portes.services.store)
    evenements = [_evenement(lue, nommer) for lue in _a_venir(portes, demande, personne)]
    return Response(
        ecrire_calendrier(evenements, portes.services.maintenant()),
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="echeances.ics"'},
    )


@routes.get("/en-retard")
def en_retard(request: Request, portes: LesPortes, personne: LaPersonne, demande: LeFiltre) -> HTMLResponse:
    """Show what is late, by whom it is awaited of, with what the délai has already produced."""
    lectures, maintenant = portes.a_jour(), portes.services.maintenant()
    retards = filtrer({**demande, "quoi": "en_retard"}, personne)
    effets = filtrer({**demande, "quoi": "effets"}, personne)
    lu = requetes.file(lectures, maintenant, parmi=retards, limite=AU_PLUS)
    passes = requetes.file(lectures, maintenant, parmi=effets, limite=AU_PLUS)
    par_role = sorted(lu["lignes"], key=lambda lue: str(lue["attente"]["de"]))
    groupes = groupby(par_role, key=lambda lue: lue["attente"]["de"])
    return page(
        request,
        "en_retard.html",
        demande=demande,
        effets={**passes, "lignes": lignes_de_file(passes["lignes"], portes, personne)} if passes["total"] else None,
        groupes=[(mots.mot(mots.ROLES, de), lignes_de_file(lues, portes, personne)) for de, lues in groupes],
        total=lu["total"],
        au_plus=AU_PLUS,
        tous=demande["de"] == TOUS,
    )


@routes.get("/bloques")
def bloques(request: Request, portes: LesPortes) -> HTMLResponse:
    """Show what is open and awaits nobody, which is an anomaly, and what is slower than usual."""
    lectures, maintenant = portes.a_jour(), portes.services.maintenant()
    orphelins = requetes.sans_attente(lectures)
    lents = requetes.bloques(lectures, maintenant, AU_PLUS)
    return page(
        request,
        "bloques.html",
        orphelins=[_nomme(element) for element in orphelins],
        lents=[
            {
                **_nomme(element),
                "quoi": mots.mot(ATTENTES, element["attente"]),
                "de": mots.mot(mots.ROLES, element["de"]),
                "depuis": dates.jour(element["depuis"]),
                "jours": (maintenant - datetime.fromisoformat(element["depuis"])).days,
            }
            for element in lents
        ],
    )


def _a_venir(portes: Portes, demande: dict[str, str], personne: LaPersonne) -> Iterable[dict[str, Any]]:
    """Return the rows that fall due from now to the horizon, the soonest first."""
    maintenant = portes.services.maintenant()
    parmi = filtrer({**demande, "quoi": ""}, personne)
    prochaines = replace(parmi, entre=(maintenant, maintenant + HORIZON))
    return list(requetes.file(portes.a_jour(), maintenant, parmi=prochaines, limite=AU_PLUS)["lignes"])


def _evenement(lue: dict[str, Any], nommer: Callable[[str | None], Appellations]) -> Rendezvous:
    attente = lue["attente"]
    quoi = attente_dite(attente["code"], attente["objet"], nommer(lue["campagne"]))
    de = mots.mot(mots.ROLES, attente["de"])
    return Rendezvous(
        uid=f"{lue['id']}-{attente['code']}-{attente['objet']}-{attente['ouverte_par']}@diligence",
        jour=dernier_jour(datetime.fromisoformat(attente["echeance"])),
        titre=f"{lue['ref']} – {quoi}",
        detail=f"Attendu de : {de}. {mots.mot(mots.NATURES, attente['nature'])}, {mots.fondement(attente['fondement'])}",
    )


def _nomme(element: dict[str, Any]) -> dict[str, Any]:
    return {
        "espece": mots.mot(mots.ESPECES, element["agregat"]),
        "ref": element["ref"] or element["id"],
        "lien": vues.lien(element["agregat"], element["ref"], element["id"]),
    }
