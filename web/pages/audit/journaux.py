"""The two journals that are no facts: attempts that were refused, and reads of what the coffre holds."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from application import mots
from application.gestes.recueil import titre_dit
from application.noms import NomsDesServices
from application.ports import RefusNote
from application.refus_dits import REFUS_DITS
from application.services import Services
from application.site import LectureFaite
from kernel.identifiants import SYSTEME
from web import dates, vues
from web.gabarits import page
from web.lecture import en_csv
from web.pages.audit.recherche import EXPORT_MAX, PAGE, intervalle, page_de
from web.portes import POSITION_MAX, LesPortes

routes = APIRouter(include_in_schema=False)
Court = Annotated[str, Query(max_length=100)]
Rang = Annotated[int, Query(ge=0, le=POSITION_MAX)]


@routes.get("/audit/refus")
def refus(request: Request, portes: LesPortes, acteur: Court = "", code: Court = "", apres: Rang = 0) -> Response:
    """Show fifty refused attempts, the last first."""
    enregistreur = portes.services.store.enregistreur
    lus, suite = page_de(enregistreur.lire_refus(acteur=acteur.strip(), code=code, apres=apres, limite=PAGE + 1))
    return page(
        request,
        "refus.html",
        acteur=acteur,
        code=code,
        codes=[(connu, REFUS_DITS.get(connu, mots.mot({}, connu))) for connu in sorted(enregistreur.compter_refus())],
        lignes=[_refus(portes.services, lu) for lu in lus],
        apres=apres,
        suivant=lus[-1].rang if suite else None,
        filtre=_filtre(acteur=acteur, code=code),
    )


def _cherchees(
    portes: LesPortes, agent: Court = "", ref: Court = "", du: str = "", au: str = ""
) -> Callable[..., Sequence[LectureFaite]]:
    """Return what reads the journal of those sought, or refuse with SaisieInvalide."""
    debut, fin = intervalle(du, au)
    return partial(portes.site.lectures.chercher, agent=agent.strip(), ref=ref.strip().upper(), du=debut, au=fin)


Cherchees = Annotated[Callable[..., Sequence[LectureFaite]], Depends(_cherchees)]


@routes.get("/audit/lectures")
def lectures(request: Request, portes: LesPortes, chercher: Cherchees, apres: Rang = 0) -> Response:
    """Show fifty reads, the last first."""
    lues, suite = page_de(chercher(apres=apres, limite=PAGE + 1))
    dits: dict[str, Any] = {nom: request.query_params.get(nom, "") for nom in ("agent", "ref", "du", "au")}
    return page(
        request,
        "lectures.html",
        **dits,
        jours=portes.reglages.conservation_lectures,
        lignes=lues,
        apres=apres,
        suivant=lues[-1].rang if suite else None,
        filtre=_filtre(**dits),
    )


@routes.get("/audit/lectures.csv")
def exporter(chercher: Cherchees) -> Response:
    """Return the same reads as a table, five thousand at most."""
    lignes = ((dates.moment(lue.lu_le), lue.agent, lue.ref, lue.quoi) for lue in chercher(limite=EXPORT_MAX))
    return en_csv("lectures", ("Lu le", "Agent", "Dossier", "Quoi"), lignes)


def _filtre(**dits: str) -> str:
    return urlencode({nom: dit for nom, dit in dits.items() if dit})


def _refus(services: Services, lu: RefusNote) -> dict[str, Any]:
    connu = lu.id is not None and lu.agregat in mots.ESPECES
    ref = NomsDesServices(services).designer(lu.agregat, lu.id) if connu and lu.id else ""
    return {
        "rang": lu.rang,
        "le": dates.moment(lu.enregistre_le),
        "acteur": {SYSTEME: "le moteur", None: "personne"}.get(lu.acteur, lu.acteur),
        "geste": titre_dit(lu.geste),
        "raison": REFUS_DITS.get(lu.code, mots.mot({}, lu.code)),
        "element": f"{mots.mot(mots.ESPECES, lu.agregat)} {ref}".strip() if connu else "",
        "lien": vues.lien(lu.agregat, ref, str(lu.id)) if connu and ref != str(lu.id) else "",
    }
