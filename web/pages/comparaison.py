"""Two dates of a dossier compared: what changed between them, apart from what was only learned later."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from application.consultations import dossier as consultation
from application.consultations.changements import histoire
from application.consultations.moment import Moment
from application.noms import NomsDesServices
from application.services import Services
from kernel.instants import instant_de
from web import dates, vues
from web.contenus import communiquer, services_pour
from web.gabarits import page
from web.lecture import LaLecture
from web.pans import lieu, trancher
from web.personne import Personne

routes = APIRouter(include_in_schema=False)
SANS_OBJET = frozenset({"ref", "version"})
"""What differs because of the facts themselves."""


@routes.get("/dossiers/{ref}/comparer")
def comparer(request: Request, lecture: LaLecture, ref: str, du: str = "", connu_du: str = "") -> Response:
    """Show what differs between two dates; without the first one, only the form.

    The first date is read as it was known then, unless another is given. What the second knows of the first date is learned;
    what it knows to be otherwise at its own date is changed.
    """
    portes, personne, avant, apres = lecture.portes, lecture.personne, dates.lire_moment(du, connu_du), lecture.moment
    if avant.au is not None and avant.connu_au is None:
        avant = Moment(avant.au, instant_de(avant.au))
    document = consultation.voir(portes.services, ref, Moment())
    parts: dict[str, Any] = {"changes": None, "appris": None, "faits": []}
    if avant != apres:
        services = services_pour(portes, personne, "dossier", UUID(document["id"]), "les motifs")
        parts = _parts(services, personne, document, avant, apres)
    toutes, tranche = parts["faits"], trancher(request, "faits", parts["faits"], lecture.faits)
    ancres, montrees = ([f"fait-{fait['version']}" for fait in liste] for liste in (toutes, tranche.lignes))
    gardes = {"du": du, "au": lecture.au, "connu_du": connu_du, "connu_au": lecture.connu_au}
    parts |= {"faits": tranche, "lieu": lieu(montrees, ancres, request.url.path, gardes, "faits")}
    return page(
        request,
        "comparer.html",
        dossier=document,
        du=du,
        au=lecture.au,
        vu_du=dates.vu(Moment(avant.au)) or "aujourd’hui",
        vu_au=dates.vu(Moment(apres.au)) or "aujourd’hui",
        su_du=dates.vu(Moment(None, avant.connu_au)),
        su_au=dates.vu(Moment(None, apres.connu_au)) or "tel que connu aujourd’hui",
        **parts,
    )


def _parts(
    services: Services, personne: Personne, document: dict[str, Any], avant: Moment, apres: Moment
) -> dict[str, Any]:
    """Return both kinds of differences in words, each with the facts that explain it, and those facts."""
    noms, su, lequel = NomsDesServices(services), Moment(avant.au, apres.connu_au), UUID(document["id"])
    lues = {m: {ligne["version"]: ligne for ligne in histoire(services, lequel, m)} for m in (avant, su, apres)}

    def entre(un: Moment, autre: Moment) -> list[dict[str, Any]]:
        ecart = lues[un].keys() ^ lues[autre].keys()
        return [(lues[un] | lues[autre])[version] for version in sorted(ecart)]

    def dire(un: Moment, autre: Moment) -> list[dict[str, Any]]:
        trouvees = consultation.comparer(services, document["ref"], un, autre)["differences"]
        gardees = [d for d in trouvees if d["champ"] not in SANS_OBJET]
        dites, lignes = vues.differences({"differences": gardees}, noms), entre(un, autre)
        return [
            {**dite, "faits": [ligne["version"] for ligne in lignes if _change(ligne, d["champ"])]}
            for d, dite in zip(gardees, dites, strict=True)
        ]

    faits = {ligne["version"]: ligne for ligne in (*entre(avant, su), *entre(su, apres))}
    return {
        "changes": dire(su, apres),
        "appris": dire(avant, su),
        "faits": [
            vues.fait_change(ligne, noms)
            for ligne in communiquer(personne, (ligne for _, ligne in sorted(faits.items())))
        ],
    }


def _change(ligne: dict[str, Any], champ: str) -> bool:
    return any(changement["champ"] == champ for changement in ligne["changements"])
