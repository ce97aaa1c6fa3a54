"""A dossier played again step by step, on two clocks: what was true, and when it was known."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from application import mots
from application.appellations import libelles_de
from application.consultations.rejeu import Rejeu, rejouer
from application.noms import NomsDesServices, sans_les_textes
from kernel.instants import Effet, Instant, debut_de, instant_de, lire_iso
from web import dates, vues
from web.contenus import communiquer
from web.gabarits import page
from web.pans import trancher
from web.personne import LaPersonne
from web.portes import POSITION_MAX, LesPortes

routes = APIRouter(include_in_schema=False)
COTE: Final = 300
"""Of the square of the two clocks."""


@routes.get("/audit/rejeu/{ref}")
def rejeu(
    request: Request,
    portes: LesPortes,
    personne: LaPersonne,
    ref: str,
    fait: int | None = None,
    au: str = "",
    faits: Annotated[int, Query(ge=0, le=POSITION_MAX)] = 0,
) -> Response:
    """Show a dossier after one of its facts."""
    services, moment = sans_les_textes(portes.services), dates.lire_moment(au, "")
    lu = rejouer(services, ref, fait, moment.au)
    noms, lignes = NomsDesServices(services), communiquer(personne, lu.lignes)
    courant = {**lignes[lu.rang - 1], "changements": lu.changements}
    change = {c["champ"] for c in lu.changements}
    juge, libelles = _juge(lu, moment.au), libelles_de(services.store, lu.campagne)
    return page(
        request,
        "rejeu.html",
        ref=lu.ref,
        objet=lu.objet,
        rang=lu.rang,
        faits=trancher(request, "faits", lignes, faits or lu.rang, vues.fait),
        courant=vues.fait_change(courant, noms),
        etat=[
            (mots.mot(mots.CHAMPS, champ), vues.valeur(champ, valeur, noms), champ in change)
            for champ, valeur in lu.etat.items()
        ],
        attentes=[vues.attente(a, juge, libelles) for a in lu.attentes],
        points=_points(lu),
        cote=COTE,
        au=au,
        vu=dates.vu(moment),
    )


def _juge(lu: Rejeu, au: Effet | None) -> Instant:
    return datetime.fromisoformat(lu.lignes[lu.rang - 1]["enregistre_le"]) if au is None else instant_de(au)


def _points(lu: Rejeu) -> list[tuple[int, float, float]]:
    """Return where each fact stands: its rank, when it was true from left to right, when it was recorded from bottom to top."""
    deux = [(_secondes(ligne["effectif_le"]), _secondes(ligne["enregistre_le"])) for ligne in lu.lignes]
    debut, fin = min(min(un) for un in deux), max(max(un) for un in deux)
    echelle = COTE / max(fin - debut, 1.0)
    return [
        (rang, round((vrai - debut) * echelle, 1), round(COTE - (su - debut) * echelle, 1))
        for rang, (vrai, su) in enumerate(deux, 1)
    ]


def _secondes(texte: str) -> float:
    return debut_de(lire_iso(texte)).timestamp()
